/** <typing-exercise>: takes what is typed, drives the Machine and paints the text. */

import { Capture, foreigners } from "./input.js";
import { Machine } from "./machine.js";

const WARNINGS = ["layout", "caps", "paste"];
const VISIBLE = new Map([[" ", "␣"], ["\n", "⏎"]]);
let reading = null;

/**
 * The text on the page: a span for each unit, and a caret that moves beneath them, so that a key changes colours but no
 * layout. Keeps the current line in the upper third of the box.
 */
export class TextView {
  #box;
  #caret = document.createElement("i");
  #spans = [];
  #lefts = [];
  #tops = [];
  #line = NaN;

  constructor(box) {
    this.#box = box;
    this.#caret.className = "caret";
    new ResizeObserver(() => this.#measure()).observe(box);
    document.fonts.addEventListener("loadingdone", () => this.#measure());
  }

  show(machine) {
    this.#spans = machine.units.map((unit) => {
      const span = document.createElement("span");
      span.textContent = unit;
      return span;
    });
    this.#box.replaceChildren(this.#caret, ...this.#spans);
    this.paint(machine, 0, this.#spans.length);
    this.#measure();
  }

  paint({ cursor, mistakes, units, wrongNow }, from, to) {
    for (let i = from; i <= to && i < units.length; i += 1) {
      const wrong = i < cursor ? mistakes.get(i) : i === cursor ? wrongNow : null;
      const span = this.#spans[i];
      if (wrong) span.dataset.typed = VISIBLE.get(wrong) ?? wrong;
      const state = i < cursor ? "done" : i === cursor ? "now" : "";
      span.className = `${state}${wrong ? " mistake" : ""}${units[i] === "\n" ? " break" : ""}`;
    }
    this.#caret.classList.toggle("wrong", wrongNow !== null);
    this.#follow(cursor);
  }

  #measure() {
    this.#lefts = this.#spans.map((span) => span.offsetLeft);
    this.#tops = this.#spans.map((span) => span.offsetTop);
    const { width, height } = this.#spans[0].getBoundingClientRect();
    this.#caret.style.width = `${width}px`;
    this.#caret.style.height = `${height}px`;
    this.#line = NaN;
    this.#follow(this.#spans.findIndex((span) => span.classList.contains("now")));
  }

  #follow(cursor) {
    const top = this.#tops[cursor];
    if (top !== undefined) this.#caret.style.transform = `translate(${this.#lefts[cursor]}px, ${top}px)`;
    if (top === this.#line) return;
    this.#line = top;
    this.#caret.hidden = top === undefined;
    if (this.#caret.hidden) return;
    const above = this.#tops.findLast((other) => other < top) ?? top;
    requestAnimationFrame(() => { this.#box.scrollTop = above - this.#tops[0]; });
  }
}

export class TypingExercise extends HTMLElement {
  #machine;
  #view;
  #field;
  #capture = null;
  #isForeign;
  #startedAt = 0;
  #client;
  #warnings = new Set();

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
      ask: () => this.read("answer"),
      refuse: () => this.#warn("paste", true),
      caps: (on) => this.#warn("caps", on),
    });
  }

  /** The text to type; setting it starts anew. */
  get text() {
    return this.#machine.units.join("");
  }

  set text(text) {
    this.#isForeign = foreigners(text, this.dataset.script, this.dataset.twins);
    this.#start(text);
  }

  /** The state of the run, to be read only. */
  get machine() {
    return this.#machine;
  }

  focus(options) {
    this.#field.focus(options);
  }

  restart() {
    if (!this.#field.readOnly) this.#start(this.text);
  }

  /** Ends the run where it is; nothing without a key. */
  finish() {
    if (!this.#field.readOnly && this.#machine.events.length) this.#finish();
  }

  #start(text) {
    this.#machine = new Machine(text, this.getAttribute("mode"));
    this.#client = { input: "keyboard", untrusted: false };
    this.#field.readOnly = false;
    this.#capture?.clear();
    this.#warn("layout", false);
    this.#view.show(this.#machine);
    this.dispatchEvent(new Event("typing-change"));
  }

  #type(text, time, input, trusted, code) {
    const machine = this.#machine;
    if (this.#field.readOnly) return -1;
    const first = machine.events.length === 0;
    const expected = machine.units[machine.cursor] ?? "";
    const right = text === expected;
    const foreign = !right && this.#isForeign(text, expected, code, this.#warnings.has("layout"));
    if (foreign || right || /\p{L}/u.test(text)) this.#warn("layout", foreign);
    this.#warn("paste", false);
    if (foreign || (text < " " && !machine.cursor && !machine.wrongNow)) return -1;
    const { wrong } = machine;
    const { from, to, index } = machine.press(text, time);
    if (index < 0) return index;
    this.#view.paint(machine, from, to);
    if (input !== "keyboard") this.#client.input = input;
    if (!trusted) this.#client.untrusted = true;
    if (first) {
      this.#startedAt = Math.round(Date.now() - performance.now() + time);
      this.dispatchEvent(new Event("typing-started", { bubbles: true }));
    }
    this.dispatchEvent(new Event("typing-change"));
    if (machine.wrong > wrong) this.read("mistake", machine.units[from]);
    if (machine.finished) this.#finish();
    return index;
  }

  #finish() {
    const form = this.closest("form");
    const log = {
      v: 1,
      ticket: form.elements.ticket.value,
      started_at: this.#startedAt,
      mode: this.#machine.mode,
      events: this.#machine.events,
      client: this.#client,
    };
    this.#field.readOnly = true;
    this.#capture?.clear();
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

  /** Has the Reader do something, which is loaded for it. */
  read(what, ...of) {
    reading ??= import("./reader.js").catch(() => { reading = null; });
    reading.then((module) => module?.readerOf(this)[what](...of));
  }
}
