/** Everything the page shows of one region, asked from the API. */

import { LEVEL_LAYERS, VILLAGE_LEVEL } from "./regions.mjs";

/**
 * The region with its trail, its children or (of a village) its grids, and the incidents counted by them:
 * `{region, trail, children, grids, counts: Map of code to row, total, unlocated, isProtected} (total null:
 * protected, undefined: not known)`; null when the caller may not see the region.
 */
export async function loadPlace({ api, regions, notices }, { region: code, from, to, kind }) {
  const region = await regions.get(code);
  if (region === null) return null;
  const isVillage = region.level === VILLAGE_LEVEL;
  const [trail, children, grids] = await Promise.all([
    regions.trail(code),
    isVillage ? [] : regions.children(code),
    isVillage ? api.all("/api/grids", { village: code }) : [],
  ]);
  // Prefectures are no unit of /api/counts: the total of their counties is asked for instead.
  const by = isVillage ? "grid" : (LEVEL_LAYERS[children[0]?.level] ?? "county");
  const answer = await countIncidents({ api, notices }, { by, region: code, from, to, kind });
  const { items, total, unlocated, protected: isProtected } = answer;
  const counts = new Map(items.map((row) => [row.code, row]));
  return { region, trail, children, grids, counts, total, unlocated, isProtected };
}

// Without the counts the region is still worth seeing.
async function countIncidents({ api, notices }, query) {
  try {
    return await api.get("/api/counts", query);
  } catch (error) {
    notices.show(error);
    return { items: [], total: undefined, unlocated: null, protected: false };
  }
}
