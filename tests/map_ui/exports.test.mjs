/** Files: which formats and systems a layer can be written in; two periods: which, and what is said of them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { shownMoment } from "../../map_ui/static/app/asof.mjs";
import { changed, earlier, verdictOf } from "../../map_ui/static/app/change.mjs";
import { fileSize } from "../../map_ui/static/app/format.mjs";
import { formatsOf, isUnderWay, questionOf, scopeWords, systemsOf, zoneOf } from "../../map_ui/static/app/exports.mjs";
import { areEnough } from "../../map_ui/static/app/spots.mjs";

test("what has no place is a table", () => {
  assert.deepEqual(formatsOf(null), ["xlsx", "csv"]);
  assert.ok(formatsOf("point").includes("gpkg"));
});

test("the zone of Gauss-Krueger is that of the nearest meridian of three degrees", () => {
  assert.deepEqual(zoneOf(100.2), { meridian: 99, crs: "EPSG:4542" });
  assert.deepEqual(zoneOf(102.7), { meridian: 102, crs: "EPSG:4543" });
  assert.deepEqual(zoneOf(104.1), { meridian: 105, crs: "EPSG:4544" });
  assert.equal(zoneOf(135).crs, "EPSG:4554");
  assert.equal(zoneOf(8), null);
});

test("only tables take the shifted systems", () => {
  const values = (format, bbox) => systemsOf(format, bbox).map(([value]) => value);
  assert.deepEqual(values("xlsx", [100, 25, 100.4, 26]), ["EPSG:4490", "EPSG:4326", "EPSG:4542", "gcj02", "bd09"]);
  assert.deepEqual(values("gpkg", null), ["EPSG:4490", "EPSG:4326"]);
});

test("incidents are those of the page's period and kinds, other layers have none", () => {
  const state = { region: "532901", from: "2026-01-01", to: "2026-02-01", kind: "noise", heat: true };
  const asked = { format: "csv", crs: "EPSG:4490" };
  assert.deepEqual(questionOf({ layer: "grid", ...asked }, state), { layer: "grid", f: "csv", crs: "EPSG:4490", region: "532901" });
  const { from, to, kind } = questionOf({ layer: "incident", ...asked }, state);
  assert.deepEqual([from, to, kind], ["2026-01-01", "2026-02-01", "noise"]);
});

test("a layer with a history is of the moment that the page shows, and the words say which moment a file is of", () => {
  const state = { region: "532901", asOf: "2026-11-24T00:05:00+08:00" };
  const asked = (layer, isDated, at = state) => questionOf({ layer, format: "gpkg", crs: "EPSG:4490" }, at, isDated);
  assert.equal(asked("grid", true).as_of, "2026-11-24T00:05:00+08:00");
  assert.equal("as_of" in asked("building", false), false, "what has no history refuses a moment");
  assert.equal(asked("grid", true, { region: "532901" }).as_of, null, "a page without a moment shows what holds now");
  assert.equal(scopeWords("grid", state.asOf, true), "exports.what.then");
  assert.equal(scopeWords("building", state.asOf, false), "exports.what.now");
  assert.equal(scopeWords("building", null, false), "exports.what.layer");
  assert.equal(shownMoment(state.asOf), "2026-11-24 00:05");
});

test("a job goes on until it is done or failed", () => {
  assert.deepEqual(["waiting", "running", "done", "failed"].map((status) => isUnderWay({ status })), [true, true, false, false]);
});

test("a file's size is never nothing", () => {
  assert.deepEqual([1, 2500, 41_700_000].map((bytes) => fileSize(bytes, "en")), ["1 KB", "3 KB", "41.7 MB"]);
});

test("the earlier period is as long, and ends where the later begins, or is the same days a year before", () => {
  const period = { from: "2026-03-01", to: "2026-03-31" };
  assert.deepEqual(earlier(period, "just_before"), { than_from: "2026-01-30", than_to: "2026-03-01" });
  assert.deepEqual(earlier(period, "year_before"), { than_from: "2025-03-01", than_to: "2025-03-31" });
  assert.equal(earlier({ from: "2024-02-29", to: "2024-03-02" }, "year_before").than_from, "2023-03-01");
});

test("what is said of a change depends on how sure it is", () => {
  const row = { n: 9, before: 3, ratio: 3, low: 1.2, high: 9, differs: true };
  assert.equal(verdictOf(row), "more");
  assert.equal(verdictOf({ ...row, ratio: 0.3 }), "fewer");
  assert.equal(verdictOf({ ...row, differs: false }), "same");
  assert.equal(verdictOf({ ...row, low: null, differs: null }), "inexact");
  assert.equal(verdictOf({ ...row, before: 0, ratio: null }), "begun");
  assert.equal(verdictOf({ ...row, n: 0, before: 0, ratio: null }), "nothing");
  assert.equal(verdictOf({ ...row, n: null, ratio: null }), "protected");
});

test("the places that changed most come first, up or down, and the others not at all", () => {
  const row = (code, ratio, differs = true) => ({ code, ratio, differs });
  const items = [row("a", 2), row("b", 0.1), row("c", 5, false), row("d", null), row("e", 0)];
  assert.deepEqual(changed(items).map(({ code }) => code), ["d", "e", "b", "a"]);
});

test("hot spots need thirty grids in the county, or in what one may see of it", () => {
  const county = { code: "532901", level: 3, grids: 31 };
  const town = { code: "532901003", level: 4, grids: 8 };
  assert.equal(areEnough({ region: town, trail: [county, town] }), true);
  assert.equal(areEnough({ region: town, trail: [town] }), false);
  assert.equal(areEnough({ region: { level: 2, grids: 29 }, trail: [] }), false);
});
