"""What every count of incidents shares: the question, the numbers by grid, and the tree of places they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from psycopg import sql

from layers.codes import LEVELS, WIDTH, code_of, region_range
from layers.db import ReadConnection
from layers.errors import Fault, NotFound
from layers.queries import load
from layers.scope import Scope

__all__ = [
    "CODE_LENGTHS",
    "Question",
    "Tree",
    "count_tree",
    "incident_query",
    "incident_rows",
    "place_range",
    "roll_up",
    "rows",
    "scope_tree",
]

CODE_LENGTHS = (*LEVELS, WIDTH)
"""Lengths of the codes of all levels, the coarsest first; a grid is the level below a village."""

Tree = list[dict[str, int]]
"""Count by code, by level from the coarsest."""

_REGIONS, _VILLAGES = 1, 5
_COUNTY_WIDTH = 6
_COUNTY_NUMBERS = 10 ** (WIDTH - _COUNTY_WIDTH)


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

    def tables(self, deepest: int) -> dict[str, sql.Identifier]:
        """The roll-ups that tell places whose code is at most `deepest` digits long: by county where they will do.

        A scope that ends inside a county sees only its part of it, which the county's own count is not.
        """
        bounds = (self.first, self.last + 1, self.scope.lo, self.scope.hi + 1)
        whole = self.scope.grids is None and all(bound % _COUNTY_NUMBERS == 0 for bound in bounds)
        level = "county" if whole and deepest <= _COUNTY_WIDTH else "incident"
        return {"day": sql.Identifier(f"{level}_day"), "month": sql.Identifier(f"{level}_month")}

    def spans(self, *, by_day: bool = False) -> dict[str, list[date]]:
        """The months that lie in the period whole, and its other days; with `by_day` all its days."""
        days = [self.since + timedelta(days=number) for number in range((self.until - self.since).days)]
        firsts = [] if by_day else [day for day in days if day.day == 1 and _following(day) <= self.until]
        if not firsts:
            return {"months": [], "days": days}
        edges = [day for day in days if day < firsts[0] or day >= _following(firsts[-1])]
        return {"months": firsts, "days": edges}

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
    """The rows of a named query of `counts.sql` about places or people."""
    # Never prepared: planned for any region and period the same query takes the wrong index for most.
    cursor = await connection.execute(load("counts.sql")[query], values, prepare=False)
    return await cursor.fetchall()


async def incident_rows(
    connection: ReadConnection, query: str, question: Question, deepest: int, *, by_day: bool = False, **more: object
) -> list[dict[str, Any]]:
    """The rows of a named query over the roll-ups of incidents, exact for places of codes up to `deepest` digits."""
    text, values = incident_query(query, question, deepest, by_day=by_day)
    # A month of one kind is one stretch of the key wherever and whenever it is: planning it is a fifth of its time.
    prepare = None if _is_month(query, question, question.spans(by_day=by_day)) else False
    cursor = await connection.execute(text, values | more, prepare=prepare)
    found = await cursor.fetchall()
    return _added(found[0]) if found and "parts" in found[0] else found


def _added(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `incidents` from those of `incidents_of_month`."""
    numbers: dict[int, int] = defaultdict(int)
    for number, part in zip(row["numbers"], row["parts"], strict=True):
        numbers[number] += part
    return [{"grid_no": number, "n": n} for number, n in numbers.items() if n != 0]


def incident_query(
    query: str, question: Question, deepest: int, *, by_day: bool = False
) -> tuple[sql.Composed, dict[str, object]]:
    """The statement behind `incident_rows` and its values; a month of one kind has a quicker one of its own.

    That one answers with one row: `numbers` and beside them `parts`, counts that are still to be added up.
    """
    spans = question.spans(by_day=by_day)
    if _is_month(query, question, spans):
        query = "incidents_of_month"
    text = sql.SQL(load("counts.sql")[query]).format(**question.tables(deepest))
    return text, question.values() | spans


def _is_month(query: str, question: Question, spans: Mapping[str, Sequence[object]]) -> bool:
    """Whether incidents of one kind in one month are asked for."""
    return query == "incidents" and len(spans["months"]) == len(question.kinds or ()) == 1 and not spans["days"]


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


def _following(month: date) -> date:
    """The first day of the month after this one."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)
