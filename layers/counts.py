"""Incidents counted by places of any level, for a period and some kinds, and per 1,000 people.

Whoever may not open the cases (`exact=False`) sees no count below `protection.SMALLEST`, nor one that gives it away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from layers.codes import LEVELS, WIDTH, code_of
from layers.counting import Question, count_tree, incident_rows, place_range, roll_up, rows, scope_tree
from layers.db import ReadConnection
from layers.errors import Fault, Invalid
from layers.protection import coarse, fixed_period, hidden, kind_faults
from layers.scope import Scope

__all__ = ["By", "CountRow", "Counts", "incident_counts"]

By = Literal["grid", "village", "township", "county", "prefecture", "province"]

_LENGTHS: Mapping[By, int] = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "village": 12, "grid": WIDTH}


@dataclass(frozen=True)
class CountRow:
    """The incidents of one place; `n` is None where it is protected, which zero may be too.

    `persons` are the people registered there now, `per_1000` the shown count for 1,000 of them: None where the count is
    protected or nobody is registered.
    """

    code: str
    name: str | None
    n: int | None
    protected: bool
    persons: int
    per_1000: float | None


@dataclass(frozen=True)
class Counts:
    """Counts of all places of one level in a region, in order of code.

    `total` has what belongs to the region, `unlocated` what of it is known only to a coarser level than asked.
    With `protected` all counts are rounded down to fives, the total is None where the region's own count must be
    hidden, and `unlocated` is never told. `persons` and `per_1000` are those of the region. Counted were the days in
    [begins_on, ends_on): with `protected` the month, quarter or year that `protection.fixed_period` gives.
    """

    items: tuple[CountRow, ...]
    total: int | None
    unlocated: int | None
    protected: bool
    persons: int
    per_1000: float | None
    begins_on: date
    ends_on: date


async def incident_counts(
    connection: ReadConnection,
    scope: Scope,
    *,
    by: By,
    since: date,
    until: date,
    region: str,
    kinds: Sequence[str] | None = None,
    exact: bool,
) -> Counts:
    """Incidents that occurred on days in [since, until) (Asia/Shanghai) in a region and the scope, by places of `by`.

    The connection's transaction has the scope set. Places without incidents are listed too. Cost: linear in the
    grids of the region (in its counties where no smaller place is asked for), the months and the days at both ends of
    the period; without `exact` in the grids of the whole scope, since what must be hidden depends on them.

    Raises:
        Invalid: when the region is no code or below the level asked for, or the period is empty.
        NotFound: when the region is outside the scope.
    Limit: see `protection.hidden`. A rate is made of the count as it is shown, so that it tells no more than that.
    """
    question = Question(*place_range(scope, region), since, until, _as_tuple(kinds), scope)
    if faults := [*_faults(question, by, region), *([] if exact else kind_faults(kinds))]:
        raise Invalid("The question has faults.", faults)
    if not exact:
        since, until = fixed_period(since, until)
        question = replace(question, since=since, until=until)
    persons = {row["grid_no"]: row["n"] for row in await rows(connection, "persons", question.values())}
    names = await _names(connection, question, by)
    if not exact:
        return await _protected(connection, question, by, region, names, persons)
    numbers = await _by_number(connection, question, by)
    counts = roll_up(numbers, names)
    people = roll_up(persons, names)
    items = tuple(_row(code, name, counts[code], people[code], False) for code, name in names.items())
    total, everybody = sum(numbers.values()), sum(persons.values())
    unlocated = total - sum(counts.values())
    return Counts(items, total, unlocated, False, everybody, _rate(total, everybody), since, until)


def _as_tuple(kinds: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if kinds is None else tuple(kinds)


def _faults(question: Question, by: By, region: str) -> list[Fault]:
    faults = question.period_faults()
    if len(region) > _LENGTHS[by]:
        faults.append(Fault("by", f"{by} is above the region {region}"))
    return faults


async def _protected(
    connection: ReadConnection,
    question: Question,
    by: By,
    region: str,
    names: Mapping[str, str | None],
    persons: Mapping[int, int],
) -> Counts:
    """Counts of one region, hidden where the whole scope's tree asks for it: so that no choice of region tells more."""
    numbers = await _by_number(connection, question.of_whole_scope(), by)
    codes = await scope_tree(connection, question, _LENGTHS[by])
    levels = count_tree(numbers, [*codes, region])
    secret = hidden(levels, sum(numbers.values()))
    counts, people = levels[-1], roll_up(persons, names)
    items = tuple(
        _row(code, name, None if code in secret else coarse(counts[code]), people[code], code in secret)
        for code, name in names.items()
    )
    inside = sum(n for number, n in numbers.items() if question.first <= number <= question.last)
    total = None if region in secret else coarse(inside)
    everybody = sum(persons.values())
    period = (question.since, question.until)
    return Counts(items, total, None, True, everybody, _rate(total, everybody), *period)


def _row(code: str, name: str | None, shown: int | None, persons: int, secret: bool) -> CountRow:
    return CountRow(code, name, shown, secret, persons, _rate(shown, persons))


def _rate(shown: int | None, persons: int) -> float | None:
    return None if shown is None or persons == 0 else round(1000 * shown / persons, 2)


async def _by_number(connection: ReadConnection, question: Question, by: By) -> dict[int, int]:
    found = await incident_rows(connection, "incidents", question, _LENGTHS[by])
    return {row["grid_no"]: row["n"] for row in found}


async def _names(connection: ReadConnection, question: Question, by: By) -> dict[str, str | None]:
    """Name by code of the places of one level, in order of code."""
    if by == "grid":
        grids = await rows(connection, "grids", question.values())
        return {code_of(row["grid_no"]): row["name"] for row in grids}
    level = LEVELS[_LENGTHS[by]]
    regions = await rows(connection, "regions", question.values() | {"highest": level, "lowest": level})
    return {row["code"]: row["name"] for row in regions}
