"""The turn from villages that end to those in their place: regions, what stands in them, and who is bound to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from psycopg import sql
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from layers.changes.checks import known
from layers.changes.reading import Change
from layers.changes.recode import HOLDERS, NUMBERED
from layers.codes import grid_no, region_range
from layers.db import raw
from layers.errors import Fault
from layers.imports import Import, ewkb
from layers.queries import load
from layers.shapes import area_m2, as_multipolygon

__all__ = ["Part", "Turn", "division", "finish", "merger", "remember", "to_village", "turn_regions"]

# A crack of a centimetre between two villages is one border drawn twice.
_CRACK_DEGREES = 1e-7


@dataclass(frozen=True)
class Part:
    """A village as it will be: `name` is None where it keeps the one it has, `geom` lon/lat or None."""

    code: str
    name: str | None
    geom: MultiPolygon | None


@dataclass(frozen=True)
class Turn:
    """Villages that end or change (`old`) and those in their place (`new`), both with the one that goes on first."""

    kind: str
    old: tuple[str, ...]
    new: tuple[Part, ...]
    planned: bool

    @property
    def ending(self) -> tuple[str, ...]:
        """The codes that are in force no longer."""
        return tuple(code for code in self.old if code not in {part.code for part in self.new})


def merger(session: Session, code: str, rows: Sequence[Change]) -> Turn:
    """The villages of these lines, which become the one of this code."""
    there = known(session, [*(row.old_code for row in rows), code])
    old = (*([code] if code in there else []), *sorted({row.old_code for row in rows} - {code}))
    shapes = [geom for member in old if (geom := there[member].geom) is not None]
    name = next((row.new_name for row in rows if row.new_name), None)
    part = Part(code, name, _union(shapes) if shapes else None)
    return Turn("merged", old, (part,), any(there[member].planned for member in old))


def division(session: Session, code: str, rows: Sequence[Change], shapes: Mapping[str, BaseGeometry]) -> Turn:
    """The village of this code and those it is divided into; where it does not go on, the largest comes first."""
    there = known(session, [code])
    parts = [Part(row.new_code, row.new_name, as_multipolygon(shapes[row.new_code])) for row in rows]
    parts.sort(key=lambda part: (part.code != code, -area_m2(shapes[part.code]), part.code))
    return Turn("split", (code,), tuple(parts), there[code].planned)


def remember(session: Session, turn: Turn) -> None:
    """Keep what stood in the grids of the old villages, their shapes, and who was responsible, until `finish`."""
    values = _ranges(turn.old)
    for query in ("make_before", "make_before_grids", "make_before_duties"):
        raw(session).execute(load("changes.sql")[query], values)


def turn_regions(log: Import, turn: Turn, at: datetime) -> None:
    """End the old villages and begin the new ones, with lineage, other names, and whoever is bound to them."""
    connection, queries, first = raw(log.session), load("changes.sql"), turn.new[0].code
    common = {"at": at, "import_id": log.id}
    for code in dict.fromkeys([*turn.old, *(part.code for part in turn.new)]):
        connection.execute(queries["end_region"], {**common, "code": code})
    for part in turn.new:
        shape = None if part.geom is None else ewkb(part.geom)
        area = None if part.geom is None else area_m2(part.geom)
        old = part.code if part.code in turn.old else turn.old[0]
        values = {**common, "code": part.code, "name": part.name, "old": old, "geom": shape, "area_m2": area}
        log.count("region", connection.execute(queries["begin_village"], values).rowcount)
    for old in turn.old:
        for part in turn.new:
            values = {**common, "old": old, "new": part.code, "kind": turn.kind}
            connection.execute(queries["region_lineage"], values)
            if old != part.code and turn.kind == "merged":
                connection.execute(queries["pass_aliases"], values)
                connection.execute(queries["old_name"], values)
    for part in turn.new:
        connection.execute(queries["make_stale"], {"code": part.code})
    for code in turn.ending:
        lo, hi = region_range(code)
        connection.execute(queries["end_grids"], {**common, "lo": lo, "hi": hi})
        connection.execute(queries["retire_plans"], {"code": code})
        _bind_holders(log, code, first)


def _bind_holders(log: Import, code: str, first: str) -> None:
    for table in HOLDERS:
        move = sql.SQL(load("changes.sql")["holders_to_village"]).format(table=sql.Identifier(table))
        bound = raw(log.session).execute(move, {"old": code, "new": first}).rowcount
        if bound and table == "account":
            message = f"warning: {bound} accounts of {code} are bound to {first} now; look whether that is right"
            log.fault(Fault(code, message))


def to_village(session: Session, turn: Turn) -> dict[str, int]:
    """Put what is numbered in villages that end into the first new one, in no grid; how many rows, by table."""
    moved = dict.fromkeys(NUMBERED, 0)
    number_ = grid_no(turn.new[0].code, 0)
    for code in turn.ending:
        lo, hi = region_range(code)
        for table in NUMBERED:
            move = sql.SQL(load("changes.sql")["to_village"]).format(table=sql.Identifier(table))
            moved[table] += raw(session).execute(move, {"number": number_, "lo": lo, "hi": hi}).rowcount
    return moved


def finish(session: Session, turn: Turn, moved: dict[str, int]) -> dict[str, int]:
    """The rows moved, after duties of ended grids ended and went on in the grids that follow them."""
    connection, queries = raw(session), load("changes.sql")
    connection.execute(queries["end_duties"])
    connection.execute(queries["pass_duties"], _ranges([part.code for part in turn.new]))
    connection.execute(queries["forget_before"])
    session.expire_all()
    return moved


def _ranges(codes: Sequence[str]) -> dict[str, Any]:
    ranges = [region_range(code) for code in codes]
    return {"los": [lo for lo, _ in ranges], "his": [hi for _, hi in ranges]}


def _union(shapes: Sequence[BaseGeometry]) -> MultiPolygon:
    """The land of all shapes (lon/lat), without the cracks that a border drawn twice leaves in it."""
    whole = as_multipolygon(shapely.union_all(list(shapes)))
    return MultiPolygon(
        [Polygon(part.exterior, [ring for ring in part.interiors if not _crack(Polygon(ring))]) for part in whole.geoms]
    )


def _crack(hole: Polygon) -> bool:
    return bool(hole.area <= hole.length / 2 * _CRACK_DEGREES)
