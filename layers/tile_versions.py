"""Versions of published layers: short texts that change whenever a tile of the layer would."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from layers.catalog import LayerSpec
from layers.db import ReadPool, reading
from layers.outbox import Changes
from layers.queries import load, read_sql
from layers.scope import Scope

__all__ = ["TileVersions"]

_MOST = 10_000


class TileVersions:
    """The versions of the layers that are published, each for one scope; kept until a grid or region changes.

    It is a subscriber of the outbox's follower. While `is_followed` says that changes are not being told, the database
    is asked each time.
    """

    def __init__(self, pool: ReadPool, is_followed: Callable[[], bool]) -> None:
        self._pool = pool
        self._is_followed = is_followed
        self._known: dict[tuple[str, Scope], str] = {}
        self._changes = 0

    async def of(self, scope: Scope, spec: LayerSpec) -> str:
        """16 hexadecimal digits that name what the scope shows of a layer now, and no other scope ever showed.

        A tile drawn after this was asked for shows what the version names, or what came later; so it may be kept for
        ever under the version, by whoever may have it.
        Cost: linear in the regions or grids of the scope when something has changed, nothing otherwise.
        """
        key = (spec.name, scope)
        if self._is_followed() and (known := self._known.get(key)) is not None:
            return known
        changes = self._changes
        async with reading(self._pool) as connection:
            values: dict[str, object] = {"layer": spec.name, **scope.params()}
            cursor = await connection.execute(load("tiles.sql")[f"{spec.reads[0]}_version"], values)
            row = await cursor.fetchone() or {}
        text = f"{spec.name} {scope} {row.get('version')} {read_sql(f'tiles/{spec.sql}')}"
        version = sha256(text.encode()).hexdigest()[:16]
        if changes == self._changes and len(self._known) < _MOST:
            self._known[key] = version
        return version

    def changed(self, told: Changes) -> None:
        """Forget the versions when a grid or a region has changed."""
        if any(change.table in ("grid", "region") for change in told.changes):
            self.reset()

    def reset(self) -> None:
        """Forget the versions."""
        self._changes += 1
        self._known.clear()
