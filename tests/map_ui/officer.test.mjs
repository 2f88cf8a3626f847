/** The officer's page: the arithmetic of the brush, classes of colour, kinds, the list's order, the card's lines. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { daysBetween, keyDays, moved, shareOf, windowFor } from "../../map_ui/static/app/brush.mjs";
import { linesOf } from "../../map_ui/static/app/casecard.mjs";
import { newestFirst } from "../../map_ui/static/app/cases.mjs";
import { OUTSIDE, RAMP, choropleth, classesFor, valueOf } from "../../map_ui/static/app/choropleth.mjs";
import { decimal, moment } from "../../map_ui/static/app/format.mjs";
import { lackNote } from "../../map_ui/static/app/filterpanel.mjs";
import { kindsOf, toggled } from "../../map_ui/static/app/kindpanel.mjs";
import { pictureQuery } from "../../map_ui/static/app/heatpicture.mjs";
import { askedPlace, createLatest } from "../../map_ui/static/app/latest.mjs";
import { aloneOf, changesOf, spotsColouring, spotsQuestion, strongest } from "../../map_ui/static/app/spots.mjs";
import { styleOf } from "../../map_ui/static/app/styles.mjs";

const WINDOW = { from: "2026-01-01", to: "2026-04-11" }; // 100 days
const PERIOD = { from: "2026-02-10", to: "2026-02-20" };

test("days between dates are whole over leap days and years", () => {
  assert.equal(daysBetween("2024-02-28", "2024-03-01"), 2);
  assert.equal(daysBetween("2025-12-31", "2026-01-01"), 1);
  assert.equal(daysBetween("2026-01-02", "2026-01-01"), -1);
});

test("a window ends today and grows to hold the period", () => {
  assert.deepEqual(windowFor(PERIOD, 100, "2026-04-11"), WINDOW);
  assert.deepEqual(windowFor({ from: "2020-01-01", to: "2027-01-01" }, 100, "2026-04-11"), {
    from: "2020-01-01",
    to: "2027-01-01",
  });
});

test("a date's share of the window stays in 0 to 1", () => {
  assert.equal(shareOf("2026-01-01", WINDOW), 0);
  assert.equal(shareOf("2026-01-26", WINDOW), 0.25);
  assert.equal(shareOf("2026-04-11", WINDOW), 1);
  assert.equal(shareOf("2030-01-01", WINDOW), 1);
});

test("an end is moved alone and leaves at least a day", () => {
  assert.deepEqual(moved(PERIOD, "from", 3, WINDOW), { from: "2026-02-13", to: "2026-02-20" });
  assert.deepEqual(moved(PERIOD, "from", 99, WINDOW), { from: "2026-02-19", to: "2026-02-20" });
  assert.deepEqual(moved(PERIOD, "from", -99, WINDOW), { from: "2026-01-01", to: "2026-02-20" });
  assert.deepEqual(moved(PERIOD, "to", -99, WINDOW), { from: "2026-02-10", to: "2026-02-11" });
  assert.deepEqual(moved(PERIOD, "to", 999, WINDOW), { from: "2026-02-10", to: "2026-04-11" });
});

test("the whole period keeps its length at both ends of the window", () => {
  for (const days of [-999, -40, 0, 7, 999]) {
    const { from, to } = moved(PERIOD, "both", days, WINDOW);
    assert.equal(daysBetween(from, to), 10);
    assert.ok(from >= WINDOW.from && to <= WINDOW.to);
  }
  assert.equal(moved(PERIOD, "both", 999, WINDOW).to, WINDOW.to);
});

test("keys move by a day, a week, or to the end; others not at all", () => {
  assert.equal(keyDays("ArrowLeft", WINDOW), -1);
  assert.equal(keyDays("PageUp", WINDOW), 7);
  assert.equal(keyDays("End", WINDOW), 100);
  assert.equal(keyDays("Tab", WINDOW), null);
});

const row = (n, per_1000 = n) => ({ n, per_1000, protected: n === null });

test("protected and unknown are never zero", () => {
  assert.equal(valueOf(row(0), "count"), 0);
  assert.equal(valueOf(row(null), "count"), "protected");
  assert.equal(valueOf(row(null), "rate"), "protected");
  assert.equal(valueOf(undefined, "count"), "unknown");
  assert.equal(valueOf(row(3, null), "rate"), "unknown", "nobody is registered there");
});

test("classes are quantiles that name the values in them", () => {
  const classes = classesFor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(classes.map(({ from, to }) => [from, to]), [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]);
  assert.deepEqual(classes.map(({ colour }) => colour), RAMP);
});

test("equal values share a class, and the highest class is the darkest", () => {
  assert.deepEqual(classesFor([4, 4, 4]), [{ from: 4, to: 4, colour: RAMP.at(-1) }]);
  assert.deepEqual(classesFor([1, 1, 1, 1, 9]).map(({ colour }) => colour), [RAMP[0], RAMP.at(-1)]);
  assert.deepEqual(classesFor([0, 0]), []);
});

test("every value above zero lies in exactly one class", () => {
  for (let size = 1; size <= 40; size += 1) {
    const values = Array.from({ length: size }, (_, i) => ((i * 7919) % 23) + 1);
    const classes = classesFor(values);
    for (const value of values) assert.equal(classes.filter(({ from, to }) => value >= from && value <= to).length, 1);
  }
});

test("a map's colours are those of its legend", () => {
  const counts = new Map([["a", row(1)], ["b", row(9)], ["c", row(0)], ["d", row(null)]]);
  const asked = { layer: "grid", codes: ["a", "b", "c", "d", "e"], counts, measure: "count" };
  const { colours, classes, outside } = choropleth(asked);
  assert.deepEqual([...colours.values()], [RAMP[0], RAMP.at(-1), OUTSIDE.zero, OUTSIDE.protected, OUTSIDE.unknown]);
  assert.deepEqual(classes.map(({ from }) => from), [1, 9]);
  assert.deepEqual(outside, ["zero", "protected", "unknown"]);
});

test("the steps of the ramp are told apart by lightness alone", () => {
  const lightness = (colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const values = RAMP.map(lightness);
  values.slice(1).forEach((value, i) => assert.ok(values[i] - value > 25, `${RAMP[i]} and ${RAMP[i + 1]}`));
});

test("only the coloured layer's places of the region shown are filled", () => {
  const shown = { layer: "village", colours: new Map([["1", "#14396f"]]) };
  const fillOf = (name, properties, choropleth) =>
    styleOf({ name, geometry: "polygon" }, properties, { choropleth }).fill;
  assert.equal(fillOf("village", { code: "1" }, shown), "#14396f");
  assert.equal(fillOf("village", { code: "2" }, shown), null);
  assert.equal(fillOf("grid", { grid_no: "1" }, shown), null);
  assert.equal(fillOf("village", { code: "1" }, null), null);
});

test("several kinds are one comma list in the order of the form", () => {
  const codes = ["dispute", "hazard", "noise"];
  assert.equal(toggled(null, "noise", codes), "noise");
  assert.equal(toggled("noise", "dispute", codes), "dispute,noise");
  assert.equal(toggled("dispute,noise", "noise", codes), "dispute");
  assert.equal(toggled("dispute", "dispute", codes), null);
  assert.deepEqual(kindsOf(null), []);
});

test("incidents of several kinds are drawn", () => {
  const view = { from: "2026-01-01", to: "2026-02-01", kind: "hazard,noise" };
  const styled = (kind) => styleOf({ name: "incident" }, { occurred_on: "2026-01-05", kind }, view);
  const drawn = (kind) => Object.keys(styled(kind)).length > 0;
  assert.deepEqual(["hazard", "noise", "dispute"].map(drawn), [true, true, false]);
});

test("the list begins with the newest, whatever the offset it is told in", () => {
  const items = [
    { id: "b", occurred_at: "2026-01-01T10:00:00+08:00" },
    { id: "c", occurred_at: "2026-01-01T03:00:00Z" },
    { id: "a", occurred_at: "2026-01-01T02:00:00Z" },
  ];
  assert.deepEqual(newestFirst(items).map(({ id }) => id), ["c", "a", "b"]);
});

const CARD = {
  occurred_at: "2026-01-01T20:30:00Z", path: [{ name: "A" }, { name: "B" }], grid_no: "532901001001007", grid_name: "G",
  handled_grid_no: "532901001001000", handled_grid_name: null, level: "house", radius_m: null, source: "made",
  reported_at: "2026-01-02T00:00:00Z", ref: null, source_import: null,
};

test("a card's lines name place, grids and times of China", () => {
  const words = { t: (key) => key, language: "en" };
  const values = Object.fromEntries(linesOf(CARD, words));
  assert.equal(values["officer.card.occurred"], "2026-01-02 04:30");
  assert.equal(values["officer.card.where"], "A › B");
  assert.equal(values["officer.card.grid"], "G · 532901001001007");
  assert.equal(values["officer.card.handled"], "officer.card.no_grid");
  assert.equal(values["officer.card.located"], "officer.level.house");
  assert.ok(!("officer.card.import" in values));
});

test("numbers and moments are written plainly", () => {
  assert.equal(decimal(1234.567, "en"), "1,234.57");
  assert.equal(decimal(null, "en"), "—");
  assert.equal(moment("2026-01-01T16:05:00Z"), "2026-01-02 00:05");
});

const place = { region: { code: "5" }, grids: [{ grid_no: "g" }] };

test("a chosen grid is asked for when it is the place's own", () => {
  assert.deepEqual(askedPlace(place, { region: "5", grid: "g" }), { grid: "g" });
  assert.deepEqual(askedPlace(place, { region: "5", grid: "elsewhere" }), { region: "5" });
  assert.equal(askedPlace(place, { region: "6", grid: null }), null, "another region is under way");
  assert.equal(askedPlace(null, { region: "6", grid: null }), null);
});

test("only the newest answer is shown, and the same question is asked once", async () => {
  const waiting = [];
  const shown = [];
  const api = { get: (path, query) => new Promise((resolve) => waiting.push(() => resolve(query.n))) };
  let running = 0;
  const activity = { begin: () => ((running += 1), () => (running -= 1)) };
  const latest = createLatest({ api, activity, notices: { show: assert.fail } });
  const asked = [1, 2, 2].map((n) => latest.ask("/x", { n }, (answer) => shown.push(answer)));
  assert.equal(waiting.length, 2);
  waiting.toReversed().forEach((answer) => answer());
  await Promise.all(asked);
  assert.deepEqual(shown, [2]);
  assert.equal(running, 0);
});

test("a question that failed can be asked again", async () => {
  const errors = [];
  const api = { get: () => Promise.reject(new Error("down")) };
  const notices = { show: (error) => errors.push(error.message) };
  const latest = createLatest({ api, activity: { begin: () => () => {} }, notices });
  await latest.ask("/x", {}, assert.fail);
  await latest.ask("/x", {}, assert.fail);
  assert.deepEqual(errors, ["down", "down"]);
});

test("the legend of density tells of the region shown, and nothing of the whole period while days are played", async () => {
  globalThis.L = { ImageOverlay: { extend: () => class {} } };
  const { legendOf, whilePlayed } = await import("../../map_ui/static/app/heat.mjs");
  const view = { protected: false, unlocated: 61, withheld: 0 };
  const shown = legendOf(view, 250, { name: "A", unlocated: 17 });
  assert.deepEqual(shown, { bandwidth_m: 250, isProtected: false, withheld: 0, unlocated: 17, place: "A" });
  assert.equal(legendOf(view, 250, null).unlocated, 61);
  assert.equal(legendOf(view, 250, null).place, null);
  const played = whilePlayed(shown);
  assert.equal(played.unlocated, 0);
  assert.equal(whilePlayed(played), played, "the legend is drawn once");
  assert.equal(whilePlayed(null), null);
});

const SPOTS_ANSWER = {
  items: [
    { code: "1", name: null, n: 5, z: 3, level: 1, before: 0, change: "new" },
    { code: "2", name: null, n: 9, z: 6, level: 2, before: 1, change: "persistent" },
    { code: "3", name: null, n: 0, z: -4, level: -2, before: 0, change: "new" },
    { code: "4", name: null, n: 1, z: 0.1, level: 0, before: 2, change: "gone" },
  ],
};

test("spots are asked for beside the same number of days before", () => {
  const state = { region: "5329", from: "2026-03-01", to: "2026-03-31", kind: null };
  assert.deepEqual(spotsQuestion(state), { ...state, than_from: "2026-01-30", than_to: "2026-03-01" });
});

test("spots are coloured by level, listed by strength, and their changes are those of hot ones", () => {
  const { layer, colours } = spotsColouring(SPOTS_ANSWER);
  assert.equal(layer, "grid");
  assert.deepEqual([...colours.values()], ["#e58b6b", "#9b1c1c", "#1f4e8c", "#ffffff"]);
  assert.deepEqual(strongest(SPOTS_ANSWER).map(({ code }) => code), ["2", "1"]);
  assert.deepEqual(changesOf(SPOTS_ANSWER), { new: 1, persistent: 1, gone: 1 });
});

test("the picture for a report is of the bandwidth that the screen draws, not of the one that its own size would have", () => {
  const state = { from: "2026-01-01", to: "2026-02-01", kind: "noise,environment", region: "532901", bandwidth_m: null };
  const shown = { bandwidth_m: 250, isProtected: false };
  assert.equal(pictureQuery({ ...state, heatShown: shown }, "zh").bandwidth, 250);
  assert.equal(pictureQuery({ ...state, bandwidth_m: 1000, heatShown: null }, "zh").bandwidth, 1000);
  assert.deepEqual(pictureQuery({ ...state, heatShown: shown }, "zh").kind, "noise,environment");
});

test("a grid that holds much of all and is no spot stands out alone", () => {
  const row = (code, n, level = 0) => ({ code, name: null, n, z: 1, level, before: 0, change: null });
  const others = [row("2", 30), row("3", 0)];
  // 91 grids with 13.758 on average are 1,252 incidents.
  const answer = { items: [row("1", 256), ...others], compared: 91, mean: 13.758 };
  const found = aloneOf(answer);
  assert.deepEqual([found.row.code, found.all, Math.round(100 * found.share)], ["1", 1252, 20]);
  assert.equal(aloneOf({ ...answer, items: others }), null, "30 of 1,252 are no large part");
  assert.equal(aloneOf({ ...answer, items: [row("1", 256, 2)] }), null, "it is a hot spot");
  assert.equal(aloneOf({ items: [row("1", 2)], compared: 40, mean: 0.1 }), null, "of four incidents two are no wonder");
  assert.equal(aloneOf({ items: [], compared: 40, mean: 0 }), null);
});

test("a period that reaches beyond what is registered is told so, one that ends yesterday or today is not", () => {
  const told = (to, lastOn) => lackNote({ to, lastOn }, (key, { day }) => `${key} ${day}`);
  assert.equal(told("2026-11-24", "2026-10-31"), "officer.last_on 2026-10-31");
  assert.equal(told("2026-11-03", "2026-10-31"), "officer.last_on 2026-10-31");
  assert.equal(told("2026-11-02", "2026-10-31"), null, "of the 1st something may still come");
  assert.equal(told("2026-10-01", "2026-10-31"), null);
  assert.equal(told("2026-11-24", null), null, "not known");
  assert.equal(told("2026-11-24", undefined), null, "not yet known");
});
