/** Where the page is: the region and grid of the state, kept in step with the address and the browser's history. */

import { readFragment, writeFragment } from "./state.mjs";

/** `go(region, grid)`, `choose(grid)` in the region shown, `pick({layer, properties})` what was clicked on the map. */
export function createNavigation({ state, me, notices }) {
  function set(place) {
    state.set(place);
    const fragment = writeFragment(state.get());
    if (fragment !== location.hash) history.pushState(null, "", fragment);
  }

  window.addEventListener("popstate", () => {
    const place = readFragment(location.hash);
    state.set({ ...place, region: place.region ?? me.region.code });
  });

  const go = (region, grid = null) => {
    notices.clear();
    set({ region, grid });
  };
  const choose = (grid) => set({ grid });

  function pick({ layer, properties }) {
    const { region, grid } = state.get();
    if (layer !== "grid") {
      if (properties.code !== region) go(properties.code);
    } else if (properties.village === region) {
      choose(properties.grid_no === grid ? null : properties.grid_no);
    } else {
      go(properties.village, properties.grid_no);
    }
  }

  return { go, choose, pick };
}
