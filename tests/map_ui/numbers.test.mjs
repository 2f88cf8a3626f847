/** Classes, density and text: the modules that only compute. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { DEVIATION, HEAT, LOAD, classIndex, classesOf, gridColour } from "../../map_ui/static/app/colours.mjs";
import { lastDays } from "../../map_ui/static/app/filterpanel.mjs";
import * as format from "../../map_ui/static/app/format.mjs";
import { bandwidthFor, density, gaussian, heatScale, metresPerPixel, valueAt } from "../../map_ui/static/app/kernel.mjs";

const sum = (values) => values.reduce((total, value) => total + value, 0);
const near = (actual, expected, tolerance) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

test("a value on a break belongs to the class above", () => {
  assert.deepEqual([0, 0.99, 1, 2, 9].map((value) => classIndex(value, [1, 2])), [0, 0, 1, 2, 2]);
});

test("every scale has one colour for each class", () => {
  assert.equal(DEVIATION.colours.length, DEVIATION.breaks.length + 1);
  assert.equal(LOAD.colours.length, LOAD.breaks.length + 1);
  assert.equal(HEAT.colours.length, HEAT.breaks.length, "nothing is drawn below the first break");
});

test("classes tell their ranges, open at the ends", () => {
  assert.deepEqual(classesOf({ breaks: [1, 2], colours: ["a", "b", "c"] }), [
    { colour: "a", from: null, to: 1 },
    { colour: "b", from: 1, to: 2 },
    { colour: "c", from: 2, to: null },
  ]);
  assert.deepEqual(classesOf({ breaks: [1, 2], colours: ["b", "c"] }), [
    { colour: "b", from: 1, to: 2 },
    { colour: "c", from: 2, to: null },
  ]);
});

test("the deviation scale is symmetric and its middle class holds zero", () => {
  assert.deepEqual(DEVIATION.breaks.map((value) => 0 - value).reverse(), DEVIATION.breaks);
  assert.equal(classIndex(0, DEVIATION.breaks), 2);
});

test("a grid is coloured by the mode chosen, and not at all when the value is missing", () => {
  const grid = { load: 450, deviation: -0.15 };
  assert.equal(gridColour("load", grid), LOAD.colours[5]);
  assert.equal(gridColour("deviation", grid), DEVIATION.colours[1]);
  assert.equal(gridColour("deviation", { load: 450 }), null);
});

test("a pixel at zoom 0 on the equator is the earth's girth over 256", () => {
  near(metresPerPixel(0, 0), 156543.03, 0.01);
  near(metresPerPixel(60, 0), 78271.5, 0.1);
  near(metresPerPixel(0, 1), 78271.5, 0.1);
});

test("the bandwidth that fits is the first of 14 pixels or more, at most the largest", () => {
  assert.deepEqual([1, 10, 100, 1e6].map(bandwidthFor), [100, 250, 2500, 25000]);
});

test("a heat cell is a third of the bandwidth, at least two pixels, at most the API's largest", () => {
  assert.deepEqual(heatScale(null, 10), { bandwidth_m: 250, cell_m: 83 });
  assert.deepEqual(heatScale(100, 100), { bandwidth_m: 100, cell_m: 200 });
  assert.deepEqual(heatScale(null, 9000), { bandwidth_m: 25000, cell_m: 8000 });
});

test("the kernel is symmetric and adds up to one", () => {
  const weights = gaussian(2);
  assert.equal(weights.length, 13);
  near(sum(weights), 1, 1e-12);
  assert.deepEqual([...weights].reverse(), [...weights]);
});

const RASTER = { columns: 81, rows: 81, sigma: 5, unit_m: 50, days: 10 };

test("one incident makes the Gaussian of the bandwidth, in incidents per km² per day", () => {
  const values = density([[40.5, 40.5, 1]], RASTER);
  const sigma_km = (5 * 50) / 1000;
  const peak = 1 / (2 * Math.PI * sigma_km ** 2) / 10;
  near(valueAt(values, RASTER, 40.5, 40.5), peak, peak * 0.01);
  near(valueAt(values, RASTER, 45.5, 40.5), peak * Math.exp(-0.5), peak * 0.01);
});

test("the density over the area and the days gives back the number of incidents", () => {
  const values = density([[30.2, 41.7, 3], [50.9, 33.3, 4]], RASTER);
  near(sum(values) * 0.05 ** 2 * 10, 7, 1e-9);
});

test("twice the incidents in twice the days is the same density", () => {
  const once = density([[40.5, 40.5, 5]], RASTER);
  const twice = density([[40.5, 40.5, 10]], { ...RASTER, days: 20 });
  near(Math.max(...twice), Math.max(...once), 1e-12);
});

test("a finer raster shows the same density", () => {
  const coarse = density([[40.5, 40.5, 1]], RASTER);
  const fine = density([[81, 81, 1]], { columns: 162, rows: 162, sigma: 10, unit_m: 25, days: 10 });
  near(Math.max(...fine), Math.max(...coarse), Math.max(...coarse) * 0.02);
});

test("between two units a cell is shared, so that moving it moves the picture evenly", () => {
  const raster = { columns: 9, rows: 9, sigma: 0.5, unit_m: 1000, days: 1 };
  const values = density([[5, 4.5, 1]], raster);
  near(valueAt(values, raster, 4.5, 4.5), valueAt(values, raster, 5.5, 4.5), 1e-12);
});

test("cells outside the raster are left out, not wrapped to the other side", () => {
  const values = density([[-3, 40, 9], [40, 200, 9]], RASTER);
  assert.equal(Math.max(...values), 0);
});

test("between units the value is interpolated, at the edge the nearest", () => {
  const raster = { columns: 2, rows: 2 };
  const values = [0, 4, 8, 12];
  assert.equal(valueAt(values, raster, 1, 0.5), 2);
  assert.equal(valueAt(values, raster, 1, 1), 6);
  near(valueAt(values, raster, 0, 0), 0, 1e-9);
  near(valueAt(values, raster, 2, 2), 12, 0.02);
});

test("numbers have separators and unknown ones a dash", () => {
  assert.deepEqual([1234567, 0, null, undefined].map((value) => format.integer(value, "zh")), ["1,234,567", "0", "—", "—"]);
  assert.equal(format.percent(0.054, "en"), "5.4%");
  assert.deepEqual([0.042, -0.1, 0].map((ratio) => format.signedPercent(ratio, "en")), ["+4.2%", "-10%", "0%"]);
  assert.equal(format.squareKilometres(1_234_567, "en"), "1.23");
  assert.deepEqual([250, 2500].map(format.metres), ["250 m", "2.5 km"]);
});

test("a protected count is a word, never a number", () => {
  const words = { language: "en", t: (key) => key };
  assert.equal(format.countText({ n: null, protected: true }, words), "protected");
  assert.equal(format.countText({ n: 0, protected: false }, words), "0");
  assert.equal(format.countText(undefined, words), "—");
});

test("a grid's sequence is the last three digits", () => {
  assert.equal(format.sequence("530103001204017"), "017");
});

test("today is the day in China", () => {
  assert.equal(format.today(new Date("2026-11-22T15:59:59Z")), "2026-11-22");
  assert.equal(format.today(new Date("2026-11-22T16:00:00Z")), "2026-11-23");
});

test("days are counted over months and leap days", () => {
  assert.equal(format.addDays("2026-12-31", 1), "2027-01-01");
  assert.equal(format.addDays("2028-03-01", -1), "2028-02-29");
});

test("the last days include today and end before tomorrow", () => {
  const noon = new Date("2026-11-22T04:00:00Z");
  assert.deepEqual(lastDays(1, noon), { from: "2026-11-22", to: "2026-11-23" });
  assert.deepEqual(lastDays(30, noon), { from: "2026-10-24", to: "2026-11-23" });
});
