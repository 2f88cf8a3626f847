"""What is asked of incidents for heat, and what comes back: the same for the store in memory and for SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from layers.heat.lattice import BAND, BASE_ROW, UNIT, Box, Ints, Window, widths
from layers.heat.span import EPOCH
from layers.scope import Scope

__all__ = ["Counted", "Counter", "Points", "Question"]


@dataclass(frozen=True)
class Question:
    """Incidents in a window on days in [since, until), of some kinds (None: all), filed under `first` to `last`.

    Without `exact` the answer is a protected one.
    """

    scope: Scope
    window: Window
    since: date
    until: date
    kinds: tuple[str, ...] | None
    first: int
    last: int
    exact: bool = True

    def params(self) -> dict[str, Any]:
        """The values that the queries of heat.sql take."""
        west, south, east, north = self.window.bounds
        units = {"west_units": west, "south_units": south, "east_units": east, "north_units": north}
        degrees = {name.removesuffix("_units"): value * UNIT for name, value in units.items()}
        bands = np.arange(south // BASE_ROW // BAND, (north // BASE_ROW - 1) // BAND + 1)
        lattice = {"base_row": BASE_ROW, "step": self.window.lattice.step, "first_band": int(bands[0])}
        kinds = None if self.kinds is None else list(self.kinds)
        own = {"since": self.since, "until": self.until, "kinds": kinds, "first": self.first, "last": self.last}
        return self.scope.params() | units | degrees | lattice | own | {"widths": widths(bands).tolist()}


@dataclass(frozen=True)
class Counted:
    """Incidents by cell of the window's lattice, in order of row and column, none of them empty; and those without."""

    rows: Ints
    columns: Ints
    numbers: Ints
    unlocated: int


@dataclass(frozen=True)
class Points:
    """Incidents one by one, in order of day, latitude, longitude and kind; and how many are in no place.

    `lons` and `lats` are in units of 1e-7 degrees and exact to `rows.GRAIN` of them, `days` are days since 1970-01-01,
    `kinds` indexes into `codes`.
    """

    lons: Ints
    lats: Ints
    days: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    codes: tuple[str, ...]
    unlocated: int

    @classmethod
    def of(cls, rows: Ints, codes: Sequence[str], unlocated: int, box: Box) -> Points:
        """From four rows (lon and lat in units, day from EPOCH, kind as the index plus one) those in a box."""
        west, south, east, north = box
        lons, lats = rows[0] * UNIT, rows[1] * UNIT
        rows = rows[:, (lons >= west) & (lons < east) & (lats >= south) & (lats < north)]
        known, kinds = np.unique(rows[3], return_inverse=True)
        names = np.array([codes[kind - 1] for kind in known])
        order = np.argsort(names)
        kinds = np.argsort(order)[kinds] if len(known) else kinds
        rows, kinds = _sorted(rows, kinds)
        days = (rows[2] + (EPOCH - date(1970, 1, 1)).days).astype(np.int32)
        return cls(rows[0], rows[1], days, kinds.astype(np.uint8), tuple(names[order].tolist()), unlocated)


def _sorted(rows: Ints, kinds: Ints) -> tuple[Ints, Ints]:
    order = np.lexsort((kinds, rows[0], rows[1], rows[2]))
    return rows[:, order], kinds[order]


class Counter(Protocol):
    """Whoever can answer: SQL always, the store in memory while it agrees with the tables."""

    async def cells(self, question: Question) -> Counted:
        """The incidents by cell."""
        ...

    async def points(self, question: Question) -> Points:
        """The incidents one by one."""
        ...
