"""Incidents as heat: counts by the cells of a lattice that never moves with the view.

A cell is about square in metres. Rows have one height in degrees; the columns' width in degrees is taken at the middle
latitude of a block of 8 rows, so that 2, 4 or 8 cells by as many make one larger cell, everywhere.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from layers.db import ReadConnection
from layers.errors import Fault, Invalid
from layers.protection import SMALLEST, coarse, fixed_period, kind_faults
from layers.queries import load
from layers.scope import Scope

__all__ = ["CELL_SIZES_M", "Heat", "heat"]

CELL_SIZES_M = (125, 250, 500, 1000, 2000, 4000, 8000)
"""The sizes there are; what is asked for becomes the next larger one."""

_METRES_A_DEGREE = 111_195.0
_BLOCK = 8
_ROLL_UPS = 3
_MOST_CELLS = 1_000_000

Cell = tuple[int, int]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Heat:
    """Cells as (lon, lat of the middle, incidents), in order from south-west; `days` is the length of the period.

    `unlocated` are incidents of places in the box that are not known to their street, and so in no cell; `withheld`
    those in cells that stay too small to be shown. With `protected` both are rounded down to a multiple of `SMALLEST`.
    """

    cells: tuple[tuple[float, float, int], ...]
    cell_m: int
    days: int
    protected: bool
    unlocated: int
    withheld: int


@dataclass(frozen=True)
class _Lattice:
    """Cells of `height` degrees."""

    height: float

    def width(self, row: int) -> float:
        """The width of a row's cells in degrees."""
        middle = (row // _BLOCK + 0.5) * _BLOCK * self.height
        return self.height / math.cos(math.radians(middle))

    def middle(self, row: int, column: int, size: int) -> tuple[float, float]:
        """Lon and lat of the middle of the square of `size` cells by `size` that holds this cell."""
        first_row, first_column = row // size * size, column // size * size
        return (first_column + size / 2) * self.width(row), (first_row + size / 2) * self.height

    def reaches(self, cell: Cell, bbox: Box) -> bool:
        """Whether the block that holds this cell reaches into the box."""
        row, column = cell
        west, south, east, north = bbox
        wide, high = _BLOCK * self.width(row), _BLOCK * self.height
        across = math.floor(west / wide) <= column // _BLOCK <= math.floor(east / wide)
        return across and math.floor(south / high) <= row // _BLOCK <= math.floor(north / high)


async def heat(
    connection: ReadConnection,
    scope: Scope,
    *,
    since: date,
    until: date,
    bbox: Box,
    cell_m: float,
    kinds: Sequence[str] | None = None,
    exact: bool,
) -> Heat:
    """Incidents on days in [since, until) (Asia/Shanghai) in a box (west, south, east, north; EPSG:4326) as heat.

    The connection's transaction has the scope set. The box is widened to whole blocks of cells, so that no view cuts
    a cell. Without `exact`, cells below `SMALLEST` are put together in twice as large ones, up to three times; what is
    small even then is only counted in `withheld`; the period is then the month, quarter or year that
    `protection.fixed_period` gives, and `days` its length.

    Raises:
        Invalid: when the box or the cell size is wrong, the period is empty, or there would be too many cells.
    Limit: without `exact` differences between cell sizes are protected by the rounding alone.
    """
    lattice = _Lattice(_snapped(cell_m) / _METRES_A_DEGREE)
    if faults := [*_box_faults(bbox, lattice), *_period_faults(since, until)]:
        raise Invalid("The question has faults.", faults)
    if not exact:
        if faults := kind_faults(kinds):
            raise Invalid("The question has faults.", faults)
        since, until = fixed_period(since, until)
    values = scope.params() | {"since": since, "until": until}
    values |= {"kinds": None if kinds is None else list(kinds)}
    values |= _widened(bbox, lattice) | {"height": lattice.height, "block": _BLOCK}
    found, unlocated = await _cells(connection, values)
    cells = {cell: n for cell, n in found.items() if lattice.reaches(cell, bbox)}
    squares, left = ({(*cell, 1): n for cell, n in cells.items()}, 0) if exact else _protect(cells)
    return Heat(
        cells=tuple((*lattice.middle(*square), n if exact else coarse(n)) for square, n in sorted(squares.items())),
        cell_m=_snapped(cell_m),
        days=(until - since).days,
        protected=not exact,
        unlocated=unlocated if exact else coarse(unlocated),
        withheld=coarse(left),
    )


def _protect(cells: Mapping[Cell, int]) -> tuple[dict[tuple[int, int, int], int], int]:
    """Count by (row, column, size in cells) of squares that hold enough, and how many incidents are in none."""
    shown: dict[tuple[int, int, int], int] = {}
    small: Mapping[Cell, int] = cells
    for step in range(_ROLL_UPS + 1):
        size = 2**step
        together: Counter[Cell] = Counter()
        for (row, column), n in small.items():
            together[row // size * size, column // size * size] += n
        shown |= {(row, column, size): n for (row, column), n in together.items() if n >= SMALLEST}
        small = {cell: n for cell, n in together.items() if n < SMALLEST}
    return shown, sum(small.values())


def _snapped(cell_m: float) -> int:
    return next((size for size in CELL_SIZES_M if size >= cell_m), CELL_SIZES_M[-1])


def _widened(bbox: Box, lattice: _Lattice) -> dict[str, float]:
    """The box grown to whole blocks; the widest columns of its rows bound it east and west."""
    west, south, east, north = bbox
    block = _BLOCK * lattice.height
    first, last = math.floor(south / block), math.floor(north / block)
    wide = _BLOCK * max(lattice.width(first * _BLOCK), lattice.width(last * _BLOCK))
    return {"west": west - wide, "south": first * block, "east": east + wide, "north": (last + 1) * block}


async def _cells(connection: ReadConnection, values: dict[str, Any]) -> tuple[dict[Cell, int], int]:
    """Incidents by cell (row, column), and how many have none."""
    cursor = await connection.execute(load("heat.sql")["place_numbers"], values)
    numbers = [row["grid_no"] for row in await cursor.fetchall()]
    cursor = await connection.execute(load("heat.sql")["cells"], values | {"numbers": numbers})
    counts = {(row["row"], row["col"]): row["n"] for row in await cursor.fetchall()}
    unlocated: int = counts.pop((None, None), 0)
    return counts, unlocated


def _box_faults(bbox: Box, lattice: _Lattice) -> list[Fault]:
    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        return [Fault("bbox", "must be west,south,east,north in degrees, west of east and south of north")]
    if (east - west) * (north - south) > _MOST_CELLS * lattice.height**2:
        return [Fault("cell", f"more than {_MOST_CELLS} cells: ask for larger ones or a smaller box")]
    return []


def _period_faults(since: date, until: date) -> list[Fault]:
    return [] if since < until else [Fault("to", "must be after from; it is not part of the period")]
