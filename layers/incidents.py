"""One incident as a card: what, when, where, how exactly that is known, and where the report came from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from layers.audit import record
from layers.codes import LEVELS, code_of
from layers.db import raw, scope_of
from layers.errors import NotFound
from layers.lists import RegionName
from layers.queries import load

__all__ = ["IncidentCard", "SourceImport", "read_incident"]


@dataclass(frozen=True)
class SourceImport:
    """The file that an incident came with."""

    id: uuid.UUID
    source_name: str
    at: datetime


@dataclass(frozen=True)
class IncidentCard:
    """One incident; `path` are its regions, the province first, as far as they are known.

    `grid_no` is the grid it lies in now (15 digits, ending in 000: none), `handled_grid_no` the one that handled it.
    `point` is lon, lat (EPSG:4326), None below street level: the middle of a village is not where it happened.
    """

    id: uuid.UUID
    rev: int
    ref: str | None
    kind: str
    kind_name_zh: str
    kind_name_en: str
    text: str
    occurred_at: datetime
    path: tuple[RegionName, ...]
    grid_no: str
    grid_name: str | None
    handled_grid_no: str
    handled_grid_name: str | None
    level: str
    radius_m: float | None
    point: tuple[float, float] | None
    source: str
    source_import: SourceImport | None
    reported_at: datetime


def read_incident(session: Session, incident_id: uuid.UUID) -> IncidentCard:
    """The card of an incident inside the session's scope; its text may name people, so that it is audited.

    Raises:
        NotFound: when there is none, or it lies outside the scope.
    """
    with raw(session).cursor(row_factory=dict_row) as cursor:
        query = load("incidents.sql")
        row = cursor.execute(query["card"], {"id": incident_id} | scope_of(session).params()).fetchone()
        if row is None:
            raise NotFound(f"There is no incident {incident_id} here.")
        place = code_of(row["grid_no"])
        path = cursor.execute(query["path"], {"codes": [place[:length] for length in LEVELS]}).fetchall()
    record(session, "read", "incident", str(incident_id), grid_no=row["grid_no"])
    return _card(row, tuple(RegionName(**region) for region in path))


def _card(row: dict[str, Any], path: tuple[RegionName, ...]) -> IncidentCard:
    lon, lat = row.pop("lon"), row.pop("lat")
    import_id, name, at = (row.pop(key) for key in ("import_id", "source_name", "imported_at"))
    row |= {"grid_no": code_of(row["grid_no"]), "handled_grid_no": code_of(row["handled_grid_no"])}
    return IncidentCard(
        path=path,
        point=None if lon is None else (lon, lat),
        source_import=None if import_id is None else SourceImport(import_id, name, at),
        **row,
    )
