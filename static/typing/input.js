/**
 * What is typed into a textarea, whatever it is typed with.
 *
 * Keyboards are read from beforeinput, which is cancelled, so that the field stays empty. Dead keys and input methods are
 * read at the end of their composition. Touch keyboards keep a word in composition and tell no keys: their text is read
 * by comparing the field with what it held before; a sentinel in it gives their Backspace something to delete.
 */

import { BACKSPACE, DELETE_WORD } from "./machine.js";

const SENTINEL = " ";
const LONGEST_FIELD = 200;
const EVENT = /[^]{1,16}/gu;
const UNTYPEABLE = /(?!\n)[\p{Cc}\p{Cs}]/gu;

/**
 * How a field changed: how many characters were erased and which were typed. A word replaced by a correction or a
 * suggestion counts for nothing but what goes beyond its length.
 */
export function difference(before, after) {
  const old = [...before];
  const now = [...after];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const erased = old.length - end - start;
  const typed = now.slice(start, now.length - end);
  return erased > 0 && typed.length > 0
    ? { erased: 0, typed: typed.slice(erased).join("") }
    : { erased, typed: typed.join("") };
}

/** Tells letters of another script than the expected one's, or `text`'s, and `twins` (languages.py); `own` is to be typed. */
export function foreigners(text, own, twins = "") {
  const scripts = [own, "Latin", "Cyrillic"].map((name) => new RegExp(`\\p{Script=${name}}`, "u"));
  const scriptOf = (letters) => scripts.find((script) => script.test(letters));
  return (typed, expected, code, warned) => {
    const [came, wanted] = [scriptOf(typed), scriptOf(expected) ?? scriptOf(text)];
    return came && wanted ? came !== wanted : twins.includes(` ${code}${warned ? "" : expected}${typed} `);
  };
}

export class Capture {
  #field;
  #target;
  #keydown = null;
  #code = "";
  #down = new Map();
  #touch = matchMedia("(pointer: coarse)").matches;
  #composing = false;
  #seen = "";

  /**
   * @param {HTMLTextAreaElement} field
   * @param {{type(text: string, time: number, input: string, trusted: boolean, code: string): number,
   *   release(index: number, hold: number): void, restart(): void, ask(): void, refuse(): void, caps(on: boolean): void}} target
   *   type() answers the index of the keystroke in the log, or -1
   */
  constructor(field, target) {
    this.#field = field;
    this.#target = target;
    for (const type of ["keydown", "keyup", "beforeinput", "input", "compositionstart", "compositionend", "drop", "blur"]) {
      field.addEventListener(type, this);
    }
    const early = field.value;
    this.clear();
    if (early) this.#type(early, { timeStamp: performance.now(), isTrusted: true });
  }

  handleEvent(event) {
    this[event.type](event);
  }

  clear() {
    this.#seen = this.#touch ? SENTINEL : "";
    this.#field.value = this.#seen;
  }

  keydown(event) {
    this.#target.caps(event.getModifierState("CapsLock"));
    this.#keydown = event;
    const unnamed = event.code === "";
    if (event.keyCode !== 229) this.#touch &&= unnamed;
    else if (unnamed) this.#touch = true;
    if (event.isComposing) return;
    this.#code = event.code;
    if (event.key === "Escape") {
      event.preventDefault();
      this.#target.restart();
    } else if (event.key === "F2") {
      event.preventDefault();
      this.#target.ask();
    } else if (event.key === "Backspace" && !(unnamed && this.#field.value)) {
      event.preventDefault();
      this.#press(event.ctrlKey || event.altKey ? DELETE_WORD : BACKSPACE, event);
    } else if (event.repeat && (event.key.length === 1 || event.key === "Enter")) {
      event.preventDefault();
    }
  }

  keyup(event) {
    this.#target.caps(event.getModifierState("CapsLock"));
    if (this.#keydown?.code === event.code) this.#keydown = null;
    const press = this.#down.get(event.code);
    this.#down.delete(event.code);
    if (press) this.#target.release(press.index, event.timeStamp - press.time);
  }

  beforeinput(event) {
    const kind = event.inputType;
    if (/^insertFrom(Paste|Drop|Yank)/.test(kind)) {
      event.preventDefault();
      this.#target.refuse();
    } else if (event.isComposing || this.#touch || !event.cancelable) {
      return;
    } else if (kind === "insertText" || kind === "insertLineBreak") {
      event.preventDefault();
      this.#type(event.data ?? "\n", event);
    } else if (!/^(delete|insert.*Composition)/.test(kind)) {
      event.preventDefault();
    }
  }

  input(event) {
    if (this.#composing) return;
    const { erased, typed } = difference(this.#seen, this.#field.value);
    this.#seen = this.#field.value;
    if (event.inputType === "deleteWordBackward") this.#press(DELETE_WORD, event);
    else for (let i = 0; i < erased; i += 1) this.#press(BACKSPACE, event);
    this.#type(typed, event, "touch");
    if (!event.isComposing && (this.#seen === "" || this.#seen.length > LONGEST_FIELD)) this.clear();
  }

  compositionstart() {
    this.#composing = !this.#touch;
  }

  compositionend(event) {
    if (!this.#composing) return;
    this.#composing = false;
    this.clear();
    this.#type(event.data, event, "ime");
  }

  drop(event) {
    event.preventDefault();
    this.#target.refuse();
  }

  blur() {
    this.#down.clear();
  }

  #type(text, event, input = "keyboard") {
    const typed = text.replace(/\r\n?/g, "\n").replace(UNTYPEABLE, "");
    for (const part of typed.match(EVENT) ?? []) this.#press(part, event, input);
  }

  #press(text, event, input = "keyboard") {
    const key = this.#keydown;
    this.#keydown = null;
    const time = key?.timeStamp ?? event.timeStamp;
    const index = this.#target.type(text, time, input, event.isTrusted, this.#code);
    if (key?.code && index >= 0) this.#down.set(key.code, { index, time });
  }
}
