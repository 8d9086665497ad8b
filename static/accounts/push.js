/** Turns notifications on in this browser: its push service names an address and keys, which a form sends to the server. */

const form = document.querySelector("[data-push-key]");
const SUPPORTED = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

if (SUPPORTED) {
  offer();
} else {
  say("unsupported");
}

/** Offer the button where this browser is not subscribed yet, and tell which of those listed it is. */
async function offer() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  const known = await registration?.pushManager.getSubscription();
  const listed = known && document.querySelector(`[data-browser="${await sha256(known.endpoint)}"]`);
  if (listed) {
    listed.querySelector("[data-this-browser]").hidden = false;
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    turnOn();
  });
}

async function turnOn() {
  say("");
  if (await Notification.requestPermission() !== "granted") {
    say("denied");
    return;
  }
  try {
    const { endpoint, keys } = (await subscribe()).toJSON();
    Object.assign(form.elements.endpoint, { value: endpoint });
    Object.assign(form.elements.p256dh, { value: keys.p256dh });
    Object.assign(form.elements.auth, { value: keys.auth });
  } catch {
    say("failed");
    return;
  }
  form.submit();
}

async function subscribe() {
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: form.dataset.pushKey };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    // Subscribed to the server's key of another time.
    if (error.name !== "InvalidStateError") throw error;
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  }
}

/** Show the one sentence that fits. */
function say(what) {
  for (const sentence of document.querySelectorAll("[data-push-says]")) {
    sentence.hidden = sentence.dataset.pushSays !== what;
  }
}

async function sha256(text) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
