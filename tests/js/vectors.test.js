import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { liveScore } from "../../static/typing/machine.js";
import { play } from "./play.js";

const folder = new URL("../vectors/", import.meta.url);
const MACHINE = [
  ...["units", "cursor", "finished", "right", "wrong", "backspaces", "corrected", "uncorrected", "wrongNow"],
  "duration",
];
const SPEEDS = { cpm: "cpm", raw_cpm: "rawCpm", accuracy: "accuracy" };
const SERVER_ONLY = [
  ...["latencies", "consistency", "kspc", "corrected_error_rate", "uncorrected_error_rate", "rollover"],
  ...["hand_alternation", "pauses"],
];

function close(actual, expected, key) {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, expected), `${key}: ${actual} is not ${expected}`);
}

function check(machine, key, expected) {
  if (MACHINE.includes(key)) assert.deepEqual(machine[key], expected, key);
  else if (key === "mistakes") assert.deepEqual(Object.fromEntries(machine.mistakes), expected);
  else if (key === "holds") {
    const holds = machine.events.flatMap(([, text, hold]) => [...text].map((_, i) => (i === 0 ? hold : null)));
    assert.deepEqual(holds, expected);
  } else if (key in SPEEDS) close(liveScore(machine)[SPEEDS[key]], expected, key);
  else assert.ok(SERVER_ONLY.includes(key), `unknown expectation ${key}`);
}

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const { about, cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  describe(`${file}: ${about}`, () => {
    for (const { name, text, mode, keys, events, expect } of cases) {
      test(name, () => {
        const machine = play(text, mode, events ?? keys.map((key, i) => [i === 0 ? 0 : 100, key, null]));
        for (const [key, expected] of Object.entries(expect)) check(machine, key, expected);
      });
    }
  });
}
