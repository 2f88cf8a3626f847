/** A quiet mark that something changed in the place shown, and the way to see it. */

import { element } from "./dom.mjs";
import { integer } from "./format.mjs";
import { startLive } from "./live.mjs";

const WAIT_MS = 500;

/** Whether a change of the grids `first` to `last` may concern a region (its code, 2 to 12 digits). */
export function touches({ first, last }, code) {
  return first <= code.padEnd(15, "9") && last >= code.padEnd(15, "0");
}

/** How many rows of a table changed in a region; a change whose rows are not told counts as one. */
export function countNews(changes, table, code) {
  const own = changes.filter((change) => change.table === table && touches(change, code));
  return own.reduce((sum, { count }) => sum + (count ?? 1), 0);
}

/**
 * The part of the page in `box` that tells of changes of `table`, in words under `key`. With `isShownAtOnce` the figures
 * follow by themselves and the mark says what came; otherwise they follow when it is chosen, as what one is at work on
 * must not change under one's hands.
 */
export function createNews(desk, box, { table, key, isShownAtOnce }) {
  const { api, state, words } = desk.page;
  let news = 0;
  let timer = 0;
  let isOurs = false;

  function draw() {
    box.hidden = news === 0;
    if (box.hidden) return;
    const onclick = () => (isShownAtOnce ? forget() : refresh());
    const text = words.t(key, { n: integer(news, words.language) });
    box.replaceChildren(element("button", { type: "button", class: "quiet", id: "news-button", onclick }, text));
  }

  function forget() {
    news = 0;
    draw();
  }

  async function refresh() {
    clearTimeout(timer);
    isOurs = isShownAtOnce;
    // Whoever asks the server asks anew, the map for the tiles of this layer alone.
    state.set({ news: (state.get().news ?? 0) + 1 });
    if (isShownAtOnce) desk.view.reload(table);
    await (isShownAtOnce ? desk.reload() : desk.reloadAll());
    isOurs = false;
  }

  // Several changes in a row are looked at once.
  function refreshSoon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT_MS);
  }

  function hear(count) {
    if (count === 0) return;
    news += count;
    draw();
    if (isShownAtOnce) refreshSoon();
  }

  startLive({
    onChanges: (changes) => hear(countNews(changes, table, state.get().region)),
    onReset: () => (isShownAtOnce ? refreshSoon() : hear(1)),
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
