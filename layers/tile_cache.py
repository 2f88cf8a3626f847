"""Tiles kept in this process until what they show changes.

One thread uses it: that of the event loop. It knows tiles by their address and boxes, not how they are drawn.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple

from isal import igzip, isal_zlib

from layers.scope import Scope

__all__ = ["BUFFER", "EQUATOR_M", "Address", "Drawn", "Key", "Tile", "TileCache", "is_touched", "pack"]

EQUATOR_M = 40075016.6855785
BUFFER = 64 / 4096
"""A tile shows so much more than its box, in sides of the tile."""

_ROUNDING = 1e-6
_SMALL_BYTES = 200
_FAST = 1
_GZIP_FRAME = 31
# What Python keeps of an entry beside its bytes.
_ENTRY_BYTES = 1200

Box = tuple[float, float, float, float]


class Address(NamedTuple):
    """A tile as web maps count them, y from the north."""

    z: int
    x: int
    y: int


class Key(NamedTuple):
    """What a tile depends on beside the data: nobody is given what was drawn for another scope."""

    layer: str
    address: Address
    scope: Scope
    version: str


@dataclass(frozen=True)
class Drawn:
    """A tile as the database drew it.

    `villages` are numbers of villages that it depends on wherever they lie; after `lasts_s` seconds it would look
    different though no row changed, None for never.
    """

    data: bytes
    villages: frozenset[int] = frozenset()
    lasts_s: float | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile ready to be sent; `tag` is that of its content, `body` is empty where nothing lies in it."""

    body: bytes
    tag: str
    is_gzip: bool

    def plain(self) -> bytes:
        """The tile's bytes, not compressed."""
        return isal_zlib.decompress(self.body, wbits=_GZIP_FRAME) if self.is_gzip else self.body


def pack(data: bytes) -> Tile:
    """A drawn tile, compressed where that pays, with the digest of its content."""
    tag = hashlib.sha256(data).hexdigest()[:32]
    if len(data) <= _SMALL_BYTES:
        return Tile(data, tag, is_gzip=False)
    return Tile(igzip.compress(data, compresslevel=_FAST, mtime=0), tag, is_gzip=True)


def is_touched(address: Address, box: Box) -> bool:
    """Whether a tile with its buffer shows anything of a box (west, south, east, north in EPSG:3857)."""
    xs, ys = _touched(address.z, box)
    return address.x in xs and address.y in ys


def _touched(z: int, box: Box) -> tuple[range, range]:
    """The columns and rows of the tiles of a zoom that a box touches, buffers included."""
    side_m = EQUATOR_M / 2**z
    west, south, east, north = box
    reach = BUFFER + _ROUNDING

    def numbers(low: float, high: float) -> range:
        first = max(math.ceil(low - 1 - reach), 0)
        return range(first, max(min(math.floor(high + reach), 2**z - 1) + 1, first))

    half_m = EQUATOR_M / 2
    return (
        numbers((west + half_m) / side_m, (east + half_m) / side_m),
        numbers((half_m - north) / side_m, (half_m - south) / side_m),
    )


@dataclass(slots=True)
class _Entry:
    tile: Tile
    villages: frozenset[int]
    deadline_s: float


@dataclass(slots=True)
class _Flight:
    """A tile being drawn; `is_stale` once something that it shows has changed meanwhile."""

    task: asyncio.Task[Tile] | None = None
    is_stale: bool = False


@dataclass
class TileCache:
    """Tiles of at most `limit_bytes`, the least recently asked for go first."""

    limit_bytes: int
    used_bytes: int = 0
    _entries: OrderedDict[Key, _Entry] = field(default_factory=OrderedDict)
    _flights: dict[Key, _Flight] = field(default_factory=dict)
    # Layer and zoom -> column and row -> keys: what a box touches is found without looking at every entry.
    _places: dict[tuple[str, int], dict[tuple[int, int], set[Key]]] = field(default_factory=lambda: defaultdict(dict))

    def get(self, key: Key) -> Tile | None:
        """The kept tile, None when it is not there or its time is over."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.deadline_s <= monotonic():
            self._remove(key)
            return None
        self._entries.move_to_end(key)
        return entry.tile

    async def fetch(self, key: Key, draw: Callable[[], Awaitable[Drawn]]) -> Tile:
        """The kept tile, else a new one; however many ask for it at a time, it is drawn once.

        Who asks after a change was told to `drop` never gets what was drawn from before it. A drawing goes on when the
        one who asked first has gone away.
        """
        if (kept := self.get(key)) is not None:
            return kept
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight()
            flight.task = asyncio.create_task(self._draw(key, draw, flight))
            flight.task.add_done_callback(_look_at_error)
        assert flight.task is not None  # noqa: S101 -- told to mypy
        return await asyncio.shield(flight.task)

    async def _draw(self, key: Key, draw: Callable[[], Awaitable[Drawn]], own: _Flight) -> Tile:
        began_s = monotonic()
        try:
            drawn = await draw()
            tile = pack(drawn.data)
            if not own.is_stale:
                lasts_s = math.inf if drawn.lasts_s is None else drawn.lasts_s
                self._keep(key, _Entry(tile, drawn.villages, began_s + lasts_s))
            return tile
        finally:
            if self._flights.get(key) is own:
                del self._flights[key]

    def drop(self, layer: str, box: Box | None, villages: range = range(0)) -> int:
        """Forget the tiles of a layer that show anything of a box or depend on one of the villages; tells how many.

        None is everywhere. Cost: the tiles in the box or the kept ones of the layer, whichever is less; with villages
        all kept ones of the layer.
        """
        for key, flight in list(self._flights.items()):
            if key.layer == layer and (villages or box is None or is_touched(key.address, box)):
                flight.is_stale = True
                del self._flights[key]
        doomed = {key for at in self._at(layer) for key in self._in_box(at, box)}
        if villages:
            doomed |= {key for key in self._of(layer) if any(no in villages for no in self._entries[key].villages)}
        for key in doomed:
            self._remove(key)
        return len(doomed)

    def clear(self) -> None:
        """Forget everything."""
        for flight in self._flights.values():
            flight.is_stale = True
        self._flights.clear()
        self._entries.clear()
        self._places.clear()
        self.used_bytes = 0

    def _at(self, layer: str) -> list[tuple[str, int]]:
        return [at for at in self._places if at[0] == layer]

    def _of(self, layer: str) -> Iterable[Key]:
        for at in self._at(layer):
            for keys in self._places[at].values():
                yield from keys

    def _in_box(self, at: tuple[str, int], box: Box | None) -> Iterable[Key]:
        places = self._places[at]
        if box is None:
            return [key for keys in places.values() for key in keys]
        xs, ys = _touched(at[1], box)
        if len(xs) * len(ys) < len(places):
            return [key for x in xs for y in ys for key in places.get((x, y), ())]
        return [key for (x, y), keys in places.items() if x in xs and y in ys for key in keys]

    def _keep(self, key: Key, entry: _Entry) -> None:
        self._remove(key)
        size_bytes = _size_bytes(entry)
        if size_bytes > self.limit_bytes:
            return
        self._entries[key] = entry
        self._places[key.layer, key.address.z].setdefault(key.address[1:], set()).add(key)
        self.used_bytes += size_bytes
        while self.used_bytes > self.limit_bytes:
            self._remove(next(iter(self._entries)))

    def _remove(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.used_bytes -= _size_bytes(entry)
        places = self._places[key.layer, key.address.z]
        keys = places[key.address[1:]]
        keys.discard(key)
        if not keys:
            del places[key.address[1:]]


def _size_bytes(entry: _Entry) -> int:
    return len(entry.tile.body) + 8 * len(entry.villages) + _ENTRY_BYTES


def _look_at_error(task: asyncio.Task[Tile]) -> None:
    # When all who asked have gone away nobody else does, and asyncio would complain.
    if not task.cancelled():
        task.exception()
