/** Binary columns of incidents, their cells, and their sums by day. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsBetween, cellsOf, indexOf, readColumns } from "../../map_ui/static/app/daycolumns.mjs";

/** A buffer as the API writes it. */
function packed(header, columns) {
  let offset = 0;
  const listed = Object.entries(columns).map(([name, column]) => {
    const type = column.constructor.name.replace("Array", "").toLowerCase();
    const at = offset;
    offset += column.byteLength;
    return { name, type, offset: at };
  });
  const text = JSON.stringify({ ...header, columns: listed });
  const head = text.padEnd(text.length + ((8 - ((8 + text.length) % 8)) % 8));
  const bytes = new Uint8Array(8 + head.length + offset);
  bytes.set(new TextEncoder().encode("WGH1"));
  new DataView(bytes.buffer).setUint32(4, head.length, true);
  bytes.set(new TextEncoder().encode(head), 8);
  Object.values(columns).forEach((column, index) => {
    bytes.set(new Uint8Array(column.buffer), 8 + head.length + listed[index].offset);
  });
  return bytes.buffer;
}

const COLUMNS = readColumns(
  packed(
    { count: 4, origin: [100, 25], unit: 1e-7, kinds: ["noise"] },
    {
      lon: Int32Array.of(0, 100, 90000, 0),
      lat: Int32Array.of(0, 100, 90000, 0),
      day: Uint16Array.of(0, 0, 1, 3),
      kind: Uint8Array.of(0, 0, 0, 0),
    },
  ),
);

test("columns are read as they were written", () => {
  assert.deepEqual([...COLUMNS.day], [0, 0, 1, 3]);
  assert.deepEqual(COLUMNS.kinds, ["noise"]);
  assert.throws(() => readColumns(new ArrayBuffer(16)), TypeError);
});

test("a day is found by halving", () => {
  const days = Uint16Array.of(0, 0, 1, 3);
  assert.deepEqual([0, 1, 2, 3, 4].map((day) => indexOf(days, day)), [0, 2, 3, 3, 4]);
});

test("incidents of some days are counted by cell", () => {
  const cells = cellsOf(COLUMNS, 125);
  const counts = (first, end) => cellsBetween(COLUMNS, cells, first, end).map(([, , n]) => n);
  assert.deepEqual(counts(0, 1), [2]);
  assert.deepEqual(counts(0, 4), [3, 1]);
  assert.deepEqual(counts(2, 3), []);
  const [[lon, lat]] = cellsBetween(COLUMNS, cells, 0, 1);
  assert.ok(Math.abs(lat - 25.000562) < 1e-5 && Math.abs(lon - 100.00062) < 1e-5);
});

test("no incident at all is no cell", () => {
  const none = { lon: new Int32Array(0), lat: new Int32Array(0), day: new Uint16Array(0), origin: [0, 0], unit: 1e-7 };
  assert.deepEqual(cellsBetween(none, cellsOf(none, 125), 0, 9), []);
});
