"""Questions about a point: found by their indexes, behind row-level security, and exact where many lie close."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from functools import partial

import psycopg
import pyproj
import pytest
import shapely
from builders import VILLAGE, ask, county, grid, plan, region, square
from psycopg import sql

from layers.cluster import SUPERUSER
from layers.db import OWNER_ROLE, Database, reading
from layers.errors import Invalid
from layers.here import MOST_NEAR, here, near
from layers.imports import ewkb
from layers.items.filters import box_around
from layers.queries import load
from layers.scope import Scope

ALL = Scope.of_region("53")
ZERO = int(VILLAGE) * 1000
SCATTER = """
    insert into facility_kind (code, name_zh, name_en) values ('lamp', '灯', 'L');
    insert into facility (id, kind, name, grid_no, point, source)
    select md5(n::text)::uuid, 'lamp', 'lamp ' || n, place_of(p.point), p.point, 'made'
    from generate_series(1, 20000) n
    cross join lateral (select st_makepoint(100 + random() * 0.2 + 0 * n, 25 + random() * 0.01) as plain) made
    cross join lateral (select st_setsrid(made.plain, 4326) as point) p;
    insert into house (id, address, grid_no, point, source)
    select id, name, grid_no, point, 'made' from facility;
    insert into region (id, code, level, name, parent_code, source, geom)
    select gen_random_uuid(), '532901004' || lpad(n::text, 3, '0'), 5, 'v' || n, '532901004', 'made', st_multi(t.cell)
    from generate_series(1, 900) n
    cross join lateral (select 101 + n % 30 as x, 30 + n / 30 as y) at
    cross join lateral (select st_makeenvelope(at.x, at.y, at.x + 0.9, at.y + 0.9, 4326) as cell) t;
    insert into grid (id, grid_no, validity, plan_id, kind, load, geom, area_m2)
    select gen_random_uuid(), r.code::bigint * 1000 + 1, '[2026-01-01,)', p.id, 'basic', 1, r.geom, 1
    from region r, (select id from plan limit 1) p where r.code like '532901004___';
    analyze facility, house, grid, region;
"""
ON_EARTH = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def scattered(settings, template):
    """Twenty thousand lamps and as many houses in a row of twenty villages, each a grid."""
    database = Database(settings, "wangge_scattered")
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(f"create database wangge_scattered template {template} owner {OWNER_ROLE}")
        try:
            with database.write(Scope.everything()) as session:
                county(session, 1)
                for n in range(20):
                    if n:
                        region(session, f"{ZERO // 1000 + n:012d}", f"村{n}", square(n))
                    number = ZERO + n * 1000 + 1
                    grid(session, plan(session, village=f"{number // 1000:012d}"), number, square(n))
            with psycopg.connect(database.conninfo(SUPERUSER)) as filler:
                filler.execute("select setseed(0.5)")
                filler.execute(SCATTER)
            yield database
        finally:
            database.dispose()
            admin.execute("drop database wangge_scattered with (force)")


@pytest.fixture(scope="module")
def lamps(scattered):
    """Id, place and grid of each lamp; the houses are the same."""
    with psycopg.connect(scattered.conninfo(SUPERUSER)) as connection:
        return connection.execute("select id, st_x(point), st_y(point), grid_no from facility").fetchall()


def by_hand(lamps, lon, lat, k, radius_m, scope=ALL):
    """What is near, from all distances."""
    seen = [row for row in lamps if scope.covers(row[3], row[3])]
    _, _, away = ON_EARTH.inv([lon] * len(seen), [lat] * len(seen), [row[1] for row in seen], [row[2] for row in seen])
    found = sorted((m, row[0]) for m, row in zip(away, seen, strict=True) if m <= radius_m)
    return [(row_id, pytest.approx(m, abs=0.02)) for m, row_id in found[:k]]


@pytest.mark.parametrize("layer", ["facility", "house"])
@pytest.mark.parametrize(("k", "radius_m"), [(1, 50_000.0), (7, 300.0), (MOST_NEAR, 50_000.0), (MOST_NEAR, 150.0)])
def test_the_nearest_are_exactly_those(scattered, lamps, layer, k, radius_m):
    chosen = random.Random(7)
    for _ in range(5):
        lon, lat = 100 + chosen.random() * 0.2, 25 + chosen.random() * 0.02
        found = ask(scattered, ALL, partial(near, scope=ALL, layer=layer, lon=lon, lat=lat, k=k, radius_m=radius_m))
        assert [(row.id, row.distance_m) for row in found] == by_hand(lamps, lon, lat, k, radius_m)


@pytest.mark.parametrize("layer", ["facility", "house"])
@pytest.mark.parametrize(
    "scope", [Scope.of_region(f"{ZERO // 1000 + 3:012d}"), Scope.of_grids([ZERO + 9001, ZERO + 1])]
)
def test_the_nearest_of_a_scope_are_exactly_those(scattered, lamps, layer, scope):
    found = ask(scattered, scope, lambda one: near(one, scope, layer, 100.105, 25.005, 20, 50_000.0))
    assert [(row.id, row.distance_m) for row in found] == by_hand(lamps, 100.105, 25.005, 20, 50_000.0, scope)


def test_every_point_is_in_its_grid(scattered, lamps):
    async def numbers():
        async with scattered.read_pool(1) as pool, reading(pool) as connection:
            return [(await here(connection, ALL, lon, lat)).grid_no for _, lon, lat, _ in lamps[:200]]

    assert asyncio.run(numbers()) == [f"{number:015d}" for *_, number in lamps[:200]]


def plan_of(database, query, values):
    """The plan at the scope of the province, behind the policies."""

    async def question(connection):
        cursor = await connection.execute(sql.SQL("explain {}").format(query), values, prepare=False)
        return "\n".join(row["QUERY PLAN"] for row in await cursor.fetchall())

    return ask(database, ALL, question)


def around(radius_m):
    window = ewkb(shapely.box(*box_around(100.1, 25.005, radius_m)))
    return ALL.params() | {"lon": 100.1, "lat": 25.005, "k": 10, "radius_m": radius_m, "window": window}


@pytest.mark.parametrize("radius_m", [100.0, 50_000.0])
def test_the_index_gives_the_nearest_in_their_order(scattered, radius_m):
    query = sql.SQL(load("here.sql")["near"]).format(table=sql.Identifier("facility"))
    found = plan_of(scattered, query, around(radius_m))
    assert "Seq Scan on facility" not in found
    assert found.count("ix_facility_geom_m") == 2
    # In a window with few rows a sort of them is cheaper than the order of the index.
    if radius_m > 1000:
        assert "Order By: (geom_m <->" in found


def test_houses_are_read_by_the_numbers_of_their_grids(scattered):
    found = plan_of(scattered, sql.SQL(load("here.sql")["near_houses"]), around(100.0))
    assert "ix_house_grid_no" in found
    assert "Seq Scan on house" not in found


@pytest.mark.parametrize("as_of", [None, datetime(2026, 6, 1, tzinfo=UTC)])
def test_regions_and_duties_of_a_point_are_looked_up(scattered, as_of):
    values = ALL.params() | {"lon": 100.1, "lat": 25.005, "as_of": as_of}
    found = plan_of(scattered, sql.SQL(load("here.sql")["here"]), values)
    assert "Seq Scan on region" not in found
    assert "Seq Scan on grid" not in found


def test_what_is_asked_wrongly_is_refused_with_every_fault(scattered):
    def faults(**asked):
        values = {"k": 1, "radius_m": 10.0} | asked
        with pytest.raises(Invalid) as refused:
            ask(scattered, ALL, lambda one: near(one, ALL, "facility", 100.0, 25.0, **values))
        return [fault.where for fault in refused.value.faults]

    assert faults(k=0, radius_m=0.0) == ["k", "radius_m"]
    assert faults(k=MOST_NEAR + 1) == ["k"]
    assert faults(radius_m=50_001.0) == ["radius_m"]
    with pytest.raises(Invalid, match="faults"):
        ask(scattered, ALL, lambda one: here(one, ALL, 100.0, 25.0, datetime(2026, 1, 1)))
