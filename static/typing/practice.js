/** The practice page: the exercise with its numbers and keyboard, and the sending of what was typed. */

import { TypingExercise } from "./exercise.js";
import { liveScore } from "./machine.js";

const MS_BETWEEN_NUMBERS = 250;
let bringing = null;

function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Speed, accuracy and the progress line, a few times a second at most. */
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
    speed.textContent = Math.floor(score.cpm / charactersInUnit);
    accuracy.textContent = score.accuracy.toFixed(9).slice(0, -8).replace(".", decimalMark);
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
  const fingers = [...exercise.querySelectorAll(".hand [data-finger]")];
  const fingersOf = ({ dataset: { hand, finger } }) => fingers.filter(
    ({ dataset }) => dataset.finger === finger && (finger === "thumb" || dataset.hand === hand));
  for (const [unit, struck] of strikes) strikes.set(unit, [...struck, ...struck.flatMap(fingersOf)]);
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

/** Brings htmx, which sends what was typed, after everything else; again if something else came in its place. */
function bringHtmx() {
  bringing ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("[data-htmx]").dataset.htmx;
    script.onload = () => ("htmx" in window ? resolve() : reject());
    script.onerror = reject;
    if (document.readyState === "complete") document.head.append(script);
    else addEventListener("load", () => document.head.append(script), { once: true });
  });
  bringing.catch(() => { bringing = null; });
  return bringing;
}

/** What our server says of a form's log, "settled" or "kept"; nothing when somebody else answered. */
function verdictOf(form, answer) {
  const [signature, verdict] = answer.getResponseHeader("Typing-Log")?.split(" ") ?? [];
  return form.elements.ticket.value.endsWith(`:${signature}`) && verdict;
}

/** Keeps what was typed in this browser until the server has settled it; says so. */
function sendTyped(form) {
  const { ticket, log } = form.elements;
  const note = form.querySelector(".exercise-unsent");
  let keeping = null;
  const keep = async () => {
    const store = await import("./store.js");
    await store.put(ticket.value, log.value);
    return store;
  };
  const retry = () => {
    if (keeping && form.isConnected) form.dispatchEvent(new Event("typing-finished"));
  };
  const tell = async (verdict) => {
    note.querySelector("#kept").textContent = note.dataset[
      !cookie("csrftoken") ? "cookies" : await keeping ? verdict || "unheard" : "open"];
    note.hidden = false;
  };
  if (!cookie("csrftoken")) form.querySelector(".exercise-warning").textContent = note.dataset.cookies;
  form.addEventListener("typing-started", () => { import("./store.js").catch(() => {}); });
  form.addEventListener("typing-finished", () => {
    keeping = keep().catch(() => null);
    if (!("htmx" in window)) bringHtmx().then(retry, () => tell());
  });
  form.querySelector("[data-send]").addEventListener("click", retry);
  addEventListener("online", retry);
  document.addEventListener("htmx:afterRequest", async ({ detail }) => {
    if (detail.requestConfig.elt !== form) return;
    const verdict = verdictOf(form, detail.xhr);
    if (verdict !== "settled") tell(verdict);
    else (await keeping)?.remove(ticket.value);
  });
}

/** Typing finds its field wherever the focus was left; a result gets the focus, and its Enter. */
function followKeys(exercise) {
  const { pathname } = location;
  // Forward to its result again.
  addEventListener("popstate", () => {
    if (exercise.isConnected && location.pathname !== pathname) location.reload();
  });
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
if ("reader" in exercise.dataset) exercise.read("start");
followKeys(exercise);
bringHtmx().then(async () => {
  if (!cookie("unsent")) return;
  const { sendUnsent } = await import("./unsent.js");
  sendUnsent(form.elements.ticket.value, verdictOf);
}, () => {});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!verdictOf(event.detail.elt, event.detail.xhr)) event.preventDefault();
});
document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.parameters.csrfmiddlewaretoken = cookie("csrftoken") ?? detail.parameters.csrfmiddlewaretoken;
});
