/** A quiet mark that something changed in the place shown, and the way to see it. */

import { element } from "./dom.mjs";
import { integer } from "./format.mjs";
import { startLive } from "./live.mjs";

const WAIT_MS = 500;

/** Whether a change of the grids `first` to `last` may concern a region (its code, 2 to 12 digits). */
export function touches({ first, last }, code) {
  return first <= code.padEnd(15, "9") && last >= code.padEnd(15, "0");
}

/**
 * How many rows of a table changed in a region; a change whose rows are not told counts as one. What only went to other
 * grids when those were drawn anew does not count.
 */
export function countNews(changes, table, code) {
  const own = changes.filter((change) => change.table === table && touches(change, code));
  return own.reduce((sum, { count, moved }) => sum + (count ?? 1) - (moved ?? 0), 0);
}

/** What of these changes concerns a region: the news of each table, and whether anything there is not as it was. */
export function newsOf(changes, tables, code) {
  const own = changes.filter((change) => tables.includes(change.table) && touches(change, code));
  return { counts: new Map(tables.map((table) => [table, countNews(own, table, code)])), isAny: own.length > 0 };
}

/**
 * The part of the page in `box` that tells of changes of tables, `keys` the words for each: `[[table, key], …]`. With
 * `isShownAtOnce` the figures follow by themselves and the mark says what came; otherwise they follow when it is chosen,
 * as what one is at work on must not change under one's hands.
 */
export function createNews(desk, box, { keys, isShownAtOnce }) {
  const { api, state, words } = desk.page;
  const tables = keys.map(([table]) => table);
  let news = new Map();
  let timer = 0;
  let isOurs = false;
  let isAllOld = false;

  function draw() {
    const told = keys.filter(([table]) => news.get(table) > 0);
    box.hidden = told.length === 0;
    if (box.hidden) return;
    const onclick = () => (isShownAtOnce ? forget() : refresh());
    const text = told.map(([table, key]) => words.t(key, { n: integer(news.get(table), words.language) })).join(" · ");
    box.replaceChildren(element("button", { type: "button", class: "quiet", id: "news-button", onclick }, text));
  }

  function forget() {
    news = new Map();
    draw();
  }

  async function refresh() {
    clearTimeout(timer);
    const isAll = isAllOld || !isShownAtOnce;
    isAllOld = false;
    isOurs = isShownAtOnce;
    // Whoever asks the server asks anew, the map for the tiles of what changed.
    state.set({ news: (state.get().news ?? 0) + 1 });
    if (!isAll) desk.view.reload("incident");
    await (isAll ? desk.reloadAll() : desk.reload());
    isOurs = false;
  }

  // Several changes in a row are looked at once.
  function refreshSoon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT_MS);
  }

  function hear({ counts, isAny }) {
    if (!isAny) return;
    news = new Map(tables.map((table) => [table, (news.get(table) ?? 0) + counts.get(table)]));
    // Other grids are other shapes, other figures of every region above, and other places for what lies in them.
    isAllOld ||= counts.get("grid") > 0;
    draw();
    if (isShownAtOnce) refreshSoon();
  }

  function hearReset() {
    isAllOld = true;
    if (isShownAtOnce) refreshSoon();
    else hear({ counts: new Map(tables.map((table) => [table, 1])), isAny: true });
  }

  startLive({
    onChanges: (changes) => hear(newsOf(changes, tables, state.get().region)),
    onReset: hearReset,
    isSignedIn: () => api.get("/api/me").then(
      () => true,
      ({ status }) => status !== 401,
    ),
  });
  return {
    draw,
    // Whatever was loaded since is seen; what came by itself is still marked.
    show: () => isOurs || forget(),
  };
}
