"""What is in no grid follows the boundaries: the one rule, for rows that `assign` does not look at."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql
from sqlalchemy.orm import Session

from layers.assign import FOLLOWED, PLACED, TRAILING
from layers.codes import LEVELS, region_range
from layers.db import raw
from layers.queries import load

__all__ = ["rehome_strays"]

_FOLLOW = {
    "house": "house_follows_building",
    "household": "household_follows_house",
    "person": "person_follows_household",
    "enrolment": "enrolment_follows_person",
    "visit": "visit_follows_house",
    "review": "review_follows_row",
    "address_alias": "address_alias_follows",
    "occupancy": "occupancy_follows_house",
    "residence": "residence_follows_household",
    "duplicate": "duplicate_follows_kept",
}


def rehome_strays(session: Session, codes: Sequence[str]) -> int:
    """How many rows were moved that carry the number of one of these regions, or of one above, against their points.

    Such are the houses of a township whose villages had no shape yet, and what a corrected boundary leaves outside.
    What lies in a published grid stays in it. Cost: one look-up for each row numbered so.
    """
    above = {code[:length] for code in codes for length in LEVELS if length <= len(code)}
    numbers = sorted(region_range(code)[0] for code in above)
    connection = raw(session)
    moved = 0
    for table in PLACED:
        own = sql.SQL("t.building_id is null") if table == "house" else sql.SQL("true")
        query = sql.SQL(load("boundaries.sql")["strays"]).format(table=sql.Identifier(table), filter=own)
        moved += connection.execute(query, {"numbers": numbers}).rowcount
    for table in FOLLOWED:
        values = {"los": numbers, "his": numbers}
        moved += connection.execute(load("assign.sql")[_FOLLOW[table]], values).rowcount
    for table in TRAILING:
        connection.execute(load("assign.sql")[_FOLLOW[table]], values)
    return moved
