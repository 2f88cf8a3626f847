"""Incidents as they are kept in memory: 13 bytes each, by the largest cell they lie in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.heat.lattice import BAND, BASE_ROW, CHUNK, Ints, widths
from layers.heat.scan import Days

__all__ = [
    "GRAIN",
    "NOWHERE",
    "NO_ROWS",
    "RAW",
    "Chunk",
    "Key",
    "NotHeld",
    "Rows",
    "cell_of",
    "pack",
    "positions",
    "rounded",
    "row_and_column",
]

Key = tuple[int, int]
"""Row and column of a largest cell."""
NOWHERE: Key = (-(2**31), 0)
"""Under which the incidents are kept that are in no cell."""
GRAIN = 32
"""The units of 1e-7 degrees to which a position is kept: 0.36 m."""

_FARTHEST_UNITS = 680_000_000

RAW = np.dtype(
    {
        "names": ["is_located", "lon", "lat", "day", "kind", "grid_no"],
        "formats": [">i4", ">i4", ">i4", ">i4", ">i4", ">i8"],
        "offsets": [6, 14, 22, 30, 38, 46],
        "itemsize": 54,
    }
)
"""The records of PostgreSQL's binary COPY, each number behind its length: day from EPOCH, kind from 1, 0: unknown."""
_ROW = np.dtype([("day", "<i2"), ("kind", "u1"), ("cell", "<u2"), ("place", "<i4"), ("y", "<u2"), ("x", "<u2")])
Rows = NDArray[np.void]
NO_ROWS: Rows = np.empty(0, _ROW)
"""No packed row."""


class NotHeld(Exception):
    """These incidents do not fit the store: SQL has to answer."""


@dataclass(frozen=True)
class Chunk:
    """The incidents of one largest cell, in order of day; never changed, only replaced.

    `cells` are the base cells inside (their row and column interleaved bit by bit), `places` indexes into the
    numbers under which they are filed, `own_places` those that occur, `ys` and `xs` from the corner in grains.
    """

    days: Days
    kinds: NDArray[np.uint8]
    cells: NDArray[np.uint16]
    places: NDArray[np.int32]
    ys: NDArray[np.uint16]
    xs: NDArray[np.uint16]
    own_places: NDArray[np.int32]

    @classmethod
    def of(cls, pieces: Sequence[Rows]) -> Chunk:
        """A chunk of packed rows."""
        rows = np.concatenate(pieces) if len(pieces) != 1 else pieces[0]
        rows = rows[np.argsort(rows["day"], kind="stable")]
        columns = {f"{name}s": np.ascontiguousarray(rows[name]) for name in _ROW.names or ()}
        return cls(**columns, own_places=np.unique(rows["place"]))

    def __len__(self) -> int:
        return len(self.days)

    def changed(self, stays: NDArray[np.bool_] | None, added: Rows) -> Chunk:
        """These incidents without those that do not stay (None: all do), and some packed rows more.

        `own_places` then may name some that do not occur any more. Cost: one pass over the bytes.
        """
        days = self.days if stays is None else self.days[stays]
        added = added[np.argsort(added["day"], kind="stable")]
        at = np.searchsorted(days, added["day"], "right")
        columns = {}
        for name in _ROW.names or ():
            column = getattr(self, f"{name}s")
            columns[f"{name}s"] = np.insert(column if stays is None else column[stays], at, added[name])
        return Chunk(**columns, own_places=np.union1d(self.own_places, added["place"]))


def pack(raw: NDArray[np.void], places: NDArray[np.int32]) -> Iterator[tuple[Key, Rows]]:
    """What was read, `places` beside it, as packed rows by largest cell.

    Raises:
        NotHeld: with a day before 1911 or after 2088, a 256th kind, or a place beyond 68 degrees of latitude.
    """
    located = raw["is_located"] != 0
    day, lat = raw["day"].astype(np.int64), raw["lat"].astype(np.int64)
    if np.any(np.abs(day) > np.iinfo(np.int16).max) or np.any(raw["kind"] > np.iinfo(np.uint8).max):
        raise NotHeld("A day or a kind does not fit.")
    if np.any(np.abs(lat[located]) > _FARTHEST_UNITS):
        raise NotHeld("A place lies too far north or south.")
    rows = np.zeros(len(raw), _ROW)
    rows["day"], rows["kind"], rows["place"] = day, raw["kind"], places
    keys = np.full(len(raw), NOWHERE[0] << 32, np.int64)
    keys[located] = _place_in_cells(rows, located, raw["lon"].astype(np.int64), lat)
    order = np.argsort(keys, kind="stable")
    edges = np.flatnonzero(np.diff(keys[order])) + 1
    for chosen in np.split(order, edges) if len(raw) else ():
        key = int(keys[chosen[0]])
        yield (key >> 32, (key & 0xFFFFFFFF) - (1 << 31)) if key >> 32 != NOWHERE[0] else NOWHERE, rows[chosen]


def _place_in_cells(rows: Rows, located: NDArray[np.bool_], lon: Ints, lat: Ints) -> Ints:
    """Fill in cell and position of the rows that are located; their keys."""
    row, column, wide = cell_of(lon[located], lat[located])
    chunk_row, chunk_column = row // CHUNK, column // CHUNK
    rows["cell"][located] = _INTERLEAVED[row % CHUNK] << 1 | _INTERLEAVED[column % CHUNK]
    rows["y"][located] = (lat[located] - chunk_row * CHUNK * BASE_ROW) // GRAIN
    rows["x"][located] = (lon[located] - chunk_column * CHUNK * wide) // GRAIN
    return (chunk_row << 32) + chunk_column + (1 << 31)


def cell_of(lon: Ints, lat: Ints) -> tuple[Ints, Ints, Ints]:
    """Row and column of the base cells of positions in units, and the cells' widths."""
    row = lat // BASE_ROW
    bands, at = np.unique(row // BAND, return_inverse=True)
    wide = widths(bands)[at]
    return row, lon // wide, wide


def rounded(lon: Ints, lat: Ints) -> tuple[Ints, Ints]:
    """Positions in units as the store holds them: at the south-west corners of their grains."""
    row, column, wide = cell_of(lon, lat)
    south, west = row // CHUNK * CHUNK * BASE_ROW, column // CHUNK * CHUNK * wide
    return west + (lon - west) // GRAIN * GRAIN, south + (lat - south) // GRAIN * GRAIN


def positions(key: Key, chunk: Chunk, chosen: Ints) -> tuple[Ints, Ints]:
    """Longitudes and latitudes in units, of the south-west corners of the grains."""
    wide = widths(np.array([key[0] * CHUNK // BAND]))[0]
    lon = key[1] * CHUNK * wide + chunk.xs[chosen].astype(np.int64) * GRAIN
    return lon, key[0] * CHUNK * BASE_ROW + chunk.ys[chosen].astype(np.int64) * GRAIN


def row_and_column(codes: Ints, bits: int) -> tuple[Ints, Ints]:
    """Row and column from interleaved codes of so many bits each."""
    row = column = np.zeros_like(codes)
    for bit in range(bits):
        column = column | ((codes >> (2 * bit)) & 1) << bit
        row = row | ((codes >> (2 * bit + 1)) & 1) << bit
    return row, column


_INTERLEAVED = np.array(
    [sum((number >> bit & 1) << (2 * bit) for bit in range(6)) for number in range(CHUNK)], np.int64
)
