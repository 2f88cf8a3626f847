/** Incidents in order of day as binary columns (see docs/heat.md), and their sums for any days. */

const TYPES = { int32: Int32Array, uint32: Uint32Array, uint16: Uint16Array, uint8: Uint8Array };
const METRES_A_DEGREE = 111195;

/** What `buffer` holds: the header's values, and each column by its name as a typed array. */
export function readColumns(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0) !== 0x57474831) throw new TypeError("no columns");
  const end = 8 + view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, end - 8)));
  const columns = header.columns.map(({ name, type, offset }) => [
    name,
    new TYPES[type](buffer, end + offset, header.count),
  ]);
  return { ...header, ...Object.fromEntries(columns) };
}

/** The first index of the ascending `days` at or after a day. */
export function indexOf(days, day) {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The cell of each incident: `{ cellOf, middles }`, an index for each and [lon, lat] by index. Cells are `cell_m` metres
 * high, and as wide at the middle of the data.
 * Cost: one step for each incident; done once, not for each day.
 */
export function cellsOf({ lon, lat, origin, unit }, cell_m) {
  const high = cell_m / METRES_A_DEGREE / unit;
  const north = lat.reduce((most, value) => Math.max(most, value), 0);
  const wide = high / Math.cos(((origin[1] + (north * unit) / 2) * Math.PI) / 180);
  const cellOf = new Uint32Array(lon.length);
  const known = new Map();
  const middles = [];
  for (let at = 0; at < lon.length; at += 1) {
    const [column, row] = [Math.floor(lon[at] / wide), Math.floor(lat[at] / high)];
    const key = row * 2 ** 24 + column;
    if (!known.has(key)) {
      known.set(key, middles.length);
      middles.push([origin[0] + (column + 0.5) * wide * unit, origin[1] + (row + 0.5) * high * unit]);
    }
    cellOf[at] = known.get(key);
  }
  return { cellOf, middles };
}

/** The cells [lon, lat, n] of the incidents of the days from `first` to before `end`, empty ones left out. */
export function cellsBetween({ day }, { cellOf, middles }, first, end) {
  const counts = new Uint32Array(middles.length);
  const last = indexOf(day, end);
  for (let at = indexOf(day, first); at < last; at += 1) counts[cellOf[at]] += 1;
  const cells = [];
  counts.forEach((n, index) => n > 0 && cells.push([...middles[index], n]));
  return cells;
}
