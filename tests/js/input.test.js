import assert from "node:assert/strict";
import { test } from "node:test";

import { difference, foreigners } from "../../static/typing/input.js";

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

test("foreigners: letters of another script than what is expected there", () => {
  const toRussian = foreigners("это C", "Cyrillic");
  assert.ok(toRussian("e", "э") && toRussian("e", " ") && toRussian("э", "C"));
  assert.ok(!toRussian("ю", "э") && !toRussian("d", "C") && !toRussian("7", "э"));
  const toGreek = foreigners("αυτό", "Greek");
  assert.ok(toGreek("a", "α") && toGreek("а", " ") && !toGreek("ω", "α"));
  assert.ok(!foreigners("7 8", "Latin")("ж", "7"));
  for (const typed of ["日本", "5%", "", "ώ"]) assert.ok(!toRussian(typed, "э"));
});

test("foreigners: signs that a key has on another layout", () => {
  const toRussian = foreigners("эж", "Cyrillic", " Semicolon; Semicolonж; Semicolon: SemicolonЖ: Quote' Quoteэ' ");
  assert.ok(toRussian(";", "ж", "Semicolon", false) && toRussian(":", "Ж", "Semicolon", false));
  assert.ok(!toRussian(";", "ж", "Digit4", false) && !toRussian(";", "ж", "", false));
  assert.ok(!toRussian(";", "э", "Semicolon", false) && toRussian(";", "э", "Semicolon", true));
  assert.ok(!toRussian(";", "э", "", true) && !toRussian("5", "э", "Digit5", true));
});
