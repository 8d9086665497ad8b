import assert from "node:assert/strict";
import { test } from "node:test";

import { alphabet, difference } from "../../static/typing/input.js";

const CASES = [
  ["nothing", " при", " при", 0, ""],
  ["a letter more", " пр", " при", 0, "и"],
  ["a suggestion that completes the word", " при", " привет ", 0, "вет "],
  ["a letter less", " при", " пр", 1, ""],
  ["the sentinel erased", " ", "", 1, ""],
  ["a letter typed inside", " пи", " при", 0, "р"],
  ["a pair of the same letters", " а", " аа", 0, "а"],
  ["a correction with its space", " teh", " the ", 0, " "],
  ["a letter erased inside", " thhe", " the", 1, ""],
  ["a replacement by something shorter", " abcd", " xy", 0, ""],
  ["a surrogate pair", " ", " 😀", 0, "😀"],
  ["half of a pair in common", " 😀", " 😁", 0, ""],
];

for (const [name, before, after, erased, typed] of CASES) {
  test(`difference: ${name}`, () => assert.deepEqual(difference(before, after), { erased, typed }));
}

test("alphabet: of the first letter", () => {
  assert.deepEqual(["ёж", "«Hi»", "7 дней", "5%", "日本", ""].map(alphabet), ["cyrillic", "latin", "cyrillic", "", "", ""]);
});
