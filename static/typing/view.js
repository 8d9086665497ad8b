/** What one chooses under "View": it holds at once, as an attribute of <html>, and is sent to be kept. */

import { attributeOf } from "./attributes.js";

const COMES_WITH = {
  one_line: () => import("./one_line.js"),
  pace_line: () => import("./pace.js"),
  sound_keys: () => import("./sounds.js"),
};
let sending = Promise.resolve(true);

/** What a button stands for: a switch, or what a mistake does. */
export function choose(exercise, button) {
  if (button.ariaPressed) toggle(exercise, button);
  else changeMode(exercise, button);
}

async function toggle(exercise, button) {
  const { name } = button;
  const on = button.ariaPressed !== "true";
  const value = on ? "on" : "off";
  button.ariaPressed = on;
  const dressed = dress(button.closest("[data-look]").dataset.look);
  if (value === button.value) document.documentElement.setAttribute(attributeOf(name), value);
  else document.documentElement.removeAttribute(attributeOf(name));
  if (name === "screen_reader") exercise.read(on ? "start" : "stop");
  keep(exercise, name, value);
  await dressed;
  exercise.view.measure();
  if (on) COMES_WITH[name]?.();
}

/** The other mode: at once where nothing is typed yet; else it holds from the next run on. */
async function changeMode(exercise, button) {
  const address = new URL(location);
  address.searchParams.set("mode", button.value);
  const start = () => { if (exercise.machine.events.length === 0) location.assign(address); };
  await keep(exercise, button.name, button.value);
  if (exercise.machine.events.length) tell(exercise, button.dataset.later);
  start();
  exercise.addEventListener("typing-change", start);
}

/** Sends a choice, after those before it; whether it is kept. */
function keep(exercise, name, value) {
  const { save, refused } = exercise.querySelector("[data-save]").dataset;
  const csrfmiddlewaretoken = exercise.closest("form").elements.csrfmiddlewaretoken.value;
  const body = new URLSearchParams({ csrfmiddlewaretoken, [name]: value });
  sending = sending
    .then(() => fetch(save, { method: "POST", body, keepalive: true }))
    .then(({ ok }) => ok, () => false);
  sending.then((isKept) => tell(exercise, isKept ? "" : refused));
  return sending;
}

function tell(exercise, sentence) {
  exercise.querySelector(".exercise-options [role=status]").textContent = sentence;
}

/** Brings the stylesheet of what may be chosen, unless it is there. */
function dress(href) {
  if (document.querySelector(`link[href="${href}"]`)) return null;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((resolve) => { link.onload = link.onerror = resolve; });
}
