"""What every count of incidents shares: the question, the numbers by grid, and the tree of places they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from layers.codes import LEVELS, WIDTH, code_of, region_range
from layers.db import ReadConnection
from layers.errors import Fault, NotFound
from layers.queries import load
from layers.scope import Scope

__all__ = ["CODE_LENGTHS", "Question", "Tree", "count_tree", "place_range", "roll_up", "rows", "scope_tree"]

CODE_LENGTHS = (*LEVELS, WIDTH)
"""Lengths of the codes of all levels, the coarsest first; a grid is the level below a village."""

Tree = list[dict[str, int]]
"""Count by code, by level from the coarsest."""

_REGIONS, _VILLAGES = 1, 5


@dataclass(frozen=True)
class Question:
    """Where (grid numbers `first` to `last`), when ([since, until)) and of which kinds (None: all)."""

    first: int
    last: int
    since: date
    until: date
    kinds: tuple[str, ...] | None
    scope: Scope

    def values(self) -> dict[str, object]:
        """The values that every query takes."""
        kinds = None if self.kinds is None else list(self.kinds)
        own = {"first": self.first, "last": self.last, "since": self.since, "until": self.until, "kinds": kinds}
        return own | self.scope.params()

    def of_whole_scope(self) -> Question:
        """The same question over all that the scope holds."""
        return replace(self, first=self.scope.lo, last=self.scope.hi)

    def period_faults(self) -> list[Fault]:
        """What is wrong with the period."""
        if self.since < self.until:
            return []
        return [Fault("to", "must be after from; it is not part of the period")]


def place_range(scope: Scope, place: str) -> tuple[int, int]:
    """The first and last grid number of a region, or of one grid (15 digits).

    Raises:
        Invalid: when it is no code.
        NotFound: when it is outside the scope.
    """
    is_grid = len(place) == WIDTH and place.isascii() and place.isdigit()
    first, last = (int(place), int(place)) if is_grid else region_range(place)
    if not scope.overlaps(first, last):
        raise NotFound(f"There is no region or grid {place!r} here.")
    return first, last


async def rows(connection: ReadConnection, query: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    """The rows of a named query of `counts.sql`."""
    cursor = await connection.execute(load("counts.sql")[query], values)
    return await cursor.fetchall()


async def scope_tree(connection: ReadConnection, question: Question, deepest: int) -> list[str]:
    """The codes of all places of the scope whose code is at most `deepest` digits long, without incidents too."""
    values = question.of_whole_scope().values()
    regions = await rows(connection, "regions", values | {"highest": _REGIONS, "lowest": _VILLAGES})
    codes = [row["code"] for row in regions if len(row["code"]) <= deepest]
    if deepest == WIDTH:
        codes += [code_of(row["grid_no"]) for row in await rows(connection, "grids", values)]
    return codes


def count_tree(numbers: Mapping[int, int], codes: Sequence[str]) -> Tree:
    """Count by code of these places and of all above them; `numbers` are incidents by grid number."""
    deepest = max(map(len, codes))
    lengths = [length for length in CODE_LENGTHS if length <= deepest]
    return [roll_up(numbers, sorted({code[:length] for code in codes if len(code) >= length})) for length in lengths]


def roll_up(numbers: Mapping[int, int], codes: Iterable[str]) -> dict[str, int]:
    """Count by code of these places of one level; what lies in none of them is left out."""
    counts = dict.fromkeys(codes, 0)
    length = len(next(iter(counts), ""))
    for number, n in numbers.items():
        code = code_of(number)[:length]
        if code in counts:
            counts[code] += n
    return counts
