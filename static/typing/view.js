/**
 * What one chooses under "View": parts that are hidden, things that are shown besides, what a mistake does. Cookies keep
 * it, for the server to render.
 */

function keep(exercise, cookie, value) {
  document.cookie = `${cookie}=${value}; ${exercise.dataset.asKept}`;
}

function isOn(button) {
  return button.getAttribute("aria-pressed") === "true";
}

/** Show or hide what a button stands for: a part of the page, or a look of the exercise, which is off by default. */
export function toggle(exercise, button) {
  const on = !isOn(button);
  const name = button.dataset.toggle;
  const { cookie } = button.parentElement.dataset;
  button.setAttribute("aria-pressed", on);
  if (cookie === "hide") exercise.querySelector(`[data-part=${name}]`).hidden = !on;
  else exercise.classList.toggle(name, on);
  if (name === "reader") exercise.read(on ? "start" : "stop");
  if (name === "pace" && on) import("./pace.js").then(({ pace }) => pace(exercise));
  const kept = [...button.parentElement.children].filter((other) => isOn(other) === (cookie !== "hide"));
  keep(exercise, cookie, kept.map(({ dataset }) => dataset.toggle).join("."));
}

/** The other mode: the link leads to it at once where nothing is typed yet; else it holds from the next run on. */
export function changeMode(exercise, link) {
  if (exercise.machine.events.length === 0) return;
  keep(exercise, link.dataset.cookie, link.dataset.mode);
  link.nextElementSibling.textContent = link.dataset.later;
  exercise.addEventListener("typing-change", () => {
    if (exercise.machine.events.length === 0) location.assign(link.href);
  });
}
