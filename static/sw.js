/**
 * The service worker: shows what the server tells while no page is open. Browsers ask for it anew at each visit, and take
 * another one at once.
 */

const worker = globalThis;

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("push", (event) => {
  const { title, body, path, tag, lang } = event.data.json();
  // The same message, sent twice, has the same tag: the second takes the place of the first without a sound.
  event.waitUntil(worker.registration.showNotification(title, { body, tag, lang, data: { path } }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.path));
});

/** Show a page of ours: in a window that has it already, else in a new one. */
async function open(path) {
  const url = new URL(path, worker.location.origin);
  if (url.origin !== worker.location.origin) return;
  const windows = await worker.clients.matchAll({ type: "window" });
  const there = windows.find((one) => one.url === url.href);
  await (there ? there.focus() : worker.clients.openWindow(url.href));
}
