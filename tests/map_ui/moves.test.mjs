/** Who lives in a house by its stays, which houses a search found, and what each move sends. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { housesIn, joinHouses } from "../../map_ui/static/app/housefinder.mjs";
import { ORDERS } from "../../map_ui/static/app/moveform.mjs";
import { formerStays, householdsOf, personName } from "../../map_ui/static/app/residents.mjs";

const stay = (household_id, person_id, more = {}) => ({
  ...{ household_id, household_rev: 3, person_id, person_rev: person_id === null ? null : 1, name: "Z**" },
  ...{ begins_on: "2020-01-01", ends_on: null, ...more },
});

test("persons stand in their household, one of which nobody is known stands alone", () => {
  const [first, second] = householdsOf([stay("h", "a"), stay("k", null), stay("h", "b")]);
  assert.deepEqual([first.id, first.rev, first.persons.map(({ id }) => id)], ["h", 3, ["a", "b"]]);
  assert.deepEqual([second.persons, second.begins_on], [[], "2020-01-01"]);
});

test("who left is told among those of before", () => {
  assert.deepEqual(formerStays([stay("h", "a"), stay("h", "b", { ends_on: "2021-01-01" })]).map(({ person_id }) => person_id), ["b"]);
});

test("only what the geocoder knows as a house is offered, each house once", () => {
  const answer = { house_id: null, address: "street", candidates: [{ house_id: "1", address: "A" }, { house_id: null, address: "B" }] };
  assert.deepEqual(housesIn(answer), [{ id: "1", address: "A" }]);
  assert.deepEqual(joinHouses([{ id: "1", households: 2 }], housesIn(answer)), [{ id: "1", households: 2 }]);
});

test("a move sends the revision of what moves, and where to", () => {
  const household = { id: "h", rev: 3 };
  const person = { id: "p", rev: 7 };
  const on = "2026-01-02";
  assert.deepEqual(ORDERS.move_household({ household }, { on, house: { id: "x" } }), ["/api/households/h/move", { rev: 3, on, house_id: "x" }]);
  assert.deepEqual(ORDERS.out_person({ household, person }, { on }), ["/api/persons/p/move-out", { rev: 7, on }]);
  assert.deepEqual(ORDERS.move_person({ household, person }, { on, household: "k" }), ["/api/persons/p/move", { rev: 7, on, household_id: "k" }]);
});

test("what is not known of a new person is not sent", () => {
  const filled = { on: "2026-01-02", name: "Z", residence: "mobile", sex: "", birth_year: "" };
  const [path, body] = ORDERS.in_person({ household: { id: "h" } }, filled);
  assert.deepEqual([path, body], ["/api/households/h/persons", { on: "2026-01-02", name: "Z", residence: "mobile" }]);
  const known = ORDERS.in_person({ household: { id: "h" } }, { ...filled, sex: "f", birth_year: "1980" })[1];
  assert.deepEqual([known.sex, known.birth_year], ["f", 1980]);
});

test("two persons of one mask are told apart by sex and year of birth", () => {
  const words = { t: (key, { year } = {}) => (key === "moves.born" ? `b. ${year}` : key) };
  assert.equal(personName({ name: "Z**", sex: "f", birth_year: 1980 }, words), "Z** field.sex.f b. 1980");
  assert.equal(personName({ name: "Z**", sex: null, birth_year: null }, words), "Z**");
});
