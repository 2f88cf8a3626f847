"""Questions about one point: which regions, which grid and whose duty are here, and what is near.

Points are lon, lat (EPSG:4326); distances are metres along the ground.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import shapely
from psycopg import sql

from layers.codes import code_of
from layers.db import ReadConnection
from layers.errors import Fault, Invalid
from layers.imports import ewkb
from layers.items.filters import MAX_RADIUS_M, box_around
from layers.lists import RegionName
from layers.queries import load
from layers.scope import Scope

__all__ = ["MOST_NEAR", "Holder", "Near", "NearLayer", "PointAnswer", "here", "near"]

NearLayer = Literal["house", "facility", "organisation", "place"]
MOST_NEAR = 100
"""The most that `near` tells."""
_FIRST_RING_M = 100.0
_WIDER = 4


@dataclass(frozen=True)
class Holder:
    """Somebody with an active duty for a grid."""

    account_id: uuid.UUID
    name: str


@dataclass(frozen=True)
class PointAnswer:
    """What is at a point: regions, the province first, the grid (15 digits; None: none in scope), and whose it is."""

    regions: tuple[RegionName, ...] = ()
    grid_no: str | None = None
    grid_kind: str | None = None
    grid_name: str | None = None
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True)
class Near:
    """Something near a point; `name` of a house is its address, and it has no `kind`."""

    id: uuid.UUID
    kind: str | None
    name: str | None
    grid_no: str
    level: str
    radius_m: float | None
    point: tuple[float, float]
    distance_m: float


async def here(
    connection: ReadConnection, scope: Scope, lon: float, lat: float, as_of: datetime | None = None
) -> PointAnswer:
    """What is at a point now, or was at a moment; nothing where the scope does not reach, or before there was anything.

    One statement on tables without persons: an autocommit connection will do.

    Raises:
        Invalid: when the moment has no offset.
    """
    if as_of is not None and as_of.tzinfo is None:
        raise Invalid("The request has faults.", [Fault("as_of", "needs an offset, such as +08:00")])
    values = scope.params() | {"lon": lon, "lat": lat, "as_of": as_of}
    cursor = await connection.execute(load("here.sql")["here"], values)
    row = await cursor.fetchone()
    if row is None:
        return PointAnswer()
    return PointAnswer(
        regions=tuple(RegionName(**region) for region in row["regions"]),
        grid_no=None if row["grid_no"] is None else code_of(row["grid_no"]),
        grid_kind=row["kind"],
        grid_name=row["name"],
        holders=tuple(Holder(uuid.UUID(holder["account_id"]), holder["name"]) for holder in row["holders"]),
    )


async def near(
    connection: ReadConnection, scope: Scope, layer: NearLayer, lon: float, lat: float, k: int, radius_m: float
) -> list[Near]:
    """The `k` nearest of a layer inside the scope and within `radius_m`, the nearest first.

    Only what is known to house or building: of the rest nobody knows how far it is. The connection's transaction has
    the scope set.

    Cost: houses: linear in those of the grids touched by the first circle of 100 m, 400 m, 1.6 km … that holds `k`;
    other layers: what the index passes on its way to `k` rows, none farther than `radius_m`.

    Raises:
        Invalid: when `k` is not 1 to `MOST_NEAR`, or the radius not above 0 and at most `MAX_RADIUS_M`.
    """
    faults = [] if 1 <= k <= MOST_NEAR else [Fault("k", f"must be 1 to {MOST_NEAR}")]
    if not 0 < radius_m <= MAX_RADIUS_M:
        faults.append(Fault("radius_m", f"must be above 0 and at most {MAX_RADIUS_M:g}"))
    if faults:
        raise Invalid("The request has faults.", faults)
    values = scope.params() | {"lon": lon, "lat": lat, "k": k}
    if layer == "house":
        return await _near_houses(connection, values, radius_m)
    query = sql.SQL(load("here.sql")["near"]).format(table=sql.Identifier(layer))
    return await _near(connection, query, values, radius_m)


async def _near_houses(connection: ReadConnection, values: dict[str, Any], radius_m: float) -> list[Near]:
    """Rings that grow until one holds as many as are asked for."""
    query = sql.SQL(load("here.sql")["near_houses"])
    ring_m = min(_FIRST_RING_M, radius_m)
    while True:
        found = await _near(connection, query, values, ring_m)
        if len(found) == values["k"] or ring_m >= radius_m:
            return found
        ring_m = min(ring_m * _WIDER, radius_m)


async def _near(
    connection: ReadConnection, query: sql.SQL | sql.Composed, values: dict[str, Any], radius_m: float
) -> list[Near]:
    window = ewkb(shapely.box(*box_around(values["lon"], values["lat"], radius_m)))
    # Not prepared: planned with the window at hand, as a window decides which index is the right one.
    cursor = await connection.execute(query, values | {"window": window, "radius_m": radius_m}, prepare=False)
    return [_row(row) for row in await cursor.fetchall()]


def _row(row: dict[str, Any]) -> Near:
    lon, lat, number = row.pop("lon"), row.pop("lat"), row.pop("grid_no")
    row["distance_m"] = round(row["distance_m"], 2)
    return Near(point=(lon, lat), grid_no=code_of(number), **row)
