/** Where the page is: the region and grid of the state, kept in step with the address and the browser's history. */

import { misnamed, readFragment, writeFragment } from "./state.mjs";

/**
 * `go(region, grid)`, `choose(grid)` in the region shown, `pick({layer, properties})` what was clicked on the map,
 * `check()` the address as it was opened, `stay(code)` in one's own region, as `code` is none that one may see: that is said, and the address put right.
 */
export function createNavigation({ state, me, notices, words }) {
  function set(place) {
    state.set(place);
    const fragment = writeFragment(state.get());
    if (fragment !== location.hash) history.pushState(null, "", fragment);
  }

  window.addEventListener("popstate", () => {
    const place = readFragment(location.hash);
    state.set({ ...place, region: place.region ?? me.region.code });
    check();
  });

  function refuse(code, place) {
    state.set(place);
    history.replaceState(null, "", writeFragment(state.get()));
    notices.warn(words.t("error.no_such_place", { code, name: me.region.name }));
  }

  const stay = (code) => refuse(code, { region: me.region.code, grid: null });

  /** Says what in the address is no place at all. */
  function check() {
    const named = misnamed(location.hash);
    if (named !== null) refuse(named, {});
  }

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

  return { go, choose, pick, stay, check };
}
