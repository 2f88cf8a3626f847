/** What is registered of one region, asked from the API. */

import { VILLAGE_LEVEL } from "./regions.mjs";

/**
 * The region with its trail, and its children or (of a village) its grids: `{region, trail, children, grids}`; null
 * when the caller may not see the region. `of` says more of the grids that are wanted: `as_of`, `shapes`.
 */
export async function loadPlace({ api, regions }, { region: code }, of = {}) {
  const region = await regions.get(code);
  if (region === null) return null;
  const isVillage = region.level === VILLAGE_LEVEL;
  const [trail, children, grids] = await Promise.all([
    regions.trail(code),
    isVillage ? [] : regions.children(code),
    isVillage ? api.all("/api/grids", { ...of, village: code }) : [],
  ]);
  return { region, trail, children, grids };
}
