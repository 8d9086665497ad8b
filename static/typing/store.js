/** Logs the server has not taken yet, in this browser's IndexedDB by ticket. A cookie tells that there are any. */

const MONTH = 30 * 24 * 60 * 60 * 1000;

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
  document.cookie = `unsent=1; path=/; samesite=lax; max-age=${any ? MONTH / 1000 : 0}`;
}

/** Whether a status says that the server has taken the log, or never will. */
export function isFinal(status) {
  return (status >= 200 && status < 300) || [409, 410, 413, 422].includes(status);
}

export async function put(ticket, log) {
  await done((await logs("readwrite")).put({ ticket, log, keptAt: Date.now() }));
  tell(true);
}

export async function remove(ticket) {
  const store = await logs("readwrite");
  await done(store.delete(ticket));
  tell(await done(store.count()) > 0);
}

/** All logs, [{ticket, log}], without those of more than a month ago, which are dropped. */
export async function all() {
  const kept = await done((await logs("readonly")).getAll());
  const stale = kept.filter(({ keptAt }) => keptAt < Date.now() - MONTH);
  for (const { ticket } of stale) await remove(ticket);
  return kept.filter((entry) => !stale.includes(entry));
}
