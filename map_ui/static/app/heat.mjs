/** Keeps the heat layer in step with the map, the period and the kind: asks the API for the cells of the view. */

import { densityLayer } from "./density.mjs";
import { heatScale, metresPerPixel } from "./kernel.mjs";

const WAIT_MS = 150;
const MARGIN = 0.3;
const COARSE_M = 8000;

/** What the legend says of the cells shown in `view` (an answer of /api/heat), and of what area; `region` null: of the view. */
export function legendOf(view, bandwidth_m, region) {
  const { protected: isProtected, withheld } = view;
  const unlocated = region === null ? view.unlocated : region.unlocated;
  return { bandwidth_m, isProtected, withheld, unlocated, place: region?.name ?? null };
}

/** The same while days are played: what is not on the map is known of the whole period alone. */
export function whilePlayed(shown) {
  return shown === null || shown.unlocated + shown.withheld === 0 ? shown : { ...shown, unlocated: 0, withheld: 0 };
}

/** Starts the layer on `map`. `state.heatShown` becomes what the legend says of it, null when it is off;
 * a `state.frame` (`{cells, days}`) is shown instead of the period, and nothing is asked for it.
 */
export function startHeat({ map, api, me, regions, state, activity, notices }) {
  const layer = densityLayer({ pane: "overlayPane", opacity: 1 });
  let asked = null;
  let timer = 0;
  let endWait = () => {};
  let known = { key: null, region: null };

  function query() {
    const { from, to, kind, bandwidth_m } = state.get();
    const scale = heatScale(bandwidth_m, metresPerPixel(map.getCenter().lat, map.getZoom()));
    const bounds = map.getBounds().pad(MARGIN);
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const limits = [-180, -85, 180, 85];
    const bbox = box.map((value, i) => (i < 2 ? Math.max(value, limits[i]) : Math.min(value, limits[i])).toFixed(5));
    return { scale, query: { from, to, kind, bbox: bbox.join(","), cell: scale.cell_m } };
  }

  /**
   * The region shown with what of it is not on the map, as the panel counts it: the view holds its neighbours too.
   * Null for whom a region is not counted apart.
   */
  async function countRegion(signal) {
    if (!me.may.includes("case:open")) return null;
    const { region: code, from, to, kind, news } = state.get();
    const key = JSON.stringify([code, from, to, kind, news]);
    if (key !== known.key) {
      const asked = { region: code, from, to, kind, cell: COARSE_M };
      const [region, { unlocated }] = await Promise.all([regions.get(code), api.get("/api/heat", asked, signal)]);
      known = { key, region: { name: region?.name ?? code, unlocated } };
    }
    return known.region;
  }

  async function load() {
    asked?.abort();
    asked = new AbortController();
    const end = activity.begin();
    try {
      const { scale, query: parameters } = query();
      const { signal } = asked;
      const [answer, region] = await Promise.all([api.get("/api/heat", parameters, signal), countRegion(signal)]);
      layer.setHeat({ cells: answer.cells, days: answer.days, bandwidth_m: scale.bandwidth_m });
      state.set({ heatShown: legendOf(answer, scale.bandwidth_m, region) });
    } catch (error) {
      notices.show(error);
    } finally {
      end();
    }
  }

  function refresh() {
    clearTimeout(timer);
    // Who waited for the question that is not asked any more need not wait on.
    endWait();
    const { frame } = state.get();
    if (state.get().heat && frame !== null) {
      asked?.abort();
      const { bandwidth_m } = heatScale(state.get().bandwidth_m, metresPerPixel(map.getCenter().lat, map.getZoom()));
      layer.addTo(map);
      layer.setHeat({ ...frame, bandwidth_m });
      state.set({ heatShown: whilePlayed(state.get().heatShown) });
      return;
    }
    if (!state.get().heat) {
      asked?.abort();
      layer.remove();
      layer.setHeat(null);
      state.set({ heatShown: null });
      return;
    }
    layer.addTo(map);
    endWait = activity.begin();
    timer = setTimeout(() => {
      load();
      endWait();
    }, WAIT_MS);
  }

  map.on("moveend", refresh);
  state.on(["heat", "region", "from", "to", "kind", "bandwidth_m", "frame", "news"], refresh);
  refresh();
}
