/** What an answer of the geocoder adds to the regions that a search has found. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { addressesIn, saidOtherwise } from "../../map_ui/static/app/search.mjs";

const HOME = "532901";
const REGIONS = [{ code: "532901001002" }];
const house = { level: "house", region_code: "532901001002", address: "东村1号", point: [1, 2], candidates: [] };
const candidate = { address: "西村1号", point: [3, 4], level: "house", grid_no: "1", confidence: 0.4 };

const found = (answer, regions = REGIONS) => addressesIn(answer, { regions, home: HOME });
const addresses = (answer, regions) => found(answer, regions).map(({ address }) => address);

test("a house comes after the regions", () => {
  assert.deepEqual(found(house), [house]);
});

test("a region that is in the list already, or where one is at home, says nothing new", () => {
  assert.deepEqual(found({ ...house, level: "village" }), []);
  assert.deepEqual(found({ ...house, level: "county", region_code: HOME }), []);
  assert.deepEqual(addresses({ ...house, level: "village", region_code: "532901001003" }), ["东村1号"]);
  assert.deepEqual(addresses({ ...house, level: "street" }), ["东村1号"]);
});

test("what may be meant too comes once, and alone where nothing is placed", () => {
  const self = { ...candidate, address: "云南省东村1号", point: [1, 2] };
  assert.deepEqual(addresses({ ...house, candidates: [self, candidate] }), ["东村1号", "西村1号"]);
  const nowhere = { ...house, level: "unplaced", point: null, candidates: [candidate] };
  assert.deepEqual(addresses(nowhere), ["西村1号"]);
  assert.deepEqual(found({ ...nowhere, candidates: [] }), []);
});

test("a candidate is shown as an answer without a radius or reasons of its own", () => {
  const [shown] = found({ ...house, level: "unplaced", point: null, candidates: [candidate] });
  assert.deepEqual([shown.radius_m, shown.reasons, shown.candidates], [null, [], []]);
});

test("a corrected name is told in the list, words that were not understood only beside the map", () => {
  const reasons = [
    { kind: "typo", text: "人名路 -> 人民路", message: "名称有误：人名路 -> 人民路" },
    { kind: "not_understood", text: "旁边", message: "未能理解：旁边" },
  ];
  assert.deepEqual(saidOtherwise(reasons), ["名称有误：人名路 -> 人民路"]);
  assert.deepEqual(saidOtherwise([]), []);
});
