/** The planner's page below the browser: the state of a grid, the choice among plans, what publishing will do. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { momentOf } from "../../map_ui/static/app/asof.mjs";
import { bandState, bandText, deviationText } from "../../map_ui/static/app/balance.mjs";
import { firstValues } from "../../map_ui/static/app/orderform.mjs";
import { boxOf } from "../../map_ui/static/app/overlay.mjs";
import { isUnderWay, momentText, refittedDraft } from "../../map_ui/static/app/planlist.mjs";
import { effectLines } from "../../map_ui/static/app/plans.mjs";
import { needText } from "../../map_ui/static/app/unbalanced.mjs";

/** Words that show the key and the values in the order given. */
const t = (key, values = {}) => [key, ...Object.values(values)].join("|");
const words = { t, language: "en" };
const BAND = { band_low: 300, band_high: 500 };

test("a grid is in its band with the ends, and an exclusive one has none", () => {
  const state = (load) => bandState({ kind: "basic", load }, BAND);
  assert.deepEqual([299, 300, 500, 501].map(state), ["low", "in", "in", "high"]);
  assert.equal(bandState({ kind: "exclusive", load: 1 }, BAND), null);
  assert.equal(bandState({ kind: "basic", load: 1 }, null), null);
});

test("the state has a sign besides its word and colour", () => {
  const texts = ["low", "in", "high"].map((state) => bandText(state, words));
  assert.deepEqual(texts, ["\u25bc planner.band.low", "\u2713 planner.band.in", "\u25b2 planner.band.high"]);
  assert.equal(bandText(null, words), "\u2014");
});

test("a deviation has its sign; an unknown one is a dash", () => {
  assert.deepEqual([0.125, -0.05, 0, null].map((ratio) => deviationText(ratio, words)), ["+12.5%", "-5%", "0%", "\u2014"]);
});

test("a form begins with the target of last time", () => {
  const last = { target_load: 60, band_low: 40, band_high: 90, tolerance: 0.2 };
  assert.deepEqual(firstValues(last), { load: 60, low: 40, high: 90, tolerance: 20 });
  assert.deepEqual(firstValues(null), { load: 400, low: 300, high: 500, tolerance: 5 });
});

test("a moment is China's, and an empty field is now", () => {
  assert.equal(momentOf("2026-01-05T09:30"), "2026-01-05T09:30:00+08:00");
  assert.equal(momentOf(""), null);
  assert.equal(momentText("2026-01-05T20:30:00Z"), "2026-01-06 04:30");
});

test("the refitted draft is offered only while the plan in force no longer fits", () => {
  const plan = (id, status, stale, created_at) => ({ id, status, stale, created_at });
  const old = plan(1, "draft", true, "2026-03-02");
  const fitted = plan(2, "draft", false, "2026-03-01");
  assert.equal(refittedDraft([old, fitted, plan(3, "published", true, "2026-01-01")]).id, 2);
  assert.equal(refittedDraft([fitted, plan(3, "published", false, "2026-01-01")]), null);
  assert.equal(refittedDraft([old, plan(3, "published", true, "2026-01-01")]), null);
});

test("plans that were in force can only be read", () => {
  const states = ["draft", "in_review", "published", "retired"].map((status) => isUnderWay({ status }));
  assert.deepEqual(states, [true, true, false, false]);
});

test("what publishing will do is told in lines, duties only where some end", () => {
  const effect = { kept: 1, changed: 2, begun: 3, ended: 4, moved_households: 1500, duties: 0 };
  assert.deepEqual(effectLines(effect, words), ["planner.effect.grids|1|2|3|4|1,500|0", "planner.effect.households|1,500"]);
  assert.equal(effectLines({ ...effect, duties: 2 }, words)[2], "planner.effect.duties|2");
  assert.deepEqual(effectLines(null, words), ["planner.effect.unknown"]);
});

test("a village's need is its worst grid, or that it has no plan", () => {
  assert.equal(needText({ imbalance: 0.25, off_band: 0, households: 9 }, words), "planner.need.uneven|25%");
  assert.equal(needText({ imbalance: 0.25, off_band: 2, households: 9 }, words), "planner.need.off_band|25%|2");
  assert.equal(needText({ imbalance: null, off_band: null, households: 1200 }, words), "planner.need.no_plan|1,200");
});

test("the box of a multipolygon holds all its corners", () => {
  const coordinates = [[[[1, 5], [3, 5], [3, 6], [1, 5]]], [[[-2, 7], [0, 7], [0, 8], [-2, 7]]]];
  assert.deepEqual(boxOf({ type: "MultiPolygon", coordinates }), [-2, 5, 3, 8]);
});
