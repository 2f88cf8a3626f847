/** Hot and cold spots among the grids: their colours, their legend and the list of the strongest. */

import { daysBetween } from "./brush.mjs";
import { element, swatch } from "./dom.mjs";
import { addDays, decimal, integer, percent } from "./format.mjs";
import { legendRow, legendSection } from "./legend.mjs";

/** Levels from the hottest to the coldest. Told apart by lightness too: the strong ones are dark on both sides. */
export const SPOTS = [
  { level: 2, colour: "#9b1c1c" },
  { level: 1, colour: "#e58b6b" },
  { level: 0, colour: "#ffffff" },
  { level: -1, colour: "#8fb3d9" },
  { level: -2, colour: "#1f4e8c" },
];
const LISTED = 8;
// As the server has it (layers/spots.py): among fewer grids nothing can be told from chance.
const FEWEST_GRIDS = 30;
const COUNTY_LEVEL = 3;
// A tenth of all in one grid of at least thirty is three times its part.
const LEAST_SHARE = 0.1;
const FEWEST_ALONE = 10;

/** Whether the grids that a region is compared with, those of its county that one may see, are enough for hot spots. */
export function areEnough({ region, trail }) {
  const compared = region.level < COUNTY_LEVEL ? region : (trail.find(({ level }) => level === COUNTY_LEVEL) ?? trail[0] ?? region);
  return compared.grids >= FEWEST_GRIDS;
}

/** The question to /api/hotspots: the period of the state, beside the period of the same length just before it. */
export function spotsQuestion({ region, from, to, kind }) {
  return { region, from, to, kind, than_from: addDays(from, -daysBetween(from, to)), than_to: from };
}

/** The colouring of the map by the answer of /api/hotspots. */
export function spotsColouring(answer) {
  const colourOf = new Map(SPOTS.map(({ level, colour }) => [level, colour]));
  const colours = new Map(answer.items.map(({ code, level }) => [code, colourOf.get(level)]));
  return { layer: "grid", measure: "spots", colours, answer };
}

/** The hot spots of an answer, the strongest first. */
export function strongest({ items }) {
  return items.filter(({ level }) => level > 0).sort((a, b) => b.z - a.z || a.code.localeCompare(b.code));
}

/**
 * The grid that alone holds a large part of all incidents compared and yet is no spot, with its share; null where there
 * is none. What is tested is a grid together with its neighbours: one that towers makes chance sums so wide that its own
 * is no surprise.
 */
export function aloneOf({ items, compared, mean }) {
  const all = Math.round(mean * compared);
  const most = items.reduce((best, row) => (best === null || row.n > best.n ? row : best), null);
  if (most === null || most.level !== 0 || most.n < FEWEST_ALONE || most.n < LEAST_SHARE * all) return null;
  return { row: most, all, share: most.n / all };
}

/** How many hot spots are new, persistent and gone, of an answer. */
export function changesOf({ items }) {
  const number = (wanted, key) => items.filter((row) => row.change === wanted && row[key] > 0).length;
  return { new: number("new", "level"), persistent: number("persistent", "level"), gone: number("gone", "before") };
}

/** The legend: what each colour means, how the spots are found and what became of those before. */
export function spotsLegend({ answer }, words) {
  const rows = SPOTS.map(({ level, colour }) => legendRow(swatch(colour), words.t(`officer.spots.level.${level}`)));
  const facts = { n: integer(answer.compared, words.language), mean: decimal(answer.mean, words.language) };
  const notes = [words.t("officer.spots.note", facts), words.t("officer.spots.changes", changesOf(answer))];
  const paragraphs = notes.map((note) => element("p", { class: "note" }, note));
  const section = legendSection(words.t("officer.legend.spots"), rows, ...paragraphs);
  section.className = "wide";
  return section;
}

/** The strongest hot spots as buttons that lead to them (`go(village, grid)`), in words; and what stands out alone. */
export function spotsList(answer, words, go) {
  const found = strongest(answer).slice(0, LISTED);
  const title = found.length === 0 ? "officer.spots.none" : "officer.spots.list";
  const rows = found.map((row) => {
    const facts = { n: integer(row.n, words.language), level: words.t(`officer.spots.level.${row.level}`) };
    const change = row.change === null ? null : words.t(`officer.spots.change.${row.change}`);
    return spotRow(row, [words.t("officer.spots.row", facts), change].filter(Boolean).join(" · "), go);
  });
  const list = rows.length === 0 ? note(words.t("officer.spots.asked")) : element("ol", { class: "spots" }, ...rows);
  return element("section", { id: "spots" }, element("h3", {}, words.t(title)), list, ...alone(answer, words, go));
}

function alone(answer, words, go) {
  const found = aloneOf(answer);
  if (found === null) return [];
  const { row, all, share } = found;
  const facts = { n: integer(row.n, words.language), all: integer(all, words.language), share: percent(share, words.language) };
  return [element("ul", { class: "spots", id: "spots-alone" }, spotRow(row, words.t("officer.spots.alone", facts), go))];
}

function spotRow(row, text, go) {
  const onclick = () => go(row.code.slice(0, 12), row.code);
  const name = element("b", {}, row.name ?? row.code);
  return element("li", {}, element("button", { type: "button", class: "spot", "data-code": row.code, onclick }, name, element("span", {}, text)));
}

const note = (text) => element("p", { class: "note" }, text);
