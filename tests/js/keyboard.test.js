import assert from "node:assert/strict";
import { test } from "node:test";

import { strikesOf } from "../../static/typing/keyboard.js";

/** Keys of a small keyboard, as elements say of theirs; `hand` draws both Shifts for the one hand that types. */
function keys({ taught = [], hand = "" } = {}) {
  const key = (code, side, levels = {}) => ({
    dataset: { code, hand: hand || side, ...levels },
    classList: { contains: (name) => name === "taught" && taught.includes(code) },
  });
  return [
    key("KeyA", "left", { base: "a", shift: "A" }),
    key("KeyJ", "right", { base: "j", shift: "J" }),
    key("Digit1", "left", { base: "1", shift: "" }),
    key("Enter", "right"),
    key("ShiftLeft", "left"),
    key("ShiftRight", "right"),
    key("Space", "right", { base: " ", shift: " " }),
  ];
}

function codes(strikes, character) {
  return strikes.get(character)?.map(({ dataset }) => dataset.code);
}

test("a capital wants the Shift of the other hand, or of the only one", () => {
  assert.deepEqual(codes(strikesOf(keys()), "a"), ["KeyA"]);
  assert.deepEqual(codes(strikesOf(keys()), "A"), ["KeyA", "ShiftRight"]);
  assert.deepEqual(codes(strikesOf(keys()), "J"), ["KeyJ", "ShiftLeft"]);
  assert.deepEqual(codes(strikesOf(keys({ hand: "left" })), "A"), ["KeyA", "ShiftLeft"]);
});

test("a line ends with Space until Enter is taught", () => {
  assert.deepEqual(codes(strikesOf(keys({ taught: ["KeyA"] })), "\n"), ["Space"]);
  assert.deepEqual(codes(strikesOf(keys({ taught: ["KeyA", "Enter"] })), "\n"), ["Enter"]);
});

test("what no key types lights none", () => {
  const strikes = strikesOf(keys());
  assert.deepEqual(codes(strikes, ""), []);
  assert.equal(codes(strikes, "ф"), undefined);
});
