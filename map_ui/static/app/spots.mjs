/** Hot and cold spots among the grids: their colours, their legend and the list of the strongest. */

import { daysBetween } from "./brush.mjs";
import { element, swatch } from "./dom.mjs";
import { addDays, decimal, integer } from "./format.mjs";
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

/** The strongest hot spots as buttons that lead to them (`go(village, grid)`), in words. */
export function spotsList(answer, words, go) {
  const found = strongest(answer).slice(0, LISTED);
  if (found.length === 0) return element("p", { class: "note" }, words.t("officer.spots.none"));
  const rows = found.map((row) => {
    const told = { n: integer(row.n, words.language), level: words.t(`officer.spots.level.${row.level}`) };
    const change = row.change === null ? null : words.t(`officer.spots.change.${row.change}`);
    const open = () => go(row.code.slice(0, 12), row.code);
    const name = element("b", {}, row.name ?? row.code);
    const text = element("span", {}, [words.t("officer.spots.row", told), change].filter(Boolean).join(" · "));
    return element("li", {}, element("button", { type: "button", class: "spot", "data-code": row.code, onclick: open }, name, text));
  });
  return element("section", {}, element("h3", {}, words.t("officer.spots.list")), element("ol", { class: "spots" }, ...rows));
}
