/** A Leaflet layer of our vector tiles, drawn on canvas with a style that may change without asking again. */

import { firstZoom } from "./styles.mjs";
import { decodeTile, featureAt, storedTile } from "./tilegeometry.mjs";

/* global L */

const CLICK_REACH_PX = 8;

const VectorTileLayer = L.GridLayer.extend({
  initialize(spec, style, options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this._spec = spec;
    this._style = style;
    this._drawn = new WeakMap(); // canvas -> features
    this.on("tileunload", ({ tile }) => tile.abort?.abort());
  },

  createTile(coords, done) {
    const size = this.getTileSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const canvas = L.DomUtil.create("canvas", "vector-tile");
    canvas.width = size.x * ratio;
    canvas.height = size.y * ratio;
    canvas.abort = new AbortController();
    this._load(coords, size.x, canvas.abort.signal).then(
      (features) => {
        this._drawn.set(canvas, features);
        this._draw(canvas);
        done(null, canvas);
      },
      (error) => done(error.name === "AbortError" ? null : error, canvas),
    );
    return canvas;
  },

  /** Draws what is loaded once more, after the style has changed. */
  restyle() {
    for (const { el } of Object.values(this._tiles)) if (this._drawn.has(el)) this._draw(el);
  },

  /** The properties of the feature at a place of the current view; null where there is none. */
  propertiesAt(latlng) {
    const size = this.getTileSize();
    const pixel = this._map.project(latlng, this._tileZoom);
    const at = pixel.unscaleBy(size).floor();
    const tile = this._tiles[`${at.x}:${at.y}:${this._tileZoom}`];
    const features = tile === undefined ? undefined : this._drawn.get(tile.el);
    if (features === undefined) return null;
    const inside = pixel.subtract(at.scaleBy(size));
    return featureAt(features, inside.x, inside.y, CLICK_REACH_PX)?.properties ?? null;
  },

  async _load(coords, size, signal) {
    const place = storedTile(coords, this._spec.max_zoom);
    const path = `/tiles/${this._spec.name}/${place.z}/${place.x}/${place.y}.mvt`;
    // "no-cache" asks the server each time and costs a 304: after a publish the old picture must not stay.
    const answer = await fetch(path, { signal, cache: "no-cache" });
    if (answer.status === 204) return [];
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return decodeTile(new Uint8Array(await answer.arrayBuffer()), this._spec.name, place, size);
  },

  _draw(canvas) {
    const context = canvas.getContext("2d");
    const ratio = canvas.width / this.getTileSize().x;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.scale(ratio, ratio);
    context.lineJoin = "round";
    const styled = this._drawn.get(canvas).map((feature) => ({ feature, style: this._style(feature.properties) }));
    styled.sort((a, b) => (a.style.rank ?? 0) - (b.style.rank ?? 0));
    for (const { feature, style } of styled) drawFeature(context, feature, style);
  },
});

function drawFeature(context, { kind, parts }, { fill, stroke, width = 1, dash = [], radius = 4 }) {
  context.beginPath();
  for (const part of parts) {
    if (kind === "point") {
      for (const { x, y } of part) {
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
    } else {
      part.forEach(({ x, y }, i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    }
  }
  if (fill && kind !== "line") {
    context.fillStyle = fill;
    context.fill("evenodd");
  }
  if (stroke) {
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
  }
}

/**
 * The layer of one catalog entry. `style(properties)` gives `{fill, stroke, width, dash, radius, rank}`; features of
 * higher rank are drawn last. `options` are Leaflet's GridLayer options.
 */
export function vectorTileLayer(spec, style, options) {
  return new VectorTileLayer(spec, style, { minZoom: firstZoom(spec), ...options });
}
