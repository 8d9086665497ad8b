/**
 * What keystrokes do to a text: the rules of the practice page, without DOM or clock.
 * replay.py follows the same rules on the server; tests/vectors and test_rules_agree.py hold them together.
 * Times are ms; they are kept whole, by rounding moments, as the server keeps them.
 */

export const BACKSPACE = "\b";
export const DELETE_WORD = "\u0017";
const LONGEST_TEXT = 16;
const LONGEST_HOLD = 60000;
const MARKS =
  "[\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe00-\\ufe0f\\ufe20-\\ufe2f]";
const MARK = new RegExp(`^${MARKS}`, "u");
const UNIT = new RegExp(`[^]${MARKS}*`, "gu");

/** Signs of books and phones, and those of keyboards. */
const LOOK_ALIKES = [
  [/\r\n?/g, "\n"],
  [/[^\S\n]/g, " "],
  [/[ʻʼ‘-‛′‹›]/g, "'"],
  [/[«»“-‟″]/g, '"'],
  [/[‐-―−]/g, "-"],
  [/[…！-～]/g, (sign) => sign.normalize("NFKC")],
];

/** Cut a text into what one keystroke types: a code point with the combining marks after it, in NFC. */
export function units(text) {
  return LOOK_ALIKES.reduce((plain, alike) => plain.replace(...alike), text.normalize("NFC")).match(UNIT) ?? [];
}

const whole = (ms) => Math.floor(ms + 0.5);
const matches = (expected, typed) => typed === expected || (expected === "\n" && typed === " ");
const blank = (unit) => unit === " " || unit === "\n";

export class Machine {
  #free;
  #cursor = 0;
  #standing = [];
  #origin = null;
  #clock = 0;
  #last = 0;
  #start = null;
  #entered = null;

  /** What was typed, in the format of the log: [ms since the entry before, text, ms held or null]. */
  events = [];
  right = 0;
  wrong = 0;
  backspaces = 0;
  /** Position → the wrong unit that stands there (free) or was last typed there (stop). */
  mistakes = new Map();
  /** The wrong unit to show at the cursor until the next key (stop), or null. */
  wrongNow = null;

  /** @param {string} text @param {"stop"|"free"} mode */
  constructor(text, mode) {
    this.mode = mode;
    this.units = units(text);
    this.#free = mode === "free";
  }

  get cursor() {
    return this.#cursor;
  }

  get finished() {
    return this.#cursor === this.units.length;
  }

  /** Wrong units that stand. */
  get uncorrected() {
    return this.#free ? this.mistakes.size : 0;
  }

  /** Wrong keystrokes that no longer stand. */
  get corrected() {
    return this.wrong - this.uncorrected;
  }

  /** Ms from the first character to the last event. */
  get duration() {
    return this.#start === null ? 0 : this.#last - this.#start;
  }

  /** Ms from the first character to a moment on the clock given to press(); 0 before it. */
  elapsed(now) {
    return this.#start === null ? 0 : Math.max(0, whole(now - this.#origin) - this.#start);
  }

  /**
   * Apply what was typed at moment t (ms on any one clock): characters, BACKSPACE or DELETE_WORD.
   * Returns the positions, both inclusive, whose look may have changed, and the index of the event for release(), -1
   * when the text is finished and the key was ignored.
   */
  press(text, t, hold = null) {
    const before = this.#cursor;
    if (this.finished) return { from: before, to: before, index: -1 };
    this.#origin ??= t;
    this.#clock = Math.max(this.#clock, whole(t - this.#origin));
    let from = before;
    if (text === BACKSPACE || text === DELETE_WORD) {
      this.#record(text, this.#clock, hold);
      this.#delete(text);
    } else if (this.#amends(text)) {
      from = this.#entered.cursor;
      this.#takeBack();
      this.#enter(this.#entered.text + text, this.#last);
    } else {
      this.#record(text, this.#clock, hold);
      this.#enter(text, this.#clock);
    }
    return { from: Math.min(from, this.#cursor), to: Math.max(before, this.#cursor), index: this.events.length - 1 };
  }

  /** Tell how long the key of an event was held, once it is up. */
  release(index, hold) {
    if (this.events[index]) this.events[index][2] = held(hold);
  }

  #record(text, time, hold) {
    this.events.push([time - this.#last, text, held(hold)]);
    this.#last = time;
  }

  #amends(text) {
    return this.#entered !== null && MARK.test(text) && [...this.#entered.text, ...text].length <= LONGEST_TEXT;
  }

  #enter(text, time) {
    const { right, wrong } = this;
    const cursor = this.#cursor;
    this.#entered = { text, right, wrong, cursor, mistake: this.mistakes.get(cursor) };
    this.events[this.events.length - 1][1] = text;
    if (right + wrong === 0) this.#start = time;
    // What is expected is one unit: nearly every key is spared the cutting.
    for (const unit of text === this.units[cursor] ? [text] : units(text)) {
      const isRight = matches(this.units[this.#cursor], unit);
      if (isRight) this.right += 1;
      else {
        this.wrong += 1;
        this.mistakes.set(this.#cursor, unit);
      }
      this.wrongNow = isRight || this.#free ? null : unit;
      if (isRight || this.#free) {
        this.#standing.push(unit);
        this.#cursor += 1;
        if (this.finished) return;
      }
    }
  }

  #takeBack() {
    const { right, wrong, cursor, mistake } = this.#entered;
    for (let position = cursor; position <= this.#cursor; position += 1) this.mistakes.delete(position);
    if (mistake !== undefined) this.mistakes.set(cursor, mistake);
    Object.assign(this, { right, wrong });
    this.#cursor = cursor;
    this.#standing.length = cursor;
  }

  #delete(key) {
    this.#entered = null;
    this.backspaces += 1;
    this.wrongNow = null;
    if (!this.#free) return;
    const standing = this.#standing;
    let end = standing.length - (key === BACKSPACE ? 1 : 0);
    if (key === DELETE_WORD) {
      while (end > 0 && blank(standing[end - 1])) end -= 1;
      while (end > 0 && !blank(standing[end - 1])) end -= 1;
    }
    standing.length = Math.max(end, 0);
    while (this.#cursor > standing.length) this.mistakes.delete(--this.#cursor);
  }
}

function held(hold) {
  return hold === null ? null : Math.min(Math.max(whole(hold), 0), LONGEST_HOLD);
}

/** Speed in characters per minute and accuracy in %, up to `now` while typing, as the server scores them at the end. */
export function liveScore(machine, now = null, rested = 0) {
  const ms = (now === null || machine.finished ? machine.duration : machine.elapsed(now)) - rested;
  const typed = machine.right + machine.wrong;
  return {
    cpm: ms > 0 ? (60000 * Math.max(machine.cursor - 1, 0)) / ms : 0,
    rawCpm: ms > 0 ? (60000 * Math.max(typed - 1, 0)) / ms : 0,
    accuracy: typed > 0 ? (100 * machine.right) / typed : 100,
  };
}
