/** Live changes below the browser: what counts as news, and how a page listens, pauses and goes on. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

globalThis.window = { addEventListener() {} };
const { startLive } = await import("../../map_ui/static/app/live.mjs");
const { countNews, newsOf, touches } = await import("../../map_ui/static/app/news.mjs");

const change = (first, last, count = 1, table = "incident") => ({ table, first, last, count });

test("a change touches the regions that hold any of its grids", () => {
  const one = change("532901001001001", "532901001001003");
  assert.deepEqual(["53", "532901001001", "532901001002", "54"].map((code) => touches(one, code)), [true, true, false, false]);
  assert.equal(touches(change("000000000000000", "999999999999999"), "532901"), true);
});

test("news are the rows of one table in the region shown", () => {
  const changes = [
    change("532901001001001", "532901001001001", 2),
    change("532901001002001", "532901001002001", 4),
    change("532901001001001", "532901001001001", 8, "grid"),
    change("532901001001001", "532901001001009", null),
  ];
  assert.equal(countNews(changes, "incident", "532901001001"), 3);
  assert.equal(countNews(changes, "incident", "532901"), 7);
  assert.equal(countNews(changes, "incident", "54"), 0);
});

test("what a publish gave to other grids is no news of incidents, and yet the page is not as it was", () => {
  const published = [
    { ...change("532901001001001", "532901001001008", 224), moved: 224 },
    change("532901001001001", "532901001001008", 8, "grid"),
  ];
  const told = (changes, code) => newsOf(changes, ["incident", "grid"], code);
  assert.deepEqual([...told(published, "532901001001").counts], [["incident", 0], ["grid", 8]]);
  assert.equal(countNews([{ ...change("532901001001001", "532901001001001", 9), moved: 7 }], "incident", "53"), 2);
  assert.equal(told(published.slice(0, 1), "532901001001").isAny, true);
  assert.equal(told(published, "532901001002").isAny, false);
  assert.equal(countNews([{ ...change("532901001001001", "532901001001001", null), moved: null }], "incident", "53"), 1);
});

/** An EventSource whose events the test makes. */
function sources() {
  const made = [];
  class Source extends EventTarget {
    static CLOSED = 2;
    readyState = 1;
    constructor(url) {
      super();
      this.url = url;
      made.push(this);
    }
    close() {
      this.readyState = Source.CLOSED;
    }
    tell(name, lastEventId, data = {}) {
      this.dispatchEvent(Object.assign(new Event(name), { lastEventId, data: JSON.stringify(data) }));
    }
    refuse() {
      this.readyState = Source.CLOSED;
      this.onerror();
    }
  }
  return { made, Source };
}

function page() {
  const told = { changes: [], resets: 0 };
  const { made, Source } = sources();
  const document = Object.assign(new EventTarget(), { hidden: false });
  const see = (isSeen) => {
    document.hidden = !isSeen;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  let isSignedIn = true;
  startLive({
    onChanges: (changes) => told.changes.push(...changes),
    onReset: () => (told.resets += 1),
    isSignedIn: async () => isSignedIn,
    EventSource: Source,
    document,
  });
  return { told, made, see, signOut: () => (isSignedIn = false) };
}

test("changes and resets are handed on, and after a reset one listens anew while there is a session", async () => {
  const { told, made, signOut } = page();
  made[0].tell("ready", "1");
  made[0].tell("changes", "2", { changes: [{ table: "grid" }] });
  made[0].tell("reset", "3");
  await new Promise(setImmediate);
  assert.deepEqual(told, { changes: [{ table: "grid" }], resets: 1 });
  assert.deepEqual(made.map(({ url }) => url), ["/api/live", "/api/live?after=3"]);
  signOut();
  made[1].tell("reset", "4");
  await new Promise(setImmediate);
  assert.deepEqual([told.resets, made.length, made[1].readyState], [1, 2, 2]);
});

test("a page that is not seen does not listen, and goes on where it was when it is", () => {
  const { made, see } = page();
  made[0].tell("ready", "1.2:2:");
  see(false);
  assert.equal(made[0].readyState, 2);
  see(true);
  see(true);
  assert.deepEqual(made.map(({ url }) => url), ["/api/live", "/api/live?after=1.2%3A2%3A"]);
});

test("refused it tries again later, as long as there is a session", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { made, signOut } = page();
  made[0].refuse();
  mock.timers.tick(10_000);
  await new Promise(setImmediate);
  assert.equal(made.length, 2);
  signOut();
  made[1].refuse();
  mock.timers.tick(10_000);
  await new Promise(setImmediate);
  assert.equal(made.length, 2);
  mock.timers.reset();
});
