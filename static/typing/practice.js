/** The practice page: the exercise with its numbers and keyboard, and the sending of what was typed. */

import { TypingExercise } from "./exercise.js";
import { liveScore } from "./machine.js";

const MS_BETWEEN_NUMBERS = 250;

function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Speed, accuracy and the progress line, renewed a few times a second at most. */
function showNumbers(exercise) {
  // Intl would write the same, but takes longer to set up than all the rest of the page.
  const decimalMark = document.documentElement.lang === "ru" ? "," : ".";
  const charactersInUnit = exercise.dataset.unit === "wpm" ? 5 : 1;
  const speed = exercise.querySelector("[data-stat=speed] b");
  const accuracy = exercise.querySelector("[data-stat=accuracy] b");
  const line = exercise.querySelector(".exercise-progress i");
  let timer = 0;
  const show = () => {
    const { machine } = exercise;
    const score = liveScore(machine);
    timer = 0;
    speed.textContent = Math.round(score.cpm / charactersInUnit);
    accuracy.textContent = score.accuracy.toFixed(1).replace(".", decimalMark);
    line.style.transform = `scaleX(${machine.cursor / machine.units.length})`;
  };
  exercise.addEventListener("typing-change", () => { timer ||= setTimeout(show, MS_BETWEEN_NUMBERS); });
  exercise.addEventListener("typing-finished", show);
}

/** Lights the key to strike next, with the Shift of the other hand, or of the only one, where it is needed. */
function lightKeys(exercise) {
  const keys = [...exercise.querySelectorAll(".key")];
  const withCode = (code) => keys.filter((key) => key.dataset.code === code);
  const shifts = { left: withCode("ShiftRight"), right: withCode("ShiftLeft") };
  if (shifts.left[0].dataset.hand === "left") shifts.left = withCode("ShiftLeft");
  if (shifts.right[0].dataset.hand === "right") shifts.right = withCode("ShiftRight");
  const strikes = new Map([["\n", withCode("Enter")], ["", []]]);
  for (const { dataset: { code, base, shift, hand } } of keys.filter((key) => "base" in key.dataset)) {
    const key = withCode(code);
    if (!strikes.has(base)) strikes.set(base, key);
    if (!strikes.has(shift)) strikes.set(shift, [...key, ...shifts[hand]]);
  }
  let lit = [];
  const show = () => {
    const { units, cursor } = exercise.machine;
    const next = strikes.get(units[cursor]) ?? [];
    if (next === lit) return;
    for (const key of lit) key.classList.remove("next");
    for (const key of next) key.classList.add("next");
    lit = next;
  };
  exercise.addEventListener("typing-change", show);
  show();
}

function offerParts(exercise) {
  const options = exercise.querySelector(".exercise-options");
  options.addEventListener("mousedown", (event) => event.preventDefault());
  options.addEventListener("click", async ({ target }) => {
    if (!target.dataset.toggle) return;
    const { toggle } = await import("./parts.js");
    toggle(exercise, target);
  });
}

/** htmx sends what was typed. It is needed at the end only, so it comes after everything else. */
const htmx = new Promise((resolve) => {
  const bring = () => {
    const script = document.createElement("script");
    script.src = document.querySelector("[data-htmx]").dataset.htmx;
    script.addEventListener("load", resolve);
    document.head.append(script);
  };
  if (document.readyState === "complete") bring();
  else addEventListener("load", bring, { once: true });
});

/** Keeps what was typed in this browser until the server has taken it; says so while the server cannot be reached. */
function sendTyped(form) {
  const { ticket, log } = form.elements;
  let opening = null;
  let keeping = null;
  const keep = async () => {
    const store = await opening;
    await store.put(ticket.value, log.value);
    return store;
  };
  const retry = () => {
    if (keeping && form.isConnected) form.dispatchEvent(new Event("typing-finished"));
  };
  form.addEventListener("typing-started", () => { opening ??= import("./store.js"); });
  form.addEventListener("typing-finished", () => {
    keeping ??= keep().catch(() => null);
    if (!("htmx" in window)) htmx.then(retry);
  });
  form.querySelector("[data-send]").addEventListener("click", retry);
  addEventListener("online", retry);
  document.addEventListener("htmx:afterRequest", async ({ detail }) => {
    if (detail.requestConfig.elt !== form) return;
    const { status } = detail.xhr;
    const store = await keeping;
    if (store?.isFinal(status)) await store.remove(ticket.value);
    if (status === 0 || status === 429 || status >= 500) {
      const note = form.querySelector(".exercise-unsent");
      note.hidden = false;
      note.querySelector("p").textContent = store ? note.dataset.kept : note.dataset.open;
    }
  });
}

/** Sends what earlier pages could not, now and whenever the connection comes back. */
function sendKept(ownTicket) {
  const send = async () => {
    if (!cookie("unsent")) return;
    await htmx;
    const { sendUnsent } = await import("./unsent.js");
    await sendUnsent(ownTicket);
  };
  addEventListener("online", send);
  send();
}

/** Typing finds its field wherever the focus was left; a result gets the focus, and its Enter. */
function followKeys(exercise) {
  document.addEventListener("htmx:afterSettle", () => {
    if (exercise.isConnected) return;
    const heading = document.querySelector("main h1");
    heading.tabIndex = -1;
    heading.focus();
    import("./onward.js");
  });
  document.addEventListener("keydown", (event) => {
    if (!exercise.isConnected || event.key.length > 1 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!event.target.closest("a, button, input, select, summary, textarea")) exercise.focus();
  });
}

const form = document.querySelector("#practice");
const exercise = form.querySelector("typing-exercise");
if (form.elements.ticket.value) sendTyped(form);
customElements.define("typing-exercise", TypingExercise);
showNumbers(exercise);
if (exercise.querySelector(".key")) lightKeys(exercise);
offerParts(exercise);
sendKept(form.elements.ticket.value);
followKeys(exercise);
document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.parameters.csrfmiddlewaretoken = cookie("csrftoken") ?? detail.parameters.csrfmiddlewaretoken;
});
