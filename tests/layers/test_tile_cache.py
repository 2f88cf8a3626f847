"""Tiles kept in the process: only what was touched is forgotten, and nothing that was touched is kept."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from layers import tile_cache
from layers.scope import Scope
from layers.tile_cache import BUFFER, EQUATOR_M, Address, Drawn, Key, TileCache, is_touched, pack

ALL = Scope.everything()
HALF_M = EQUATOR_M / 2
DATA = b"0123456789" * 100


def key(x=0, y=0, z=2, layer="grid", scope=ALL, version=""):
    return Key(layer, Address(z, x, y), scope, version)


def keep(cache, *keys, **drawn):
    """Put tiles into a cache."""

    async def draw():
        return Drawn(**({"data": DATA} | drawn))

    async def run():
        for one in keys:
            await cache.fetch(one, draw)

    asyncio.run(run())


def tile_box(address, reach=0.0):
    """The box of a tile in EPSG:3857, wider by `reach` sides of the tile."""
    side_m = EQUATOR_M / 2**address.z
    west, north = address.x * side_m - HALF_M, HALF_M - address.y * side_m
    return (west - reach * side_m, north - (1 + reach) * side_m, west + (1 + reach) * side_m, north + reach * side_m)


def test_a_tile_is_drawn_once_and_then_kept():
    cache, drawings = TileCache(10**6), []

    async def draw():
        drawings.append(1)
        await asyncio.sleep(0)
        return Drawn(DATA)

    async def run():
        return await asyncio.gather(*(cache.fetch(key(), draw) for _ in range(5)), cache.fetch(key(1), draw))

    tiles = asyncio.run(run())
    assert {tile.plain() for tile in tiles} == {DATA}
    assert len(drawings) == 2
    assert cache.get(key()) is tiles[0]


def test_what_differs_in_any_part_of_the_key_is_another_tile():
    cache = TileCache(10**6)
    keep(cache, key())
    for other in (key(1), key(y=1), key(z=3), key(layer="house"), key(scope=Scope.of_region("53")), key(version="1")):
        assert cache.get(other) is None


def test_tiles_are_compressed_where_that_pays_and_tagged_by_their_content():
    tile, small, empty = pack(DATA), pack(b"abc"), pack(b"")
    assert tile.is_gzip
    assert gzip.decompress(tile.body) == tile.plain() == DATA
    assert (small.body, small.is_gzip, empty.body) == (b"abc", False, b"")
    assert pack(DATA).tag == tile.tag != small.tag


@pytest.mark.parametrize(
    ("x", "y", "touched"), [(1, 1, True), (2, 1, True), (0, 1, False), (3, 1, False), (1, 0, False), (2, 2, False)]
)
def test_a_box_touches_the_tiles_that_it_overlaps(x, y, touched):
    quarter = EQUATOR_M / 4
    # From the middle of tile 1/1 to the middle of tile 2/1 of zoom 2.
    box = (-quarter / 2, quarter * 0.4, quarter / 2, quarter * 0.6)
    assert is_touched(Address(2, x, y), box) == touched


def test_a_point_just_outside_is_in_the_buffer():
    _, south, east, north = tile_box(Address(2, 1, 1))
    side_m = EQUATOR_M / 4
    near, far = east + 0.9 * BUFFER * side_m, east + 1.1 * BUFFER * side_m
    assert is_touched(Address(2, 1, 1), (near, south, near, north))
    assert not is_touched(Address(2, 1, 1), (far, south, far, north))


PARTS = st.floats(-1.02, 1.02)


@given(z=st.integers(0, 18), data=st.data(), ends=st.tuples(PARTS, PARTS, PARTS, PARTS))
def test_a_tile_is_touched_exactly_when_its_wide_box_meets_the_box(z, data, ends):
    address = Address(z, data.draw(st.integers(0, 2**z - 1)), data.draw(st.integers(0, 2**z - 1)))
    west, east = sorted(ends[:2])
    south, north = sorted(ends[2:])
    box = (west * HALF_M, south * HALF_M, east * HALF_M, north * HALF_M)

    def meets(reach):
        left, low, right, high = tile_box(address, reach)
        return left <= box[2] and box[0] <= right and low <= box[3] and box[1] <= high

    touched = is_touched(address, box)
    assert touched or not meets(BUFFER)
    assert meets(BUFFER + 1e-5) or not touched


ADDRESSES = st.integers(0, 6).flatmap(
    lambda z: st.builds(Address, st.just(z), st.integers(0, 2**z - 1), st.integers(0, 2**z - 1))
)


@hypothesis_settings(deadline=None)
@given(kept=st.sets(ADDRESSES, max_size=40), ends=st.tuples(PARTS, PARTS, PARTS, PARTS))
def test_dropping_a_box_forgets_the_tiles_it_touches_and_no_others(kept, ends):
    west, east = sorted(ends[:2])
    south, north = sorted(ends[2:])
    box = (west * HALF_M, south * HALF_M, east * HALF_M, north * HALF_M)
    cache = TileCache(10**7)
    keep(cache, *(Key(layer, address, ALL, "") for address in kept for layer in ("grid", "house")))
    gone = cache.drop("grid", box)
    left = {address for address in kept if cache.get(Key("grid", address, ALL, "")) is not None}
    assert left == {address for address in kept if not is_touched(address, box)}
    assert gone == len(kept) - len(left)
    assert all(cache.get(Key("house", address, ALL, "")) is not None for address in kept)


def test_dropping_everywhere_forgets_a_layer_for_every_scope_and_version():
    cache = TileCache(10**6)
    others = [key(scope=Scope.of_region("53")), key(version="1"), key(z=5)]
    keep(cache, key(), *others, key(layer="house"))
    assert cache.drop("grid", None) == 4
    assert cache.get(key(layer="house")) is not None
    assert cache.used_bytes < 2000


def test_a_tile_that_depends_on_a_village_goes_with_it_wherever_it_lies():
    cache = TileCache(10**6)
    keep(cache, key(), villages=frozenset({532901001001}))
    keep(cache, key(3), villages=frozenset({532901001002}))
    assert cache.drop("grid", (HALF_M, -HALF_M, HALF_M, -HALF_M), range(532901001001, 532901001002)) == 1
    assert cache.get(key()) is None
    assert cache.get(key(3)) is not None


@pytest.mark.parametrize("act", ["drop", "clear", "village"])
def test_what_was_being_drawn_when_it_changed_is_not_kept_nor_given_to_who_asks_later(act):
    cache = TileCache(10**6)
    began, go_on = asyncio.Event(), asyncio.Event()

    async def draw_old():
        began.set()
        await go_on.wait()
        return Drawn(b"old")

    async def draw_new():
        return Drawn(b"new")

    async def run():
        first = asyncio.create_task(cache.fetch(key(), draw_old))
        await began.wait()
        if act == "drop":
            cache.drop("grid", tile_box(Address(2, 0, 0)))
        elif act == "village":
            cache.drop("grid", tile_box(Address(2, 3, 3)), range(1, 2))
        else:
            cache.clear()
        second = await cache.fetch(key(), draw_new)
        go_on.set()
        return (await first).body, second.body

    assert asyncio.run(run()) == (b"old", b"new")
    assert cache.get(key()).body == b"new"


def test_a_change_elsewhere_leaves_what_is_being_drawn_alone():
    cache = TileCache(10**6)

    async def draw():
        cache.drop("grid", tile_box(Address(2, 3, 3)))
        cache.drop("house", None)
        return Drawn(DATA)

    asyncio.run(cache.fetch(key(), draw))
    assert cache.get(key()) is not None


def test_a_failed_drawing_is_told_to_all_who_asked_and_tried_anew_by_the_next():
    cache = TileCache(10**6)

    async def fail():
        await asyncio.sleep(0)
        raise RuntimeError("no")

    async def draw():
        return Drawn(DATA)

    async def run():
        told = await asyncio.gather(*(cache.fetch(key(), fail) for _ in range(3)), return_exceptions=True)
        return told, await cache.fetch(key(), draw)

    told, tile = asyncio.run(run())
    assert [str(error) for error in told] == ["no"] * 3
    assert tile.plain() == DATA


def test_who_goes_away_does_not_take_the_tile_from_the_others():
    cache = TileCache(10**6)
    go_on = asyncio.Event()

    async def draw():
        await go_on.wait()
        return Drawn(DATA)

    async def run():
        first = asyncio.create_task(cache.fetch(key(), draw))
        await asyncio.sleep(0)
        second = asyncio.create_task(cache.fetch(key(), draw))
        await asyncio.sleep(0)
        first.cancel()
        go_on.set()
        return (await second).plain()

    assert asyncio.run(run()) == DATA


def test_memory_is_bounded_and_the_longest_unasked_go_first():
    cache = TileCache(4000)
    keep(cache, key(0), key(1), key(2))
    assert cache.get(key(0)) is not None
    keep(cache, key(3))
    assert [cache.get(key(x)) is not None for x in range(4)] == [True, False, True, True]
    assert cache.used_bytes <= 4000
    nothing = TileCache(0)
    keep(nothing, key())
    assert (nothing.get(key()), nothing.used_bytes) == (None, 0)


def test_a_tile_is_over_when_its_time_is(monkeypatch):
    now_s = 100.0
    monkeypatch.setattr(tile_cache, "monotonic", lambda: now_s)
    cache = TileCache(10**6)
    keep(cache, key(), lasts_s=5.0)
    now_s = 104.9
    assert cache.get(key()) is not None
    now_s = 105.0
    assert cache.get(key()) is None
    assert cache.used_bytes == 0
