/** The field worker's map: own grids, houses by state, the own position, and the place of a report. */

import { createLabels } from "./labels.mjs";
import { sequence } from "./format.mjs";
import { LOOKS, STATES } from "./states.mjs";
import { vectorTileLayer } from "./vectortiles.mjs";

/* global L */

const GRID_LINE = { color: "#0b4f78", weight: 3, fillColor: "#0b4f78", fillOpacity: 0.05, interactive: false };
const HERE_DOT = { radius: 8, color: "#ffffff", weight: 3, fillColor: "#1a73e8", fillOpacity: 1, interactive: false };
const HERE_RING = { color: "#1a73e8", weight: 1, fillColor: "#1a73e8", fillOpacity: 0.12, interactive: false };
const PLACE_DOT = { radius: 9, color: "#ffffff", weight: 2, fillColor: "#8f2d56", fillOpacity: 1, interactive: false };
const GROUND = {
  village: () => ({ fill: "#fbfbf8", stroke: "#61717b", width: 1.5 }),
  barrier: ({ hard }) => ({ stroke: hard ? "#3f7fb5" : "#a39a8f", width: hard ? 2.5 : 1, dash: hard ? [] : [3, 3] }),
  building: () => ({ fill: "#d9d3c8", stroke: "#a79f92", width: 0.5, radius: 2.5 }),
};
/** Known worse than this, a house has no point of its own to be drawn at. */
const DRAWN_LEVELS = ["house", "building", "street"];
const FINGER_PX = 16;

/** A marker on canvas whose shape tells the state; hit like a circle of its radius. */
const HouseMarker = L.CircleMarker.extend({
  _updatePath() {
    const { _drawing: drawing, _ctx: context } = this._renderer;
    if (!drawing || this._empty()) return;
    const { x, y } = this._point;
    outline(context, this.options.shape, x, y, this._radius);
    this._renderer._fillStroke(context, this);
  },
});

function outline(context, shape, x, y, r) {
  context.beginPath();
  if (shape === "triangle") {
    context.moveTo(x, y - r * 1.15);
    context.lineTo(x + r * 1.1, y + r * 0.8);
    context.lineTo(x - r * 1.1, y + r * 0.8);
    context.closePath();
  } else if (shape === "square") {
    context.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  } else {
    context.arc(x, y, r, 0, 2 * Math.PI);
  }
}

/** How a house is drawn; the one that is open is larger and rimmed dark. */
function lookOf(state, isOpen) {
  const { shape, colour } = LOOKS[state];
  const ring = { color: colour, weight: 3, fillColor: "#ffffff" };
  const rim = shape === "ring" ? ring : { color: "#ffffff", weight: 1.5, fillColor: colour };
  const open = isOpen ? { radius: 13, color: "#1d2a31", weight: 4 } : { radius: 8 };
  return { shape, fillOpacity: 1, ...rim, ...open };
}

/** The view on a Leaflet `map`; `onHouses(ids)` and `onTap({lon, lat, accuracy_m})` tell what was touched. */
export class FieldMap {
  #map;
  #page;
  #labels;
  #houses = L.layerGroup();
  #here = L.layerGroup();
  #place = L.layerGroup();
  #zoomControl = null;
  #onHouses;

  constructor(map, page, { onHouses, onTap }) {
    this.#map = map;
    this.#page = page;
    this.#onHouses = onHouses;
    this.#labels = createLabels(map);
    for (const spec of page.catalog.filter(({ name }) => name in GROUND)) this.#addGround(spec);
    L.geoJSON(page.grids.map(({ boundary }) => boundary), { style: GRID_LINE }).addTo(map);
    for (const group of [this.#houses, this.#here, this.#place]) group.addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    // The line above the map grows and shrinks with what it says, and the map is hidden while another view is shown.
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    map.on("click", ({ latlng }) => {
      onTap({ lon: latlng.lng, lat: latlng.lat, accuracy_m: this.#fingerMetres(latlng) });
    });
  }

  /** Moves to the own grids. */
  showGrids() {
    const corners = this.#page.grids.flatMap(({ bbox: [west, south, east, north] }) => [[south, west], [north, east]]);
    if (corners.length > 0) this.#map.fitBounds(corners, { padding: [16, 16], animate: false });
  }

  /** Moves to a place, not further out than its houses can be told apart. */
  moveTo({ lon, lat }) {
    this.#map.setView([lat, lon], Math.max(this.#map.getZoom(), 17), { animate: false });
  }

  /** The view of the page has changed: the map's box may be another one. */
  resize() {
    this.#map.invalidateSize({ animate: false });
  }

  /** Draws the houses, those of one building as one sign: that of the open house, else of the most urgent. */
  showHouses(houses, openId) {
    this.#houses.clearLayers();
    const rank = ({ id, visit_state }) => (id === openId ? -1 : STATES.indexOf(visit_state));
    const buildings = new Map();
    for (const house of houses) {
      if (house.lon === null || !DRAWN_LEVELS.includes(house.level)) continue;
      const key = `${house.lon} ${house.lat}`;
      buildings.set(key, [...(buildings.get(key) ?? []), house]);
    }
    const signs = [...buildings.values()].map((together) => together.sort((a, b) => rank(a) - rank(b)));
    // What is most urgent lies on top, over all the open one.
    for (const together of signs.sort((a, b) => rank(b[0]) - rank(a[0]))) this.#addSign(together, openId);
  }

  #addSign(together, openId) {
    const [{ id, lon, lat, visit_state }] = together;
    const look = { ...lookOf(visit_state, id === openId), bubblingMouseEvents: false };
    const marker = new HouseMarker([lat, lon], look);
    marker.on("click", () => this.#onHouses(together.map((house) => house.id)));
    this.#houses.addLayer(marker);
  }

  /** The dot of the own position with the circle in which it lies; null: not known. */
  showHere(position) {
    this.#here.clearLayers();
    if (position === null) return;
    const at = [position.lat, position.lon];
    this.#here.addLayer(L.circle(at, { ...HERE_RING, radius: position.accuracy_m }));
    this.#here.addLayer(L.circleMarker(at, HERE_DOT));
  }

  /** The place of a report; null: none. */
  showPlace(place) {
    this.#place.clearLayers();
    if (place !== null) this.#place.addLayer(L.circleMarker([place.lat, place.lon], PLACE_DOT));
  }

  /** Makes buttons and labels in the current language. */
  translate() {
    const { t } = this.#page.words;
    this.#zoomControl?.remove();
    this.#zoomControl = L.control.zoom({ zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") });
    this.#zoomControl.addTo(this.#map);
    this.#labels.show(this.#page.grids.map(({ grid_no, bbox }) => ({ text: sequence(grid_no), bbox })));
  }

  #addGround(spec) {
    const { activity, notices } = this.#page;
    const rank = Object.keys(GROUND).indexOf(spec.name);
    const layer = vectorTileLayer(spec, GROUND[spec.name], { zIndex: 10 + rank });
    let end = () => {};
    layer.on("loading", () => {
      end();
      end = activity.begin();
    });
    layer.on("load remove", () => end());
    layer.on("tileerror", ({ error }) => notices.show(error));
    layer.addTo(this.#map);
  }

  /** How many metres a fingertip covers at the zoom of the map: so exactly a tap is known. */
  #fingerMetres({ lat, lng }) {
    const at = this.#map.latLngToContainerPoint([lat, lng]);
    const beside = this.#map.containerPointToLatLng([at.x + FINGER_PX, at.y]);
    return Math.max(1, Math.round(this.#map.distance([lat, lng], beside)));
  }
}
