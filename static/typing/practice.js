/** The practice page: the exercise with its numbers and keyboard, and the sending of what was typed. */

import { TypingExercise } from "./exercise.js";
import { liveScore } from "./machine.js";

const MS_BETWEEN_NUMBERS = 250;
const MS_BEFORE_ENTER_COUNTS = 500;
const YEAR = 365 * 24 * 60 * 60;

/** Speed, accuracy and the progress line, renewed a few times a second at most. */
class Numbers {
  #exercise;
  #speed;
  #accuracy;
  #line;
  #timer = 0;

  constructor(exercise) {
    const { lang } = document.documentElement;
    const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
    const tenths = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const perMinute = exercise.dataset.unit === "wpm" ? 1 / 5 : 1;
    const [speed, accuracy] = ["speed", "accuracy"].map((name) => exercise.querySelector(`[data-stat=${name}] b`));
    this.#exercise = exercise;
    this.#speed = (score) => { speed.textContent = whole.format(score.cpm * perMinute); };
    this.#accuracy = (score) => { accuracy.textContent = tenths.format(score.accuracy); };
    this.#line = exercise.querySelector(".exercise-progress i");
    exercise.addEventListener("typing-change", () => {
      this.#timer ||= setTimeout(() => this.#show(), MS_BETWEEN_NUMBERS);
    });
  }

  #show() {
    const { machine } = this.#exercise;
    const score = liveScore(machine);
    this.#timer = 0;
    this.#speed(score);
    this.#accuracy(score);
    this.#line.style.transform = `scaleX(${machine.cursor / machine.units.length})`;
  }
}

/** Lights the key to strike next, with the Shift of the other hand where it is needed. */
class Keyboard {
  #keys = new Map();
  #unit = null;
  #lit = [];

  constructor(exercise) {
    const keys = [...exercise.querySelectorAll(".key")];
    const named = (code) => keys.find((key) => key.dataset.code === code);
    const shift = { left: named("ShiftRight"), right: named("ShiftLeft") };
    for (const key of keys) {
      const { base, shift: upper, hand } = key.dataset;
      if (base && !this.#keys.has(base)) this.#keys.set(base, [key]);
      if (upper && !this.#keys.has(upper)) this.#keys.set(upper, [key, shift[hand]]);
    }
    if (named("Enter")) this.#keys.set("\n", [named("Enter")]);
    exercise.addEventListener("typing-change", () => this.#show(exercise.machine));
    this.#show(exercise.machine);
  }

  #show({ units, cursor }) {
    const unit = units[cursor];
    if (unit === this.#unit) return;
    this.#unit = unit;
    for (const key of this.#lit) key.classList.remove("next");
    this.#lit = this.#keys.get(unit) ?? [];
    for (const key of this.#lit) key.classList.add("next");
  }
}

/** Keeps what was typed in this browser until the server has taken it; says so while the server cannot be reached. */
class Sending {
  #form;
  #store = null;
  #kept = null;

  constructor(form) {
    this.#form = form;
    form.addEventListener("typing-started", () => { this.#store ??= import("./store.js"); });
    form.addEventListener("typing-finished", () => { this.#kept ??= this.#keep(); });
    form.querySelector("[data-send]").addEventListener("click", () => this.#send());
    addEventListener("online", () => this.#send());
    document.addEventListener("htmx:afterRequest", ({ detail }) => {
      if (detail.elt === form) this.#answered(detail.xhr.status);
    });
  }

  #send() {
    if (this.#form.isConnected && this.#kept) this.#form.dispatchEvent(new Event("typing-finished"));
  }

  /** Resolves to the store that holds the log, or to null where the browser allows none. */
  #keep() {
    const { ticket, log } = this.#form.elements;
    const put = async () => {
      const store = await this.#store;
      await store.put(ticket.value, log.value);
      return store;
    };
    return put().catch(() => null);
  }

  async #answered(status) {
    const store = await this.#kept;
    if (store?.isFinal(status)) await store.remove(this.#form.elements.ticket.value);
    if (status === 0 || status === 429 || status >= 500) {
      const note = this.#form.querySelector(".exercise-unsent");
      note.querySelector("p").textContent = store ? note.dataset.kept : note.dataset.open;
      note.hidden = false;
    }
  }
}

function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Buttons that show and hide a part of the page; the choice is kept in a cookie, for the server to render. */
function offerParts(exercise) {
  const buttons = [...exercise.querySelectorAll("[data-toggle]")];
  exercise.querySelector(".exercise-options").addEventListener("mousedown", (event) => event.preventDefault());
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", shown);
      exercise.querySelector(`[data-part=${button.dataset.toggle}]`).hidden = !shown;
      const hidden = buttons.filter((other) => other.getAttribute("aria-pressed") === "false");
      document.cookie = `hide=${hidden.map((other) => other.dataset.toggle).join(".")}; path=/; max-age=${YEAR}; samesite=lax`;
    });
  }
}

/** Typing finds its field, and Enter the first action of a result, wherever the focus was left. */
function followKeys(exercise) {
  let resultAt = Infinity;
  document.addEventListener("htmx:afterSettle", () => {
    const heading = document.querySelector("main :is(h1, h2)");
    resultAt = performance.now();
    heading.tabIndex = -1;
    heading.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("a, button, input, select, summary, textarea")) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (exercise.isConnected) {
      if (event.key.length === 1) exercise.focus();
    } else if (event.key === "Enter" && event.timeStamp > resultAt + MS_BEFORE_ENTER_COUNTS) {
      document.querySelector("[data-primary]")?.click();
    }
  });
}

function resendOthers(own) {
  const resend = async () => {
    if (!cookie("unsent")) return;
    const { sendUnsent } = await import("./unsent.js");
    await sendUnsent(own);
  };
  addEventListener("online", resend);
  resend();
}

customElements.define("typing-exercise", TypingExercise);
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = cookie("csrftoken");
  if (token) detail.parameters.csrfmiddlewaretoken = token;
});
const form = document.querySelector("#practice");
const exercise = form.querySelector("typing-exercise");
new Numbers(exercise);
new Keyboard(exercise);
new Sending(form);
offerParts(exercise);
followKeys(exercise);
resendOthers(form.elements.ticket.value);
