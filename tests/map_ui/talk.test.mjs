/** Words, state, the API's caller and what is said about errors. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem, createApi, readProblem, withQuery } from "../../map_ui/static/app/api.mjs";
import { chooseLanguage, fill } from "../../map_ui/static/app/i18n.mjs";
import { describe } from "../../map_ui/static/app/notices.mjs";
import { loadIncidents } from "../../map_ui/static/app/incidents.mjs";
import { isTargetInBand } from "../../map_ui/static/app/orderform.mjs";
import { loadPlace } from "../../map_ui/static/app/place.mjs";
import { planUnderWay } from "../../map_ui/static/app/planlist.mjs";
import { faultLines, groupByKind, missedSeqs, reasonLines } from "../../map_ui/static/app/proposal.mjs";
import { createRegions } from "../../map_ui/static/app/regions.mjs";
import { createState, readFragment, writeFragment } from "../../map_ui/static/app/state.mjs";
import { sortRows } from "../../map_ui/static/app/table.mjs";

const json = (body, status = 200, type = "application/json") =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": type } });

const language = () => "zh";

/** A fetch that answers in turn and keeps what it was asked. */
function scripted(...answers) {
  const asked = [];
  const fetch = async (path, options) => {
    asked.push({ path, ...options });
    return answers.shift();
  };
  return { fetch, asked };
}

test("the language is the one in the address, else the remembered one, else the page's", () => {
  assert.equal(chooseLanguage("?lang=en", "zh", "zh"), "en");
  assert.equal(chooseLanguage("", "en", "zh"), "en");
  assert.equal(chooseLanguage("?lang=xx", null, "zh"), "zh");
  assert.equal(chooseLanguage("?lang=toString", "constructor", "zh"), "zh");
});

test("values go into a text, and a missing one stays visible", () => {
  assert.equal(fill("{n} of {all}, {n}", { n: 1, all: 2 }), "1 of 2, 1");
  assert.equal(fill("{n} of {all}", { n: "{all}" }), "{all} of {all}");
});

test("the state tells listeners only what concerns them and has changed", () => {
  const state = createState({ a: 1, b: 1 });
  const heard = [];
  state.on(["a"], ({ a }) => heard.push(a));
  state.set({ a: 1 });
  state.set({ b: 2 });
  state.set({ a: 2, b: 3 });
  assert.deepEqual(heard, [2]);
});

test("a place goes into the address and comes back; anything but digits is ignored", () => {
  const place = { region: "530103001204", grid: "530103001204017" };
  assert.deepEqual(readFragment(writeFragment(place)), place);
  assert.deepEqual(readFragment("#region=<b>&grid=1"), { region: null, grid: null });
  assert.equal(writeFragment({ region: "53", grid: null }), "#region=53");
});

test("a query leaves out what has no value and escapes the rest", () => {
  assert.equal(withQuery("/a", { x: null, y: undefined, z: "" }), "/a");
  assert.equal(withQuery("/a", { q: "a&b=c", n: 0 }), "/a?q=a%26b%3Dc&n=0");
});

test("changes carry the CSRF token, questions do not", async () => {
  const { fetch, asked } = scripted(json({}), json({}), new Response(null, { status: 204 }));
  const api = createApi({ fetch, language });
  await api.send("POST", "/api/login", {});
  api.setCsrf("token");
  await api.get("/api/me");
  assert.equal(await api.send("POST", "/api/logout"), null);
  assert.deepEqual(
    asked.map(({ headers }) => headers?.["X-CSRF-Token"]),
    [undefined, undefined, "token"],
  );
});

test("problems are asked for in the language of the page", async () => {
  const { fetch, asked } = scripted(json({}));
  await createApi({ fetch, language }).get("/api/me");
  assert.equal(asked[0].headers["Accept-Language"], "zh");
});

test("a list is asked for page by page, in order", async () => {
  const { fetch, asked } = scripted(json({ items: [1, 2], next: "2" }), json({ items: [3], next: null }));
  assert.deepEqual(await createApi({ fetch, language }).all("/api/regions", { parent: "53" }), [1, 2, 3]);
  assert.equal(asked[1].path, "/api/regions?parent=53&after=2");
});

test("a problem keeps its words and faults", async () => {
  const body = { type: "/problems/invalid", title: "Invalid", status: 422, detail: "Two faults.", faults: [{ where: "load" }] };
  const problem = await readProblem(json(body, 422, "application/problem+json"));
  assert.ok(problem instanceof Problem);
  assert.deepEqual([problem.title, problem.detail, problem.faults.length], ["Invalid", "Two faults.", 1]);
});

test("an answer that is no problem is described by its status", async () => {
  const problem = await readProblem(new Response("<h1>Bad Gateway</h1>", { status: 502 }));
  assert.deepEqual([problem.status, problem.title, problem.faults], [502, "HTTP 502", []]);
});

test("a session that has ended is told once and is an error", async () => {
  let ended = 0;
  const { fetch } = scripted(json({ title: "No session" }, 401, "application/problem+json"));
  const api = createApi({ fetch, language, onSignedOut: () => (ended += 1) });
  await assert.rejects(api.get("/api/me"), { status: 401 });
  assert.equal(ended, 1);
});

test("no answer at all is a problem of its own; an abort stays an abort", async () => {
  const failing = (error) => createApi({ fetch: async () => Promise.reject(error), language });
  await assert.rejects(failing(new TypeError("Failed to fetch")).get("/api/me"), { status: 0 });
  const abort = new DOMException("stop", "AbortError");
  await assert.rejects(failing(abort).get("/api/me"), { name: "AbortError" });
});

test("what is said of an error names every fault and where it is", () => {
  const t = (key) => key;
  const faults = [
    { where: "row 3", message: "no point" },
    { where: "", message: "too small" },
  ];
  const problem = new Problem({ status: 422, title: "Invalid", detail: "Two faults.", faults });
  assert.deepEqual(describe(problem, t), { title: "Invalid", lines: ["Two faults.", "row 3: no point", "too small"] });
  assert.equal(describe(new Problem({ status: 0, title: "" }), t).title, "error.offline");
  assert.deepEqual(describe(new Error("why"), t), { title: "error.page", lines: ["why"] });
});

test("rows are sorted by number or text, unknown values last either way", () => {
  const rows = [{ n: 2 }, { n: null }, { n: 10 }, { n: 1 }];
  const value = ({ n }) => n;
  assert.deepEqual(sortRows(rows, value, false).map(value), [1, 2, 10, null]);
  assert.deepEqual(sortRows(rows, value, true).map(value), [10, 2, 1, null]);
  assert.deepEqual(sortRows(["b", "a"], (text) => text, false), ["a", "b"]);
  assert.deepEqual(rows.map(value), [2, null, 10, 1], "the rows given stay as they are");
});

test("the plan under way is the newest that is not published", () => {
  const plan = (id, status, created_at) => ({ id, status, created_at });
  const plans = [plan(1, "draft", "2026-01-01"), plan(2, "in_review", "2026-02-01"), plan(3, "published", "2026-03-01")];
  assert.equal(planUnderWay(plans).id, 2);
  assert.equal(planUnderWay(plans.slice(2)), null);
});

test("a target lies in its band when it is neither below nor above", () => {
  const among = (load) => isTargetInBand({ load, low: 300, high: 500 });
  assert.deepEqual([299, 300, 400, 500, 501].map(among), [false, true, true, true, false]);
});

/** Words that show the key and the values in the order given. */
const spell = (key, values = {}) => [key, ...Object.values(values)].join("|");

test("reasons are grouped by kind and name their grids, without the server's words", () => {
  const reasons = [
    { kind: "not_found", seq: 3, message: "grid 3 deviates" },
    { kind: "band", seq: null, message: "no whole number" },
    { kind: "not_found", seq: 7, message: "grid 7 deviates" },
  ];
  assert.deepEqual(groupByKind(reasons), [
    { kind: "not_found", seqs: [3, 7], n: 2 },
    { kind: "band", seqs: [], n: 1 },
  ]);
  const list = ["3", "7"].join("list.separator");
  assert.deepEqual(reasonLines(reasons, spell), [`plan.missed|${list}|2|reason.not_found`, "reason.band"]);
  assert.deepEqual([...missedSeqs(reasons)], [3, 7]);
});

test("of more than eight grids eight are named", () => {
  const reasons = Array.from({ length: 9 }, (_, index) => ({ kind: "component", seq: index + 1 }));
  const t = (key, values) => (key === "list.separator" ? "," : spell(key, values));
  assert.deepEqual(reasonLines(reasons, t), ["plan.missed_more|1,2,3,4,5,6,7,8|9|reason.component"]);
  assert.deepEqual(reasonLines(reasons.slice(1), t), ["plan.missed|2,3,4,5,6,7,8,9|8|reason.component"]);
});

test("faults are counted by kind; an unknown kind has words too", () => {
  const faults = ["house_outside", "new_kind", "house_outside"].map((kind) => ({ kind, message: "raw" }));
  assert.deepEqual(faultLines(faults, spell), ["fault.house_outside|2", "fault.other|1"]);
});

const REGIONS = {
  53: { code: "53", level: 1, parent_code: null },
  5301: { code: "5301", level: 2, parent_code: "53" },
  530103: { code: "530103", level: 3, parent_code: "5301" },
  530103001: { code: "530103001", level: 4, parent_code: "530103" },
  530103001204: { code: "530103001204", level: 5, parent_code: "530103001" },
};

/** An API that knows five regions in one line and keeps what it was asked. */
function regionApi() {
  const asked = [];
  const all = Object.values(REGIONS);
  const get = async (path, query) => {
    asked.push({ path, ...query });
    if (path === "/api/counts") return { items: [{ code: "x", n: 1 }], total: 7 };
    return { items: all.filter(({ code }) => code === query.code) };
  };
  const list = async (path, { parent }) => (path === "/api/grids" ? [] : all.filter((region) => region.parent_code === parent));
  return { asked, get, all: list };
}

test("the trail ends at the caller's own region and asks for each region once", async () => {
  const api = regionApi();
  const regions = createRegions(api, "530103");
  const trail = (await regions.trail("530103001204")).map(({ level }) => level);
  assert.deepEqual(trail, [3, 4, 5]);
  await regions.trail("530103001204");
  assert.equal(api.asked.length, 3);
  regions.forget();
  await regions.get("530103");
  assert.equal(api.asked.length, 4);
});

test("an unknown region has no trail and no place", async () => {
  const api = regionApi();
  const regions = createRegions(api, "53");
  assert.deepEqual(await regions.trail("99"), []);
  assert.equal(await loadPlace({ api, regions }, { region: "99" }), null);
});

test("a region is shown without its counts when these fail, and the failure is told", async () => {
  const { all, get } = regionApi();
  const told = [];
  const failing = async (path, query) => (path === "/api/counts" ? Promise.reject(new Error("no counts")) : get(path, query));
  const api = { all, get: failing };
  const page = { api, regions: createRegions(api, "53"), notices: { show: ({ message }) => told.push(message) } };
  const place = await loadIncidents(page, { region: "530103" });
  assert.deepEqual([place.children.length, place.counts.size, place.total], [1, 0, undefined]);
  assert.deepEqual(told, ["no counts"]);
});

test("incidents are counted by the level below, and by county where that has no counts", async () => {
  const by = async (region) => {
    const api = regionApi();
    await loadIncidents({ api, regions: createRegions(api, "53") }, { region, from: "a", to: "b", kind: null });
    return api.asked.find(({ path }) => path === "/api/counts").by;
  };
  assert.deepEqual(await Promise.all(Object.keys(REGIONS).map(by)), ["county", "county", "township", "village", "grid"]);
});
