/**
 * Logs the server has not answered for yet, in this browser's IndexedDB by ticket. Nothing else ends their stay: neither
 * age nor how often they were sent. A cookie tells that there are any.
 */

const LONGEST = 400 * 24 * 60 * 60;

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function logs(mode) {
  const opening = indexedDB.open("typing", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("logs", { keyPath: "ticket" });
  const database = await done(opening);
  return database.transaction("logs", mode).objectStore("logs");
}

function tell(any) {
  document.cookie = `unsent=1; path=/; samesite=lax; max-age=${any ? LONGEST : 0}`;
}

/** Resolves when the log is safe: a full disk shows only at the end of the transaction. */
export async function put(ticket, log) {
  const store = await logs("readwrite");
  store.put({ ticket, log });
  await new Promise((resolve, reject) => {
    store.transaction.oncomplete = resolve;
    store.transaction.onabort = () => reject(store.transaction.error);
  });
  tell(true);
}

export async function remove(ticket) {
  const store = await logs("readwrite");
  await done(store.delete(ticket));
  tell(await done(store.count()) > 0);
}

/** All logs, [{ticket, log}]. */
export async function all() {
  const kept = await done((await logs("readonly")).getAll());
  tell(kept.length > 0);
  return kept;
}
