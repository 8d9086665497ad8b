/** Sends, one after another, the logs that earlier pages could not. */

import { all, remove } from "./store.js";

const form = document.querySelector("#unsent");
let sending = false;

function send({ ticket, log }) {
  form.elements.ticket.value = ticket;
  form.elements.log.value = log;
  return new Promise((resolve) => {
    form.addEventListener("htmx:afterRequest", ({ detail }) => resolve(detail.xhr), { once: true });
    form.dispatchEvent(new Event("resend"));
  });
}

/**
 * Sends all but the log of the page's own ticket, now and whenever the connection comes back; `verdictOf` reads what the
 * server says of each.
 */
export function sendUnsent(own, verdictOf) {
  const sendAll = async () => {
    if (sending) return;
    sending = true;
    let sent = 0;
    for (const entry of (await all()).filter(({ ticket }) => ticket !== own)) {
      const answer = await send(entry);
      const verdict = verdictOf(form, answer);
      if (verdict === "settled") {
        await remove(entry.ticket);
        if (answer.status < 300) sent += 1;
      } else if (answer.status === 0 || answer.status === 429 || answer.status >= 500) break;
    }
    sending = false;
    if (sent > 0) form.querySelector("[role=status]").textContent = form.dataset.sent;
  };
  addEventListener("online", sendAll);
  return sendAll();
}
