import { Machine } from "../../static/typing/machine.js";

/** A machine that has been given all entries of a log. */
export function play(text, mode, events) {
  const machine = new Machine(text, mode);
  let moment = 0;
  for (const [dt, typed, hold] of events) {
    moment += dt;
    machine.press(typed, moment, hold);
  }
  return machine;
}
