"""Vector tiles of the catalog's layers: one SQL file a layer, each with its own scope predicate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache, partial

from layers.catalog import CATALOG, LayerSpec
from layers.db import ReadPool, ask
from layers.errors import Fault, Invalid, NotFound
from layers.outbox import Change, Changes
from layers.queries import read_sql
from layers.scope import Scope
from layers.tile_cache import Address, Drawn, Key, Tile, TileCache, pack

__all__ = ["Tiles", "draw", "find_layer"]

_CELLS = "cells.sql"


class Tiles:
    """The tiles as they are now: kept in this process, forgotten when the outbox tells that what they show has changed.

    It is a subscriber of the outbox's follower. While `is_followed` says that changes are not being told, every tile is
    drawn anew and none is kept.
    """

    def __init__(self, pool: ReadPool, limit_bytes: int, is_followed: Callable[[], bool]) -> None:
        self._pool = pool
        self._is_followed = is_followed
        self._drawn_from = _drawn_from()
        self.cache = TileCache(limit_bytes)

    async def get(self, scope: Scope, spec: LayerSpec, address: Address, version: str = "") -> Tile:
        """One Mapbox vector tile (MVT 2, extent 4096) of a layer, an empty one where nothing of the scope lies in it.

        `address` and `spec` are from `find_layer`. `version` tells apart what is kept for the addresses that name one.
        """
        paint = partial(draw, self._pool, scope, spec, address)
        if not self._is_followed():
            return pack((await paint()).data)
        return await self.cache.fetch(Key(spec.name, address, scope, version), paint)

    def changed(self, told: Changes) -> None:
        """Forget the tiles that show what has changed."""
        for change in told.changes:
            if change.box is None and not _is_everything(change):
                continue
            for layer in self._drawn_from.get(change.table, ()):
                # The mean of a village's grids is told by each of them, wherever in the village the change was.
                villages = range(change.lo // 1000, change.hi // 1000 + 1) if layer == "grid" else range(0)
                self.cache.drop(layer, change.box, villages)

    def reset(self) -> None:
        """Forget everything: what has changed is not known."""
        self.cache.clear()


def find_layer(name: str, z: int, x: int, y: int) -> tuple[LayerSpec, Address]:
    """The catalog's layer of that name and a tile's address in it; z, x, y as web maps count, y from the north.

    Raises:
        NotFound: when there is no such layer, or it is not drawn at this zoom.
        Invalid: when there is no such tile.
    """
    spec = CATALOG.get(name)
    if spec is None:
        raise NotFound(f"There is no layer {name!r}.")
    size = 2**z if 0 <= z <= 30 else 0
    if not (0 <= x < size and 0 <= y < size):
        raise Invalid("There is no such tile.", [Fault("tile", f"{z}/{x}/{y} is outside the world")])
    if not spec.min_zoom <= z <= spec.max_zoom:
        raise NotFound(f"The layer {name!r} is drawn at zooms {spec.min_zoom} to {spec.max_zoom}.")
    return spec, Address(z, x, y)


async def draw(pool: ReadPool, scope: Scope, spec: LayerSpec, address: Address) -> Drawn:
    """A tile as the database has it at this moment.

    Layers that show or count people are read in a transaction with the scope set, behind row-level security too.

    Limit: lines and areas are simplified to one unit of the tile, each by itself: at low zooms neighbours may part by
    a unit.
    """
    values: dict[str, object] = {"layer": spec.name, **address._asdict(), **scope.params()}
    inside = scope if spec.personal or spec.counts_people else None
    row = await ask(pool, _sql(spec, address.z), values, inside) or {}
    return Drawn(row.get("tile") or b"", frozenset(row.get("villages") or ()), row.get("lasts_s"))


@cache
def _sql(spec: LayerSpec, z: int) -> str:
    is_counted = spec.cells_to is not None and z <= spec.cells_to
    return read_sql(f"tiles/{_CELLS if is_counted else spec.sql}")


def _is_everything(change: Change) -> bool:
    """Whether a change without a shape is one of a whole table; other rows without one are on no tile."""
    return change.lo == 0 and change.hi >= Scope.everything().hi


def _drawn_from() -> Mapping[str, tuple[str, ...]]:
    """Which layers show something of a table: what the catalog's entries say that they read, the other way round."""
    found: dict[str, list[str]] = defaultdict(list)
    for spec in CATALOG.values():
        for table in spec.reads:
            found[table].append(spec.name)
    return {table: tuple(layers) for table, layers in found.items()}
