/** The clock of a test: from the first key until the time is over. Who starts again gets another text. */

const MINUTE = 60_000;
const MS_BETWEEN_LOOKS = 200;

const exercise = document.querySelector("typing-exercise");
const shown = exercise.querySelector("[data-stat=time] b");
const extend = exercise.querySelector("[data-extend]");
let limit = Number(exercise.dataset.minutes) * MINUTE;
let startedAt = 0;
let timer = 0;

function show(left) {
  const seconds = Math.ceil(left / 1000);
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (shown.textContent !== text) shown.textContent = text;
}

function look() {
  const left = limit - (performance.now() - startedAt);
  show(Math.max(left, 0));
  exercise.dispatchEvent(new Event("typing-time"));
  if (left > 0) return;
  clearInterval(timer);
  exercise.finish();
}

exercise.share = () => startedAt && (performance.now() - startedAt) / limit;
exercise.addEventListener("typing-started", () => {
  startedAt = performance.now();
  timer = setInterval(look, MS_BETWEEN_LOOKS);
});
exercise.addEventListener("typing-finished", () => clearInterval(timer));
exercise.addEventListener("typing-change", () => {
  if (startedAt && exercise.machine.events.length === 0) location.reload();
});
if (extend) {
  extend.hidden = false;
  extend.addEventListener("mousedown", (event) => event.preventDefault());
  extend.addEventListener("click", () => {
    limit += MINUTE;
    if (!startedAt) show(limit);
  });
}
