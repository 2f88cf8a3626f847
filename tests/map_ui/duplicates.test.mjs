/** How two rows that may be one are compared, what a pair is called, and what the keys ask for. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { compare } from "../../map_ui/static/app/duplicatescompare.mjs";
import { actOf } from "../../map_ui/static/app/duplicateskeys.mjs";
import { titleOf } from "../../map_ui/static/app/duplicateslist.mjs";

const PERSON = { name: "Z**", sex: "f", birth_year: 1980, residence: "registered", address: "A 1", grid_no: "1", ref: "P-1" };
const DAYS = { moved_in_on: "2020-01-01", moved_out_on: null, created_at: "2026-01-01T00:00:00Z" };
const SAME = { name: true, phone: null, id_no: true };
const kept = { ...PERSON, ...DAYS };

function differing(offer) {
  return compare({ register: "person", kept, same: SAME, ...offer }).filter(({ differs }) => differs).map(({ field }) => field);
}

test("equal rows differ in nothing, though each has its own number and day", () => {
  assert.deepEqual(differing({ other: { ...kept, ref: "P-2", created_at: "2026-02-01T00:00:00Z" } }), []);
});

test("what both say differently is marked, what only one says is not", () => {
  assert.deepEqual(differing({ other: { ...kept, birth_year: 1981, sex: null, address: "B 2" } }), ["birth_year", "address"]);
});

test("names that are masked alike are compared before they are masked", () => {
  assert.deepEqual(differing({ other: kept, same: { ...SAME, name: false } }), ["name"]);
});

test("of a sealed number only whether it agrees is told, never a value", () => {
  const lines = compare({ register: "person", kept, other: kept, same: { ...SAME, phone: false } });
  const [phone, number] = ["phone", "id_no"].map((name) => lines.find(({ field }) => field === name));
  assert.deepEqual(phone, { field: "phone", kept: null, other: null, same: false, differs: true });
  assert.deepEqual([number.same, number.differs], [true, false]);
});

test("a merged pair has one row, and nothing to compare", () => {
  const lines = compare({ register: "person", kept, other: null, same: null });
  assert.ok(lines.every(({ other, differs }) => other === null && !differs));
  assert.ok(!lines.some(({ field }) => field === "phone" || field === "id_no"));
});

test("a house is compared by address, exactness and households", () => {
  const house = { address: "A 1", level: "house", members: 1, grid_no: "1", ref: null, created_at: "x" };
  const lines = compare({ register: "house", kept: house, other: { ...house, members: 0, created_at: "y" }, same: null });
  assert.deepEqual(lines.filter(({ differs }) => differs).map(({ field }) => field), ["members"]);
});

test("a pair is called by its names and the address of the one kept", () => {
  assert.equal(titleOf({ kept, other: kept }), "Z** · A 1");
  assert.equal(titleOf({ kept, other: { ...kept, name: "X**" } }), "Z** / X** · A 1");
  assert.equal(titleOf({ kept, other: null }), "Z** · A 1");
  assert.equal(titleOf({ kept: { ...kept, name: null }, other: kept }), "A 1");
});

test("keys go on and back, keep the first or the second, and leave the rest to the browser", () => {
  assert.deepEqual(actOf("j"), actOf("ArrowDown"));
  assert.deepEqual([actOf("1"), actOf("2"), actOf("n")], [["keep", "kept"], ["keep", "other"], ["keepApart"]]);
  for (const key of ["3", "Enter", "J", "toString", "Tab"]) assert.equal(actOf(key), null);
});
