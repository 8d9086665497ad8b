import assert from "node:assert/strict";
import { test } from "node:test";

import { Tape } from "../../static/typing/tape.js";

const keys = { mode: "free", text: "fj", events: [[0, "x", 80], [100, "\b", null], [100, "f", 80], [100, "j", 80]] };

test("a tape begins before its first key", () => {
  const tape = new Tape(keys);
  assert.equal(tape.duration, 300);
  assert.equal(tape.machine.cursor, 0);
});

test("it plays what is due and tells what changed", () => {
  const tape = new Tape(keys);
  assert.deepEqual(tape.seek(99), { from: 0, to: 1 });
  assert.equal(tape.machine.mistakes.get(0), "x");
  assert.deepEqual(tape.seek(100), { from: 0, to: 1 });
  assert.equal(tape.machine.cursor, 0);
  assert.deepEqual(tape.seek(150), { from: Infinity, to: -1 });
  tape.seek(1e9);
  assert.equal(tape.machine.finished, true);
});

test("going back is playing anew", () => {
  const tape = new Tape(keys);
  tape.seek(300);
  assert.equal(tape.seek(50), null);
  assert.equal(tape.machine.cursor, 1);
  assert.equal(tape.machine.mistakes.get(0), "x");
});

test("any path to a moment leads to the same text", () => {
  const straight = new Tape(keys);
  straight.seek(200);
  const winding = new Tape(keys);
  for (const moment of [300, 0, 250, 120, 200]) winding.seek(moment);
  assert.deepEqual(winding.machine.events, straight.machine.events);
  assert.equal(winding.machine.cursor, straight.machine.cursor);
});

test("it tells when mistakes were made and how fast it went", () => {
  const tape = new Tape(keys);
  assert.deepEqual(tape.mistakes(), [0]);
  assert.equal(tape.cpm(300), 200, "as the server scores it: one character after the first");
  assert.equal(tape.cpm(0), 0);
});

test("its speed is of characters gained, neither of wrong keys nor of erasing, in the last five seconds", () => {
  const stopped = new Tape({ mode: "stop", text: "fjf", events: [[0, "f", 80], [500, "x", 80], [500, "j", 80]] });
  assert.equal(stopped.cpm(1000), 60);
  const erased = new Tape({ mode: "free", text: "fj fj", events: [[0, "f", 80], [500, "j", 80], [500, "\u0017", 80]] });
  assert.equal(erased.cpm(1000), 0);
  const slow = new Tape({ mode: "stop", text: "fjfj", events: [[0, "f", 80], [1000, "j", 80], [6000, "f", 80]] });
  assert.equal(slow.cpm(6000), 0);
  assert.equal(slow.cpm(7000), 12);
});

test("it tells what was struck last, forth and back", () => {
  const tape = new Tape(keys);
  const struckAt = (moment) => { tape.seek(moment); return tape.struck; };
  assert.deepEqual(tape.struck, { text: "", wrong: false });
  assert.deepEqual(struckAt(0), { text: "x", wrong: true });
  assert.deepEqual(struckAt(250), { text: "f", wrong: false });
  assert.deepEqual(struckAt(100), { text: "\b", wrong: false });
});

test("nothing typed is no tape", () => {
  const tape = new Tape({ ...keys, events: [] });
  assert.equal(tape.duration, 0);
  assert.deepEqual(tape.seek(5), { from: Infinity, to: -1 });
});
