import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { WORD } from "../../static/typing/spaced.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/spaced/words.json", import.meta.url), "utf8"));

for (const [text, words] of vectors) test(text, () => assert.deepEqual(text.match(WORD), words));
