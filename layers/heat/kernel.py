"""Counted cells as density: a Gaussian of a bandwidth in metres, in incidents per km² per day.

The bandwidth is the standard deviation; the kernel is cut at three of them and adds up to one, so what it spreads is
conserved. Nothing is put back at borders of regions or of the data: density falls off there, as far as the kernel
reaches, and what is spread beyond a picture's edge is outside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from layers.heat.lattice import CELL_SIZES_M, Box, Ints

__all__ = ["REACH", "Raster", "cell_for", "grown", "metres_a_degree", "smooth"]

REACH = 3.0
"""Bandwidths that the kernel reaches."""
_UNITS = 4
"""Raster units to a bandwidth: linear between their middles, the density errs by less than 2 % of its peak."""
_STRIP_DEGREES = 0.2
"""Rows within so many degrees share a kernel's width: 0.2 % at 45 degrees."""

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Raster:
    """Densities on rows from south to north and columns from west to east, each `high` and `wide` degrees."""

    west: float
    south: float
    wide: float
    high: float
    values: Floats

    def at(self, lons: Floats, lats: Floats) -> Floats:
        """The densities at the crossings of these meridians and parallels, rows by latitude; linear in between."""
        return _between(_between(self.values, (lats - self.south) / self.high - 0.5).T, self._columns(lons)).T

    def at_points(self, lons: Floats, lats: Floats) -> Floats:
        """The densities at these places; linear in between."""
        rows, below = _split((lats - self.south) / self.high - 0.5, len(self.values))
        columns, left = _split(self._columns(lons), self.values.shape[1])
        south = self.values[rows, columns] * (1 - left) + self.values[rows, columns + 1] * left
        north = self.values[rows + 1, columns] * (1 - left) + self.values[rows + 1, columns + 1] * left
        return south * (1 - below) + north * below

    def areas_km2(self) -> Floats:
        """The area of a unit of each row."""
        lat_m, lon_m = metres_a_degree(self.south + (np.arange(len(self.values)) + 0.5) * self.high)
        return self.high * lat_m * self.wide * lon_m / 1e6

    def _columns(self, lons: Floats) -> Floats:
        return (lons - self.west) / self.wide - 0.5


def smooth(lons: Floats, lats: Floats, numbers: Ints, *, box: Box, bandwidth_m: float, days: int) -> Raster:
    """The density over a box and three bandwidths around it, of incidents counted at some places.

    Units lie on multiples of their size from the equator and the meridian of Greenwich, so that they do not move with
    the view; their width is that at the nearest whole degree of latitude.
    Cost: linear in the places and in the units; a box of 1,000 by 1,000 bandwidths has 16 million.
    """
    middle = np.array([round((box[1] + box[3]) / 2)], np.float64)
    lat_m, lon_m = metres_a_degree(middle)
    high, wide = bandwidth_m / _UNITS / lat_m[0], bandwidth_m / _UNITS / lon_m[0]
    west, south, east, north = grown(box, bandwidth_m)
    first_row, first_column = math.floor(south / high), math.floor(west / wide)
    shape = math.ceil(north / high) - first_row + 1, math.ceil(east / wide) - first_column + 1
    raster = Raster(first_column * wide, first_row * high, wide, high, np.zeros(shape))
    spread = _spread((lats - raster.south) / high - 0.5, (lons - raster.west) / wide - 0.5, numbers, shape)
    smoothed = gaussian_filter1d(
        _along_rows(spread, raster, bandwidth_m), _UNITS, axis=0, mode="constant", truncate=REACH
    )
    return Raster(raster.west, raster.south, wide, high, smoothed / raster.areas_km2()[:, None] / days)


def cell_for(bandwidth_m: float) -> int:
    """The largest cells that are at most a third of a bandwidth, or the smallest there are."""
    return max((size for size in CELL_SIZES_M if size <= bandwidth_m / REACH), default=CELL_SIZES_M[0])


def grown(box: Box, bandwidth_m: float) -> Box:
    """The box from which incidents reach into this one."""
    west, south, east, north = box
    lat_m, lon_m = metres_a_degree(np.array([max(abs(south), abs(north))]))
    across, up = REACH * bandwidth_m / float(lon_m[0]), REACH * bandwidth_m / float(lat_m[0])
    return max(west - across, -180.0), max(south - up, -85.0), min(east + across, 180.0), min(north + up, 85.0)


def metres_a_degree(lats: Floats) -> tuple[Floats, Floats]:
    """Metres of a degree of latitude and of longitude at these latitudes, on the WGS 84 ellipsoid.

    Source: the series of the National Geospatial-Intelligence Agency's length of a degree calculator.
    """
    phi = np.radians(lats)
    lat_m = 111_132.92 - 559.82 * np.cos(2 * phi) + 1.175 * np.cos(4 * phi)
    lon_m = 111_412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi) + 0.118 * np.cos(5 * phi)
    return lat_m, lon_m


def _spread(rows: Floats, columns: Floats, numbers: Ints, shape: tuple[int, int]) -> Floats:
    """Each number shared among the four nearest units by distance; what lies outside is left out."""
    row, column = np.floor(rows).astype(np.int64), np.floor(columns).astype(np.int64)
    above, right = rows - row, columns - column
    counts = np.zeros(shape[0] * shape[1])
    for up, share_up in ((0, 1 - above), (1, above)):
        for across, share_across in ((0, 1 - right), (1, right)):
            inside = (row + up >= 0) & (row + up < shape[0]) & (column + across >= 0) & (column + across < shape[1])
            at = (row[inside] + up) * shape[1] + column[inside] + across
            shares = (numbers * share_up * share_across)[inside]
            counts += np.bincount(at, shares, len(counts))
    return counts.reshape(shape)


def _along_rows(counts: Floats, raster: Raster, bandwidth_m: float) -> Floats:
    """Smoothed along each row; a degree is narrower in the north, so the kernel is more units wide there."""
    result = np.empty_like(counts)
    # Strips are the same whatever the view.
    strips = np.floor((raster.south + (np.arange(len(counts)) + 0.5) * raster.high) / _STRIP_DEGREES)
    for strip in np.unique(strips):
        rows = strips == strip
        lon_m = metres_a_degree(np.array([(strip + 0.5) * _STRIP_DEGREES]))[1]
        sigma = bandwidth_m / (raster.wide * float(lon_m[0]))
        result[rows] = gaussian_filter1d(counts[rows], sigma, axis=1, mode="constant", truncate=REACH)
    return result


def _between(values: Floats, places: Floats) -> Floats:
    at, share = _split(places, len(values))
    return values[at] * (1 - share)[:, None] + values[at + 1] * share[:, None]


def _split(places: Floats, length: int) -> tuple[Ints, Floats]:
    """The index below, and how far it is to the next; places outside count as at the edge."""
    inside = np.clip(places, 0, length - 1 - 1e-9)
    at = np.floor(inside).astype(np.int64)
    return at, inside - at
