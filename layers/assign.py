"""Which grid holds what: one set-based assignment that serves insert, import and publish."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from psycopg import Connection, sql
from sqlalchemy.orm import Session

from layers.db import raw
from layers.queries import load
from layers.scope import Scope

__all__ = ["FOLLOWED", "PLACED", "TRAILING", "assign", "follow", "place_of"]

PLACED = ("building", "house", "facility", "organisation", "place", "incident")
"""Tables placed by their own point; a house in a building goes with its building instead."""
FOLLOWED = ("house", "household", "person", "enrolment", "visit", "review", "address_alias")
"""Tables whose place follows another row's, in this order."""
TRAILING = ("occupancy", "residence", "duplicate")
"""Tables that go along with the registers and are not reported: who lived where, and what may be there twice."""
_FOLLOW = dict(
    zip(
        (*FOLLOWED, *TRAILING),
        (
            "house_follows_building",
            "household_follows_house",
            "person_follows_household",
            "enrolment_follows_person",
            "visit_follows_house",
            "review_follows_row",
            "address_alias_follows",
            "occupancy_follows_house",
            "residence_follows_household",
            "duplicate_follows_kept",
        ),
        strict=True,
    )
)


def assign(
    session: Session, villages: Sequence[str] | None = None, *, import_id: uuid.UUID | None = None
) -> dict[str, int]:
    """Give every placed row the number of the grid that holds it; returns how many rows changed, by table.

    With `villages` (12-digit codes) only what lies in them or is numbered in them, with `import_id` only the rows of
    that import. A row known only to its village or worse is never put in a grid. Rows that are in their place already
    are not touched. Runs in the caller's transaction.
    """
    connection = raw(session)
    if import_id is not None:
        # In the transaction of an import nobody has looked at the new rows yet: plans for empty tables took minutes.
        connection.execute(load("imports.sql")["analyze"])
    values: dict[str, object] = {"villages": None if villages is None else list(villages), "import_id": import_id}
    values |= _ranges(connection, villages)
    moved = dict.fromkeys(("building", "facility", "organisation", "place", "incident", *FOLLOWED), 0)
    for table in PLACED:
        moved[table] += _assign_by_point(connection, table, values)
    for table in FOLLOWED:
        moved[table] += connection.execute(load("assign.sql")[_FOLLOW[table]], values).rowcount
    for table in TRAILING:
        connection.execute(load("assign.sql")[_FOLLOW[table]], values)
    return moved


def follow(session: Session, numbers: Sequence[int]) -> None:
    """Bring all that hangs on the rows under these grid numbers to the place of those rows."""
    values = {"los": list(numbers), "his": list(numbers)}
    for table in (*FOLLOWED, *TRAILING):
        raw(session).execute(load("assign.sql")[_FOLLOW[table]], values)


def place_of(session: Session, lon: float, lat: float) -> int | None:
    """The grid number of one point (lon/lat, EPSG:4326), by the same rule; None outside every region."""
    query = "select place_of(st_setsrid(st_makepoint(%s, %s), 4326))"
    row = raw(session).execute(query, [lon, lat]).fetchone()
    return int(str(row[0])) if row and row[0] is not None else None


def _ranges(connection: Connection[tuple[object, ...]], villages: Sequence[str] | None) -> dict[str, object]:
    if villages is None:
        everything = Scope.everything()
        return {"los": [everything.lo], "his": [everything.hi]}
    near = connection.execute(load("assign.sql")["near"], {"villages": list(villages)}).fetchall()
    return {"los": [lo for lo, _ in near], "his": [hi for _, hi in near]}


def _assign_by_point(connection: Connection[tuple[object, ...]], table: str, values: dict[str, object]) -> int:
    own = sql.SQL("t.building_id is null") if table == "house" else sql.SQL("true")
    names = {"table": sql.Identifier(table), "filter": own}
    queries = load("assign.sql")
    connection.execute(queries["make_inside"])
    connection.execute(queries["inside"], values)
    connection.execute("analyze inside")
    connection.execute(queries["make_candidate"])
    connection.execute(sql.SQL(queries["candidates"]).format(**names), values)
    connection.execute(queries["index_candidates"])
    connection.execute("analyze candidate")
    moved = connection.execute(sql.SQL(queries["by_point"]).format(**names), values).rowcount
    connection.execute(queries["forget_candidates"])
    return moved + connection.execute(sql.SQL(queries["lost"]).format(**names), values).rowcount
