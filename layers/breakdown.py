"""The incidents of one place broken down: by day, week or month, and by kind.

Whoever may not open the cases (`exact=False`) gets months only, whole ones, and no figure that is hidden in the counts
by place of the same month or kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from layers.counting import Question, count_tree, incident_rows, place_range, scope_tree
from layers.db import ReadConnection
from layers.errors import Invalid
from layers.kinds import kinds as kinds_of
from layers.protection import coarse, fixed_period, hidden, kind_faults
from layers.scope import Scope

__all__ = ["Days", "DaysRow", "KindCount", "Step", "incident_days", "incident_kinds", "step_for"]

Step = Literal["day", "week", "month"]

_COUNTY_WIDTH = 6
MOST_DAYS, MOST_WEEK_DAYS = 100, 800
"""The longest periods, in days, that are told by day and by week."""


@dataclass(frozen=True)
class DaysRow:
    """The incidents on days in [begins_on, ends_on); `n` is None where it is protected, which zero may be too."""

    begins_on: date
    ends_on: date
    n: int | None


@dataclass(frozen=True)
class Days:
    """A period without gaps, in steps: weeks begin on Mondays; the first and last step are cut to the period.

    `last_on` is the last day before the period's end on which anything at all is registered in the scope, of two years:
    what comes after it was not quiet but is not known. None where there is none, and when `protected`.
    """

    step: Step
    items: tuple[DaysRow, ...]
    protected: bool
    last_on: date | None


@dataclass(frozen=True)
class KindCount:
    """The incidents of one kind; `n` is None where it is protected, which zero may be too."""

    kind: str
    n: int | None


def step_for(days: int) -> Step:
    """The step in which a period of so many days is told: at most some 110 steps up to nine years."""
    if days <= MOST_DAYS:
        return "day"
    return "week" if days <= MOST_WEEK_DAYS else "month"


async def incident_days(
    connection: ReadConnection,
    scope: Scope,
    *,
    since: date,
    until: date,
    place: str,
    kinds: Sequence[str] | None = None,
    exact: bool,
) -> Days:
    """Incidents on days in [since, until) (Asia/Shanghai) of a region or grid (15 digits), step by step, zeros too.

    Without `exact` steps are months; one that the period cuts, or whose count must be hidden, has no number: else the
    differences between periods of single days would tell single incidents. Cost: as `counts.incident_counts`.

    Raises:
        Invalid: when the place is no code, or the period is empty.
        NotFound: when the place is outside the scope.
    """
    question = _question(scope, place, since, until, kinds)
    if not exact and (faults := kind_faults(kinds)):
        raise Invalid("The question has faults.", faults)
    step: Step = step_for((until - since).days) if exact else "month"
    asked = question if exact else question.of_whole_scope()
    found = await incident_rows(
        connection, "steps", asked, len(place), by_day=step != "month", step=step, apart=not exact
    )
    starts = _starts(step, since, until)
    if exact:
        shown: Mapping[Any, int | None] = {row["part"]: row["n"] for row in found}
        numbers = [shown.get(start, 0) for start in starts]
    else:
        whole = [start for start in starts if start >= since and _next(step, start) <= until]
        shown = await _protected(connection, question, place, found, whole)
        numbers = [shown.get(start) for start in starts]
    ends = [*starts[1:], until]
    items = tuple(DaysRow(max(at, since), end, n) for at, end, n in zip(starts, ends, numbers, strict=True))
    return Days(step, items, not exact, await _last_day(connection, question) if exact else None)


async def incident_kinds(
    connection: ReadConnection, scope: Scope, *, since: date, until: date, place: str, exact: bool
) -> tuple[tuple[KindCount, ...], bool]:
    """Incidents on days in [since, until) of a region or grid by kind, in a form's order; and whether protected.

    Without `exact` a kind has the number that `counts.incident_counts` shows for the place and that kind alone, and the
    period is the month, quarter or year that `protection.fixed_period` gives.

    Raises: as `incident_days`.
    """
    question = _question(scope, place, since, until, None)
    if not exact:
        since, until = fixed_period(since, until)
        question = replace(question, since=since, until=until)
    codes = [kind.code for kind in await kinds_of(connection, "incident")]
    asked = question if exact else question.of_whole_scope()
    found = await incident_rows(connection, "parts_by_kind", asked, len(place), apart=not exact)
    if exact:
        exactly = {row["part"]: row["n"] for row in found}
        return tuple(KindCount(kind, exactly.get(kind, 0)) for kind in codes), False
    shown = await _protected(connection, question, place, found, codes)
    return tuple(KindCount(kind, shown[kind]) for kind in codes), True


def _question(scope: Scope, place: str, since: date, until: date, kinds: Sequence[str] | None) -> Question:
    question = Question(*place_range(scope, place), since, until, None if kinds is None else tuple(kinds), scope)
    if faults := question.period_faults():
        raise Invalid("The question has faults.", faults)
    return question


async def _last_day(connection: ReadConnection, question: Question) -> date | None:
    found = await incident_rows(connection, "last_day", question.of_whole_scope(), _COUNTY_WIDTH)
    return found[0]["day"] if found else None


async def _protected(
    connection: ReadConnection, question: Question, place: str, found: Sequence[Mapping[str, Any]], parts: Sequence[Any]
) -> dict[Any, int | None]:
    """The place's number by part; each part is hidden where the whole scope's tree of that part asks for it."""
    codes = [*await scope_tree(connection, question, len(place)), place]
    by_part: dict[Any, dict[int, int]] = defaultdict(dict)
    for row in found:
        by_part[row["part"]][row["grid_no"]] = row["n"]
    return {part: _shown(by_part[part], codes, place, question) for part in parts}


def _shown(numbers: Mapping[int, int], codes: Sequence[str], place: str, question: Question) -> int | None:
    if place in hidden(count_tree(numbers, codes), sum(numbers.values())):
        return None
    return coarse(sum(n for number, n in numbers.items() if question.first <= number <= question.last))


def _starts(step: Step, since: date, until: date) -> list[date]:
    """The first days of the steps that reach into [since, until); that of the first may lie before it."""
    starts = [_floor(step, since)]
    while (following := _next(step, starts[-1])) < until:
        starts.append(following)
    return starts


def _floor(step: Step, day: date) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _next(step: Step, start: date) -> date:
    if step == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if step == "week" else 1)
