/** One entry of the review queue on the map: its candidates by number, the circle that holds its place, a new pin. */

import { element } from "./dom.mjs";

/* global L */

const CIRCLE = { color: "#8f2d56", weight: 2, dashArray: "6 6", fillColor: "#8f2d56", fillOpacity: 0.06, interactive: false };
const PIN_CIRCLE = { color: "#0b4f78", weight: 2, fillColor: "#0b4f78", fillOpacity: 0.1, interactive: false };
const SIGN_PX = 26;
// A square turned by 45 degrees: its lower corner is half its diagonal below its middle.
const PIN_TIP_PX = [SIGN_PX / 2, (SIGN_PX / 2) * (1 + Math.SQRT2)];
const CLOSEST_ZOOM = 17;

/** `onCandidate(index)` when a number is clicked, `onPlace({lon, lat})` when the map is. */
export function createReviewMap(map, { onCandidate, onPlace }) {
  const entry = L.layerGroup().addTo(map);
  const pin = L.layerGroup().addTo(map);
  map.on("click", ({ latlng }) => onPlace({ lon: latlng.lng, lat: latlng.lat }));

  function sign(text, point, name, { anchor = [SIGN_PX / 2, SIGN_PX / 2], ...options }) {
    const html = element("span", { class: name }, text);
    const icon = L.divIcon({ className: "", html, iconSize: [SIGN_PX, SIGN_PX], iconAnchor: anchor });
    return L.marker(point, { icon, keyboard: false, ...options });
  }

  function showCandidate({ point }, at) {
    if (point === null) return;
    const marker = sign(String(at + 1), [point[1], point[0]], "candidate-pin", { bubblingMouseEvents: false });
    marker.on("click", () => onCandidate(at));
    entry.addLayer(marker);
  }

  return {
    /** Draws an entry and moves to it; null: none. `bbox` is that of its region, for what has no place at all. */
    show(card, bbox) {
      entry.clearLayers();
      if (card === null) return;
      const { point, radius_m, candidates } = card;
      const circle = point === null || radius_m === null ? null : L.circle([point[1], point[0]], { ...CIRCLE, radius: radius_m });
      if (circle !== null) entry.addLayer(circle);
      candidates.forEach(showCandidate);
      const bounds = L.latLngBounds(candidates.filter((one) => one.point !== null).map((one) => [one.point[1], one.point[0]]));
      if (circle !== null) bounds.extend(circle.getBounds());
      if (bounds.isValid()) map.fitBounds(bounds, { padding: [48, 48], maxZoom: CLOSEST_ZOOM, animate: false });
      else if (bbox) map.fitBounds([[bbox[1], bbox[0]], [bbox[3], bbox[2]]], { padding: [24, 24], animate: false });
    },
    /** The pin that is about to be dropped, with the circle it stands for; null: none. */
    showPin(place, radius_m) {
      pin.clearLayers();
      if (place === null) return;
      const at = [place.lat, place.lon];
      if (radius_m !== null) pin.addLayer(L.circle(at, { ...PIN_CIRCLE, radius: radius_m }));
      pin.addLayer(sign("", at, "candidate-pin drop-pin", { anchor: PIN_TIP_PX, interactive: false }));
    },
    middle() {
      const { lat, lng } = map.getCenter();
      return { lon: lng, lat };
    },
  };
}
