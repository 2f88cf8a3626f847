"""Reverse geocoding and many texts at once: what a point lies in, what is nearest in the scope, and in what order."""

from __future__ import annotations

import math

import pytest
from builders import COUNTY, VILLAGE, building, county, grid, house, plan, region, spot, square
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy import text

from layers.datum import from_wgs84
from layers.db import raw, set_scope
from layers.errors import Invalid, NotFound
from layers.geocoding import FARTHEST_M, RegionName, geocode_many, reverse
from layers.queries import load
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, EAST = ZERO + 1, ZERO + 1001
OTHER = "532901003002"
GEOD = Geod(ellps="WGS84")


@pytest.fixture
def town(session):
    """West: one grid over the village, house 1 in it. East: no grid, house 2. The session's scope is the county."""
    county(session)
    grid(session, plan(session), ONE, square(0))
    house(session, ONE, spot(0.2), "人民路1号", street="人民路", number="1")
    house(session, EAST - 1, spot(1.2), "人民路2号", street="人民路", number="2")
    set_scope(session, Scope.of_region(COUNTY))
    return session


def metres(one, other):
    """The geodesic distance between two points, lon, lat."""
    return GEOD.inv(*one, *other)[2]


def at(x, y=0.5):
    """Longitude and latitude of a spot of the map."""
    return spot(x, y).x, spot(x, y).y


def test_a_point_tells_its_regions_its_grid_and_the_nearest_house(town):
    found = reverse(town, *at(0.5))
    assert found.regions == (
        RegionName("53", 1, "云南省"),
        RegionName("5329", 2, "大理白族自治州"),
        RegionName(COUNTY, 3, "大理市"),
        RegionName("532901003", 4, "下关街道"),
        RegionName(VILLAGE, 5, "东山村委会"),
    )
    assert found.grid_no == str(ONE)
    assert (found.nearest.address, found.nearest.grid_no, found.nearest.point) == ("人民路1号", str(ONE), at(0.2))
    assert found.nearest.distance_m == pytest.approx(metres(at(0.5), at(0.2)), abs=1e-6)


def test_a_village_without_grids_has_no_grid_number(town):
    found = reverse(town, *at(1.5))
    assert (found.regions[-1].code, found.grid_no, found.nearest.address) == (OTHER, None, "人民路2号")


def test_the_nearest_house_may_stand_in_another_village(town):
    assert reverse(town, *at(0.9)).nearest.address == "人民路2号"


def test_a_point_on_a_shared_border_lies_in_the_lower_number(town):
    assert reverse(town, *at(1.0)).grid_no == str(ONE)


def test_a_point_is_read_in_its_datum(town):
    shifted = [float(value) for value in from_wgs84(*at(0.9), "gcj02")]
    assert reverse(town, *shifted, "gcj02").point == pytest.approx(at(0.9), abs=1e-9)
    assert reverse(town, *shifted).regions[-1].code == OTHER


def test_only_houses_of_the_scope_are_near(town):
    set_scope(town, Scope.of_region(VILLAGE))
    assert reverse(town, *at(0.99)).nearest.address == "人民路1号"
    town.execute(text("delete from house"))
    assert reverse(town, *at(0.99)).nearest is None


def test_who_has_one_grid_sees_the_houses_of_it_alone(town):
    grid(town, town.scalar(text("select id from plan")), ONE + 1, square(0, 2), kind="basic")
    house(town, ONE + 1, spot(0.5, 0.6), "别处1号")
    set_scope(town, Scope.of_grids([ONE]))
    assert reverse(town, *at(0.5, 0.6)).nearest.address == "人民路1号"


@pytest.mark.parametrize("scope", [Scope.of_region(OTHER), Scope.of_grids([EAST]), Scope.nothing()])
def test_a_place_outside_the_villages_of_the_scope_is_not_found(town, scope):
    set_scope(town, scope)
    with pytest.raises(NotFound):
        reverse(town, *at(0.5))


@pytest.mark.parametrize(
    ("point", "crs", "error"),
    [
        ((99.0, 25.0), "wgs84", NotFound),
        ((0.0, 0.0), "wgs84", NotFound),
        ((math.nan, 25.0), "wgs84", Invalid),
        ((500.0, 25.0), "wgs84", Invalid),
        ((100.005, 25.005), "nad27", Invalid),
    ],
)
def test_what_is_no_place_here_is_refused(town, point, crs, error):
    with pytest.raises(error):
        reverse(town, *point, crs)


def test_a_region_without_villages_answers_as_deep_as_its_shapes_go(session):
    region(session, "53", "云南省")
    region(session, "5329", "大理白族自治州")
    region(session, COUNTY, "大理市", square(0))
    house(session, int(COUNTY) * 10**9, spot(0.5), "某处1号")
    found = reverse(session, *at(0.4))
    assert [one.level for one in found.regions] == [1, 2, 3]
    assert (found.grid_no, found.nearest.address) == (None, "某处1号")


def test_a_house_known_to_its_street_only_is_not_near(town):
    town.execute(text("update house set level = 'street'"))
    assert reverse(town, *at(0.5)).nearest is None


def test_a_house_beyond_the_farthest_is_not_told(session):
    region(session, "53", "云南省", square(0, side=100))
    away = FARTHEST_M / 111_000 / 0.01
    house(session, 53 * 10**13, spot(50 + away * 1.2, 50), "远处1号")
    assert reverse(session, *at(50, 50)).nearest is None
    assert reverse(session, *at(50 + away * 0.5, 50)).nearest.address == "远处1号"


SPOTS = st.tuples(st.floats(0.001, 1.999), st.floats(0.001, 0.999))


@given(homes=st.lists(SPOTS, min_size=1, max_size=12, unique=True), asked=SPOTS)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_house_is_nearer_than_the_nearest(town, homes, asked):
    town.execute(text("delete from house"))
    for x, y in homes:
        house(town, ONE if x < 1 else EAST - 1, spot(x, y))
    found = reverse(town, *at(*asked)).nearest
    assert found.distance_m == pytest.approx(min(metres(at(*asked), at(*one)) for one in homes), abs=1e-6)


def test_the_nearest_house_is_found_by_number_behind_the_policies(town):
    connection = raw(town)
    connection.execute(
        """insert into house (id, grid_no, source, address, level, point)
           select gen_random_uuid(), 532901004001000 + n % 800, 'made', '', 'house', st_point(100 + n / 1e6, 25.5, 4326)
           from generate_series(1, 20000) n"""
    )
    values = {"west": 100.0, "south": 25.0, "east": 100.01, "north": 25.01, "lon": 100.005, "lat": 25.005}
    values |= {"reach_m": 100.0, **Scope.of_region(COUNTY).params()}
    lines = connection.execute("explain " + load("reverse.sql")["nearest_house"], values).fetchall()
    assert "ix_house_grid_no" in "\n".join(str(line) for (line,) in lines)


def test_texts_are_answered_in_order_within_the_home_of_the_scope(town):
    building(town, ONE, spot(0.5))
    found = geocode_many(town, ["人民路2号", "哪里", "大理市人民路1号"])
    assert [one.level for one in found] == ["house", "county", "house"]
    assert found[0].point == pytest.approx(at(1.2))
    assert found[2].point == pytest.approx(at(0.2))


def test_each_text_may_have_a_region_of_its_own(town):
    set_scope(town, Scope.everything())
    codes = [COUNTY, None, VILLAGE, OTHER]
    found = geocode_many(town, ["人民路1号"] * 4, within=codes)
    assert [one.level for one in found] == ["house", "unplaced", "house", "street"]
    assert [one.level for one in geocode_many(town, ["人民路1号"] * 2, within=COUNTY)] == ["house", "house"]
    with pytest.raises(ValueError, match="argument"):
        geocode_many(town, ["人民路1号"], within=codes)


def test_a_code_of_no_region_is_refused(town):
    with pytest.raises(Invalid):
        geocode_many(town, ["人民路1号"], within="大理")


def test_a_hint_may_be_one_for_all_or_one_for_each(town):
    house(town, EAST - 1, spot(1.8), "解放路1号", street="解放路", number="1")
    house(town, ONE, spot(0.8), "解放路1号", street="解放路", number="1")
    east, west = at(1.7), at(0.7)
    for found in geocode_many(town, ["解放路1号"] * 2, COUNTY, east):
        assert found.candidates[0].point == pytest.approx(at(1.8))
    found = geocode_many(town, ["解放路1号"] * 3, COUNTY, [east, west, None])
    assert found[0].candidates[0].point == pytest.approx(at(1.8))
    assert found[1].candidates[0].point == pytest.approx(at(0.8))
    assert "ambiguous" in {reason.kind for reason in found[2].reasons}


def test_batches_make_no_difference(town, monkeypatch):
    texts = ["人民路1号", "人民路2号", "哪里", "大理市人名路1号", "人民路1号", "西山村"]
    whole = geocode_many(town, texts)
    monkeypatch.setattr("layers.geocoding._BATCH", 2)
    assert geocode_many(town, texts) == whole
    assert geocode_many(town, []) == []
