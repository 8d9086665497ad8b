/** Sends, one after another, the logs that earlier pages could not. */

import { all, isFinal, remove } from "./store.js";

const form = document.querySelector("#unsent");
let sending = false;

function send({ ticket, log }) {
  form.elements.ticket.value = ticket;
  form.elements.log.value = log;
  return new Promise((resolve) => {
    form.addEventListener("htmx:afterRequest", ({ detail }) => resolve(detail.xhr.status), { once: true });
    form.dispatchEvent(new Event("resend"));
  });
}

/** Sends all but the log of the page's own ticket, now and whenever the connection comes back. */
export async function sendUnsent(own) {
  if (sending) return;
  sending = true;
  let sent = 0;
  for (const entry of (await all()).filter(({ ticket }) => ticket !== own)) {
    const status = await send(entry);
    if (status === 0 || status >= 500) break;
    if (isFinal(status)) await remove(entry.ticket);
    if (status < 300) sent += 1;
  }
  sending = false;
  if (sent > 0) form.querySelector("[role=status]").textContent = form.dataset.sent;
}
