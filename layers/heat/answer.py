"""Incidents as heat: counts by cell, and for whoever may not open the cases protected ones."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from layers.codes import WIDTH
from layers.counting import place_range
from layers.errors import Fault, Invalid
from layers.heat.kernel import cell_for, grown, smooth
from layers.heat.lattice import Box, Ints, Lattice, Window
from layers.heat.question import Counted, Counter, Question
from layers.protection import SMALLEST, coarse, fixed_period, kind_faults
from layers.scope import Scope

__all__ = ["Heat", "Squares", "asked", "box_faults", "densities", "heat", "protect"]

_ROLL_UPS = 3
_MOST_CELLS = 1_000_000
_MOST_UNITS = 250_000
_METRES_A_DEGREE = 111_000
_EVERYWHERE = (0, 10**WIDTH - 1)


@dataclass(frozen=True)
class Heat:
    """Cells by the lon and lat of their middles with their incidents, in order from south-west; [since, until) is told.

    `unlocated` are incidents of places in the box that are not known to their street, and so in no cell; `withheld`
    those in cells that stay too small to be shown. With `protected` both are rounded down to a multiple of `SMALLEST`.
    """

    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    numbers: Ints
    cell_m: int
    since: date
    until: date
    protected: bool
    unlocated: int
    withheld: int

    @property
    def days(self) -> int:
        """The length of the period."""
        return (self.until - self.since).days

    @property
    def cells(self) -> tuple[tuple[float, float, int], ...]:
        """(lon, lat of the middle, incidents) of each cell."""
        return tuple(zip(self.lons.tolist(), self.lats.tolist(), self.numbers.tolist(), strict=True))


@dataclass(frozen=True)
class Squares:
    """Squares of `sizes` cells a side, each by its first row and column, that hold so many incidents."""

    rows: Ints
    columns: Ints
    sizes: Ints
    numbers: Ints


async def heat(counter: Counter, question: Question) -> Heat:
    """The cells of a question.

    Where it is not exact, cells below `SMALLEST` are put together in twice as large ones, up to three times; what is
    small even then is only counted in `withheld`.

    Limit: differences between cell sizes are protected by the rounding alone.
    """
    counted = await counter.cells(question)
    squares, left = _as_they_are(counted) if question.exact else protect(counted)
    lons, lats = question.window.lattice.middles(squares.rows, squares.columns, squares.sizes)
    return Heat(
        lons=lons,
        lats=lats,
        numbers=squares.numbers,
        cell_m=question.window.lattice.cell_m,
        since=question.since,
        until=question.until,
        protected=not question.exact,
        unlocated=counted.unlocated if question.exact else coarse(counted.unlocated),
        withheld=coarse(left),
    )


async def densities(counter: Counter, question: Question, found: Heat, bandwidth_m: int) -> list[float]:
    """The density at the middle of each cell found, in incidents per km² per day.

    Incidents beyond the box count as far as the kernel reaches. Cost: as `kernel.smooth`.

    Raises:
        Invalid: when the kernel is too narrow for the box.
    """
    box = question.window.box
    if (box[2] - box[0]) * (box[3] - box[1]) > _MOST_UNITS * (bandwidth_m / _METRES_A_DEGREE) ** 2:
        raise Invalid("The question has faults.", [Fault("bandwidth", "is too narrow for so large a box")])
    around = replace(question, window=Window(Lattice.of(cell_for(bandwidth_m)), grown(box, bandwidth_m)))
    cells = await heat(counter, around)
    places = cells.lons, cells.lats, cells.numbers
    raster = await asyncio.to_thread(smooth, *places, box=box, bandwidth_m=bandwidth_m, days=cells.days)
    return [float(value) for value in raster.at_points(found.lons, found.lats).round(6)]


def asked(
    scope: Scope,
    *,
    since: date,
    until: date,
    bbox: Box,
    cell_m: float,
    exact: bool,
    kinds: Sequence[str] | None = None,
    region: str | None = None,
) -> Question:
    """The question for incidents on days in [since, until) (Asia/Shanghai) in a box (EPSG:4326), as a caller may ask.

    The box is widened to whole blocks of cells, so that no view cuts a cell. Without `exact` the period is the month,
    quarter or year that `protection.fixed_period` gives, and no region may be asked for: a cell cut by its border would
    be one more, smaller area.

    Raises:
        Invalid: when the box or the cell size is wrong, the period is empty, or there would be too many cells.
        NotFound: when the region is outside the scope.
    """
    if faults := [*box_faults(bbox), *_period_faults(since, until)]:
        raise Invalid("The question has faults.", faults)
    window = Window(Lattice.of(cell_m), bbox)
    if faults := [*_size_faults(window), *([] if exact else _protected_faults(kinds, region))]:
        raise Invalid("The question has faults.", faults)
    if not exact:
        since, until = fixed_period(since, until)
    first, last = _EVERYWHERE if region is None else place_range(scope, region)
    return Question(scope, window, since, until, None if kinds is None else tuple(kinds), first, last, exact)


def protect(counted: Counted) -> tuple[Squares, int]:
    """Squares of 1, 2, 4 or 8 cells a side that hold enough, in fives, and how many incidents are in none."""
    rows, columns, numbers = counted.rows, counted.columns, counted.numbers
    shown = []
    for step in range(_ROLL_UPS + 1):
        rows, columns, numbers = _put_together(rows >> 1, columns >> 1, numbers) if step else (rows, columns, numbers)
        enough = numbers >= SMALLEST
        sizes = np.full(int(enough.sum()), 1 << step)
        shown.append(np.stack([rows[enough] << step, columns[enough] << step, sizes, numbers[enough]]))
        rows, columns, numbers = rows[~enough], columns[~enough], numbers[~enough]
    found = np.concatenate(shown, axis=1)
    found = found[:, np.lexsort(found[2::-1])]
    return Squares(found[0], found[1], found[2], found[3] // SMALLEST * SMALLEST), int(numbers.sum())


def _put_together(rows: Ints, columns: Ints, numbers: Ints) -> tuple[Ints, Ints, Ints]:
    """The sum of each cell that occurs."""
    order = np.lexsort((columns, rows))
    rows, columns, numbers = rows[order], columns[order], numbers[order]
    is_new = np.r_[True, (np.diff(rows) != 0) | (np.diff(columns) != 0)][: len(rows)]
    starts = np.flatnonzero(is_new)
    sums = np.add.reduceat(numbers, starts) if len(starts) else numbers
    return rows[starts], columns[starts], sums


def _as_they_are(counted: Counted) -> tuple[Squares, int]:
    return Squares(counted.rows, counted.columns, np.ones_like(counted.rows), counted.numbers), 0


def box_faults(bbox: Box) -> list[Fault]:
    """What is wrong with a box."""
    west, south, east, north = bbox
    if -180 <= west < east <= 180 and -85 <= south < north <= 85:
        return []
    return [Fault("bbox", "must be west,south,east,north in degrees, west of east and south of north")]


def _size_faults(window: Window) -> list[Fault]:
    west, south, east, north = window.box
    if (east - west) * (north - south) > _MOST_CELLS * window.lattice.degrees**2:
        return [Fault("cell", f"more than {_MOST_CELLS} cells: ask for larger ones or a smaller box")]
    return []


def _period_faults(since: date, until: date) -> list[Fault]:
    return [] if since < until else [Fault("to", "must be after from; it is not part of the period")]


def _protected_faults(kinds: Sequence[str] | None, region: str | None) -> list[Fault]:
    cut = [Fault("region", "give bbox alone: this account may not open cases")] if region is not None else []
    return [*kind_faults(kinds), *cut]
