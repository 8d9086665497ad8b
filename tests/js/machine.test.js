import assert from "node:assert/strict";
import { test } from "node:test";

import { BACKSPACE, DELETE_WORD, liveScore, Machine, units } from "../../static/typing/machine.js";

function type(machine, keys, every = 100) {
  return [...keys].map((key, i) => machine.press(key, i * every));
}

test("units keep marks with their letter and make blanks and line ends plain", () => {
  assert.deepEqual(units("е\u0308ж\r\n5\u00a0\u{1f600}"), ["ё", "ж", "\n", "5", " ", "\u{1f600}"]);
  assert.deepEqual(units(""), []);
});

test("a right key changes the look of its place and of the next", () => {
  const machine = new Machine("abc", "stop");
  assert.deepEqual(machine.press("a", 0), { from: 0, to: 1, index: 0 });
});

test("a wrong key changes the look of the cursor only", () => {
  const machine = new Machine("abc", "stop");
  machine.press("a", 0);
  assert.deepEqual(machine.press("x", 50), { from: 1, to: 1, index: 1 });
  assert.equal(machine.wrongNow, "x");
});

test("a word delete changes the look of all it took back", () => {
  const machine = new Machine("ab cd", "free");
  type(machine, "ab c");
  assert.deepEqual(machine.press(BACKSPACE, 400), { from: 3, to: 4, index: 4 });
  assert.deepEqual(machine.press(DELETE_WORD, 500), { from: 0, to: 3, index: 5 });
});

test("a mark that makes a right letter wrong changes the look back to it", () => {
  const machine = new Machine("ива", "stop");
  machine.press("и", 0);
  assert.deepEqual(machine.press("\u0306", 10), { from: 0, to: 1, index: 0 });
  assert.equal(machine.cursor, 0);
});

test("a key after the end is not recorded", () => {
  const machine = new Machine("a", "stop");
  machine.press("a", 0);
  assert.deepEqual(machine.press("b", 100), { from: 1, to: 1, index: -1 });
  assert.equal(machine.events.length, 1);
});

test("events are whole ms; moments are rounded, so that nothing drifts", () => {
  const machine = new Machine("abcdef", "stop");
  ["a", "b", "c", "d", "e"].forEach((key, i) => machine.press(key, 1000.2 + i * 10.4));
  assert.deepEqual(machine.events.map(([dt]) => dt), [0, 10, 11, 10, 11]);
});

test("a clock that steps back does not make time negative", () => {
  const machine = new Machine("abc", "stop");
  machine.press("a", 100);
  machine.press("b", 90);
  machine.press("c", 130);
  assert.deepEqual(machine.events, [[0, "a", null], [0, "b", null], [30, "c", null]]);
});

test("release tells how long a key was down, within what a log may hold", () => {
  const machine = new Machine("abc", "stop");
  const { index } = machine.press("a", 0);
  machine.press("b", 80);
  machine.release(index, 95.5);
  machine.release(1, 70000);
  machine.release(-1, 50);
  machine.release(7, 50);
  assert.deepEqual(machine.events.map(([, , hold]) => hold), [96, 60000]);
});

test("a mark that amends leaves one event, and the next counts from it", () => {
  const machine = new Machine("йод", "stop");
  machine.press("и", 0, 70);
  machine.press("\u0306", 40, 30);
  machine.press("о", 200);
  assert.deepEqual(machine.events, [[0, "и\u0306", 70], [200, "о", null]]);
});

test("live speed runs with the clock until the text is finished", () => {
  const machine = new Machine("abc", "stop");
  assert.deepEqual(liveScore(machine, 5000), { cpm: 0, rawCpm: 0, accuracy: 100 });
  machine.press("a", 5000);
  machine.press("x", 5500);
  machine.press("b", 6000);
  assert.deepEqual(liveScore(machine, 7000), { cpm: 30, rawCpm: 60, accuracy: 200 / 3 });
  machine.press("c", 8000);
  assert.deepEqual(liveScore(machine, 99000), { cpm: 40, rawCpm: 60, accuracy: 75 });
});
