/** The regions the caller may see, asked for once and kept: one region, its children, the trail down to it. */

/** The catalog layer and the `by` of /api/counts for each level of region. */
export const LEVEL_LAYERS = { 3: "county", 4: "township", 5: "village" };

export const VILLAGE_LEVEL = 5;

/** `get(code)`, `children(code)`, `trail(code)`; `root` is the code of the caller's own region. */
export function createRegions(api, root) {
  const known = new Map();
  const childrenOf = new Map();

  async function get(code) {
    if (!known.has(code)) {
      const { items } = await api.get("/api/regions", { code });
      items.forEach((region) => known.set(region.code, region));
    }
    return known.get(code) ?? null;
  }

  return {
    get,
    /** The regions one level below, in the order of their codes. */
    async children(code) {
      if (!childrenOf.has(code)) {
        const items = await api.all("/api/regions", { parent: code });
        items.forEach((region) => known.set(region.code, region));
        childrenOf.set(code, items);
      }
      return childrenOf.get(code);
    },
    /** The regions from the caller's own down to `code`; empty when the code is not known. */
    async trail(code) {
      const trail = [];
      for (let region = await get(code); region !== null; region = await get(region.parent_code)) {
        trail.unshift(region);
        if (region.code === root || region.parent_code === null) break;
      }
      return trail;
    },
    /** Asks anew from now on: figures of a village have changed. */
    forget() {
      known.clear();
      childrenOf.clear();
    },
  };
}
