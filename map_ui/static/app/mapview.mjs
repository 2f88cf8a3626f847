/** The map: catalog layers switched by the state, labels, and what was clicked. */

import { createLabels } from "./labels.mjs";
import { styleOf } from "./styles.mjs";
import { vectorTileLayer } from "./vectortiles.mjs";

/* global L */

const PICKED = ["grid", "village", "township", "county"];
// Fields of colour lie under lines, small regions under large ones, points over all.
const ORDER = ["county", "grid", "duty", "plan", "building", "barrier", "link", "village", "township", "prefecture", "province"];

/** The view on a Leaflet `map`. `onPick({layer, properties})` is called for a click on a grid or region. */
export class MapView {
  #map;
  #page;
  #onPick;
  #layers;
  #listeners = new Map();
  #labels;
  #zoomControl = null;

  constructor(map, page, onPick) {
    this.#map = map;
    this.#page = page;
    this.#onPick = onPick;
    this.#labels = createLabels(map);
    this.#layers = new Map(page.catalog.map((spec) => [spec.name, this.#makeLayer(spec)]));
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.on("click", ({ latlng }) => this.#pick(latlng));
    page.state.on(["layers"], () => this.showLayers());
    page.state.on(["region", "grid", "gridMode", "from", "to", "kind", "choropleth"], () =>
      this.#shown().forEach((layer) => layer.restyle()),
    );
  }

  /** Puts the layers that are switched on on the map, and takes the others off. */
  showLayers() {
    const { layers: wanted } = this.#page.state.get();
    for (const [name, layer] of this.#layers) {
      if (wanted.has(name)) layer.addTo(this.#map);
      else layer.remove();
    }
  }

  /** Writes `{text, bbox}` into the middle of each box. */
  showLabels(items) {
    this.#labels.show(items);
  }

  /** Moves to a box [west, south, east, north]. */
  fit([west, south, east, north]) {
    const bounds = L.latLngBounds([south, west], [north, east]);
    this.#map.fitBounds(bounds, { padding: [24, 24], maxZoom: 17, animate: false });
  }

  /** Asks for the tiles anew, of one layer or of all. */
  reload(name = null) {
    const layers = name === null ? this.#shown() : this.#shown().filter((layer) => layer === this.#layers.get(name));
    layers.forEach((layer) => layer.redraw());
  }

  /** Makes the zoom buttons in the current language. */
  translate() {
    const { t } = this.#page.words;
    this.#zoomControl?.remove();
    this.#zoomControl = L.control.zoom({ zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") });
    this.#zoomControl.addTo(this.#map);
  }

  #shown() {
    return [...this.#layers.values()].filter((layer) => this.#map.hasLayer(layer));
  }

  #makeLayer(spec) {
    const { state, activity, notices } = this.#page;
    const rank = ORDER.includes(spec.name) ? ORDER.indexOf(spec.name) : ORDER.length;
    const layer = vectorTileLayer(spec, (properties) => styleOf(spec, properties, state.get()), { zIndex: 10 + rank });
    let end = () => {};
    layer.on("loading", () => {
      end();
      end = activity.begin();
    });
    layer.on("load remove", () => end());
    layer.on("tileerror", ({ error }) => notices.show(error));
    return layer;
  }

  /** From now on a click on a feature of a layer calls `listener(properties)` first. */
  onFeature(name, listener) {
    this.#listeners.set(name, listener);
  }

  #pick(latlng) {
    for (const name of [...this.#listeners.keys(), ...PICKED]) {
      const layer = this.#layers.get(name);
      const isShown = layer !== undefined && this.#map.hasLayer(layer);
      const properties = isShown ? layer.propertiesAt(latlng) : null;
      if (properties !== null) {
        const listener = this.#listeners.get(name);
        if (listener === undefined) this.#onPick({ layer: name, properties });
        else listener(properties);
        return;
      }
    }
  }
}
