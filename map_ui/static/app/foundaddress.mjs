/** An address that was found: on the map a dot for a house, else the circle in which it lies; beside it why. */

import { element } from "./dom.mjs";
import { percent } from "./format.mjs";

/* global L */

const DOT = { radius: 8, color: "#8f2d56", weight: 3, fillColor: "#ffffff", fillOpacity: 1, interactive: false };
const CIRCLE = { color: "#8f2d56", weight: 2, dashArray: "6 6", fillOpacity: 0.08, interactive: false };
// What is known to its house or building is shown as a point, and nothing else.
const EXACT = ["house", "building"];
const LEAST_VIEW_M = 80;

/** The card in `box`: `show(place)` an answer of the geocoder or one of its candidates, `draw()` in the words of now. */
export function createFoundAddress({ page, map, view }, box) {
  const group = L.layerGroup().addTo(map);
  let shown = null;

  function show(place) {
    shown = place;
    group.clearLayers();
    if (place !== null && place.point !== null) mark(place);
    draw();
  }

  function mark({ point: [lon, lat], level, radius_m }) {
    const at = L.latLng(lat, lon);
    const isExact = EXACT.includes(level);
    if (isExact) group.addLayer(L.circleMarker(at, DOT));
    else if (radius_m !== null) group.addLayer(L.circle(at, { ...CIRCLE, radius: radius_m }));
    const bounds = at.toBounds(2 * (isExact ? LEAST_VIEW_M : Math.max(radius_m ?? 0, LEAST_VIEW_M)));
    view.fit([bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]);
  }

  function draw() {
    box.hidden = shown === null;
    if (shown === null) {
      box.replaceChildren();
      return;
    }
    const { language, t } = page.words;
    const facts = [t(`officer.level.${shown.level}`)];
    if (shown.radius_m !== null) facts.push(t("find.radius", { n: Math.ceil(shown.radius_m) }));
    facts.push(t("find.confidence", { share: percent(shown.confidence, language) }));
    const close = element("button", { type: "button", id: "found-close", onclick: () => show(null) }, t("find.close"));
    box.replaceChildren(
      // No heading: the box stands before the region's, and on a phone between headings of other levels.
      element("p", {}, element("strong", {}, shown.address)),
      element("p", { class: "note" }, facts.join(" \u00b7 ")),
      ...(shown.grid_no === null ? [] : [element("p", { class: "note code" }, shown.grid_no)]),
      ...list("found-reasons", shown.reasons, ({ message }) => message),
      ...others(),
      close,
    );
  }

  function others() {
    const { t } = page.words;
    const button = (candidate) =>
      element(
        "button",
        { type: "button", onclick: () => show({ radius_m: null, reasons: [], candidates: [], ...candidate }) },
        candidate.address,
      );
    const items = list("found-others", shown.candidates, button);
    return items.length === 0 ? [] : [element("p", { class: "note" }, t("find.others")), ...items];
  }

  return { show, draw };
}

function list(id, items, draw) {
  return items.length === 0 ? [] : [element("ul", { id }, ...items.map((item) => element("li", {}, draw(item))))];
}
