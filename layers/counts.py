"""Incidents counted by grid, village, township or county, for a period and a kind.

Whoever may not open the cases (`exact=False`) sees no count below `protection.SMALLEST`, nor one that gives it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from layers.codes import LEVELS, WIDTH, code_of, region_range
from layers.db import ReadConnection
from layers.errors import Fault, Invalid, NotFound
from layers.protection import coarse, hidden
from layers.queries import load
from layers.scope import Scope

__all__ = ["By", "CountRow", "Counts", "incident_counts"]

By = Literal["grid", "village", "township", "county"]

_LENGTHS: Mapping[By, int] = {"county": 6, "township": 9, "village": 12, "grid": WIDTH}
_CODE_LENGTHS = (*LEVELS, WIDTH)
"""Lengths of the codes of all levels, the coarsest first; a grid is the level below a village."""


@dataclass(frozen=True)
class CountRow:
    """The incidents of one place; `n` is None where it is protected, which zero may be too."""

    code: str
    name: str | None
    n: int | None
    protected: bool


@dataclass(frozen=True)
class Counts:
    """Counts of all places of one level in a region, in order of code.

    `total` has what belongs to the region, `unlocated` what of it is known only to a coarser level than asked.
    With `protected` all counts are rounded down to fives, the total is None where the region's own count must be
    hidden, and `unlocated` is never told.
    """

    items: tuple[CountRow, ...]
    total: int | None
    unlocated: int | None
    protected: bool


@dataclass(frozen=True)
class _Question:
    """Where, when and what: the values every query takes."""

    first: int
    last: int
    since: date
    until: date
    kind: str | None
    scope: Scope

    def values(self) -> dict[str, object]:
        own = {"first": self.first, "last": self.last, "since": self.since, "until": self.until, "kind": self.kind}
        return own | self.scope.params()


async def incident_counts(
    connection: ReadConnection,
    scope: Scope,
    *,
    by: By,
    since: date,
    until: date,
    region: str,
    kind: str | None = None,
    exact: bool,
) -> Counts:
    """Incidents that occurred on days in [since, until) (Asia/Shanghai) in a region and the scope, by places of `by`.

    The connection's transaction has the scope set. Places without incidents are listed too. Cost: linear in the
    incidents of the region; without `exact` in those of the whole scope, since what must be hidden depends on them.

    Raises:
        Invalid: when the region is no code or below the level asked for, or the period is empty.
        NotFound: when the region is outside the scope.
    Limit: see `protection.hidden`.
    """
    question = _Question(*_range(scope, region), since, until, kind, scope)
    if faults := _faults(question, by, region):
        raise Invalid("The question has faults.", faults)
    if not exact:
        return await _protected(connection, question, by, region)
    numbers = await _by_number(connection, question)
    names = await _names(connection, question, by)
    counts = _roll_up(numbers, names)
    items = tuple(CountRow(code, name, counts[code], False) for code, name in names.items())
    total = sum(numbers.values())
    return Counts(items, total, total - sum(counts.values()), False)


def _range(scope: Scope, region: str) -> tuple[int, int]:
    first, last = region_range(region)
    if not scope.overlaps(first, last):
        raise NotFound(f"There is no region {region!r} here.")
    return first, last


def _faults(question: _Question, by: By, region: str) -> list[Fault]:
    faults = []
    if question.since >= question.until:
        faults.append(Fault("to", "must be after from; it is not part of the period"))
    if len(region) > _LENGTHS[by]:
        faults.append(Fault("by", f"{by} is above the region {region}"))
    return faults


async def _protected(connection: ReadConnection, question: _Question, by: By, region: str) -> Counts:
    """Counts of one region, hidden where the whole scope's tree asks for it: so that no choice of region tells more."""
    whole = replace(question, first=question.scope.lo, last=question.scope.hi)
    numbers = await _by_number(connection, whole)
    names = await _names(connection, whole, by)
    above = await _rows(connection, "regions", whole.values() | {"highest": 1, "lowest": 5})
    codes = [*names, region, *(row["code"] for row in above)]
    levels = _tree(numbers, [code for code in codes if len(code) <= _LENGTHS[by]])
    secret = hidden(levels, sum(numbers.values()))
    counts = levels[-1]
    items = tuple(_row(code, names[code], counts[code], code in secret) for code in names if code.startswith(region))
    total = sum(n for number, n in numbers.items() if question.first <= number <= question.last)
    return Counts(items, None if region in secret else coarse(total), None, True)


def _tree(numbers: Mapping[int, int], codes: Sequence[str]) -> list[dict[str, int]]:
    """Count by code of these places and of all above them, by level from the coarsest."""
    deepest = max(map(len, codes))
    lengths = [length for length in _CODE_LENGTHS if length <= deepest]
    return [_roll_up(numbers, sorted({code[:length] for code in codes if len(code) >= length})) for length in lengths]


def _row(code: str, name: str | None, count: int, secret: bool) -> CountRow:
    return CountRow(code, name, None if secret else coarse(count), secret)


async def _by_number(connection: ReadConnection, question: _Question) -> dict[int, int]:
    rows = await _rows(connection, "incidents", question.values())
    return {row["grid_no"]: row["n"] for row in rows}


async def _names(connection: ReadConnection, question: _Question, by: By) -> dict[str, str | None]:
    """Name by code of the places of one level, in order of code."""
    if by == "grid":
        rows = await _rows(connection, "grids", question.values())
        return {code_of(row["grid_no"]): row["name"] for row in rows}
    level = LEVELS[_LENGTHS[by]]
    rows = await _rows(connection, "regions", question.values() | {"highest": level, "lowest": level})
    return {row["code"]: row["name"] for row in rows}


def _roll_up(numbers: Mapping[int, int], codes: Iterable[str]) -> dict[str, int]:
    """Count by code of these places of one level; what lies in none of them is left out."""
    counts = dict.fromkeys(codes, 0)
    length = len(next(iter(counts), ""))
    for number, n in numbers.items():
        code = code_of(number)[:length]
        if code in counts:
            counts[code] += n
    return counts


async def _rows(connection: ReadConnection, query: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    cursor = await connection.execute(load("counts.sql")[query], values)
    return await cursor.fetchall()
