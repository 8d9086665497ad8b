// Forms that a passkey answers. `data-passkey` says what is wanted: "create", "get", or "sign-in", whose question is
// fetched when it is wanted, as asking makes a session.

import { answer, question } from "./passkey_json.js";

const SAID = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };
const IS_NUMBER = /^[\d.]+$|:/; // No passkey belongs to an address without a name.
const works = Boolean(window.PublicKeyCredential) && !IS_NUMBER.test(location.hostname);

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (works) prepare(form);
  else say(form, "none");
}

function prepare(form) {
  form.hidden = false;
  const button = form.querySelector("button");
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say(form, "");
    try {
      form.elements.credential.value = JSON.stringify(answer(await ask(form)));
      form.submit();
    } catch (error) {
      say(form, SAID[error.name] ?? "failed");
    } finally {
      button.disabled = false;
    }
  });
}

async function ask(form) {
  const options = question(await asked(form));
  return form.dataset.passkey === "create"
    ? navigator.credentials.create(options)
    : navigator.credentials.get(options);
}

async function asked(form) {
  if (form.dataset.passkey !== "sign-in") return JSON.parse(document.getElementById("passkey-options").textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`passkeys: ${response.status}`);
  return (await response.json()).request_options;
}

function say(form, what) {
  for (const sentence of form.querySelectorAll("[data-passkeys]")) sentence.hidden = sentence.dataset.passkeys !== what;
}
