"""Lists of a layer: columns, filters, pages, scope; and that the database finds the rows by index."""

from __future__ import annotations

import asyncio
import math
import subprocess
import sys
import uuid
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from builders import (
    COUNTY,
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
)
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, from_wkb
from sqlalchemy import text

from layers.cluster import SUPERUSER
from layers.db import OWNER_ROLE, Database, snapshot
from layers.errors import Invalid, NotFound
from layers.items import Filters, batches, estimate, items
from layers.items.filters import box_around
from layers.items.keys import key_of, read_key
from layers.items.read import list_sql
from layers.items.strips import strips_of
from layers.listing import LISTS
from layers.queries import SQL_DIR
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, TWO, EAST = ZERO + 1, ZERO + 2, ZERO + 1001
ALL = Scope.of_region("53")


@pytest.fixture
def town(database):
    """Two villages side by side: the west one with grids ONE and TWO, the east one with EAST."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        west, east = plan(session), plan(session, "532901003002")
        grid(session, west, ONE, square(0, 0, 0.5, 1), load=6)
        grid(session, west, TWO, square(0.5, 0, 0.5, 1), load=14, name="学校")
        grid(session, east, EAST, square(1), load=7)
    return database


def page(database, layer, scope=ALL, *, limit=100, after=None, shapes=False, **filters):
    """One page of a layer."""

    def question(connection):
        return items(connection, scope, layer, Filters(**filters), limit=limit, after=after, shapes=shapes)

    return ask(database, scope, question)


def rows(database, layer, scope=ALL, **filters):
    """The rows of a layer that fit on one page."""
    return page(database, layer, scope, **filters).items


def addresses(database, scope=ALL, **filters):
    return sorted(row["address"] for row in rows(database, "house", scope, **filters))


@pytest.fixture
def homes(town):
    """Houses 1 to 5 from west to east: 1 and 2 in ONE, 3 in TWO, 4 in the east, 5 known to the village alone."""
    with town.write(Scope.everything()) as session:
        for number, at, name in ((ONE, 0.1, 1), (ONE, 0.2, 2), (TWO, 0.8, 3), (EAST, 1.5, 4)):
            house(session, number, spot(at), f"人民路{name}号", ref=f"H{name}")
        house(session, ZERO, spot(0.5), "人民路5号", level="village", radius_m=900.0)
    return town


def test_a_house_bears_its_columns_and_its_place(homes):
    first = min(rows(homes, "house"), key=lambda row: row["address"])
    assert list(first) == [*(column.name for column in LISTS["house"].columns), "lon", "lat"]
    assert (first["rev"], first["ref"], first["grid_no"], first["level"]) == (1, "H1", str(ONE), "house")
    assert (first["households"], first["visit_state"], first["last_visit_at"]) == (0, "never", None)
    assert (first["lon"], first["lat"]) == pytest.approx((100.001, 25.005))


def test_an_incident_bears_its_moment_in_shanghai(town):
    with town.write(Scope.everything()) as session:
        incident(session, ONE, spot(0.1), occurred_at="2026-05-01T17:00:00Z", handled_grid_no=TWO)
    [row] = rows(town, "incident")
    assert row["occurred_at"].isoformat() == "2026-05-02T01:00:00+08:00"
    assert (row["kind"], row["text"], row["handled_grid_no"]) == ("noise", "噪音", str(TWO))


@pytest.fixture
def everything(homes):
    """At least one row in every layer, all of it in the west."""
    with homes.write(Scope.everything()) as session:
        line = LineString([spot(0.2, 0.2), spot(0.4, 0.4)])
        add(session, "barrier", kind="river", hard=True, geom=line, source="made", name="洱海")
        add(session, "link", kind="bridge", geom=line, source="made")
        session.add(TABLES["organisation_kind"](code="shop", name_zh="商店", name_en="Shop"))
        session.add(TABLES["place_kind"](code="site", name_zh="工地", name_en="Site"))
        session.flush()
        placed(session, "organisation", ONE, spot(0.3), kind="shop", name="小卖部")
        placed(session, "place", ONE, spot(0.3), kind="site", name="工地")
        placed(session, "facility", ONE, spot(0.3), kind="clinic", name="卫生室")
        lived_in = building(session, ONE, spot(0.3), address="人民路9号", assumed_households=7)
        home = house(session, ONE, spot(0.3), "人民路9号", building_id=lived_in)
        household(session, ONE, home, persons=3)
        incident(session, ONE, spot(0.3))
        visit(session, home, ONE)
        worker = add(session, "account", login="lin", name="林", role="field", region_code=COUNTY, password_hash="x")
        add(session, "duty", account_id=worker, grid_no=ONE, status="active", validity="[2026-01-01,)")
    return homes


def visit(session, house_id, number, at="2026-05-01 09:00+08", **values):
    return add(session, "visit", house_id=house_id, grid_no=number, visited_at=at, outcome="met", **values)


@pytest.mark.parametrize("layer", LISTS)
def test_every_layer_tells_its_columns_and_no_others(everything, layer):
    found = rows(everything, layer)
    assert found
    for row in found:
        assert list(row) == [*(column.name for column in LISTS[layer].columns), "lon", "lat"]
    with_shapes = page(everything, layer, shapes=True).items
    assert [{name: row[name] for name in row if name != "shape"} for row in with_shapes] == list(found)
    shapes = {None if row["shape"] is None else from_wkb(row["shape"]).geom_type for row in with_shapes}
    drawn = {"point": "Point", "line": "LineString", "polygon": "MultiPolygon", "mixed": "Point", None: None}
    # One of the houses is known to its village only: it has no place to be drawn at.
    assert shapes - ({None} if layer == "house" else set()) == {drawn[LISTS[layer].geometry]}


TYPES = {"text": str, "integer": int, "number": float, "moment": datetime, "day": date, "boolean": bool}


@pytest.mark.parametrize("layer", LISTS)
def test_every_value_is_of_its_columns_type(everything, layer):
    for row in rows(everything, layer):
        for column in LISTS[layer].columns:
            assert row[column.name] is None or type(row[column.name]) is TYPES[column.type], column.name


@pytest.mark.parametrize("layer", LISTS)
def test_every_layer_is_empty_without_a_scope(everything, layer):
    assert rows(everything, layer, Scope.nothing()) == ()


@pytest.mark.parametrize("layer", [name for name in LISTS if name not in ("county", "township", "village", "grid")])
def test_what_is_in_the_west_is_not_seen_from_the_east(everything, layer):
    east = Scope.of_region("532901003002")
    seen = rows(everything, layer, east)
    assert {row["grid_no"] for row in seen if "grid_no" in row} <= {str(EAST)}
    assert len(seen) == {"house": 1}.get(layer, 0)


@pytest.mark.parametrize("layer", [name for name, spec in LISTS.items() if "grid" in spec.filters])
def test_a_grid_narrows_every_layer_that_has_grids(everything, layer):
    inside, outside = rows(everything, layer, grid=str(ONE)), rows(everything, layer, grid=str(TWO))
    assert inside
    assert {row["id" if "id" in row else "grid_no"] for row in inside}.isdisjoint(
        row["id" if "id" in row else "grid_no"] for row in outside
    )


@pytest.mark.parametrize("layer", [name for name, spec in LISTS.items() if "near" in spec.filters])
def test_a_box_and_a_circle_narrow_every_layer_that_has_a_place(everything, layer):
    # 0.3 units east is 100.003; a unit of 0.01 degrees is some 1,007 m wide here.
    assert rows(everything, layer, bbox=(100.0025, 25.002, 100.0035, 25.0055))
    assert rows(everything, layer, bbox=(101.0, 26.0, 101.1, 26.1)) == ()
    assert rows(everything, layer, near=(100.003, 25.004), radius_m=150.0)
    assert rows(everything, layer, near=(101.0, 26.0), radius_m=150.0) == ()


@pytest.mark.parametrize("layer", [name for name, spec in LISTS.items() if "region" in spec.filters])
def test_a_region_narrows_every_layer(everything, layer):
    assert rows(everything, layer, region=VILLAGE) or layer in ("county", "township")
    assert rows(everything, layer, region=COUNTY)


def test_a_circle_gives_the_nearest_first_with_metres_along_the_ground(homes):
    found = rows(homes, "house", near=(100.0, 25.005), radius_m=900.0)
    assert [row["address"] for row in found] == ["人民路1号", "人民路2号", "人民路3号"]
    # A degree of longitude at 25.005 north is 100,945 m on the ellipsoid (cosine and flattening): 0.001 is 100.9 m.
    assert [row["distance_m"] for row in found] == pytest.approx([100.9, 201.9, 807.5], abs=0.2)
    assert len(rows(homes, "house", near=(100.0, 25.005), radius_m=202.5)) == 2
    assert len(rows(homes, "house", near=(100.0, 25.005))) == 4
    assert "distance_m" not in rows(homes, "house")[0]


def test_filters_hold_together(homes):
    assert addresses(homes, region=VILLAGE, bbox=(100.0015, 25.0, 100.02, 25.01), q="人民路") == [
        "人民路2号",
        "人民路3号",
    ]
    assert addresses(homes, grid=str(ONE), near=(100.0, 25.005), radius_m=150.0) == ["人民路1号"]
    assert addresses(homes, region="532901003002", grid=str(ONE)) == []
    assert addresses(homes, near=(100.0, 25.005), radius_m=150.0, bbox=(100.01, 25.0, 100.02, 25.01)) == []


@pytest.mark.parametrize(
    ("q", "found"), [("%", 0), ("_", 0), ("路1号", 1), ("H1", 1), ("1", 1), ("\\", 0), ("'; --", 0)]
)
def test_a_text_is_looked_for_as_it_stands(homes, q, found):
    assert len(addresses(homes, q=q)) == found


def test_a_text_is_found_in_either_case(town):
    with town.write(Scope.everything()) as session:
        placed(session, "facility", ONE, spot(0.1), kind="clinic", name="Clinic A")
    assert len(rows(town, "facility", q="clinic a")) == 1


def test_a_period_holds_its_first_day_and_not_its_last_in_shanghai(town):
    with town.write(Scope.everything()) as session:
        for at in ("2026-04-30T15:59:59Z", "2026-04-30T16:00:00Z", "2026-05-01T16:00:00Z"):
            incident(session, ONE, spot(0.1), occurred_at=at)
            visit(session, house(session, ONE, spot(0.1)), ONE, at)
    day = {"since": date(2026, 5, 1), "until": date(2026, 5, 2)}
    for layer in ("incident", "visit"):
        assert len(rows(town, layer, **day)) == 1
        assert len(rows(town, layer, since=date(2026, 5, 1))) == 2
        assert len(rows(town, layer, until=date(2026, 5, 1))) == 1


def test_kinds_narrow(town):
    with town.write(Scope.everything()) as session:
        for kind in ("noise", "noise", "hazard"):
            incident(session, ONE, spot(0.1), kind=kind)
    assert [len(rows(town, "incident", kind=kind)) for kind in ("noise", "hazard", "none")] == [2, 1, 0]


def test_as_of_tells_what_held_at_a_moment(town):
    with town.write(Scope.everything()) as session:
        old = plan(session, status="retired")
        grid(session, old, ONE + 7, square(0), validity="[2025-01-01,2026-01-01)")
    then = datetime(2025, 6, 1, tzinfo=UTC)
    [past] = rows(town, "grid", as_of=then)
    assert (past["grid_no"], past["ends_at"].isoformat()[:10]) == (str(ONE + 7), "2026-01-01")
    assert [row["grid_no"] for row in rows(town, "grid")] == [str(ONE), str(TWO), str(EAST)]
    assert rows(town, "village", as_of=then) == ()
    # The village was not there yet: nothing was wrong with asking.
    assert rows(town, "grid", as_of=then, region=VILLAGE) == (past,)
    assert rows(town, "grid", as_of=datetime(1990, 1, 1, tzinfo=UTC), region=VILLAGE) == ()
    with pytest.raises(NotFound):
        rows(town, "grid", as_of=then, region="54")


@pytest.mark.parametrize(
    ("visits", "state"),
    [
        ([], "never"),
        ([(1, None)], "done"),
        ([(91, None)], "due"),
        ([(1, 8)], "done"),
        ([(1, 7)], "due"),
        ([(1, 0)], "due"),
        ([(1, -1)], "overdue"),
        ([(91, 30)], "due"),
        ([(5, -1), (1, None)], "done"),
    ],
)
def test_a_house_is_due_by_its_last_visit(town, visits, state):
    """Each visit: how many days ago, and in how many days the next one is due."""
    now = datetime.now(UTC)
    today = (now + timedelta(hours=8)).date()
    with town.write(Scope.everything()) as session:
        home = house(session, ONE, spot(0.1))
        for ago, due in visits:
            due_on = None if due is None else today + timedelta(days=due)
            visit(session, home, ONE, now - timedelta(days=ago), next_due_on=due_on)
    assert rows(town, "house")[0]["visit_state"] == state


def test_households_that_moved_out_are_not_counted(town):
    with town.write(Scope.everything()) as session:
        home = house(session, ONE, spot(0.1))
        household(session, ONE, home)
        session.get(TABLES["household"], household(session, ONE, home)).moved_out_on = date(2026, 1, 1)
    assert rows(town, "house")[0]["households"] == 1


def test_a_building_counts_the_households_in_it_or_those_assumed(everything):
    assert rows(everything, "building")[0]["households"] == 1
    with everything.write(Scope.everything()) as session:
        building(session, TWO, spot(0.7), assumed_households=4)
    assert rows(everything, "building", grid=str(TWO))[0]["households"] == 4


def test_names_of_persons_are_masked_and_nothing_sealed_is_told(everything):
    found = rows(everything, "person")
    assert {row["name"] for row in found} == {"张**"}
    assert not {"phone", "id_no"} & {part for row in found for name in row for part in (name, name[:5])}


def test_persons_cannot_be_sought_by_name(everything):
    with pytest.raises(Invalid):
        rows(everything, "person", q="张三")


@pytest.mark.parametrize(
    ("layer", "filters", "where"),
    [
        ("village", {"kind": "x", "grid": str(ONE)}, ["grid", "kind"]),
        ("duty", {"near": (100.0, 25.0), "bbox": (1.0, 1.0, 2.0, 2.0)}, ["bbox", "near"]),
        ("house", {"as_of": datetime(2026, 1, 1, tzinfo=UTC), "since": date(2026, 1, 1)}, ["as_of", "from"]),
        ("house", {"radius_m": 5.0}, ["radius_m"]),
        ("house", {"near": (1.0, 1.0), "radius_m": 0.0}, ["radius_m"]),
        ("house", {"near": (1.0, 1.0), "radius_m": 50_001.0}, ["radius_m"]),
        ("house", {"grid": "12"}, ["grid"]),
        ("house", {"q": "a\0"}, ["q"]),
        ("incident", {"since": date(2026, 1, 2), "until": date(2026, 1, 2)}, ["to"]),
        ("grid", {"as_of": datetime(2026, 1, 1)}, ["as_of"]),
    ],
)
def test_every_fault_of_the_filters_is_named(town, layer, filters, where):
    with pytest.raises(Invalid) as refused:
        rows(town, layer, **filters)
    assert [fault.where for fault in refused.value.faults] == where


def test_outside_the_scope_and_unknown_are_alike_not_found(homes):
    west = Scope.of_region(VILLAGE)
    for scope, filters in (
        (west, {"region": "532901003002"}),
        (ALL, {"region": "532901003999"}),
        (west, {"grid": str(EAST)}),
        (Scope.of_grids([ONE]), {"grid": str(TWO)}),
        (Scope.nothing(), {"region": VILLAGE}),
    ):
        with pytest.raises(NotFound):
            rows(homes, "house", scope, **filters)
    with pytest.raises(NotFound):
        rows(homes, "drains")


def test_a_field_worker_lists_the_own_grids(homes):
    assert addresses(homes, Scope.of_grids([TWO])) == ["人民路3号"]
    assert addresses(homes, Scope.of_grids([TWO]), region=COUNTY) == ["人民路3号"]
    assert addresses(homes, Scope.of_grids([TWO]), near=(100.0, 25.005)) == ["人民路3号"]


@pytest.mark.parametrize("filters", [{}, {"near": (100.0, 25.005)}])
def test_pages_are_complete_without_doubles_while_rows_are_added(homes, filters):
    """All rows of the beginning come once, in order, though at each page one is added before and one behind the key."""
    before = {row["id"] for row in rows(homes, "house", **filters)}
    seen, after = [], None
    while True:
        found = page(homes, "house", limit=2, after=after, **filters)
        seen += [row["id"] for row in found.items]
        after = found.next
        if after is None or len(seen) > 20:
            break
        with homes.write(Scope.everything()) as session:
            for number, at in ((0, 0.01), (2**128 - 1, 1.9)):
                new = TABLES["house"](
                    id=uuid.UUID(int=abs(number - len(seen))), grid_no=ONE, address="新", source="made"
                )
                session.add(new)
                session.flush()
                session.execute(PLACE, {"id": new.id, "lon": 100 + at / 100})
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def crowd_of_houses(database):
    """Forty houses in columns from west to east, four at each point; the last column is in the east's grid."""
    with database.write(Scope.everything()) as session:
        for number in range(40):
            at, up = 0.1 * (number // 4 % 5) + (1.3 if number % 20 >= 16 else 0), 0.2 + 0.5 * (number // 20)
            house(session, EAST if at > 1 else ONE, spot(at, up), f"人民路{number}号")


@pytest.mark.parametrize(
    ("bbox", "scope", "filters", "count"),
    [
        ((100.0, 25.0, 100.02, 25.01), ALL, {}, 40),
        ((100.0, 25.0, 100.02, 25.004), ALL, {}, 20),
        ((-180.0, -90.0, 180.0, 90.0), ALL, {}, 40),
        ((-180.0, 25.0, 180.0, 25.004), ALL, {"q": "1"}, 11),
        ((90.0, 25.0, 110.0, 25.01), Scope.of_region(VILLAGE), {}, 32),
        ((90.0, 25.0, 110.0, 25.01), Scope.of_grids([EAST]), {}, 8),
        ((100.0, 25.0, 100.02, 25.01), ALL, {"grid": str(EAST)}, 8),
        ((90.0, 25.0, 110.0, 25.01), ALL, {"region": VILLAGE}, 32),
        ((120.0, 25.0, 125.0, 25.01), ALL, {}, 0),
        ((0.0, 0.0, 1.0, 1.0), ALL, {}, 0),
    ],
)
def test_a_box_of_houses_is_told_from_west_to_east_page_by_page(town, bbox, scope, filters, count):
    crowd_of_houses(town)
    whole = rows(town, "house", scope, bbox=bbox, **filters)
    assert len(whole) == count
    assert [column_of(row) for row in whole] == sorted(column_of(row) for row in whole)
    after, paged = None, []
    while len(paged) <= count:
        found = page(town, "house", scope, limit=3, after=after, bbox=bbox, **filters)
        paged += found.items
        after = found.next
        if after is None:
            break
    assert tuple(paged) == whole


def column_of(row):
    """The column of the web map at level 19, then the height, then the id."""
    return math.floor((row["lon"] / 360 + 0.5) * 2**19), row["lat"], row["id"]


def test_a_box_with_a_period_goes_by_the_key(town):
    with town.write(Scope.everything()) as session:
        for day in range(1, 9):
            incident(session, ONE, spot(0.1 * (9 - day)), date(2026, 5, day))
    box = {"bbox": (100.0, 25.0, 100.02, 25.01)}
    ids = [row["id"] for row in rows(town, "incident", since=date(2026, 5, 3), **box)]
    assert len(ids) == 6
    assert ids == sorted(ids)
    places = [row["lon"] for row in rows(town, "incident", **box)]
    assert places == sorted(places)
    assert len(places) == 8


@pytest.mark.parametrize("after", ["7~x", "~", str(2**50) + "~" + str(uuid.UUID(int=7)), "-1~" + str(uuid.UUID(int=7))])
def test_a_key_of_no_strip_is_refused(homes, after):
    with pytest.raises(Invalid):
        page(homes, "house", after=after, bbox=(100.0, 25.0, 100.02, 25.01))


@given(strip=st.integers(0, 2**50 - 1), number=st.integers(0, 2**128 - 1))
def test_a_key_keeps_its_strip(strip, number):
    row = {"id": str(uuid.UUID(int=number)), "distance_m": None, "strip": strip}
    found = read_key(LISTS["house"], key_of(LISTS["house"], row), "strip")
    assert (found.key, found.strip) == (row["id"], strip)


PLACE = text("update house set point = st_setsrid(st_makepoint(:lon, 25.005), 4326) where id = :id")


@pytest.mark.parametrize("layer", LISTS)
def test_pages_of_one_give_what_one_page_gives(everything, layer):
    for filters in ({}, {"near": (100.0, 25.005)} if "near" in LISTS[layer].filters else {}):
        whole, after, single = rows(everything, layer, **filters), None, []
        for _ in whole:
            found = page(everything, layer, limit=1, after=after, **filters)
            single += found.items
            after = found.next
        assert (tuple(single), after) == (whole, None)


def test_batches_are_the_list(everything):
    async def question():
        async with snapshot(everything, ALL) as connection:
            return [list(batch) async for batch in batches(connection, ALL, "house", Filters(), size=2)]

    found = asyncio.run(question())
    assert [len(batch) for batch in found] == [2, 2, 2]
    assert tuple(row for batch in found for row in batch) == rows(everything, "house")


def test_an_empty_list_is_one_empty_batch(town):
    async def question():
        async with snapshot(town, ALL) as connection:
            return [batch async for batch in batches(connection, ALL, "house", Filters())]

    assert asyncio.run(question()) == [()]


def test_all_batches_are_of_the_moment_of_the_first(everything):
    async def question():
        async with snapshot(everything, ALL) as connection:
            found = batches(connection, ALL, "house", Filters(), size=4)
            first = await anext(found)
            with everything.write(Scope.everything()) as session:
                session.execute(text("delete from visit; update house set address = 'new'"))
            return [*first, *[row async for batch in found for row in batch]]

    before = rows(everything, "house")
    assert tuple(asyncio.run(question())) == before
    assert {row["address"] for row in rows(everything, "house")} == {"new"}


def test_by_distance_all_batches_are_the_list_too(homes):
    near = Filters(near=(100.0, 25.005), radius_m=50_000.0)

    async def question():
        async with snapshot(homes, ALL) as connection:
            return [row async for batch in batches(connection, ALL, "house", near, size=2) for row in batch]

    found = asyncio.run(question())
    assert [row["id"] for row in found] == [
        row["id"] for row in rows(homes, "house", near=near.near, radius_m=50_000.0)
    ]
    assert found == sorted(found, key=lambda row: row["distance_m"])


def test_an_estimate_is_a_number_of_rows(homes):
    async def question():
        async with snapshot(homes, ALL) as connection:
            return await estimate(connection, ALL, "house", Filters())

    assert asyncio.run(question()) >= 1


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_pages_have_a_longest(town, limit):
    with pytest.raises(Invalid):
        page(town, "house", limit=limit)


@given(
    after=st.text(max_size=60),
    layer=st.sampled_from(sorted(LISTS)),
    order=st.sampled_from(["key", "distance", "strip"]),
)
def test_garbage_is_no_key(after, layer, order):
    with pytest.raises(Invalid) as refused:
        read_key(LISTS[layer], f"{after}x" if order == "key" else f"{after}x~{after}", order)
    assert [fault.where for fault in refused.value.faults] == ["after"]


@given(distance=st.floats(min_value=0, max_value=1e7), number=st.integers(0, 2**128 - 1))
def test_a_key_keeps_every_bit_of_a_distance(distance, number):
    row = {"id": str(uuid.UUID(int=number)), "distance_m": distance}
    found = read_key(LISTS["house"], key_of(LISTS["house"], row), "distance")
    assert (found.key, found.distance_m) == (row["id"], distance)


@pytest.mark.parametrize("after", ["1", "nan~" + "0" * 8, "inf~00000000-0000-0000-0000-000000000000", "-1~x"])
def test_a_key_of_another_list_is_refused(homes, after):
    with pytest.raises(Invalid):
        page(homes, "house", after=after)
    with pytest.raises(Invalid):
        page(homes, "house", after=after, near=(100.0, 25.0))


@given(lon=st.floats(-170, 170), lat=st.floats(-80, 80), radius_m=st.floats(1, 50_000), towards=st.floats(0, 360))
def test_the_box_around_a_circle_holds_it(lon, lat, radius_m, towards):
    west, south, east, north = box_around(lon, lat, radius_m)
    x, y, _ = Geod(ellps="WGS84").fwd(lon, lat, towards, radius_m)
    assert west <= x <= east
    assert south <= y <= north


@pytest.mark.parametrize("bbox", [(-180.0, -90.0, 180.0, 90.0), (100.0, 86.0, 101.0, 90.0)])
def test_a_box_up_to_the_pole_is_no_error(everything, bbox):
    for layer in ("village", "building", "house", "barrier"):
        assert bool(rows(everything, layer, bbox=bbox)) is (bbox[0] == -180.0)
        rows(everything, layer, near=(0.0, 90.0))


MANY = """
    insert into house (id, address, grid_no, point, source)
    select md5(n::text)::uuid, 'a', 532901003001000 + 1000 * (n % 400),
           st_setsrid(st_makepoint(100 + (n % 400) / 100.0, 25.005), 4326), 'made'
    from generate_series(1, 20000) n;
    insert into incident (id, kind, text, occurred_at, handled_grid_no, grid_no, point, source)
    select h.id, 'noise', 'a', '2026-01-01', h.grid_no, h.grid_no, h.point, 'made' from house h;
    insert into building (id, grid_no, point, source) select id, grid_no, point, 'made' from house;
    insert into household (id, house_id, grid_no) select id, id, grid_no from house;
    insert into person (id, household_id, grid_no, name, residence) select id, id, grid_no, 'a', 'abroad' from house;
    insert into visit (id, house_id, grid_no, visited_at, outcome)
    select id, id, grid_no, '2026-01-01', 'met' from house;
    insert into facility (id, kind, grid_no, point, source) select id, 'clinic', grid_no, point, 'made' from house;
    analyze house, incident, building, household, person, visit, facility;
"""


@pytest.fixture(scope="module")
def crowd(settings, template):
    """Twenty thousand rows of each register in 400 villages, fifty in each."""
    yield from crowded(settings, template)


BIG = ("house", "incident", "building", "household", "person", "visit", "facility")


@pytest.mark.parametrize("layer", BIG)
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({"region": VILLAGE}, "grid_no"),
        ({"grid": str(ZERO)}, "grid_no"),
        ({"region": VILLAGE, "near": (100.0, 25.005), "radius_m": 100.0}, "grid_no"),
    ],
)
def test_the_rows_are_found_by_index(crowd, layer, filters, index):
    plan_of = explained(crowd, layer, filters)
    assert "Seq Scan" not in plan_of, plan_of
    assert index in plan_of, plan_of


@pytest.mark.parametrize("layer", BIG)
def test_the_first_page_of_everything_reads_no_whole_table(crowd, layer):
    assert "Seq Scan" not in explained(crowd, layer, {})


@pytest.mark.parametrize("layer", ["building", "facility"])
def test_a_box_is_found_by_the_index_on_geometry(crowd, layer):
    assert f"ix_{layer}_geom_m" in explained(crowd, layer, {"bbox": (100.001, 25.0, 100.012, 25.01)})


@pytest.mark.parametrize("layer", ["house", "incident"])
def test_a_page_of_a_box_is_read_column_by_column(crowd, layer):
    """The columns come sorted and the limit ends them: only the rows within one are sorted."""
    filters = Filters(bbox=(100.0, 25.0, 102.0, 25.01))
    strips = ask(crowd, ALL, lambda connection: strips_of(connection, ALL, filters))
    plan_of = explained(crowd, layer, {"bbox": filters.bbox}, **strips)
    assert f"ix_{layer}_strip" in plan_of, plan_of
    assert "Presorted Key: columns.no" in plan_of, plan_of


@pytest.mark.parametrize("layer", ["household", "person", "visit"])
def test_behind_row_security_a_box_becomes_numbers_first(crowd, layer):
    numbers = [ZERO, ZERO + 1000]
    plan_of = explained(crowd, layer, {"bbox": (100.0, 25.0, 100.012, 25.01)}, numbers=numbers)
    assert "grid_no" in plan_of
    assert f"Seq Scan on {layer}" not in plan_of, plan_of
    assert str(numbers[1]) in plan_of


def test_each_file_takes_the_scope_and_each_layer_has_one():
    files = {path.name: path.read_text(encoding="utf-8") for path in (SQL_DIR / "items").glob("*.sql")}
    assert set(files) == {spec.sql for spec in LISTS.values()}
    for name, query in files.items():
        assert all(f"%({value})s" in query for value in ("lo", "hi", "grids", "after", "limit", "skip")), name


def test_personal_lists_are_those_behind_row_security(crowd):
    with psycopg.connect(crowd.conninfo(SUPERUSER)) as connection:
        walled = connection.execute("select relname from pg_class where relrowsecurity").fetchall()
    unlisted = {"enrolment", "review", "address_alias", "residence", "occupancy", "duplicate"}
    # Counts of incidents and of cells of the map.
    unlisted |= {"county_day", "county_month", "incident_day", "incident_month", "register_count", "cell_count"}
    assert {name for name, spec in LISTS.items() if spec.personal} == {name for (name,) in walled} - unlisted


def test_titles_are_in_chinese_and_in_english():
    for spec in LISTS.values():
        for named in (spec, *spec.columns):
            assert not named.title_zh.isascii(), spec.name
            assert named.title_en.isascii(), spec.name
        titles = [column.title_zh for column in spec.columns]
        assert len(titles) == len(set(titles)), spec.name
        assert spec.key in [column.name for column in spec.columns]


def test_the_catalog_of_lists_needs_no_database():
    heavy = ("sqlalchemy", "psycopg", "shapely")
    code = f"import sys, layers.listing; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def crowded(settings, template):
    database = Database(settings, "wangge_crowd")
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(f"create database wangge_crowd template {template} owner {OWNER_ROLE}")
        try:
            with database.write(Scope.everything()) as session:
                county(session)
                kinds(session)
            with psycopg.connect(database.conninfo(SUPERUSER)) as filler:
                filler.execute(MANY)
            yield database
        finally:
            database.dispose()
            admin.execute("drop database wangge_crowd with (force)")


def explained(database, layer, filters, **found):
    """The plan of a list at the scope of the province, behind the policies, as the reading door makes it."""
    values = {
        "layer": layer,
        "numbers": None,
        "limit": 101,
        "skip": 0,
        "shapes": False,
        "after": None,
        "after_m": None,
        "after_strip": None,
    }
    values |= Filters(**filters).values() | ALL.params() | found
    query = list_sql(LISTS[layer], Filters(**filters))

    async def question(connection):
        cursor = await connection.execute("explain " + query, values, prepare=False)
        return "\n".join(row["QUERY PLAN"] for row in await cursor.fetchall())

    return ask(database, ALL, question)
