/** Vector tiles, styles, labels and the heat's scale: what the map draws and finds. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { PbfWriter } from "pbf";

import { firstZoom, sampleColour, styleOf } from "../../map_ui/static/app/styles.mjs";
import { decodeTile, featureAt, storedTile } from "../../map_ui/static/app/tilegeometry.mjs";
import { withoutOverlap } from "../../map_ui/static/app/labels.mjs";

const zigzag = (n) => (n << 1) ^ (n >> 31);
const command = (id, count) => (count << 3) | id;

/** The MVT commands of one ring given by its corners, closed. */
function ring(corners) {
  const before = [[0, 0], ...corners];
  const steps = corners.map(([x, y], i) => [x - before[i][0], y - before[i][1]].map(zigzag));
  return [command(1, 1), ...steps[0], command(2, corners.length - 1), ...steps.slice(1).flat(), command(7, 1)];
}

/** A tile with one layer "grid" of extent 4096 and one polygon whose property `load` is 7. */
function tile(geometry) {
  const pbf = new PbfWriter();
  pbf.writeMessage(3, (_, layer) => {
    layer.writeVarintField(15, 2);
    layer.writeStringField(1, "grid");
    layer.writeMessage(2, (_, feature) => {
      feature.writePackedVarint(2, [0, 0]);
      feature.writeVarintField(3, 3);
      feature.writePackedVarint(4, geometry);
    }, null);
    layer.writeStringField(3, "load");
    layer.writeMessage(4, (_, value) => value.writeVarintField(4, 7), null);
    layer.writeVarintField(5, 4096);
  }, null);
  return pbf.finish();
}

const QUARTER = tile(ring([[0, 0], [2048, 0], [2048, 2048], [0, 2048]]));
const HERE = { magnified: 1, left: 0, top: 0 };

test("a polygon comes in pixels with its properties", () => {
  const [feature] = decodeTile(QUARTER, "grid", HERE, 256);
  assert.equal(feature.kind, "polygon");
  assert.deepEqual({ ...feature.properties }, { load: 7 });
  assert.deepEqual(feature.parts[0][2], { x: 128, y: 128 });
});

test("a layer that the tile lacks has no features", () => {
  assert.deepEqual(decodeTile(QUARTER, "village", HERE, 256), []);
});

test("the same polygon in the lower right part of a tile shown twice as large", () => {
  const [feature] = decodeTile(QUARTER, "grid", { magnified: 2, left: 1, top: 1 }, 256);
  assert.deepEqual(feature.parts[0][0], { x: -256, y: -256 });
  assert.deepEqual(feature.parts[0][2], { x: 0, y: 0 });
});

test("beyond the deepest zoom a part of the stored tile is shown", () => {
  assert.deepEqual(storedTile({ z: 18, x: 13, y: 6 }, 16), { z: 16, x: 3, y: 1, magnified: 4, left: 1, top: 2 });
  assert.deepEqual(storedTile({ z: 12, x: 5, y: 6 }, 16), { z: 12, x: 5, y: 6, magnified: 1, left: 0, top: 0 });
});

const square = (low, high) => [
  { x: low, y: low },
  { x: low, y: high },
  { x: high, y: high },
  { x: high, y: low },
];
const polygon = (name, ...parts) => ({ kind: "polygon", properties: { name }, parts });

test("a place finds the topmost polygon that holds it, and none in a hole", () => {
  const features = [polygon("low", square(0, 100)), polygon("ring", square(10, 50), square(20, 40))];
  const nameAt = (x, y) => featureAt(features, x, y, 8)?.properties.name;
  assert.equal(nameAt(5, 5), "low");
  assert.equal(nameAt(15, 15), "ring");
  assert.equal(nameAt(30, 30), "low", "the hole of the upper one");
  assert.equal(nameAt(200, 5), undefined);
});

test("points and lines are found within reach", () => {
  const point = { kind: "point", properties: {}, parts: [[{ x: 50, y: 50 }]] };
  const line = { kind: "line", properties: {}, parts: [[{ x: 0, y: 0 }, { x: 100, y: 0 }]] };
  assert.equal(featureAt([point], 55, 50, 8), point);
  assert.equal(featureAt([point], 59, 50, 8), null);
  assert.equal(featureAt([line], 50, 7, 8), line);
  assert.equal(featureAt([line], 120, 0, 8), null, "beyond its end");
});

const VIEW = {
  region: "530103001204",
  grid: "530103001204002",
  gridMode: "deviation",
  from: "2026-11-01",
  to: "2026-12-01",
  kind: null,
};
const spec = (name, geometry, legend = []) => ({ name, geometry, legend });

test("what is chosen is drawn last and stronger", () => {
  const grid = (grid_no) => styleOf(spec("grid", "polygon"), { grid_no, deviation: 0 }, VIEW);
  assert.ok(grid("530103001204002").width > grid("530103001204001").width);
  assert.equal(grid("530103001204002").rank, 1);
  const village = (code) => styleOf(spec("village", "polygon"), { code }, VIEW);
  assert.notEqual(village("530103001204").stroke, village("530103001205").stroke);
});

test("grids without a colouring show their outline alone", () => {
  const style = styleOf(spec("grid", "polygon"), { grid_no: "1", deviation: 0 }, { ...VIEW, gridMode: "outline" });
  assert.equal(style.fill, null);
  assert.ok(style.stroke);
});

test("incidents outside the period or of another kind are not drawn", () => {
  const drawn = (occurred_on, kind, view) => "fill" in styleOf(spec("incident", "point"), { occurred_on, kind }, view);
  assert.deepEqual(
    ["2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01"].map((day) => drawn(day, "a", VIEW)),
    [false, true, true, false],
  );
  assert.equal(drawn("2026-11-01", "a", { ...VIEW, kind: "b" }), false);
});

test("a barrier has the colour of its legend, a hard one an unbroken line", () => {
  const barrier = spec("barrier", "line", [{ value: "river", colour: "#123456" }]);
  const river = styleOf(barrier, { kind: "river", hard: true }, VIEW);
  assert.deepEqual([river.stroke, river.dash], ["#123456", []]);
  assert.notDeepEqual(styleOf(barrier, { kind: "ridge", hard: false }, VIEW).dash, []);
});

test("counted cells are dots that grow with the count; incidents wait for the zoom where they can be told apart", () => {
  const houses = { ...spec("house", "point"), colour: "#123456", min_zoom: 8, cells_to: 13 };
  const dot = (count) => styleOf(houses, { count }, VIEW);
  assert.equal(dot(1).fill, "#123456");
  assert.ok(dot(1).radius < dot(50).radius);
  assert.equal(firstZoom(houses), 8);
  assert.equal(firstZoom({ ...houses, name: "incident" }), 14);
  assert.equal(firstZoom({ name: "incident", min_zoom: 8, cells_to: null }), 8);
});

test("areas without a style of their own have the colour of their catalog entry, dashed where nobody is on duty", () => {
  const duties = { ...spec("duty", "polygon"), colour: "#2b6f4f" };
  assert.deepEqual(styleOf(duties, { duties: 0 }, VIEW), { stroke: "#2b6f4f", width: 2, dash: [4, 4] });
  assert.deepEqual(styleOf(duties, { duties: 1 }, VIEW).dash, []);
  assert.equal(sampleColour(duties), "#2b6f4f");
  const plans = { ...spec("plan", "polygon", [{ value: "basic", colour: "#b4690e" }]), colour: "#000000" };
  assert.equal(styleOf(plans, { kind: "basic" }, VIEW).stroke, "#b4690e");
  assert.equal(sampleColour(plans), null);
});

test("layers with a legend have no sample colour, the others one", () => {
  assert.equal(sampleColour(spec("grid", "polygon")), null);
  assert.match(sampleColour(spec("facility", "point")), /^#[0-9a-f]{6}$/);
});

test("labels that would cover an earlier one are left out", () => {
  const box = (x, y) => ({ x, y, width: 40, height: 20 });
  assert.deepEqual(withoutOverlap([box(0, 0), box(30, 0), box(50, 0), box(0, 30)]), [0, 2, 3]);
});
