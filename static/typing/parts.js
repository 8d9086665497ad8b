/** Parts of the practice page can be hidden, extras switched on; cookies keep the choice, for the server to render. */

const YEAR = 365 * 24 * 60 * 60;

function isOn(button) {
  return button.getAttribute("aria-pressed") === "true";
}

function keep(cookie, buttons) {
  const names = buttons.map(({ dataset }) => dataset.toggle).join(".");
  document.cookie = `${cookie}=${names}; path=/; max-age=${YEAR}; samesite=lax`;
}

/** Show or hide the part that a button stands for, or switch its extra. */
export function toggle(exercise, button) {
  const shown = !isOn(button);
  const name = button.dataset.toggle;
  button.setAttribute("aria-pressed", shown);
  if (name === "reader") exercise.read(shown ? "start" : "stop");
  else exercise.querySelector(`[data-part=${name}]`).hidden = !shown;
  const all = [...exercise.querySelectorAll("[data-toggle]")];
  keep("hide", all.filter((other) => !("extra" in other.dataset) && !isOn(other)));
  keep("show", all.filter((other) => "extra" in other.dataset && isOn(other)));
}
