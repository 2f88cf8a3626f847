/** Vector tiles as plain features, and which of them lies under a point. */

import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

const POINT = 1;
const LINE = 2;

/**
 * The stored tile which shows the tile `z/x/y` when none deeper than `maxZoom` is stored, and where in it to look:
 * `{z, x, y, magnified, left, top}`, the last two in sides of the tile asked for.
 */
export function storedTile({ z, x, y }, maxZoom) {
  const magnified = 2 ** Math.max(0, z - maxZoom);
  const [storedX, storedY] = [Math.floor(x / magnified), Math.floor(y / magnified)];
  const [left, top] = [x - storedX * magnified, y - storedY * magnified];
  return { z: Math.min(z, maxZoom), x: storedX, y: storedY, magnified, left, top };
}

/**
 * The features of one layer of a tile: `{kind, properties, parts}`, where kind is `point`, `line` or `polygon` and
 * parts are lists of {x, y} in pixels, y downwards. `place` is from `storedTile`, `size` the side of the tile shown.
 * Nothing when the tile lacks the layer.
 */
export function decodeTile(bytes, layerName, { magnified, left, top }, size) {
  const layer = new VectorTile(new PbfReader(bytes)).layers[layerName];
  if (layer === undefined) return [];
  return Array.from({ length: layer.length }, (_, index) => {
    const feature = layer.feature(index);
    const scale = (size * magnified) / feature.extent;
    const move = ({ x, y }) => ({ x: x * scale - left * size, y: y * scale - top * size });
    const parts = feature.loadGeometry().map((part) => part.map(move));
    const kind = feature.type === POINT ? "point" : feature.type === LINE ? "line" : "polygon";
    return { kind, properties: feature.properties, parts };
  });
}

/** The topmost feature at (x, y): the polygon that holds it, or the point or line within `reach` pixels. */
export function featureAt(features, x, y, reach) {
  return features.findLast((feature) => isAt(feature, x, y, reach)) ?? null;
}

function isAt({ kind, parts }, x, y, reach) {
  if (kind === "polygon") return isInside(parts, x, y);
  if (kind === "point") return parts.flat().some((point) => Math.hypot(point.x - x, point.y - y) <= reach);
  return parts.some((line) => line.some((point, i) => i > 0 && distance(line[i - 1], point, x, y) <= reach));
}

/** Even-odd rule over all rings, so that holes are outside. */
function isInside(rings, x, y) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [a, b] = [ring[i], ring[j]];
      if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    }
  }
  return inside;
}

function distance(a, b, x, y) {
  const length2 = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const along = length2 === 0 ? 0 : ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / length2;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - a.x - t * (b.x - a.x), y - a.y - t * (b.y - a.y));
}
