import { Machine } from "./machine.js";

const LATELY = 5000;

/**
 * The state of a text at any moment of a log; `moments` are the times of its events in ms, `missed` which were
 * wrong, `cursors` how far each led.
 */
export class Tape {
  constructor({ text, mode, events }) {
    this.text = text;
    this.mode = mode;
    this.events = events;
    let moment = 0;
    this.moments = events.map(([dt]) => { moment += dt; return moment; });
    const machine = new Machine(text, mode);
    this.cursors = [];
    this.missed = events.map(([, typed], n) => {
      const { wrong } = machine;
      machine.press(typed, this.moments[n]);
      this.cursors.push(machine.cursor);
      return machine.wrong > wrong;
    });
    this.rewind();
  }

  get duration() {
    return this.moments.at(-1) ?? 0;
  }

  /** The moments at which something wrong was typed. */
  mistakes() {
    return this.moments.filter((_, n) => this.missed[n]);
  }

  /** What was struck last, and whether it was wrong; nothing before the first key. */
  get struck() {
    const last = this.next - 1;
    return last < 0 ? { text: "", wrong: false } : { text: this.events[last][1], wrong: this.missed[last] };
  }

  /** Characters of the text per minute over the last `LATELY` ms before a moment; the first has no time, as ever. */
  cpm(moment) {
    const from = Math.max(moment - LATELY, 0);
    const gained = this.#cursorAt(moment) - this.#cursorAt(from);
    return moment > from ? Math.max(60_000 * gained, 0) / (moment - from) : 0;
  }

  #cursorAt(moment) {
    return this.cursors[this.moments.findLastIndex((at) => at <= moment)] ?? 0;
  }

  rewind() {
    this.machine = new Machine(this.text, this.mode);
    this.next = 0;
  }

  /** Go to a moment, back or forth; the positions whose look may have changed, or null when all may have. */
  seek(moment) {
    const back = this.next > 0 && this.moments[this.next - 1] > moment;
    if (back) this.rewind();
    let from = Infinity;
    let to = -1;
    while (this.next < this.events.length && this.moments[this.next] <= moment) {
      const changed = this.machine.press(this.events[this.next][1], this.moments[this.next]);
      from = Math.min(from, changed.from);
      to = Math.max(to, changed.to);
      this.next += 1;
    }
    return back ? null : { from, to };
  }
}
