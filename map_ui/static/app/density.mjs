/** The Leaflet layer of incident heat: cells from the API as a density picture with fixed classes. */

import { HEAT, classIndex } from "./colours.mjs";
import { density, metresPerPixel, valueAt } from "./kernel.mjs";

/* global L */

const MARGIN = 0.15; // of the view, so that a short move of the map shows no edge
const UNIT_PX = 4;
const ALPHA = 190;

const RGBA = HEAT.colours.map((colour) => {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return Uint8ClampedArray.of(...channels, ALPHA);
});

const DensityLayer = L.ImageOverlay.extend({
  initialize(options) {
    L.ImageOverlay.prototype.initialize.call(this, "", [[0, 0], [0, 0]], options);
    this._heat = null;
  },

  /** Shows other cells: `{cells: [[lon, lat, n], …], days, bandwidth_m}`, or nothing with null. */
  setHeat(heat) {
    this._heat = heat;
    if (this._map) this._redraw();
  },

  getEvents() {
    return { ...L.ImageOverlay.prototype.getEvents.call(this), moveend: this._redraw };
  },

  onAdd(map) {
    L.ImageOverlay.prototype.onAdd.call(this, map);
    this._redraw();
  },

  // ImageOverlay's hook for the element it places: a canvas moves and zooms as an image does.
  _initImage() {
    this._image = L.DomUtil.create("canvas", "density leaflet-zoom-animated");
    this._image.setAttribute("aria-hidden", "true");
  },

  _redraw() {
    const bounds = this._map.getBounds().pad(MARGIN);
    const picture = this._heat === null ? null : this._picture(bounds);
    this._image.width = picture?.width ?? 1;
    this._image.height = picture?.height ?? 1;
    if (picture !== null) this._image.getContext("2d").putImageData(picture, 0, 0);
    this.setBounds(bounds);
  },

  _picture(bounds) {
    const zoom = this._map.getZoom();
    const topLeft = this._map.project(bounds.getNorthWest(), zoom);
    const size = this._map.project(bounds.getSouthEast(), zoom).subtract(topLeft);
    const pixel_m = metresPerPixel(this._map.getCenter().lat, zoom);
    const sigma_px = this._heat.bandwidth_m / pixel_m;
    // A wide kernel needs no fine raster: interpolating between 3.5 units a standard deviation errs by about 1 %.
    const unit_px = Math.max(UNIT_PX, sigma_px / 3.5);
    const cells = this._heat.cells.map(([lon, lat, n]) => {
      const { x, y } = this._map.project([lat, lon], zoom).subtract(topLeft);
      return [x / unit_px, y / unit_px, n];
    });
    const raster = {
      columns: Math.ceil(size.x / unit_px) + 1,
      rows: Math.ceil(size.y / unit_px) + 1,
      sigma: sigma_px / unit_px,
      unit_m: unit_px * pixel_m,
      days: this._heat.days,
    };
    return paint(cells, raster, unit_px, size);
  },
});

function paint(cells, raster, unit_px, size) {
  // Incidents just outside the picture reach into it: compute with a border of three bandwidths, then leave it out.
  const border = Math.ceil(3 * raster.sigma);
  const wide = { ...raster, columns: raster.columns + 2 * border, rows: raster.rows + 2 * border };
  const values = density(cells.map(([x, y, n]) => [x + border, y + border, n]), wide);
  const picture = new ImageData(Math.round(size.x), Math.round(size.y));
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < picture.width; x += 1) {
      const value = valueAt(values, wide, (x + 0.5) / unit_px + border, (y + 0.5) / unit_px + border);
      const index = classIndex(value, HEAT.breaks);
      if (index > 0) picture.data.set(RGBA[index - 1], 4 * (y * picture.width + x));
    }
  }
  return picture;
}

/** An empty heat layer; `setHeat` fills it. `options` are Leaflet's ImageOverlay options. */
export function densityLayer(options) {
  return new DensityLayer(options);
}
