/** What an import is told of its columns: only what the server would not find by itself. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { withQuery } from "../../map_ui/static/app/api.mjs";
import { asksForACheck, chosenHeaders, fieldsOf } from "../../map_ui/static/app/importmap.mjs";

const column = (name, header, guessed = false) => ({ name, header, guessed });
const proposal = (...columns) => ({ columns, faults: [] });

test("a usual file needs no word and no check", () => {
  const usual = proposal(column("ref", "编号"), column("name", null));
  assert.deepEqual(fieldsOf(usual, chosenHeaders(usual)), []);
  assert.equal(asksForACheck(usual), false);
});

test("a guess is asked about, and told when it stays", () => {
  const guessed = proposal(column("name", "本楼名称", true));
  assert.equal(asksForACheck(guessed), true);
  assert.deepEqual(fieldsOf(guessed, chosenHeaders(guessed)), ["name=本楼名称"]);
});

test("what a person changes or leaves out is told", () => {
  const found = proposal(column("ref", "编号"), column("name", "名称"));
  assert.deepEqual(fieldsOf(found, { ref: "序号", name: "" }), ["ref=序号", "name="]);
});

test("each field is a parameter of its own", () => {
  assert.equal(withQuery("/x", { field: ["a=b", "c="], sheet: "" }), "/x?field=a%3Db&field=c%3D");
  assert.equal(withQuery("/x", { field: [] }), "/x");
});
