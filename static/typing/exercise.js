/** <typing-exercise>: takes what is typed, drives the Machine and paints the text. */

import { Capture } from "./input.js";
import { Machine } from "./machine.js";

const PAUSE_BETWEEN_ANNOUNCEMENTS = 1500;
const WARNINGS = ["layout", "paste", "caps"];
const VISIBLE = new Map([[" ", "␣"], ["\n", "⏎"]]);

/** The alphabet of the first letter, "" when it is neither Cyrillic nor Latin. */
function script(text) {
  const letter = /(?<cyrillic>\p{Script=Cyrillic})|\p{Script=Latin}/u.exec(text);
  if (letter === null) return "";
  return letter.groups.cyrillic ? "cyrillic" : "latin";
}

/** The text on the page: a span for each unit; keeps the current line in the upper third of the box. */
class TextView {
  #box;
  #spans = [];
  #tops = [];
  #line = 0;

  constructor(box) {
    this.#box = box;
    new ResizeObserver(() => this.measure()).observe(box);
    document.fonts.ready.then(() => this.measure());
  }

  show(machine) {
    this.#spans = machine.units.map((unit) => {
      const span = document.createElement("span");
      span.textContent = unit;
      return span;
    });
    this.#box.replaceChildren(...this.#spans);
    this.paint(machine, 0, this.#spans.length);
  }

  paint(machine, from, to) {
    const { cursor, mistakes, units, wrongNow } = machine;
    for (let i = from; i <= to && i < units.length; i += 1) {
      const wrong = i < cursor ? mistakes.get(i) : i === cursor ? wrongNow : null;
      const span = this.#spans[i];
      if (wrong) span.dataset.typed = VISIBLE.get(wrong) ?? wrong;
      const state = i < cursor ? "done" : i === cursor ? "now" : "";
      span.className = `${state}${wrong ? " mistake" : ""}${units[i] === "\n" ? " break" : ""}`;
    }
    this.#follow(cursor);
  }

  measure() {
    this.#tops = this.#spans.map((span) => span.offsetTop);
    this.#line = NaN;
    this.#follow(this.#spans.findIndex((span) => span.classList.contains("now")));
  }

  #follow(cursor) {
    const top = this.#tops[cursor];
    if (top === undefined || top === this.#line) return;
    this.#line = top;
    const above = this.#tops.findLast((other) => other < top) ?? top;
    const pastWrongLetters = (top - above) / 7;
    this.#box.scrollTop = above === this.#tops[0] ? 0 : above - this.#tops[0] + pastWrongLetters;
  }
}

export class TypingExercise extends HTMLElement {
  #machine;
  #view;
  #field;
  #capture = null;
  #script = "";
  #startedAt = 0;
  #input = "keyboard";
  #untrusted = false;
  #warnings = new Set();
  #announcedAt = -Infinity;

  connectedCallback() {
    if (this.#capture) return;
    const box = this.querySelector(".exercise-text");
    this.#field = this.querySelector("textarea");
    this.#view = new TextView(box);
    this.text = box.textContent;
    this.querySelector("[data-restart]").addEventListener("click", () => {
      this.restart();
      this.focus();
    });
    this.#capture = new Capture(this.#field, {
      type: (...typed) => this.#type(...typed),
      release: (index, hold) => this.#machine.release(index, hold),
      restart: () => this.restart(),
      refuse: () => this.#warn("paste", true),
      caps: (on) => this.#warn("caps", on),
    });
  }

  /** The text to type; setting it starts anew. */
  get text() {
    return this.#machine.units.join("");
  }

  set text(text) {
    this.#script = script(text);
    this.#start(text);
    this.#view.measure();
  }

  /** The state of the run, to be read only. */
  get machine() {
    return this.#machine;
  }

  focus(options) {
    this.#field.focus(options);
  }

  restart() {
    if (this.#field.readOnly) return;
    this.#start(this.text);
  }

  #start(text) {
    this.#machine = new Machine(text, this.getAttribute("mode"));
    this.#input = "keyboard";
    this.#untrusted = false;
    this.#field.readOnly = false;
    this.#capture?.clear();
    this.#warn("layout", false);
    this.#view.show(this.#machine);
    this.dispatchEvent(new Event("typing-change"));
  }

  #type(text, time, input, trusted) {
    const machine = this.#machine;
    const first = machine.events.length === 0;
    const foreign = this.#isForeign(text);
    this.#warn("layout", foreign);
    this.#warn("paste", false);
    if (first && (foreign || text < " ")) return -1;
    const { wrong } = machine;
    const { from, to, index } = machine.press(text, time);
    if (index < 0) return index;
    this.#view.paint(machine, from, to);
    if (input !== "keyboard") this.#input = input;
    if (!trusted) this.#untrusted = true;
    if (first) {
      this.#startedAt = Math.round(Date.now() - performance.now() + time);
      this.dispatchEvent(new Event("typing-started", { bubbles: true }));
    }
    this.dispatchEvent(new Event("typing-change"));
    if (machine.wrong > wrong) this.#announce(machine.units[from], time);
    if (machine.finished) this.#finish();
    return index;
  }

  /** A letter of another alphabet than the one expected: the system's keyboard layout is the wrong one. */
  #isForeign(text) {
    const typed = script(text);
    const expected = script(this.#machine.units[this.#machine.cursor] ?? "") || this.#script;
    return typed !== "" && expected !== "" && typed !== expected;
  }

  #finish() {
    const form = this.closest("form");
    const log = {
      v: 1,
      ticket: form.elements.ticket.value,
      started_at: this.#startedAt,
      mode: this.#machine.mode,
      events: this.#machine.events,
      client: { layout: this.getAttribute("layout"), input: this.#input, untrusted: this.#untrusted },
    };
    this.#field.readOnly = true;
    this.#capture.clear();
    form.elements.log.value = JSON.stringify(log);
    this.dispatchEvent(new CustomEvent("typing-finished", { bubbles: true, detail: { log } }));
  }

  #warn(name, on) {
    if (this.#warnings.has(name) === on) return;
    if (on) this.#warnings.add(name);
    else this.#warnings.delete(name);
    const shown = WARNINGS.find((warning) => this.#warnings.has(warning));
    this.querySelector(".exercise-warning").textContent = shown ? this.getAttribute(`data-warn-${shown}`) : "";
  }

  /** Names the expected character to a screen reader, not more often than it can be heard. */
  #announce(expected, time) {
    if (time - this.#announcedAt < PAUSE_BETWEEN_ANNOUNCEMENTS) return;
    this.#announcedAt = time;
    const { expected: sentence, space, lineBreak, capital } = this.dataset;
    const name = { " ": space, "\n": lineBreak }[expected] ?? (
      expected === expected.toLowerCase() ? expected : capital.replace("%s", expected));
    this.querySelector(".exercise-live").textContent = sentence.replace("%s", name);
  }
}
