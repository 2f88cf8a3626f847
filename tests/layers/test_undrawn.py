"""What waits for review is never drawn as a point: no heat, no tile, no list and no file shows an area's middle."""

from __future__ import annotations

import asyncio
import math
from datetime import date

import mapbox_vector_tile
import pytest
from anyio import to_thread
from builders import (
    TABLES,
    VILLAGE,
    add,
    ask,
    building,
    county,
    grid,
    house,
    household,
    incident,
    kinds,
    placed,
    plan,
    spot,
    square,
    with_pool,
)
from found import because

from layers.db import raw
from layers.export import Order, prepare
from layers.heat import heat
from layers.heat.answer import asked
from layers.heat.by_sql import SqlCounter
from layers.items import Filters, items
from layers.review import REGISTERS, queue
from layers.scope import Scope
from layers.tiles import draw, find_layer

ONE = int(VILLAGE) * 1000 + 1
EVERYTHING = Scope.everything()
AREAS = ("hamlet", "village", "township", "county", "unplaced")
PLACES = ("house", "building", "street")
LISTED = (*REGISTERS, "household", "person", "visit")
BOX = (99.99, 24.99, 100.03, 25.02)
NEAR = (100.002, 25.005)


@pytest.fixture
def town(database):
    """For every level one row of each register, all at one point; all of them wait."""
    with database.write(EVERYTHING) as session:
        county(session)
        kinds(session)
        for kind in ("organisation_kind", "place_kind"):
            session.add(TABLES[kind](code="shop", name_zh="商店", name_en="Shop"))
        grid(session, plan(session), ONE, square(0, 0, 0.5, 1))
        for level in (*PLACES, *AREAS):
            fill(session, level)
    return database


def fill(session, level):
    point, own = spot(0.2), {"level": level}
    rows = {
        "building": building(session, ONE, point, **own),
        "house": house(session, ONE, point, **own),
        "incident": incident(session, ONE, point, **own),
        "facility": placed(session, "facility", ONE, point, kind="clinic", **own),
        "organisation": placed(session, "organisation", ONE, point, kind="shop", name="店", **own),
        "place": placed(session, "place", ONE, point, kind="shop", name="广场", **own),
    }
    household(session, ONE, rows["house"], persons=1)
    visit = {"grid_no": ONE, "house_id": rows["house"], "visited_at": "2026-05-01 12:00+08", "outcome": "met"}
    add(session, "visit", **visit)
    for register, row_id in rows.items():
        queue(session, register, [(row_id, "人民路9号", ONE, because("ambiguous", level=level))])


def listed(database, layer, **filters):
    return ask(database, EVERYTHING, lambda door: items(door, EVERYTHING, layer, Filters(**filters), shapes=True)).items


def written(database, layer, suffix):
    """A file of a layer, as text."""

    async def run():
        async with database.read_pool(1) as pool:
            order = Order(layer, Filters(region=VILLAGE), suffix, "EPSG:4326")
            export = await prepare(database, pool, EVERYTHING, order, None)
            return await to_thread.run_sync(lambda: b"".join(export.pieces()))

    return asyncio.run(run()).decode()


def decide(database):
    """All that waits was found to be right as it is."""
    with database.write(EVERYTHING) as session:
        raw(session).execute("update review set status = 'picked'")


def heat_of(database):
    """The numbers of the cells, and how many incidents are in none."""
    question = asked(EVERYTHING, since=date(2026, 5, 1), until=date(2026, 5, 2), bbox=BOX, cell_m=500, exact=True)
    found = with_pool(database, lambda pool: heat(SqlCounter(pool), question))
    return [n for _, _, n in found.cells], found.unlocated


def test_heat_counts_what_waits_and_puts_it_nowhere(town):
    assert heat_of(town) == ([], len(PLACES) + len(AREAS))


def test_heat_puts_what_was_decided_where_it_is_known(town):
    decide(town)
    assert heat_of(town) == ([len(PLACES)], len(AREAS))


def drawn(database, layer):
    """How many features the tile at the point has."""
    z, point = 16, spot(0.2)
    x = int((point.x + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(point.y))) / math.pi) / 2 * 2**z)
    found = find_layer(layer, z, x, y)
    data = with_pool(database, lambda pool: draw(pool, EVERYTHING, *found)).data
    return len(mapbox_vector_tile.decode(data).get(layer, {"features": ()})["features"])


def test_no_tile_draws_it(town):
    assert drawn(town, "incident") == 0
    decide(town)
    assert {layer: drawn(town, layer) for layer in REGISTERS} == dict.fromkeys(REGISTERS, len(PLACES))


def test_a_list_has_it_without_a_place(town):
    for layer in LISTED:
        rows = listed(town, layer, region=VILLAGE)
        assert {row["level"] for row in rows} == {*PLACES, *AREAS}, layer
        for name in ("lon", "lat", "shape"):
            assert {row["level"] for row in rows if row[name] is not None} == {*PLACES}, (layer, name)


def test_it_is_not_found_by_a_place(town):
    for layer in LISTED:
        for place in ({"bbox": BOX}, {"near": NEAR, "radius_m": 100.0}):
            assert {row["level"] for row in listed(town, layer, **place)} == {*PLACES}, layer


@pytest.mark.parametrize("suffix", ["csv", "geojson"])
def test_a_file_has_it_without_a_place(town, suffix):
    for layer in REGISTERS:
        lines = written(town, layer, suffix)
        assert lines.count("100.00") == len(PLACES), layer


def test_the_footprint_of_a_building_is_drawn_however_it_was_found(town):
    with town.write(EVERYTHING) as session:
        building(session, ONE, spot(0.2), level="village", footprint=square(0, 0, 0.1), ref="F")
    [row] = [row for row in listed(town, "building", region=VILLAGE) if row["ref"] == "F"]
    assert row["shape"] is not None
