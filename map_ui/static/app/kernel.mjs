/** Kernel density of counted cells: Gaussian of a bandwidth in metres, in incidents per km² per day. */

const LARGEST_CELL_M = 8000;
const EARTH_CIRCUMFERENCE_M = 40075016.686;

/** Bandwidths one can choose, in metres. */
export const BANDWIDTHS_M = [100, 250, 500, 1000, 2500, 5000, 10000, 25000];

/** Ground metres of one pixel of a web map with 256-pixel tiles. */
export function metresPerPixel(latitude, zoom) {
  return (EARTH_CIRCUMFERENCE_M * Math.cos((latitude * Math.PI) / 180)) / 2 ** (zoom + 8);
}

/** The smallest bandwidth that is at least 14 pixels wide: narrower ones would show single cells. */
export function bandwidthFor(pixel_m) {
  return BANDWIDTHS_M.find((bandwidth_m) => bandwidth_m >= 14 * pixel_m) ?? BANDWIDTHS_M.at(-1);
}

/**
 * The bandwidth in force and the cell to ask for, in metres: a cell is a third of the bandwidth, not under two pixels,
 * and not above the largest the API has. `chosen_m` null: the bandwidth follows the zoom.
 */
export function heatScale(chosen_m, pixel_m) {
  const bandwidth_m = chosen_m ?? bandwidthFor(pixel_m);
  const cell_m = Math.max(Math.round(bandwidth_m / 3), Math.ceil(2 * pixel_m));
  return { bandwidth_m, cell_m: Math.min(cell_m, LARGEST_CELL_M) };
}

/** Weights of a Gaussian cut at three standard deviations; they add up to one. */
export function gaussian(sigma) {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const weightAt = (_, index) => Math.exp(-((index - reach) ** 2) / (2 * sigma ** 2));
  const weights = Float64Array.from({ length: 2 * reach + 1 }, weightAt);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * The density raster, row by row, of `cells` [[x, y, n], …] whose x and y are in raster units (unit centres at .5).
 * `sigma` is the bandwidth in raster units, `unit_m` the side of a unit in metres, `days` the length of the period.
 * The result is in incidents per km² per day. Cost: cells + columns × rows × sigma.
 * Limit: one scale for the whole raster; over a view of several degrees of latitude it is that of the middle.
 */
export function density(cells, { columns, rows, sigma, unit_m, days }) {
  const counts = spread(cells, columns, rows);
  const smooth = blur(blur(counts, columns, rows, gaussian(sigma), "x"), columns, rows, gaussian(sigma), "y");
  const perUnit = 1 / ((unit_m / 1000) ** 2 * days);
  return smooth.map((value) => value * perUnit);
}

/** The raster's value at (x, y) in raster units, between the centres of the four nearest; at the edge the nearest. */
export function valueAt(values, { columns, rows }, x, y) {
  const column = Math.min(Math.max(x - 0.5, 0), columns - 1.001);
  const row = Math.min(Math.max(y - 0.5, 0), rows - 1.001);
  const left = Math.floor(column);
  const top = Math.floor(row);
  const index = top * columns + left;
  const right = column - left;
  const below = row - top;
  const upper = values[index] * (1 - right) + values[index + 1] * right;
  const lower = values[index + columns] * (1 - right) + values[index + columns + 1] * right;
  return upper * (1 - below) + lower * below;
}

// Each cell is shared among the four nearest units by distance, so that it does not jump while the map is moved.
function spread(cells, columns, rows) {
  const counts = new Float64Array(columns * rows);
  for (const [x, y, n] of cells) {
    const column = Math.floor(x - 0.5);
    const row = Math.floor(y - 0.5);
    const right = x - 0.5 - column;
    const below = y - 0.5 - row;
    add(column, row, n * (1 - right) * (1 - below));
    add(column + 1, row, n * right * (1 - below));
    add(column, row + 1, n * (1 - right) * below);
    add(column + 1, row + 1, n * right * below);
  }
  return counts;

  function add(column, row, share) {
    if (column >= 0 && column < columns && row >= 0 && row < rows) counts[row * columns + column] += share;
  }
}

function blur(values, columns, rows, weights, axis) {
  const result = new Float64Array(values.length);
  const reach = (weights.length - 1) / 2;
  const [step, length] = axis === "x" ? [1, columns] : [columns, rows];
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] === 0) continue;
    const position = axis === "x" ? index % columns : Math.floor(index / columns);
    const first = Math.max(-reach, -position);
    const last = Math.min(reach, length - 1 - position);
    for (let offset = first; offset <= last; offset += 1) {
      result[index + offset * step] += values[index] * weights[offset + reach];
    }
  }
  return result;
}
