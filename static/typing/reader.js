/**
 * What a screen reader is given to say: what was expected after a mistake, what F2 asks for, and, while it is switched
 * on, every next word. A mistake waits until the one before was heard; of words only the last one waits.
 */

import { nameOf } from "./signs.js";

const TO_BE_HEARD = 1500;
const BLANK = /^[ \n]$/;
const PLAIN = /^\p{Ll}+$/u;
const FEWEST_LETTERS = 3;
const readers = new WeakMap();

/** The one Reader of an exercise. */
export function readerOf(exercise) {
  if (!readers.has(exercise)) readers.set(exercise, new Reader(exercise));
  return readers.get(exercise);
}

/** Where the word at a place begins and ends, `to` being that of the blank after it, and the end of its line. */
export function wordAt(units, place) {
  const isBlank = (unit) => BLANK.test(unit);
  let from = place;
  while (from > 0 && !isBlank(units[from - 1])) from -= 1;
  const after = units.findIndex((unit, i) => i >= place && isBlank(unit));
  const line = units.indexOf("\n", place);
  return { from, to: after < 0 ? units.length : after, line: line < 0 ? units.length : line };
}

class Reader {
  #exercise;
  #live;
  #say;
  #machine = null;
  #isOn = false;
  #place = -1;
  #introduced = new Set();
  #mistakes = [];
  #word = "";
  #timer = 0;
  #heardAt = 0;
  #asked = { cursor: -1, times: 0 };

  constructor(exercise) {
    this.#exercise = exercise;
    this.#live = exercise.querySelector(".exercise-live");
    this.#say = exercise.dataset;
    exercise.addEventListener("typing-change", () => this.#follow());
  }

  /** Reads every next word from here on. */
  start() {
    this.#isOn = true;
    this.#place = -1;
    this.#follow();
  }

  stop() {
    this.#isOn = false;
    this.#word = "";
  }

  /** After a mistake: what was expected; while words are read also what is left of this one. */
  mistake(expected) {
    const { units, cursor } = this.#exercise.machine;
    const rest = this.#isOn ? units.slice(cursor, wordAt(units, cursor).to) : [];
    const parts = [this.#say.expected.replace("%s", () => this.#name(expected))];
    if (rest.length) parts.push(this.#say.rest.replace("%s", () => this.#spell(rest)));
    const sentence = parts.join(". ");
    if (this.#mistakes.at(-1) !== sentence) this.#mistakes.push(sentence);
    this.#speak();
  }

  /** The word at the cursor; asked again, the rest of the line; once more, speed and accuracy. */
  answer() {
    const { units, cursor } = this.#exercise.machine;
    const times = this.#asked.cursor === cursor ? (this.#asked.times + 1) % 3 : 0;
    this.#asked = { cursor, times };
    const { from, to, line } = wordAt(units, cursor);
    if (times === 2) this.#tell(this.#numbers());
    else if (times === 1) this.#tell(units.slice(cursor, line).join("") || this.#end(line));
    else if (cursor === from) this.#tell(this.#wordFrom(cursor));
    else this.#tell(this.#spell(cursor < to ? units.slice(cursor, to) : units.slice(to, to + 1)) || this.#say.textEnd);
  }

  #follow() {
    const { machine } = this.#exercise;
    if (machine !== this.#machine) {
      this.#machine = machine;
      this.#mistakes = [];
      this.#introduced.clear();
      this.#place = -1;
    }
    const { cursor, units } = machine;
    if (!this.#isOn || cursor <= this.#place || cursor >= units.length || wordAt(units, cursor).from !== cursor) return;
    this.#place = cursor;
    this.#word = this.#wordFrom(cursor);
    this.#speak();
  }

  /** A word as it is read: first its new keys with their fingers; at the end that a line ends. */
  #wordFrom(from) {
    const { units } = this.#exercise.machine;
    const { to, line } = wordAt(units, from);
    const letters = units.slice(from, to);
    const word = letters.join("");
    const isPlain = PLAIN.test(word);
    const isSpelled = !isPlain || new Set(letters).size < FEWEST_LETTERS;
    const spoken = isPlain || letters.length === 1 ? "" : `${word}: `;
    return [
      ...this.#introduce(letters),
      [isSpelled ? spoken + this.#spell(letters) : word, ...(to === line ? [this.#end(line)] : [])].join("; "),
    ].join(". ");
  }

  #end(line) {
    return line < this.#exercise.machine.units.length ? this.#say.lineEnd : this.#say.textEnd;
  }

  #introduce(letters) {
    const fresh = new Set(letters.filter((letter) => this.#say.new?.includes(letter) && !this.#introduced.has(letter)));
    return [...fresh].map((letter) => {
      this.#introduced.add(letter);
      const finger = this.#finger(letter);
      return this.#say.newKey.replace("%s", () => this.#name(letter)) + (finger ? `: ${finger}` : "");
    });
  }

  #finger(letter) {
    const keys = [...this.#exercise.querySelectorAll(".key[data-base]")];
    const key = keys.find(({ dataset: { base, shift } }) => base === letter || shift === letter);
    const drawn = key && this.#exercise.querySelector(
      `.hand [data-finger=${key.dataset.finger}][data-hand=${key.dataset.hand}] title`);
    return drawn?.textContent ?? "";
  }

  #spell(units) {
    return units.map((unit) => this.#name(unit)).join(", ");
  }

  #name(unit) {
    const { space, lineBreak, capital } = this.#say;
    const named = { " ": space, "\n": lineBreak }[unit] ?? nameOf(unit);
    return named ?? (unit === unit.toLowerCase() ? unit : capital.replace("%s", () => unit));
  }

  #numbers() {
    const figure = (stat) => this.#exercise.querySelector(`[data-stat=${stat}] b`).textContent;
    if (!/\d/.test(figure("speed"))) return this.#say.unknown;
    return this.#say.numbers.replace("%s", figure("speed")).replace("%p", figure("accuracy"));
  }

  #speak() {
    if (this.#timer) return;
    const wait = this.#heardAt - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        this.#speak();
      }, wait);
    } else if (this.#mistakes.length) {
      this.#tell(this.#mistakes.shift());
      this.#speak();
    } else if (this.#word) {
      this.#show(this.#word);
      this.#word = "";
    }
  }

  #tell(sentence) {
    this.#heardAt = performance.now() + TO_BE_HEARD;
    this.#show(sentence);
  }

  /** The same words again are spoken only when they were away for a frame. */
  #show(sentence) {
    this.#live.textContent = "";
    requestAnimationFrame(() => { this.#live.textContent = sentence; });
  }
}
