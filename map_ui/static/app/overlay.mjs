/** Borders that are in no tile, drawn over the map: grids in force, of a proposal, and of another moment. */

import { gridColour } from "./colours.mjs";
import { element } from "./dom.mjs";
import { legendSection } from "./legend.mjs";

/* global L */

// Each is told by its line too, not by its colour alone; what is dashed lies over what is solid, so that both are seen.
const STYLES = {
  then: { color: "#22313a", weight: 2, fillOpacity: 0.75 },
  proposal: { color: "#8f2d56", weight: 4, fillOpacity: 0.06 },
  in_force: { color: "#22313a", weight: 2, dashArray: "7 7", fill: false },
};

/** The box [west, south, east, north] of a GeoJSON geometry. */
export function boxOf({ coordinates }) {
  const numbers = coordinates.flat(Infinity);
  const lons = numbers.filter((_, at) => at % 2 === 0);
  const lats = numbers.filter((_, at) => at % 2 === 1);
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b));
  return [least(lons), least(lats), most(lons), most(lats)];
}

/** `show({in_force, proposal, then})` draws the grids given (each with its `geometry`), `kinds()` tells which are. */
export function createOverlay(map) {
  const group = L.layerGroup().addTo(map);
  let shown = [];

  function add(kind, { geometry, load }) {
    const fillColor = kind === "then" ? gridColour("load", { load }) : STYLES[kind].color;
    group.addLayer(L.geoJSON(geometry, { interactive: false, style: { ...STYLES[kind], fillColor } }));
  }

  return {
    show(grids) {
      group.clearLayers();
      shown = Object.keys(STYLES).filter((kind) => (grids[kind] ?? []).length > 0);
      for (const kind of shown) grids[kind].forEach((grid) => add(kind, grid));
    },
    kinds: () => shown,
  };
}

/** The part of the legend that names the borders of these kinds; none when there are none. */
export function borderLegend(kinds, { t }) {
  if (kinds.length === 0) return [];
  const rows = kinds.map((kind) => {
    const sample = element("span", { class: `line-sample ${kind}`, "aria-hidden": "true" });
    return element("li", {}, sample, t(`planner.border.${kind}`));
  });
  return [legendSection(t("planner.borders"), rows)];
}
