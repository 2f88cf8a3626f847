"""The gazetteer of geocoding, answered by PostGIS inside the session's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from layers.codes import region_range
from layers.db import raw
from layers.geocode.gazetteer import Area, Dwelling, Key, KnownRegion
from layers.geocode.parts import Parts
from layers.queries import load
from layers.scope import Scope

__all__ = ["StoredGazetteer"]

_PARTS = ("street", "estate", "hamlet", "group_no", "number", "building_no", "unit", "floor", "room")


class StoredGazetteer:
    """`layers.geocode.gazetteer.Gazetteer` over one session; what lies outside its scope is not found."""

    def __init__(self, session: Session) -> None:
        self._connection = raw(session)

    def regions_in(self, text: str, within: str | None) -> Sequence[KnownRegion]:
        """Regions whose name or alias may occur in the text. Cost: linear in the regions of `within`."""
        everything = Scope.everything()
        lo, hi = region_range(within) if within else (everything.lo, everything.hi)
        rows = self._rows("regions_in", {"text": text, "lo": lo, "hi": hi})
        return [KnownRegion(row["code"], row["level"], row["name"], tuple(row["aliases"])) for row in rows]

    def dwellings(self, key: Key, parts: Parts, lo: int, hi: int) -> Sequence[Dwelling]:
        """Houses at the name and number that `key` says; at most 200."""
        return [_dwelling(row) for row in self._rows(f"by_{key}", asdict(parts) | {"lo": lo, "hi": hi})]

    def along(self, key: Key, name: str, lo: int, hi: int) -> Area | None:
        """Around all houses of that street, estate or hamlet."""
        return _area(self._rows(f"along_{key}", {"name": name, "lo": lo, "hi": hi}))

    def area(self, code: str) -> Area | None:
        """A region's area, with a point inside it."""
        return _area(self._rows("area", {"code": code}))

    def _rows(self, query: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(load("geocode.sql")[query], values).fetchall()


def _area(rows: Sequence[Mapping[str, Any]]) -> Area | None:
    return Area((rows[0]["lon"], rows[0]["lat"]), rows[0]["radius_m"]) if rows else None


def _dwelling(row: Mapping[str, Any]) -> Dwelling:
    return Dwelling(
        house_id=str(row["id"]),
        address=row["address"],
        parts=Parts(**{name: row[name] for name in _PARTS}),
        grid_no=row["grid_no"],
        point=None if row["lon"] is None else (row["lon"], row["lat"]),
        level=row["level"],
        radius_m=row["radius_m"],
        building_id=row["building_id"],
    )
