import { Machine } from "./machine.js";

const LATELY = 5000;

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

  /** The moments at which something wrong was typed. */
  mistakes() {
    const machine = new Machine(this.text, this.mode);
    return this.moments.filter((moment, n) => {
      const { wrong } = machine;
      machine.press(this.events[n][1], moment);
      return machine.wrong > wrong;
    });
  }

  /** Characters per minute over the last `LATELY` ms before a moment, as far as the tape has been played. */
  cpm(moment) {
    const from = Math.max(moment - LATELY, 0);
    const struck = this.events.filter(([, text], n) => (
      text !== "\b" && this.moments[n] > from && this.moments[n] <= moment));
    return moment > from ? (60_000 * struck.length) / (moment - from) : 0;
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
