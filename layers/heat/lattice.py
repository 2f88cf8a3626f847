"""The lattice of heat: cells that never move with the view, and of which 2 x 2 make the next larger one.

All of it is arithmetic of whole numbers in units of 1e-7 degrees (about 1 cm), so that Python, numpy and SQL can never
disagree about the cell of a point. Rows of base cells have one height. The columns' width is taken at the middle
latitude of a band of 512 rows (64 km): inside a band cells are square to 1 % up to 60 degrees of latitude.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BAND", "BASE_ROW", "CELL_SIZES_M", "CHUNK", "UNIT", "Box", "Ints", "Lattice", "Window", "widths"]

UNIT = 1e-7
"""Degrees of one unit of position."""
BASE_ROW = 11_242
"""The height of a base cell in units: 125 m."""
BAND = 512
"""Rows of base cells that share their columns."""
CHUNK = 64
"""Base cells along the side of the largest cell."""
CELL_SIZES_M = (125, 250, 500, 1000, 2000, 4000, 8000)
"""The sizes there are; what is asked for becomes the next larger one."""

_BLOCK = 8
_FARTHEST_DEGREES = 85.0

Box = tuple[float, float, float, float]
Ints = NDArray[np.int64]


def widths(bands: Ints) -> Ints:
    """The widths of the base cells of these bands, in units."""
    return np.array([_width(int(band)) for band in bands], np.int64)


def _width(band: int) -> int:
    middle = min(abs((band + 0.5) * BAND * BASE_ROW * UNIT), _FARTHEST_DEGREES)
    return round(BASE_ROW / math.cos(math.radians(middle)))


@dataclass(frozen=True)
class Lattice:
    """Cells of `2**step` base cells along each side."""

    step: int

    @classmethod
    def of(cls, cell_m: float) -> Lattice:
        """The one whose cells are at least so wide, or the widest."""
        return cls(next((step for step, size in enumerate(CELL_SIZES_M) if size >= cell_m), len(CELL_SIZES_M) - 1))

    @property
    def cell_m(self) -> int:
        """The side of a cell in metres."""
        return CELL_SIZES_M[self.step]

    @property
    def degrees(self) -> float:
        """The height of a cell in degrees."""
        return (BASE_ROW << self.step) * UNIT

    def middles(self, rows: Ints, columns: Ints, sizes: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes of the middles of the squares of so many cells a side that hold these cells.

        `sizes` are 1, 2, 4 or 8.
        """
        first_rows, first_columns = rows // sizes * sizes, columns // sizes * sizes
        bands, at = np.unique((first_rows << self.step) // BAND, return_inverse=True)
        # Twice the middle is a whole number of cells: halves are put off until the division, which then is exact.
        lats = ((2 * first_rows + sizes) << self.step) * BASE_ROW
        lons = ((2 * first_columns + sizes) << self.step) * widths(bands)[at]
        return lons / (2 / UNIT), lats / (2 / UNIT)


@dataclass(frozen=True)
class Window:
    """A box grown to whole blocks of 8 x 8 cells: what a view asks for, so that it cuts no cell and no merged one."""

    lattice: Lattice
    box: Box

    @property
    def _side(self) -> int:
        """The side of a block in base cells; a band holds a whole number of blocks."""
        return _BLOCK << self.lattice.step

    @property
    def rows(self) -> tuple[int, int]:
        """The first row of base cells inside, and the first beyond."""
        high = self._side * BASE_ROW * UNIT
        return math.floor(self.box[1] / high) * self._side, (math.floor(self.box[3] / high) + 1) * self._side

    @property
    def bands(self) -> range:
        """The bands that the rows lie in."""
        first, beyond = self.rows
        return range(first // BAND, (beyond - 1) // BAND + 1)

    def columns(self, band: int) -> tuple[int, int]:
        """The first column of base cells of a band inside, and the first beyond."""
        wide = self._side * _width(band) * UNIT
        return math.floor(self.box[0] / wide) * self._side, (math.floor(self.box[2] / wide) + 1) * self._side

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """West, south, east, north in units of the box around all blocks; what is at east or north is outside."""
        first, beyond = self.rows
        spans = [(band, self.columns(band)) for band in self.bands]
        west = min(columns[0] * _width(band) for band, columns in spans)
        east = max(columns[1] * _width(band) for band, columns in spans)
        return west, first * BASE_ROW, east, beyond * BASE_ROW

    def holds(self, rows: Ints, columns: Ints) -> NDArray[np.bool_]:
        """Which of these cells of the lattice lie in the window."""
        first, beyond = self.rows
        inside = (rows << self.lattice.step >= first) & (rows << self.lattice.step < beyond)
        bands = (rows << self.lattice.step) // BAND
        for band in self.bands:
            start, end = self.columns(band)
            base = columns << self.lattice.step
            inside &= (bands != band) | ((base >= start) & (base < end))
        return inside
