/**
 * Between two texts: keys still struck for the last one do not begin the next, which waits for a moment of rest. Until it
 * is begun, ↑ leads to the whole result of the last.
 */

const MS_OF_REST = 500;
const exercise = document.querySelector("typing-exercise");
const field = exercise.querySelector("textarea");
let lastAt = performance.now();
let isResting = false;

function wait(event) {
  if (isResting || event.timeStamp - lastAt > MS_OF_REST) isResting = true;
  else {
    lastAt = event.timeStamp;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

field.value = "";
for (const type of ["keydown", "beforeinput"]) addEventListener(type, wait, { capture: true });
addEventListener("keydown", (event) => {
  if (event.key !== "ArrowUp" || exercise.machine?.events.length) return;
  event.preventDefault();
  document.querySelector("[data-whole]").click();
});
