"""Rows for tests of reading: squares of 0.01 degrees side by side, each builder at most six lines."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date

from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, Point, box

from layers.db import read
from layers.models import Base

WEST, SOUTH, SIDE = 100.0, 25.0, 0.01
COUNTY, TOWNSHIP, VILLAGE = "532901", "532901003", "532901003001"
TABLES = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def ask(database, scope, question):
    """What `question(connection)` answers through the reading door in one transaction with that scope."""

    async def run():
        async with database.read_pool(1) as pool, read(pool, scope) as connection:
            return await question(connection)

    return asyncio.run(run())


def with_pool(database, question):
    """What `question(pool)` answers."""

    async def run():
        async with database.read_pool(1) as pool:
            return await question(pool)

    return asyncio.run(run())


def square(x, y=0, side=1, high=None):
    """A square of `side` units (or `high`), its lower left corner `x` units east and `y` north of the map's corner."""
    west, south = WEST + x * SIDE, SOUTH + y * SIDE
    return MultiPolygon([box(west, south, west + side * SIDE, south + (high or side) * SIDE)])


def spot(x, y=0.5):
    """The point `x` units east and `y` north of the corner of the map."""
    return Point(WEST + x * SIDE, SOUTH + y * SIDE)


def add(session, table, **values):
    """The id of a new row; shapes may be shapely's."""
    shapes = {name: from_shape(value, 4326) for name, value in values.items() if hasattr(value, "geom_type")}
    row = TABLES[table](**({"id": uuid.uuid4()} | values | shapes))
    session.add(row)
    session.flush()
    return row.id


def region(session, code, name, shape=None):
    """A region in force, below the one its code says."""
    level = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}[len(code)]
    parent = {1: None, 2: code[:2], 3: code[:4], 4: code[:6], 5: code[:9]}[level]
    return add(session, "region", code=code, name=name, level=level, parent_code=parent, geom=shape, source="made")


def county(session, villages=2):
    """A county with one township and some villages side by side, each one unit wide and high."""
    region(session, "53", "云南省")
    region(session, "5329", "大理白族自治州")
    region(session, COUNTY, "大理市", square(0, 0, villages, 1))
    region(session, TOWNSHIP, "下关街道", square(0, 0, villages, 1))
    for at in range(villages):
        region(session, f"{TOWNSHIP}{at + 1:03d}", f"{'东西南北'[at]}山村委会", square(at))


def plan(session, village=VILLAGE, status="published"):
    """A plan of a village."""
    band = {"target_load": 10, "band_low": 5, "band_high": 15, "tolerance": 0.1}
    return add(session, "plan", village_code=village, status=status, **band)


def grid(session, plan_id, number, shape, load=10, **values):
    """A grid in force; numbers from 900 are exclusive ones."""
    kind = "exclusive" if number % 1000 >= 900 else "basic"
    values = {"validity": "[2026-01-01,)", "area_m2": 1.0, "kind": kind, **values}
    return add(session, "grid", plan_id=plan_id, grid_no=number, geom=shape, load=load, **values)


def placed(session, table, number, point, /, **values):
    """A row at a point, known to house level unless said otherwise."""
    return add(session, table, **({"grid_no": number, "point": point, "source": "made", "level": "house"} | values))


def building(session, number, point, **values):
    """A building."""
    return placed(session, "building", number, point, **values)


def house(session, number, point, address="人民路1号", /, **values):
    """A house."""
    return placed(session, "house", number, point, address=address, **values)


def household(session, number, house_id, persons=0):
    """A household of some persons."""
    found = add(session, "household", grid_no=number, house_id=house_id)
    for _ in range(persons):
        add(session, "person", grid_no=number, household_id=found, name="张三", residence="registered")
    return found


def kinds(session):
    """Two kinds of incident and one of facility."""
    for code in ("noise", "hazard"):
        session.add(TABLES["incident_kind"](code=code, name_zh=code, name_en=code))
    session.add(TABLES["facility_kind"](code="clinic", name_zh="卫生室", name_en="Clinic"))
    session.flush()


def incident(session, number, point, on=date(2026, 5, 1), kind="noise", **values):
    """An incident at noon of a day in Shanghai."""
    values = {"occurred_at": f"{on} 12:00+08", "text": "噪音", "handled_grid_no": number, "kind": kind, **values}
    return placed(session, "incident", number, point, **values)
