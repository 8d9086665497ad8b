import { Machine } from "./machine.js";

/** The state of a text at any moment of a log; `moments` are the times of its events in ms. */
export class Tape {
  constructor({ text, mode, events }) {
    this.text = text;
    this.mode = mode;
    this.events = events;
    let moment = 0;
    this.moments = events.map(([dt]) => { moment += dt; return moment; });
    this.rewind();
  }

  get duration() {
    return this.moments.at(-1) ?? 0;
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
