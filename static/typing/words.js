/** How many words of a test are done. Who starts again gets another text. */

import { WORD } from "./spaced.js";

const exercise = document.querySelector("typing-exercise");
const shown = exercise.querySelector("[data-stat=words] b");
let ends = null;
let isStarted = false;

/** Behind which unit each word ends. */
function endsOf(units) {
  const text = units.map((unit) => (/\s/.test(unit) ? " " : unit[0])).join("");
  return [...text.matchAll(WORD)].map((word) => word.index + word[0].length);
}

exercise.addEventListener("typing-change", () => {
  const { cursor, events, units } = exercise.machine;
  if (events.length) isStarted = true;
  else if (isStarted) location.reload();
  ends ??= endsOf(units);
  shown.textContent = ends.findLastIndex((end) => end <= cursor) + 1;
});
