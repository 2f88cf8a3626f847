"""Where one row of a register stands, read, changed and put back; what hangs on it follows at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from layers.db import actor, raw
from layers.errors import NotFound
from layers.queries import load

__all__ = ["Placement", "move", "read_placement"]

_FOLLOWING = {
    "building": ("houses", "households", "persons", "enrolments", "visits", "residences", "occupancies", "aliases"),
    "house": ("households", "persons", "enrolments", "visits", "residences", "occupancies", "aliases"),
}
"""What goes with a row of a register, by query, whoever others hang on first."""


@dataclass(frozen=True)
class Placement:
    """Where a row stands and how that is known; `point` is lon, lat (EPSG:4326), `building_id` a house's alone."""

    grid_no: int
    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    confidence: float | None
    source: str
    source_crs: str | None
    building_id: uuid.UUID | None = None

    def stored(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self) | {"building_id": None if self.building_id is None else str(self.building_id)}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Placement:
        """What `stored` gave."""
        point, building_id = stored["point"], stored["building_id"]
        own = {"point": point and (point[0], point[1]), "building_id": building_id and uuid.UUID(building_id)}
        return cls(**{**stored, **own})


def read_placement(session: Session, register: str, row_id: uuid.UUID) -> tuple[Placement, int]:
    """Where a row stands and its `rev`; it is kept from changing until the transaction ends.

    Raises:
        NotFound: when there is no such row in the session's scope.
    """
    building = sql.SQL("building_id" if register == "house" else "null::uuid")
    statement = sql.SQL(load("placements.sql")["read"]).format(table=sql.Identifier(register), building=building)
    with raw(session).cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(statement, {"id": row_id}).fetchone()
    if row is None:
        raise NotFound(f"There is no row {row_id} in the register {register} here.")
    lon, lat, rev = row.pop("lon"), row.pop("lat"), row.pop("rev")
    return Placement(point=None if lon is None else (lon, lat), **row), rev


def move(session: Session, register: str, row_id: uuid.UUID, to: Placement) -> int:
    """The new `rev` of a row that now stands there; households, persons and whatever else hangs on it follow.

    Limit: the caller has the villages locked, and both places lie in the session's scope.
    """
    lon, lat = to.point or (None, None)
    values = asdict(to) | {"id": row_id, "lon": lon, "lat": lat, "by": actor(session)}
    own = sql.SQL("building_id = %(building_id)s::uuid," if register == "house" else "")
    queries, connection = load("placements.sql"), raw(session)
    statement = sql.SQL(queries["move"]).format(table=sql.Identifier(register), own=own)
    moved = connection.execute(statement, values).fetchone()
    for query in (*_FOLLOWING.get(register, ()), "reviews"):
        connection.execute(queries[query], {"id": row_id, "grid_no": to.grid_no})
    return int(str(moved[0])) if moved else 0
