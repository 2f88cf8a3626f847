"""Which grid holds what: the SQL against gridding's pure rule on random maps, and what never enters a grid."""

from __future__ import annotations

import uuid

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from town import BOTTOM, EAST, LEFT, MIDDLE, RIGHT, TOP, WEST, buildings, incidents, lattice, regions, square

from gridding import Plane, Target, label_houses
from layers import plans
from layers.assign import assign, place_of
from layers.grid_rows import frame_of
from layers.imports import begin
from layers.publish import publish
from layers.villages import in_force, read_inputs


@pytest.fixture
def maps(session):
    """One village after the other gets new houses and so new grids; gives the session."""
    regions(session)
    return session


def _publish(session, rng):
    points = [shapely.Point(x, y) for x, y in rng.uniform((LEFT, BOTTOM), (MIDDLE, TOP), (60, 2))]
    session.execute(text("delete from building"))
    ids = [str(uuid.UUID(bytes=rng.bytes(16))) for _ in points]
    rows = {"id": ids, "point": points, "grid_no": 0, "level": "building", "source": "made", "assumed_households": 1}
    with begin(session, "test", "houses") as log:
        log.copy("building", pd.DataFrame(rows))
        assign(session, import_id=log.id)
    plan = plans.submit(session, plans.divide_village(session, WEST, Target(load=12, band=(8, 16))).id, 1)
    publish(session, plan.id, plan.rev)


def _pure(session, points):
    """Number by the pure rule in the plane, 0 where no grid holds the point."""
    plane = Plane.around(read_inputs(session, WEST).boundary.bounds)
    grids = frame_of(in_force(session, WEST), "seq")
    grids = grids.set_geometry(plane.to_plane(gpd.GeoSeries(grids.geometry)))
    series = plane.to_plane(gpd.GeoSeries(points, crs="EPSG:4326"))
    houses = gpd.GeoDataFrame({"id": [str(n) for n in range(len(points))], "load": 1}, geometry=series)
    labels = label_houses(grids, houses)
    return [int(labels.get(str(n), 0)) for n in range(len(points))]


@given(seed=st.integers(0, 2**32 - 1))
@example(seed=0)
@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_pure_rule_agree_on_random_maps(maps, seed):
    session = maps
    rng = np.random.default_rng(seed)
    _publish(session, rng)
    borders = [vertex for row in in_force(session, WEST) for vertex in shapely.get_coordinates(row.geom)]
    picked = [shapely.Point(borders[index]) for index in rng.integers(0, len(borders), 40)]
    inside = [shapely.Point(x, y) for x, y in rng.uniform((LEFT, BOTTOM), (RIGHT, TOP), (80, 2))]
    points = picked + inside
    expected = _pure(session, points)
    session.execute(text("delete from incident"))
    session.execute(text("delete from incident_kind"))
    incidents(session, points)
    query = "select grid_no, st_x(point), st_y(point) from incident"
    found = {(x, y): number for number, x, y in session.execute(text(query))}
    for point, number in zip(points, expected, strict=True):
        sql = found[(point.x, point.y)]
        # Only the west has grids; a node on its border may lie a hair beyond the meridian.
        village = WEST if number else EAST
        assert sql == int(village) * 1000 + number, (point.wkt, sql, number)
        assert place_of(session, point.x, point.y) == sql


def test_assigning_again_moves_nothing(session):
    regions(session)
    buildings(session, lattice(4))
    assert sum(assign(session).values()) == 0
    assert sum(assign(session, [WEST]).values()) == 0


def test_a_point_on_the_village_border_belongs_to_the_lower_village(session):
    regions(session)
    buildings(session, [shapely.Point(MIDDLE, 25.51)])
    assert session.execute(text("select grid_no from building")).scalar_one() == int(WEST) * 1000


def test_a_grid_takes_precedence_over_a_lower_village_without_grids(session):
    regions(session)
    buildings(session, [shapely.Point(MIDDLE, 25.51)])
    plan = plans.submit(session, plans.divide_village(session, EAST, Target()).id, 1)
    publish(session, plan.id, plan.rev)
    assert session.execute(text("select grid_no from building")).scalar_one() == int(EAST) * 1000 + 1
    plan = plans.submit(session, plans.divide_village(session, WEST, Target()).id, 1)
    publish(session, plan.id, plan.rev)
    assert session.execute(text("select grid_no from building")).scalar_one() == int(WEST) * 1000 + 1


def test_a_house_goes_with_its_building_not_with_its_own_point(session):
    regions(session)
    [home] = buildings(session, [shapely.Point(LEFT + 0.001, 25.51)])
    with begin(session, "test", "house") as log:
        row = {"building_id": home, "address": "1号", "grid_no": 0, "source": "made"}
        log.copy("house", pd.DataFrame([{**row, "point": shapely.Point(RIGHT - 0.001, 25.51)}]))
        assign(session, import_id=log.id)
    assert session.execute(text("select grid_no from house")).scalar_one() == int(WEST) * 1000


def test_a_house_without_building_goes_by_its_point(session):
    regions(session)
    with begin(session, "test", "house") as log:
        row = {"address": "1号", "grid_no": 0, "source": "made", "point": shapely.Point(RIGHT - 0.001, 25.51)}
        log.copy("house", pd.DataFrame([row]))
        assign(session, import_id=log.id)
    assert session.execute(text("select grid_no from house")).scalar_one() == int(EAST) * 1000


@pytest.mark.parametrize("level", ["village", "township", "county", "unplaced"])
def test_a_coarse_point_keeps_its_number(session, level):
    regions(session)
    incidents(session, [shapely.Point(LEFT + 0.001, 25.51)], level=level, number=int(EAST) * 1000)
    assert session.execute(text("select grid_no from incident")).scalar_one() == int(EAST) * 1000


def test_place_of_falls_up_to_the_deepest_region_with_a_shape(session):
    regions(session)
    assert place_of(session, RIGHT + 1, TOP) is None
    session.execute(
        text("update region set geom = st_geomfromtext(:wkt, 4326) where code = '532901'"),
        {"wkt": square(LEFT, RIGHT + 2).wkt},
    )
    assert place_of(session, RIGHT + 1, TOP - 0.001) == 532901 * 10**9


def _grids(session, *spans):
    """Grids in force of the west, from the one longitude to the other, in the order of their numbers."""
    plan = uuid.uuid4()
    session.execute(
        text(
            "insert into plan (id, village_code, status, target_load, band_low, band_high, tolerance)"
            " values (:id, :village, 'published', 1, 1, 2, 0.05)"
        ),
        {"id": plan, "village": WEST},
    )
    for number, (left, right) in enumerate(spans, start=1):
        values = {"plan": plan, "no": int(WEST) * 1000 + number, "wkt": square(left, right).wkt}
        session.execute(
            text(
                "insert into grid (id, grid_no, plan_id, kind, validity, geom, area_m2, load)"
                " values (gen_random_uuid(), :no, :plan, 'basic', '[2021-01-01,)', st_geomfromtext(:wkt, 4326), 1, 1)"
            ),
            values,
        )


def test_a_row_on_a_border_or_where_grids_overlap_by_a_hair_goes_to_the_lowest_number(session):
    regions(session)
    middle, hair = (LEFT + MIDDLE) / 2, 5e-9
    _grids(session, (LEFT, middle + hair), (middle - hair, MIDDLE))
    points = [shapely.Point(x, 25.51) for x in (middle - hair, middle, middle + hair, middle + 2 * hair)]
    incidents(session, points)
    session.execute(text("update incident set grid_no = grid_no / 1000 * 1000 + 2"))
    assert assign(session, [WEST])["incident"] == 3
    found = session.execute(text("select grid_no % 1000 from incident order by st_x(point)")).scalars().all()
    assert found == [1, 1, 1, 2]


@given(seed=st.integers(0, 2**32 - 1))
@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wherever_rows_stood_they_come_to_the_place_of_their_point(maps, seed):
    session = maps
    rng = np.random.default_rng(seed)
    session.execute(text("delete from incident"))
    session.execute(text("delete from incident_kind"))
    session.execute(text("delete from grid"))
    session.execute(text("delete from plan"))
    cuts = np.sort(rng.uniform(LEFT, MIDDLE, 3))
    _grids(session, *zip((LEFT, *cuts), (*cuts, MIDDLE), strict=True))
    xs = [*rng.uniform(LEFT, RIGHT, 40), *np.repeat(cuts, 3)]
    incidents(session, [shapely.Point(x, rng.uniform(BOTTOM, TOP)) for x in xs])
    session.execute(
        text("update incident set grid_no = cast(:village as bigint) * 1000 + get_byte(uuid_send(id), 0) % 6"),
        {"village": WEST},
    )
    assign(session)
    assert session.execute(text("select count(*) from incident where grid_no <> place_of(point)")).scalar_one() == 0
    assert sum(assign(session).values()) == 0
