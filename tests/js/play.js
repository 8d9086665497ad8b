import { Machine } from "../../static/typing/machine.js";

/** A machine that has been given all entries of a log. */
export function play(text, mode, events, hasRests = false) {
  const machine = new Machine(text, mode, hasRests);
  let moment = 0;
  for (const [dt, typed, hold] of events) {
    moment += dt;
    machine.press(typed, moment, hold);
  }
  return machine;
}
