/** Keeps the heat layer in step with the map, the period and the kind: asks the API for the cells of the view. */

import { densityLayer } from "./density.mjs";
import { heatScale, metresPerPixel } from "./kernel.mjs";

const WAIT_MS = 150;
const MARGIN = 0.3;

/** Starts the layer on `map`. `state.heatShown` becomes what the legend says of it, null when it is off;
 * a `state.frame` (`{cells, days}`) is shown instead of the period, and nothing is asked for it.
 */
export function startHeat({ map, api, state, activity, notices }) {
  const layer = densityLayer({ pane: "overlayPane", opacity: 1 });
  let asked = null;
  let timer = 0;
  let endWait = () => {};

  function query() {
    const { from, to, kind, bandwidth_m } = state.get();
    const scale = heatScale(bandwidth_m, metresPerPixel(map.getCenter().lat, map.getZoom()));
    const bounds = map.getBounds().pad(MARGIN);
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const limits = [-180, -85, 180, 85];
    const bbox = box.map((value, i) => (i < 2 ? Math.max(value, limits[i]) : Math.min(value, limits[i])).toFixed(5));
    return { scale, query: { from, to, kind, bbox: bbox.join(","), cell: scale.cell_m } };
  }

  async function load() {
    asked?.abort();
    asked = new AbortController();
    const end = activity.begin();
    try {
      const { scale, query: parameters } = query();
      const answer = await api.get("/api/heat", parameters, asked.signal);
      const { cells, days, protected: isProtected, unlocated, withheld } = answer;
      layer.setHeat({ cells, days, bandwidth_m: scale.bandwidth_m });
      state.set({ heatShown: { bandwidth_m: scale.bandwidth_m, isProtected, unlocated, withheld } });
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
  state.on(["heat", "from", "to", "kind", "bandwidth_m", "frame", "news"], refresh);
  refresh();
}
