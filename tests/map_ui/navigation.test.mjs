/** Where a click leads, and what the address and the history say of it. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createNavigation } from "../../map_ui/static/app/navigation.mjs";
import { createState } from "../../map_ui/static/app/state.mjs";

let back;

beforeEach(() => {
  globalThis.location = { hash: "" };
  const put = (_, __, hash) => (globalThis.location.hash = hash);
  globalThis.history = { pushState: put, replaceState: put };
  globalThis.window = { addEventListener: (_, listener) => (back = listener) };
});

/** A navigation standing in a village of the county 530103, with one grid chosen. */
function standing() {
  const state = createState({ region: "530103001204", grid: "530103001204002" });
  const warnings = [];
  const notices = { clear: () => {}, warn: (text) => warnings.push(text) };
  const words = { t: (key, { code }) => `${key} ${code}` };
  const navigation = createNavigation({ state, me: { region: { code: "530103" } }, notices, words });
  const place = () => [state.get().region, state.get().grid];
  return { navigation, place, warnings };
}

const grid = (grid_no) => ({ layer: "grid", properties: { grid_no, village: grid_no.slice(0, 12) } });

test("a click on another grid of the village chooses it, on the chosen one lets it go", () => {
  const { navigation, place } = standing();
  navigation.pick(grid("530103001204007"));
  assert.deepEqual(place(), ["530103001204", "530103001204007"]);
  navigation.pick(grid("530103001204007"));
  assert.deepEqual(place(), ["530103001204", null]);
});

test("a click on a grid of another village goes there", () => {
  const { navigation, place } = standing();
  navigation.pick(grid("530103001205001"));
  assert.deepEqual(place(), ["530103001205", "530103001205001"]);
  assert.equal(location.hash, "#region=530103001205&grid=530103001205001");
});

test("a click on another region goes there and leaves the grid, on the region shown it does nothing", () => {
  const { navigation, place } = standing();
  navigation.pick({ layer: "village", properties: { code: "530103001204" } });
  assert.deepEqual(place(), ["530103001204", "530103001204002"]);
  navigation.pick({ layer: "village", properties: { code: "530103001209" } });
  assert.deepEqual(place(), ["530103001209", null]);
});

test("going back leads to the place in the address, and without one to the caller's own region", () => {
  const { place } = standing();
  location.hash = "#region=530103001";
  back();
  assert.deepEqual(place(), ["530103001", null]);
  location.hash = "";
  back();
  assert.deepEqual(place(), ["530103", null]);
});

test("an address that names no place is put right, and that is said", () => {
  const { navigation, place, warnings } = standing();
  location.hash = "#region=banana";
  navigation.check();
  assert.deepEqual(warnings, ["error.no_such_place banana"]);
  assert.equal(location.hash, "#region=530103001204&grid=530103001204002");
  navigation.check();
  assert.equal(warnings.length, 1);
  location.hash = "#region=530103001&grid=7x";
  back();
  assert.equal(warnings.at(-1), "error.no_such_place 7x");
  assert.equal(location.hash, "#region=530103001");
  navigation.stay("532901004");
  assert.deepEqual(place(), ["530103", null]);
  assert.equal(location.hash, "#region=530103");
  assert.equal(warnings.at(-1), "error.no_such_place 532901004");
});
