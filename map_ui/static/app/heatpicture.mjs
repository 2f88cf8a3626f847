/** The link to the density of the region shown as a picture for a report. */

import { withQuery } from "./api.mjs";
import { element } from "./dom.mjs";

/** The part of the page in `box`, shown while the map shows density. */
export function createHeatPicture({ page }, box) {
  const { state, words } = page;

  function draw() {
    const { heat, from, to, kind, region, bandwidth_m } = state.get();
    box.hidden = !heat;
    const query = { from, to, kind, region, bandwidth: bandwidth_m, lang: words.language };
    const href = withQuery("/api/heat/picture.png", query);
    const name = `${region}_${from}.png`;
    box.replaceChildren(element("a", { href, download: name, id: "heat-png" }, words.t("officer.heat.picture")));
  }

  state.on(["heat", "from", "to", "kind", "region", "bandwidth_m"], draw);
  return { draw };
}
