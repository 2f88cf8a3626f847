"""Incidents by grid, day and kind as one table: for those who may open the cases, and want to count for themselves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from layers.codes import code_of
from layers.counting import Question, incident_rows, place_range
from layers.db import ReadConnection
from layers.errors import Fault, Invalid
from layers.export.cells import defused
from layers.scope import Scope

__all__ = ["MOST_ROWS", "CubeRow", "cube_csv", "incident_cube"]

MOST_ROWS = 100_000
"""The longest table that is told in one answer."""
_GRID_WIDTH = 15
_HEADS = ("网格编号", "日期", "类型", "件数")
_BOM = "\ufeff"


@dataclass(frozen=True)
class CubeRow:
    """The incidents of one grid, day and kind; a code ending in 000 is a village, or a region, outside its grids."""

    grid_no: str
    day: date
    kind: str
    n: int


async def incident_cube(
    connection: ReadConnection,
    scope: Scope,
    *,
    since: date,
    until: date,
    place: str,
    kinds: Sequence[str] | None = None,
) -> tuple[CubeRow, ...]:
    """Incidents on days in [since, until) of a region or grid, in order of grid, day and kind; nothing that is zero.

    Raises:
        Invalid: when the place is no code, the period is empty, or the table is longer than `MOST_ROWS`.
        NotFound: when the place is outside the scope.
    """
    question = Question(*place_range(scope, place), since, until, None if kinds is None else tuple(kinds), scope)
    if faults := question.period_faults():
        raise Invalid("The question has faults.", faults)
    found = await incident_rows(connection, "cube", question, _GRID_WIDTH, by_day=True, limit=MOST_ROWS)
    if len(found) > MOST_ROWS:
        message = f"the table has more than {MOST_ROWS} rows; ask for a smaller region or a shorter period"
        raise Invalid("The question has faults.", [Fault("to", message)])
    return tuple(CubeRow(code_of(row["grid_no"]), row["day"], row["kind"], row["n"]) for row in found)


def cube_csv(table: Iterable[CubeRow]) -> bytes:
    """The table as a CSV file that spreadsheets open as UTF-8; a kind that looks like a formula is defused."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADS)
    writer.writerows((row.grid_no, row.day.isoformat(), defused(row.kind), row.n) for row in table)
    return (_BOM + text.getvalue()).encode()
