/** The field worker's modules that only compute: where one stands, what is sent once, which house is next. */

import assert from "node:assert/strict";
import { test } from "node:test";

import * as position from "../../map_ui/static/app/position.mjs";
import { newId, newParcel, sendParcel } from "../../map_ui/static/app/sending.mjs";
import { LOOKS, STATES, byDistance, nextHouse } from "../../map_ui/static/app/states.mjs";

const near = (actual, expected, tolerance) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

// On the equator 0.001 degrees are 111.32 m both ways.
const box = (west, south, east, north) => [[west, south], [east, south], [east, north], [west, north], [west, south]];
const shape = (...polygons) => ({ type: "MultiPolygon", coordinates: polygons });
const SQUARE = shape([box(0, 0, 0.01, 0.01)]);
const RING = shape([box(0, 0, 0.01, 0.01), box(0.004, 0.004, 0.006, 0.006)]);

test("a thousandth of a degree is 111 metres north, and less of it east in the north", () => {
  near(position.distance([100, 0], [100, 0.001]), 111.32, 0.01);
  near(position.distance([100, 60], [100.001, 60]), 55.66, 0.01);
});

test("inside is inside, and a hole is outside", () => {
  assert.equal(position.isInside(SQUARE, [0.005, 0.005]), true);
  assert.equal(position.isInside(SQUARE, [0.011, 0.005]), false);
  assert.equal(position.isInside(RING, [0.005, 0.005]), false);
  assert.equal(position.isInside(RING, [0.002, 0.005]), true);
});

test("each part of a grid in two parts holds its own", () => {
  const parts = shape([box(0, 0, 0.001, 0.001)], [box(0.005, 0, 0.006, 0.001)]);
  assert.deepEqual([0.0005, 0.003, 0.0055].map((lon) => position.isInside(parts, [lon, 0.0005])), [true, false, true]);
});

test("the nearest border lies on an edge or at a corner", () => {
  near(position.nearestBorder(SQUARE, [0.011, 0.005]).distance_m, 111.32, 0.01);
  near(position.nearestBorder(SQUARE, [0.011, 0.011]).distance_m, 111.32 * Math.SQRT2, 0.01);
  near(position.nearestBorder(SQUARE, [0.005, 0.001]).distance_m, 111.32, 0.01);
});

test("directions are named from the place looked from", () => {
  const turns = [[0, 1], [1, 1], [1, 0], [1, -1], [0, -1], [-1, -1], [-1, 0], [-1, 1]];
  assert.deepEqual(turns.map(([x, y]) => position.directionOf(x, y)), ["n", "ne", "e", "se", "s", "sw", "w", "nw"]);
});

test("who stands in a grid is told so, with how far its border is", () => {
  const grids = [{ grid_no: "1", boundary: SQUARE }, { grid_no: "2", boundary: shape([box(0.01, 0, 0.02, 0.01)]) }];
  const found = position.locateAmong(grids, [0.011, 0.005]);
  assert.deepEqual([found.grid.grid_no, found.inside], ["2", true]);
  near(found.distance_m, 111.32, 0.01);
});

test("who stands outside is told the nearest grid, and on which side of it", () => {
  const found = position.locateAmong([{ grid_no: "1", boundary: SQUARE }], [0.011, 0.011]);
  assert.deepEqual([found.inside, found.direction], [false, "ne"]);
  near(found.distance_m, 157.4, 0.1);
  assert.equal(position.locateAmong([], [0, 0]), null);
});

test("an id is a random UUID of version 4", () => {
  assert.equal(newId((bytes) => bytes.fill(255)), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  assert.equal(newId((bytes) => bytes.fill(0)), "00000000-0000-4000-8000-000000000000");
  assert.notEqual(newId(), newId());
});

const failing = (error) => ({ send: () => Promise.reject(Object.assign(new Error("x"), error)) });

test("what is sent again has the same id and the same moment", async () => {
  const sent = [];
  const parcel = newParcel();
  const body = ({ id, at }) => ({ id, at });
  await sendParcel(failing({ status: 0 }), "/api/visits", parcel, body);
  sent.push(body(parcel));
  const { answer } = await sendParcel({ send: (_, __, what) => Promise.resolve(what) }, "/api/visits", parcel, body);
  assert.deepEqual([answer], sent);
});

test("no answer, half an answer and a fault of the server are lost; the rest is refused", async () => {
  const outcomes = [];
  for (const error of [{ status: 0 }, {}, { status: 503 }, { status: 422 }, { status: 409 }]) {
    outcomes.push((await sendParcel(failing(error), "/", newParcel(), () => ({}))).outcome);
  }
  assert.deepEqual(outcomes, ["lost", "lost", "lost", "refused", "refused"]);
});

test("a conflict after a lost answer means that the first version had arrived", async () => {
  const parcel = newParcel();
  await sendParcel(failing({ status: 0 }), "/", parcel, () => ({}));
  assert.equal((await sendParcel(failing({ status: 409 }), "/", parcel, () => ({}))).outcome, "taken");
});

test("every state has a colour, a shape and a sign of its own", () => {
  for (const part of ["colour", "shape", "sign"]) {
    assert.equal(new Set(STATES.map((state) => LOOKS[state][part])).size, STATES.length);
  }
});

test("the next house is the nearest that is not done, and not the one that is open", () => {
  const house = (id, visit_state, distance_m) => ({ id, visit_state, distance_m });
  const houses = [house("a", "done", 1), house("b", "due", 20), house("c", "never", 10), house("d", "overdue", null)];
  assert.equal(nextHouse(houses, null).id, "c");
  assert.equal(nextHouse(houses, "c").id, "b");
  assert.equal(nextHouse([houses[0]], null), null);
  assert.deepEqual(houses.sort(byDistance).map(({ id }) => id), ["a", "c", "b", "d"]);
});
