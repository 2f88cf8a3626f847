/** The link to the density of the region shown as a picture for a report. */

import { withQuery } from "./api.mjs";
import { element } from "./dom.mjs";

/** The question for the picture of what the screen draws: where the bandwidth follows the zoom, the one drawn now. */
export function pictureQuery({ from, to, kind, region, bandwidth_m, heatShown = null }, lang) {
  return { from, to, kind, region, bandwidth: heatShown?.bandwidth_m ?? bandwidth_m, lang };
}

/** The part of the page in `box`, shown while the map shows density. */
export function createHeatPicture({ page }, box) {
  const { state, words } = page;

  function draw() {
    const { heat, from, region } = state.get();
    box.hidden = !heat;
    const href = withQuery("/api/heat/picture.png", pictureQuery(state.get(), words.language));
    const name = `${region}_${from}.png`;
    box.replaceChildren(element("a", { href, download: name, id: "heat-png" }, words.t("officer.heat.picture")));
  }

  state.on(["heat", "from", "to", "kind", "region", "bandwidth_m", "heatShown"], draw);
  return { draw };
}
