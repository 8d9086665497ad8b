/** <typing-exercise>: takes what is typed and drives the Machine. */

import { Capture, foreigners } from "./input.js";
import { Machine } from "./machine.js";
import { TextView } from "./text.js";

const WARNINGS = ["restart", "layout", "caps", "paste"];
const LOST_UNASKED = 0.1;
let reading = null;

export class TypingExercise extends HTMLElement {
  #machine;
  #view;
  #field;
  #capture = null;
  #isForeign;
  #startedAt = 0;
  #client;
  #warnings = new Set();

  /** How much is done, from 0 to 1: of the text; the clock of a test puts the time in its place. */
  share = () => this.#machine.cursor / this.#machine.units.length;

  /** Ms of rests, which the speed shown leaves out; `rests.js` counts them. */
  rested = 0;

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
      restart: () => this.#askBeforeRestart(),
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

  get view() {
    return this.#view;
  }

  focus(options) {
    this.#field.focus(options);
  }

  restart() {
    if (!this.#field.readOnly) this.#start(this.text);
  }

  #askBeforeRestart() {
    if (this.#field.readOnly || this.#warnings.has("restart") || this.share() <= LOST_UNASKED) this.restart();
    else this.#warn("restart", true);
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
    this.#warn("restart", false);
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
    this.#warn("restart", false);
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
    const line = this.querySelector(".exercise-warning");
    line.textContent = shown ? this.getAttribute(`data-warn-${shown}`) : "";
    line.classList.toggle("soft", shown === "restart");
  }

  /** Has the Reader do something, which is loaded for it. */
  read(what, ...of) {
    reading ??= import("./reader.js").catch(() => { reading = null; });
    reading.then((module) => module?.readerOf(this)[what](...of));
  }
}
