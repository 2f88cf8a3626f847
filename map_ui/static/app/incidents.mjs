/** The incidents of a period in one region: counted by its children or grids, and what the panel tells of them. */

import { addDays, countText, decimal, integer } from "./format.mjs";
import { loadPlace } from "./place.mjs";
import { LEVEL_LAYERS, VILLAGE_LEVEL } from "./regions.mjs";

/**
 * The place of `loadPlace` with `{counts: Map of code to row, total, unlocated, isProtected}` (total null: protected,
 * undefined: not known).
 */
export async function loadIncidents(page, { region: code, from, to, kind }) {
  const place = await loadPlace(page, { region: code });
  if (place === null) return null;
  const answer = await count(page, { by: countedBy(place), region: code, from, to, kind });
  const { items, total, unlocated, protected: isProtected, begins_on, ends_on } = answer;
  // Counts that could not be had have no period either.
  const period = ends_on === undefined ? null : { from: begins_on, to: addDays(ends_on, -1) };
  return { ...place, counts: new Map(items.map((row) => [row.code, row])), total, unlocated, isProtected, period };
}

/** What incidents of a place are counted by. Prefectures are no unit of /api/counts: their counties are counted instead. */
export function countedBy({ region, children }) {
  return region.level === VILLAGE_LEVEL ? "grid" : (LEVEL_LAYERS[children[0]?.level] ?? "county");
}

// Without the counts the region is still worth seeing.
async function count({ api, notices }, query) {
  try {
    return await api.get("/api/counts", query);
  } catch (error) {
    notices.show(error);
    return { items: [], total: undefined, unlocated: null, protected: false };
  }
}

/** What the panel tells of incidents; see `Panel`. The place with the most stands first. */
export const INCIDENTS = {
  sorting: { key: "incidents", descending: true },
  columns: ({ counts }, words) => [
    {
      key: "incidents",
      title: words.t("incidents"),
      isNumber: true,
      value: (row) => counts.get(codeOf(row))?.n,
      text: (row) => countText(counts.get(codeOf(row)), words),
    },
    {
      key: "rate",
      title: words.t("officer.rate"),
      isNumber: true,
      value: (row) => counts.get(codeOf(row))?.per_1000,
      text: (row) => rateText(counts.get(codeOf(row)), words),
    },
  ],
  figures: ({ total }, words) => [[words.t("incidents"), countText({ n: total }, words)]],
  gridLines: ({ counts }, grid, words) => [[words.t("incidents"), countText(counts.get(grid.grid_no), words)]],
  notes({ region, isProtected, unlocated, period }, { t, language }) {
    const lines = isProtected ? [t("table.protected", period)] : [];
    const key = region.level === VILLAGE_LEVEL ? "grids" : "regions";
    return unlocated > 0 ? [...lines, t(`table.unlocated_${key}`, { n: integer(unlocated, language) })] : lines;
  },
};

// A rate that is missing because the count is hidden must not look as if nobody lived there.
const rateText = (row, words) => (row?.protected ? words.t("protected") : decimal(row?.per_1000, words.language));

const codeOf = ({ grid_no, code }) => grid_no ?? code;
