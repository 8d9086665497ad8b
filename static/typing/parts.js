/** Parts of the practice page can be hidden; a cookie keeps the choice, for the server to render. */

const YEAR = 365 * 24 * 60 * 60;

function isOn(button) {
  return button.getAttribute("aria-pressed") === "true";
}

/** Show or hide the part that a button stands for. */
export function toggle(exercise, button) {
  const shown = !isOn(button);
  button.setAttribute("aria-pressed", shown);
  exercise.querySelector(`[data-part=${button.dataset.toggle}]`).hidden = !shown;
  const hidden = [...exercise.querySelectorAll("[data-toggle]")].filter((other) => !isOn(other));
  const names = hidden.map(({ dataset }) => dataset.toggle).join(".");
  document.cookie = `hide=${names}; path=/; max-age=${YEAR}; samesite=lax`;
}
