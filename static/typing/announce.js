/** Names the expected character to a screen reader after a mistake, not more often than it can be heard. */

const PAUSE = 1500;
let announcedAt = -Infinity;

export function announce(exercise, expected) {
  const now = performance.now();
  if (now - announcedAt < PAUSE) return;
  announcedAt = now;
  const { expected: sentence, space, lineBreak, capital } = exercise.dataset;
  const name = { " ": space, "\n": lineBreak }[expected] ?? (
    expected === expected.toLowerCase() ? expected : capital.replace("%s", expected));
  const live = exercise.querySelector(".exercise-live");
  // The same words again are spoken only when they were away for a frame.
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = sentence.replace("%s", name); });
}
