"""The temporal functions of CQL2 on periods with a first and a last moment; a day is one in Asia/Shanghai.

Source: OGC 21-065r2, section 7.11 (the relations are Allen's).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from psycopg import sql

__all__ = ["OPERATORS", "SHANGHAI", "Period", "predicate"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
_RELATIONS: Mapping[str, sql.SQL] = {
    "t_after": sql.SQL("({a} > {d})"),
    "t_before": sql.SQL("({b} < {c})"),
    "t_contains": sql.SQL("({a} < {c} and {b} > {d})"),
    "t_disjoint": sql.SQL("({b} < {c} or {a} > {d})"),
    "t_during": sql.SQL("({a} > {c} and {b} < {d})"),
    "t_equals": sql.SQL("({a} = {c} and {b} = {d})"),
    "t_finishedBy": sql.SQL("({a} < {c} and {b} = {d})"),
    "t_finishes": sql.SQL("({a} > {c} and {b} = {d})"),
    "t_intersects": sql.SQL("({a} <= {d} and {b} >= {c})"),
    "t_meets": sql.SQL("({b} = {c})"),
    "t_metBy": sql.SQL("({a} = {d})"),
    "t_overlappedBy": sql.SQL("({a} > {c} and {a} < {d} and {b} > {d})"),
    "t_overlaps": sql.SQL("({a} < {c} and {b} > {c} and {b} < {d})"),
    "t_startedBy": sql.SQL("({a} = {c} and {b} > {d})"),
    "t_starts": sql.SQL("({a} = {c} and {b} < {d})"),
}
OPERATORS = frozenset(_RELATIONS)


@dataclass(frozen=True)
class Period:
    """From its first moment to its last, both part of it."""

    first: sql.Composable
    last: sql.Composable

    @classmethod
    def at(cls, moment: sql.Composable) -> Period:
        """One moment."""
        return cls(moment, moment)

    @classmethod
    def of_day(cls, day: sql.Composable) -> Period:
        """A whole day in Asia/Shanghai, to its last microsecond."""
        first = sql.SQL("({}::timestamp at time zone 'Asia/Shanghai')").format(day)
        return cls(first, sql.SQL("({} + interval '1 day' - interval '1 microsecond')").format(first))


def predicate(op: str, one: Period, other: Period) -> sql.Composable:
    """Whether two periods stand so to each other."""
    return _RELATIONS[op].format(a=one.first, b=one.last, c=other.first, d=other.last)
