/** The period of the page beside an earlier one: how many times as many incidents a day, and whether chance explains it. */

import { withQuery } from "./api.mjs";
import { daysBetween } from "./brush.mjs";
import { element } from "./dom.mjs";
import { lackNote } from "./filterpanel.mjs";
import { addDays, decimal, integer } from "./format.mjs";
import { countedBy } from "./incidents.mjs";
import { createLatest } from "./latest.mjs";
import { keepFocus } from "./layerpanel.mjs";
import { saveFile } from "./savefile.mjs";

const BEFORE = ["just_before", "year_before"];
const LISTED = 8;

/** The earlier period: as many days just before, or the same days of the year before. */
export function earlier({ from, to }, which) {
  if (which === "just_before") return { than_from: addDays(from, -daysBetween(from, to)), than_to: from };
  return { than_from: yearBefore(from), than_to: yearBefore(to) };
}

// What is no day of that year, the 29th of February, is the day after.
function yearBefore(date) {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCFullYear(moved.getUTCFullYear() - 1);
  return moved.toISOString().slice(0, 10);
}

/** What is said of a row: a key of the catalogue under `officer.change`. */
export function verdictOf({ n, ratio, low, differs }) {
  if (n === null) return "protected";
  if (ratio === null) return n === 0 ? "nothing" : "begun";
  if (low === null) return "inexact";
  if (!differs) return "same";
  return ratio > 1 ? "more" : "fewer";
}

/** The places where more than chance has changed, those that changed most first. */
export function changed(items) {
  const far = ({ ratio }) => (ratio === null ? Infinity : Math.abs(Math.log(Math.max(ratio, 1e-9))));
  return items.filter(({ differs }) => differs).sort((a, b) => far(b) - far(a) || a.code.localeCompare(b.code));
}

/** The part of the page in `card` (a `details`); it asks the server only while it is open. */
export function createChange({ page, navigation }, card) {
  const { me, state, words } = page;
  const latest = createLatest(page);
  const box = element("div", { class: "change" });
  let which = BEFORE[0];
  let place = null;
  let answer = null;

  card.append(box);
  card.addEventListener("toggle", load);
  state.on(["lastOn"], draw);

  function load() {
    if (!card.open || place?.region.code !== state.get().region) return;
    const { region, from, to, kind } = state.get();
    const question = { by: countedBy(place), region, from, to, kind, ...earlier({ from, to }, which) };
    latest.ask("/api/counts/change", question, (found) => {
      answer = found;
      draw();
    });
  }

  function draw() {
    const found = answer === null || place === null ? [] : [sentence(), ...places()];
    keepFocus(box, () => box.replaceChildren(choice(), ...found, ...table()));
  }

  function choice() {
    const buttons = BEFORE.map((name) => {
      const onclick = () => {
        which = name;
        draw();
        load();
      };
      const pressed = String(name === which);
      return element("button", { type: "button", id: `than-${name}`, "aria-pressed": pressed, onclick }, words.t(`officer.than.${name}`));
    });
    return element("div", { class: "presets", role: "group", "aria-label": words.t("officer.than") }, ...buttons);
  }

  function sentence() {
    const { total, begins_on, ends_on, before_begins_on, before_ends_on } = answer;
    const period = words.t("officer.change.periods", {
      from: begins_on,
      to: addDays(ends_on, -1),
      before_from: before_begins_on,
      before_to: addDays(before_ends_on, -1),
    });
    const lack = lackNote(state.get(), words.t);
    const warning = lack === null ? "" : element("span", { class: "note lack", id: "change-lack" }, words.t("officer.change.lack", { lack }));
    return element("p", { id: "change-total" }, element("strong", {}, told(total)), " ", element("span", { class: "note" }, period), warning);
  }

  function told(row) {
    const text = (value) => decimal(value, words.language);
    const number = (value) => integer(value, words.language);
    const facts = { n: number(row.n), before: number(row.before), ratio: text(row.ratio), low: text(row.low), high: text(row.high) };
    return words.t(`officer.change.${verdictOf(row)}`, facts);
  }

  function places() {
    if (!me.may.includes("case:open")) return [];
    const rows = changed(answer.items).slice(0, LISTED);
    if (rows.length === 0) return [element("p", { class: "note" }, words.t("officer.change.none"))];
    return [element("ol", { class: "spots" }, ...rows.map(placeRow))];
  }

  function placeRow(row) {
    const isGrid = row.code.length === 15;
    const onclick = () => (isGrid ? navigation.go(row.code.slice(0, 12), row.code) : navigation.go(row.code));
    const name = element("b", {}, row.name ?? row.code);
    return element("li", {}, element("button", { type: "button", class: "spot", "data-code": row.code, onclick }, name, element("span", {}, told(row))));
  }

  /** The incidents by grid, day and kind as a file; the server writes at most 100,000 rows of it. */
  function table() {
    if (!me.may.includes("case:open")) return [];
    const { region, from, to, kind } = state.get();
    const href = withQuery("/api/counts/table", { region, from, to, kind, f: "csv" });
    const file = { name: words.t("officer.cube.name", { from, to: addDays(to, -1) }), type: "text/csv" };
    const onclick = (event) => {
      // A link's own download that is refused says nothing but that it failed.
      event.preventDefault();
      saveFile(page, href, file);
    };
    const link = element("a", { href, download: file.name, id: "cube-csv", onclick }, words.t("officer.cube"));
    return [element("p", { class: "files" }, link)];
  }

  return {
    draw,
    show(shown) {
      place = shown;
      answer = null;
      draw();
      load();
    },
  };
}
