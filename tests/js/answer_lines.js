/** Plays logs for progress/tests/test_rules_agree.py: a JSON line in, {text, mode, events}; a JSON line out. */
import { createInterface } from "node:readline";

import { liveScore } from "../../static/typing/machine.js";
import { play } from "./play.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { text, mode, events } = JSON.parse(line);
  const machine = play(text, mode, events);
  const { units, cursor, finished, right, wrong, backspaces, corrected, uncorrected, duration } = machine;
  const state = { units, cursor, finished, right, wrong, backspaces, corrected, uncorrected, duration };
  const mistakes = Object.fromEntries(machine.mistakes);
  console.log(JSON.stringify({ ...state, mistakes, events: machine.events, ...liveScore(machine) }));
}
