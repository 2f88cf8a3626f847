/** Where one stands: inside which grid, or how far from it and in which direction. On a local plane, in metres. */

const METRES_PER_DEGREE = 111_320;
const DIRECTIONS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];

/**
 * Points [lon, lat] as [x, y] in metres, east and north of `origin`.
 * Limit: one scale for all, good to a per mille within 20 km of the origin.
 */
function planeAt([lon, lat]) {
  const across = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  return ([x, y]) => [(x - lon) * across, (y - lat) * METRES_PER_DEGREE];
}

/** The metres between two points [lon, lat]. */
export function distance(a, b) {
  return Math.hypot(...planeAt(a)(b));
}

/** Whether a GeoJSON MultiPolygon holds a point [lon, lat]; rings after the first of a polygon are holes. */
export function isInside({ coordinates }, point) {
  return coordinates.some((rings) => rings.filter((ring) => ringHolds(ring, point)).length % 2 === 1);
}

function ringHolds(ring, [x, y]) {
  let inside = false;
  for (let i = 1; i < ring.length; i += 1) {
    const [[ax, ay], [bx, by]] = [ring[i - 1], ring[i]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** The nearest place of a MultiPolygon's border: `{distance_m, x, y}`, x east and y north of the point in metres. */
export function nearestBorder({ coordinates }, point) {
  const toPlane = planeAt(point);
  let best = { distance_m: Infinity, x: 0, y: 0 };
  for (const ring of coordinates.flat()) {
    const corners = ring.map(toPlane);
    for (let i = 1; i < corners.length; i += 1) {
      const [x, y] = nearestOnEdge(corners[i - 1], corners[i]);
      const distance_m = Math.hypot(x, y);
      if (distance_m < best.distance_m) best = { distance_m, x, y };
    }
  }
  return best;
}

/** The place of the edge from a to b that lies nearest to the origin. */
function nearestOnEdge([ax, ay], [bx, by]) {
  const length2 = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = length2 === 0 ? 0 : -(ax * (bx - ax) + ay * (by - ay)) / length2;
  const t = Math.min(1, Math.max(0, along));
  return [ax + t * (bx - ax), ay + t * (by - ay)];
}

/** The direction of (x east, y north): n, ne, e, se, s, sw, w or nw. */
export function directionOf(x, y) {
  const turns = Math.atan2(x, y) / (2 * Math.PI);
  return DIRECTIONS[((Math.round(turns * 8) % 8) + 8) % 8];
}

/**
 * Where a point [lon, lat] lies among `grids` ({boundary}), the first that holds it as the server has it:
 * `{grid, inside, distance_m, direction}`. Outside, the grid is the nearest, and the direction is that of the point
 * seen from it; inside, the distance is that to its border. Null without grids.
 */
export function locateAmong(grids, point) {
  let nearest = null;
  for (const grid of grids) {
    const { distance_m, x, y } = nearestBorder(grid.boundary, point);
    const inside = isInside(grid.boundary, point);
    const found = { grid, inside, distance_m, direction: directionOf(-x, -y) };
    if (inside) return found;
    if (nearest === null || distance_m < nearest.distance_m) nearest = found;
  }
  return nearest;
}
