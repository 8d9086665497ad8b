/** Plays a session's keystrokes again in the place of its text, at any pace and from any moment. */

import { BACKSPACE, DELETE_WORD } from "./machine.js";
import { Tape } from "./tape.js";
import { TextView } from "./text.js";

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** <typing-exercise data-playback>: the exercise as it was typed, played by its log instead of a learner. */
class PlayedExercise extends HTMLElement {
  #tape;
  #view;
  #button = this.querySelector("[data-play]");
  #slider = this.querySelector("[type=range]");
  #pace = this.querySelector("select");
  #time = this.querySelector("output");
  #now = 0;
  #frame = 0;
  #last = 0;
  #strikes = new Map();
  #lit = [];

  connectedCallback() {
    const open = this.querySelector("[data-open]");
    open.hidden = false;
    open.addEventListener("click", async () => {
      const answer = await fetch(this.dataset.playback, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      open.hidden = true;
      const keys = await answer.json();
      this.#show(keys);
      this.#button.focus({ preventScroll: true });
      this.#toggle();
      await this.#bring(keys.keyboard).catch(() => {});
      this.scrollIntoView({ block: "nearest" });
    });
    this.#button.addEventListener("click", () => this.#toggle());
    this.#slider.addEventListener("input", () => this.#go(Number(this.#slider.value)));
  }

  #show(keys) {
    this.#tape = new Tape(keys);
    this.#view = new TextView(this.querySelector(".exercise-text"));
    this.closest("section").querySelector(".passages").hidden = true;
    this.querySelector(".exercise-field").hidden = false;
    this.querySelector(".playback-controls").hidden = false;
    const { step } = this.#slider;
    this.#slider.max = Math.ceil(this.#tape.duration / step) * step;
    this.#mark();
    this.#view.show(this.#tape.machine);
    this.#go(0);
  }

  /** The keyboard beneath, on which the keys struck are lit. */
  async #bring(keyboard) {
    const { strikesOf } = await import("./keyboard.js");
    this.querySelector(".exercise-field").insertAdjacentHTML("afterend", keyboard);
    this.#strikes = strikesOf([...this.querySelectorAll(".key")]);
    for (const key of [BACKSPACE, DELETE_WORD]) this.#strikes.set(key, [...this.querySelectorAll("[data-code=Backspace]")]);
    this.#light();
  }

  #light() {
    const { text, wrong } = this.#tape.struck;
    for (const key of this.#lit) key.classList.remove("next", "slip");
    this.#lit = this.#strikes.get(text) ?? [];
    for (const key of this.#lit) key.classList.add(wrong ? "slip" : "next");
  }

  /** A tick on the time line for every mistake. */
  #mark() {
    const ticks = this.querySelector(".playback-mistakes");
    for (const moment of this.#tape.mistakes()) {
      const tick = document.createElementNS("http://www.w3.org/2000/svg", "line");
      const x = `${(100 * moment) / (this.#tape.duration || 1)}%`;
      for (const [name, value] of [["x1", x], ["x2", x], ["y1", "0"], ["y2", "100%"]]) tick.setAttribute(name, value);
      ticks.append(tick);
    }
  }

  #go(moment) {
    const { machine, duration } = this.#tape;
    this.#now = Math.min(moment, duration);
    const changed = this.#tape.seek(this.#now);
    if (changed === null) this.#view.show(this.#tape.machine);
    else if (changed.to >= 0) this.#view.paint(machine, changed.from, changed.to);
    if (changed?.to !== -1) this.#light();
    this.#slider.value = this.#now;
    const speed = Math.floor(this.#tape.cpm(this.#now) / Number(this.dataset.characters));
    this.#time.textContent = `${clock(this.#now)} / ${clock(duration)} · ${speed} ${this.dataset.unit}`;
  }

  #toggle() {
    if (this.#frame) return this.#stop();
    if (this.#now >= this.#tape.duration) this.#go(0);
    this.#button.textContent = this.#button.dataset.pause;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame((moment) => this.#step(moment));
  }

  #step(moment) {
    this.#go(this.#now + Math.max(moment - this.#last, 0) * Number(this.#pace.value));
    this.#last = moment;
    if (this.#now < this.#tape.duration) this.#frame = requestAnimationFrame((next) => this.#step(next));
    else this.#stop();
  }

  #stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#button.textContent = this.#button.dataset.play;
  }
}

customElements.define("typing-exercise", PlayedExercise);
