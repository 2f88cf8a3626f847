/** The incidents themselves, for those who may open them: a list of the place and period shown, and files of it. */

import { withQuery } from "./api.mjs";
import { element } from "./dom.mjs";
import { integer, moment } from "./format.mjs";
import { askedPlace, createLatest } from "./latest.mjs";

const PATH = "/api/layers/incident/items";
const MOST = 1000;
const STEP = 50;
const FORMATS = ["csv", "xlsx"];

/** Newest first; those of one moment in order of id, so that the list is the same each time. */
export function newestFirst(items) {
  const key = ({ occurred_at }) => Date.parse(occurred_at);
  return [...items].sort((a, b) => key(b) - key(a) || (a.id < b.id ? -1 : 1));
}

/** The part of the page in `box`; `onCase(id)` is called for the incident chosen. */
export function createCases({ page }, box, onCase) {
  const { me, state, words } = page;
  const latest = createLatest(page);
  let answer = null;
  let shown = STEP;
  let place = null;
  let query = null;

  function load() {
    const { from, to, kind } = state.get();
    const asked = askedPlace(place, state.get());
    if (asked === null) return;
    query = { ...asked, from, to, kind };
    latest.ask(PATH, { ...query, limit: MOST }, ({ items, next }) => {
      answer = { items: newestFirst(items), isCut: next !== null };
      shown = STEP;
      draw();
    });
  }

  function draw() {
    if (answer === null) return;
    const heading = element("h3", { id: "cases-title", tabindex: -1 }, words.t("officer.cases.title"));
    box.replaceChildren(element("header", {}, heading, files()), ...(answer.isCut ? [tooMany()] : list()));
  }

  function files() {
    if (!me.may.includes("export:read")) return null;
    const links = FORMATS.map((f) => {
      const href = withQuery(PATH, { ...query, f });
      const text = words.t("officer.cases.file", { format: f.toUpperCase() });
      return element("a", { href, download: true, id: `cases-${f}` }, text);
    });
    return element("p", { class: "files" }, ...links);
  }

  // In order of id, the first thousand would be any: no list is better than one that looks like the newest.
  function tooMany() {
    const most = integer(MOST, words.language);
    return element("p", { class: "note" }, words.t("officer.cases.too_many", { n: most }));
  }

  function list() {
    const { items } = answer;
    if (items.length === 0) return [element("p", { class: "note" }, words.t("officer.cases.none"))];
    const names = new Map(state.get().kinds.map((row) => [row.code, words.titled(row, "name")]));
    const rows = items.slice(0, shown).map((item) => row(item, names.get(item.kind) ?? item.kind));
    const count = words.t("officer.cases.shown", { n: Math.min(shown, items.length), all: items.length });
    const parts = [element("ol", { class: "cases" }, ...rows), element("p", { class: "note" }, count)];
    if (shown < items.length) {
      parts.push(element("button", { type: "button", id: "cases-more", onclick: more }, words.t("officer.cases.more")));
    }
    return parts;
  }

  function row(item, kind) {
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "case", "data-id": item.id, onclick: () => onCase(item.id) },
        element("span", { class: "case-when" }, moment(item.occurred_at)),
        element("strong", {}, kind),
        element("span", { class: "case-words" }, item.text),
        element("span", { class: "note" }, words.t(`officer.level.${item.level}`)),
      ),
    );
  }

  function more() {
    const first = shown;
    shown += STEP;
    draw();
    box.querySelectorAll("button.case")[first].focus();
  }

  state.on(["grid"], load);
  return {
    draw,
    show(loaded) {
      place = loaded;
      load();
    },
  };
}
