/** What the keys of the review page ask for, and how a reason is worded. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { actOf } from "../../map_ui/static/app/reviewkeys.mjs";
import { reasonText } from "../../map_ui/static/app/reviewlist.mjs";

const KNOWN = { "review.reason.typo": "Perhaps misspelt", "review.about": ": {text}" };
const words = { t: (key, { text } = {}) => (KNOWN[key] ?? key).replace("{text}", text) };

test("numbers pick the candidate of that number, counted from one", () => {
  assert.deepEqual(actOf("1"), ["pick", 0]);
  assert.deepEqual(actOf("5"), ["pick", 4]);
  assert.equal(actOf("6"), null);
  assert.equal(actOf("0"), null);
});

test("letters and arrows go on and back", () => {
  assert.deepEqual(actOf("j"), actOf("ArrowDown"));
  assert.deepEqual(actOf("k"), actOf("ArrowUp"));
  assert.deepEqual(actOf("j"), ["step", 1]);
});

test("other keys are the browser's", () => {
  for (const key of ["Tab", "a", "J", "F5", " "]) assert.equal(actOf(key), null);
});

test("a reason says what in the text it is about", () => {
  assert.equal(reasonText({ kind: "typo", text: "A -> B" }, words), "Perhaps misspelt: A -> B");
  assert.equal(reasonText({ kind: "typo", text: "" }, words), "Perhaps misspelt");
});

test("a bare code says nothing to a reader, and a new kind stands as it is", () => {
  assert.equal(reasonText({ kind: "typo", text: "532901003" }, words), "Perhaps misspelt");
  assert.equal(reasonText({ kind: "strange", text: "C" }, words), "strange: C");
});
