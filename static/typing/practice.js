/** The practice page: the exercise with its numbers and keyboard, and the sending of what was typed. */

import { TypingExercise } from "./exercise.js";
import { lightKeys } from "./keyboard.js";
import { liveScore } from "./machine.js";

const MS_BETWEEN_NUMBERS = 250;
const MS_OF_A_PAUSE = 3000;
const LEAST_CHARACTERS = 10;
const UNKNOWN = "—";
let bringing = null;

function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Speed, accuracy and the progress line, a few times a second at most. */
function showNumbers(exercise) {
  const charactersInUnit = exercise.dataset.unit === "wpm" ? 5 : 1;
  const speed = exercise.querySelector("[data-stat=speed] b");
  const accuracy = exercise.querySelector("[data-stat=accuracy] b");
  const line = exercise.querySelector(".exercise-progress i");
  let timer = 0;
  const show = () => {
    const score = liveScore(exercise.machine, null, exercise.rested);
    const known = exercise.machine.cursor >= LEAST_CHARACTERS;
    timer = 0;
    speed.textContent = known ? Math.floor(score.cpm / charactersInUnit) : UNKNOWN;
    accuracy.textContent = known ? Math.floor(score.accuracy) : UNKNOWN;
    line.style.transform = `scaleX(${Math.min(exercise.share(), 1)})`;
  };
  const showSoon = () => { timer ||= setTimeout(show, MS_BETWEEN_NUMBERS); };
  exercise.addEventListener("typing-change", showSoon);
  exercise.addEventListener("typing-time", showSoon);
  exercise.addEventListener("typing-finished", show);
}

/** All that is not needed while typing fades at a key; a pause, the mouse or the end brings it back. */
function fadeTheRest(exercise) {
  const { classList } = document.documentElement;
  let timer = 0;
  let keyAt = 0;
  const bringBack = () => {
    clearTimeout(timer);
    timer = 0;
    classList.remove("typing");
  };
  const lookForPause = () => {
    const left = keyAt + MS_OF_A_PAUSE - performance.now();
    if (left > 0) timer = setTimeout(lookForPause, left);
    else bringBack();
  };
  exercise.addEventListener("typing-change", () => {
    if (exercise.machine.events.length === 0) return bringBack();
    keyAt = performance.now();
    if (timer) return;
    classList.add("typing");
    timer = setTimeout(lookForPause, MS_OF_A_PAUSE);
  });
  exercise.addEventListener("typing-finished", bringBack);
  exercise.addEventListener("focusout", bringBack);
  // Chromium sends mousemove, too, when the page moves under a mouse at rest.
  addEventListener("mousemove", ({ movementX, movementY }) => { if (timer && (movementX || movementY)) bringBack(); });
}

/** What is chosen under "View". */
function offerView(exercise) {
  const options = exercise.querySelector(".exercise-options");
  options.addEventListener("mousedown", (event) => event.preventDefault());
  options.addEventListener("click", async ({ target }) => {
    if (target.name) (await import("./view.js")).choose(exercise, target);
  });
  if ("rests" in exercise.dataset) import("./rests.js").then(({ rests }) => rests(exercise));
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
    if (event.target.closest("input, select, textarea")) return;
    if (event.key !== " " || !event.target.closest("a, button, summary")) exercise.focus();
  });
}

const form = document.querySelector("#practice");
const exercise = form.querySelector("typing-exercise");
if (form.elements.ticket.value) sendTyped(form);
customElements.define("typing-exercise", TypingExercise);
showNumbers(exercise);
if (exercise.querySelector(".key")) lightKeys(exercise);
fadeTheRest(exercise);
offerView(exercise);
if ("screenReader" in document.documentElement.dataset) exercise.read("start");
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
  detail.parameters.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  detail.parameters.csrfmiddlewaretoken = cookie("csrftoken") ?? detail.parameters.csrfmiddlewaretoken;
});
