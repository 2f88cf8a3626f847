"""All of one grid in one answer, for a phone that will be without signal; kept here until something changes."""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from layers.codes import code_of, village_of
from layers.db import ReadConnection
from layers.errors import NotFound
from layers.here import Holder
from layers.lists import Box
from layers.outbox import Change, Changes
from layers.queries import load
from layers.scope import Scope

__all__ = ["Asked", "Kept", "Pack", "Packs", "read_pack"]

_MOST_KEPT = 200
_KEPT_S = 600.0
"""What is due depends on the clock as well: no pack is older than this."""
_UNSEEN = frozenset({"session", "access_token", "plan", "plan_grid", "review"})
_BESIDE = frozenset({"barrier", "link", "grid"})


@dataclass(frozen=True)
class Pack:
    """A grid in force with all that is in it; `parts` are lists of rows as JSON has them, by name.

    Parts: houses, incidents, facilities, organisations, places, barriers, links, neighbours. Points are lon, lat, None
    where no street is known; shapes are GeoJSON in lon, lat. `box_m` is the grid's box in EPSG:3857.
    """

    grid_no: str
    kind: str
    name: str | None
    village: str
    village_name: str
    load: int
    bbox: Box
    box_m: Box
    boundary: dict[str, Any]
    households: int
    holders: tuple[Holder, ...]
    parts: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Asked:
    """Whose pack it is and of which grid, on which day in Asia/Shanghai: nobody else gets what is kept of it."""

    account_id: UUID
    may: frozenset[str]
    scope: Scope
    grid_no: int
    day: date


@dataclass(frozen=True)
class Kept:
    """A pack as it is sent: gzip of JSON, and its ETag. `box` is that of the grid in EPSG:3857."""

    etag: str
    body: bytes
    box: Box
    until_s: float


async def read_pack(connection: ReadConnection, scope: Scope, grid_no: int, *, with_cases: bool) -> Pack:
    """The pack of a grid, as of one moment; incidents of the last 90 days only `with_cases`.

    The connection's transaction has the scope set. Cost: linear in what is in the grid.

    Raises:
        NotFound: when no such grid is in force inside the scope.
    """
    values = scope.params() | {"grid_no": grid_no, "with_cases": with_cases}
    cursor = await connection.execute(load("pack.sql")["pack"], values)
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"There is no grid {code_of(grid_no)} here.")
    names = ("houses", "incidents", "facilities", "organisations", "places", "barriers", "links", "neighbours")
    return Pack(
        grid_no=code_of(grid_no),
        kind=row["kind"],
        name=row["name"],
        village=village_of(grid_no),
        village_name=row["village_name"] or village_of(grid_no),
        load=row["load"],
        bbox=_box(row["bbox"]),
        box_m=_box(row["box_m"]),
        boundary=row["boundary"],
        households=row["households"],
        holders=tuple(Holder(UUID(one["account_id"]), one["name"]) for one in row["holders"]),
        parts={name: row[name] for name in names},
    )


class Packs:
    """The packs that were sent lately; a subscriber of the `Follower`, of use while that is healthy."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[Asked, Kept] = OrderedDict()
        self._clock_s = clock_s
        self.turn = 0

    def changed(self, told: Changes) -> None:
        """Forget the packs that these changes touch."""
        self.turn += 1
        touched = [one for one in self._kept if any(self._touches(change, one) for change in told.changes)]
        for one in touched:
            del self._kept[one]

    def reset(self) -> None:
        """Forget all."""
        self.turn += 1
        self._kept.clear()

    def find(self, asked: Asked) -> Kept | None:
        """What is kept of this pack, if it may still be sent."""
        kept = self._kept.get(asked)
        return kept if kept is not None and self._clock_s() < kept.until_s else None

    def keep(self, asked: Asked, body: bytes, box: Box, turn: int) -> Kept:
        """A pack ready to be sent, kept if nothing has changed since `turn`, before it was read."""
        etag = hashlib.blake2b(body, digest_size=16).hexdigest()
        kept = Kept(f'W/"{etag}"', gzip.compress(body, 5, mtime=0), box, self._clock_s() + _KEPT_S)
        if turn == self.turn:
            self._kept[asked] = kept
            self._kept.move_to_end(asked)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return kept

    def _touches(self, change: Change, asked: Asked) -> bool:
        if change.table in _UNSEEN:
            return False
        first = asked.grid_no // 1000 * 1000
        is_near = change.box is None or _meet(change.box, self._kept[asked].box)
        # What has no number, and the grids of another village, are in the pack when they lie beside the grid.
        if change.table in _BESIDE:
            return is_near
        return change.lo <= first + 999 and change.hi >= first


def _box(sides: list[float]) -> Box:
    west, south, east, north = sides
    return west, south, east, north


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
