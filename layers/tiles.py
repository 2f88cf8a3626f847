"""Vector tiles of the catalog's layers: one SQL file a layer, each with its own scope predicate."""

from __future__ import annotations

from functools import cache

from layers.catalog import CATALOG, LayerSpec
from layers.db import ReadConnection, ReadPool, read, reading
from layers.errors import Fault, Invalid, NotFound
from layers.queries import read_sql
from layers.scope import Scope

__all__ = ["tile"]


async def tile(pool: ReadPool, scope: Scope, name: str, z: int, x: int, y: int) -> bytes:
    """One Mapbox vector tile (MVT 2, extent 4096) of a layer, empty bytes where nothing of the scope lies in it.

    `z`, `x`, `y` count as web maps do, y from the north; the tile's one layer bears the catalog's name.
    Layers that show or count people are read in a transaction with the scope set, behind row-level security too.

    Raises:
        NotFound: when there is no such layer, or it is not drawn at this zoom.
        Invalid: when there is no such tile.
    Limit: lines and areas are simplified to one unit of the tile, each by itself: at low zooms neighbours may part by
    a unit. A house or incident that was numbered in a grid whose shape is outside the tile is not drawn in it.
    """
    spec = CATALOG.get(name)
    if spec is None:
        raise NotFound(f"There is no layer {name!r}.")
    size = 2**z if 0 <= z <= 30 else 0
    if not (0 <= x < size and 0 <= y < size):
        raise Invalid("There is no such tile.", [Fault("tile", f"{z}/{x}/{y} is outside the world")])
    if not spec.min_zoom <= z <= spec.max_zoom:
        raise NotFound(f"The layer {name!r} is drawn at zooms {spec.min_zoom} to {spec.max_zoom}.")
    values = {"layer": name, "z": z, "x": x, "y": y} | scope.params()
    door = read(pool, scope) if spec.personal or spec.counts_people else reading(pool)
    async with door as connection:
        return await _draw(connection, spec, values)


async def _draw(connection: ReadConnection, spec: LayerSpec, values: dict[str, object]) -> bytes:
    cursor = await connection.execute(_sql(spec), values)
    row = await cursor.fetchone()
    return bytes(row["tile"]) if row is not None else b""


@cache
def _sql(spec: LayerSpec) -> str:
    return read_sql(f"tiles/{spec.sql}")
