/** The text as one line, which moves beneath the caret. */

const exercise = document.querySelector("typing-exercise");
const box = exercise.querySelector(".exercise-text");
const WHERE = 1 / 3;
let frame = 0;

function follow() {
  frame = 0;
  const now = box.querySelector(".now");
  if ("oneLine" in document.documentElement.dataset && now) box.scrollLeft = now.offsetLeft - box.clientWidth * WHERE;
}

exercise.addEventListener("typing-change", () => { frame ||= requestAnimationFrame(follow); });
document.fonts.addEventListener("loadingdone", follow);
follow();
