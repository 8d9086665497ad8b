import assert from "node:assert/strict";
import { test } from "node:test";

import { Machine } from "../../static/typing/machine.js";
import { rests } from "../../static/typing/rests.js";

const SENTENCE = "Take a rest.";

/** An exercise with rests, and all that its note was made to say. */
function begun(text, mode) {
  const said = [];
  const note = {
    get textContent() { return said.at(-1) ?? ""; },
    set textContent(sentence) { said.push(sentence); },
  };
  const exercise = new EventTarget();
  Object.assign(exercise, {
    dataset: { rests: SENTENCE }, rested: 0, machine: new Machine(text, mode), querySelector: () => note,
  });
  rests(exercise);
  const type = (keys) => {
    for (const key of keys) {
      exercise.machine.press(key, 0);
      exercise.dispatchEvent(new Event("typing-change"));
    }
    return note.textContent;
  };
  return { said, type, exercise };
}

test("a rest is told once, from a line's end to the next key", () => {
  const { said, type } = begun("ab\ncd\nef", "stop");
  assert.equal(type("a"), "");
  assert.equal(type("b"), SENTENCE);
  assert.equal(type("\n"), SENTENCE);
  assert.equal(type("c"), "");
  assert.equal(type("d\n"), SENTENCE);
  assert.equal(type("ef"), "");
  assert.deepEqual(said, [SENTENCE, "", SENTENCE, ""]);
});

test("a wrong key ends the rest, and so does starting again", () => {
  const { type } = begun("ab\ncd", "stop");
  assert.equal(type("ab\nx"), "");
  assert.equal(type("c"), "");
  const other = begun("ab\ncd", "stop");
  assert.equal(other.type("ab"), SENTENCE);
  other.exercise.machine = new Machine("ab\ncd", "stop");
  other.exercise.dispatchEvent(new Event("typing-change"));
  assert.equal(other.type(""), "");
});
