"""Adding a house: in its grid at once, by building, point or address, and never outside the scope."""

from __future__ import annotations

import math
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from builders import COUNTY, VILLAGE, building, county, grid, house, plan, spot, square
from sqlalchemy import select, text

from layers.datum import from_wgs84
from layers.db import set_scope
from layers.errors import Conflict, Invalid, NotFound
from layers.geocoding import geocode_many
from layers.houses import add_house, home_of
from layers.models import Audit, House
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, EAST = ZERO + 1, ZERO + 1001
OTHER = "532901003002"


@pytest.fixture
def town(session):
    """West: one grid with 人民路 12 and 14. East: no grid. The session's scope is the county."""
    county(session)
    grid(session, plan(session), ONE, square(0))
    for number, at in (("12", 0.2), ("14", 0.4)):
        house(session, ONE, spot(at), f"大理市人民路{number}号", street="人民路", number=number)
    set_scope(session, Scope.of_region(COUNTY))
    return session


def test_a_house_with_a_point_is_in_the_grid_that_holds_it(town):
    found = add_house(town, "大理市人民路16号", point=(spot(0.6).x, spot(0.6).y), crs="cgcs2000")
    assert (found.grid_no, found.level, found.source, found.confidence) == (str(ONE), "house", "drawn", 1.0)
    stored = town.get(House, found.id)
    assert (stored.street, stored.number, stored.source_crs, stored.rev) == ("人民路", "16", "cgcs2000", 1)
    assert found.address == "大理市人民路16号"


def test_a_point_in_no_grid_is_in_its_village(town):
    found = add_house(town, "西山村1号", point=(spot(1.5).x, spot(1.5).y), crs="wgs84")
    assert found.grid_no == OTHER + "000"


def test_a_house_in_a_building_stands_where_the_building_stands(town):
    tower = building(town, ONE, spot(0.5), source="osm")
    found = add_house(town, "阳光小区3栋501室", building_id=tower)
    assert (found.grid_no, found.building_id, found.source) == (str(ONE), tower, "osm")
    assert found.point == pytest.approx((spot(0.5).x, spot(0.5).y))


def test_an_address_alone_is_geocoded_as_far_as_it_is_known(town):
    street = add_house(town, "人民路99号")
    assert (street.level, street.source, street.grid_no, street.reasons) == (
        "street",
        "geocoded",
        str(ONE),
        ("number_unknown",),
    )
    village = add_house(town, "东山村无名路9号")
    assert (village.level, village.grid_no, village.radius_m > 400) == ("village", str(ZERO), True)


def test_another_dwelling_of_a_known_building_joins_it(town):
    tower = building(town, ONE, spot(0.5))
    house(
        town,
        ONE,
        spot(0.5),
        "大理市阳光小区3栋101室",
        estate="阳光小区",
        building_no="3",
        room="101",
        building_id=tower,
    )
    found = add_house(town, "大理市阳光小区3栋102室")
    assert (found.building_id, found.level, found.reasons) == (tower, "house", ("room_unknown",))


def test_the_same_address_is_added_once(town):
    with pytest.raises(Conflict):
        add_house(town, "大理 人民路１２号")


@pytest.mark.parametrize("more", [{}, {"point": (100.015, 25.005), "crs": "wgs84"}])
def test_what_lies_outside_the_scope_is_not_found(town, more):
    set_scope(town, Scope.of_region(VILLAGE))
    if not more:
        more = {"building_id": building(town, EAST, spot(1.5))}
    with pytest.raises(NotFound):
        add_house(town, "大理市人民路16号", **more)
    with pytest.raises(NotFound):
        add_house(town, "大理市人民路16号", village=OTHER)


def test_a_building_that_is_none_is_not_found(town):
    with pytest.raises(NotFound):
        add_house(town, "人民路16号", building_id=uuid.uuid4())


def test_a_shifted_point_is_stored_where_it_is_with_the_datum_it_was_stated_in(town):
    there = (spot(0.6).x, spot(0.6).y)
    shifted = tuple(map(float, from_wgs84(*there, "gcj02")))
    assert shifted != pytest.approx(there, abs=1e-4)
    found = add_house(town, "大理市人民路16号", point=shifted, crs="gcj02")
    assert found.point == pytest.approx(there, abs=1e-9)
    assert town.get(House, found.id).source_crs == "gcj02"


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("address", {"address": "  "}),
        ("address", {"address": "a\0b"}),
        ("address", {"address": "长" * 201}),
        ("crs", {"point": (100.005, 25.005), "crs": "nad27"}),
        ("crs", {"point": (100.005, 25.005)}),
        ("point", {"point": (math.nan, 25.005), "crs": "wgs84"}),
        ("point", {"point": (25.005, 100.005), "crs": "wgs84"}),
        ("point", {"point": (0.0, 0.0), "crs": "wgs84"}),
        ("point", {"point": (100.005, 25.005), "crs": "wgs84", "building_id": uuid.uuid4()}),
        ("village", {"village": COUNTY}),
        ("village", {"point": (100.015, 25.005), "crs": "wgs84", "village": VILLAGE}),
    ],
)
def test_faults_say_where_they_are(town, where, wrong):
    with pytest.raises(Invalid) as caught:
        add_house(town, **({"address": "人民路16号"} | wrong))
    assert where in [fault.where for fault in caught.value.faults]


def test_an_address_that_leads_nowhere_is_refused(town):
    set_scope(town, Scope.everything())
    with pytest.raises(Invalid, match="county_missing"):
        add_house(town, "人民路16号")


def test_the_audit_names_the_house_and_not_its_address(town):
    found = add_house(town, "人民路16号", point=(100.005, 25.005), crs="wgs84")
    row = town.scalar(select(Audit).where(Audit.subject == "house"))
    assert (row.act, row.subject_id, row.grid_no) == ("add", str(found.id), ONE)
    assert "人民路" not in str(row.detail)


@pytest.mark.parametrize(
    ("scope", "home"),
    [
        (Scope.of_region(COUNTY), COUNTY),
        (Scope.of_region(VILLAGE), VILLAGE),
        (Scope.of_grids([ONE, ONE + 3]), VILLAGE),
        (Scope.of_grids([ONE, EAST]), "532901003"),
        (Scope.everything(), None),
        (Scope.nothing(), None),
    ],
)
def test_the_home_of_a_scope_is_the_deepest_region_around_it(scope, home):
    assert home_of(scope) == home


def test_one_address_posted_many_times_at_once_is_registered_once(database):
    with database.write(Scope.everything()) as session:
        county(session)
        grid(session, plan(session), ONE, square(0))

    def post(_: int) -> bool:
        with database.write(Scope.of_region(COUNTY)) as session:
            try:
                add_house(session, "大理市人民路77号", point=(spot(0.6).x, spot(0.6).y), crs="wgs84")
            except Conflict:
                return False
        return True

    with ThreadPoolExecutor(6) as posters:
        stored = list(posters.map(post, range(6)))
    assert sum(stored) == 1


def waiting(session):
    """What waits in the review queue: register, text and level."""
    return session.execute(text("select register, text, level from review where status = 'open'")).all()


def test_what_is_not_surely_placed_by_its_address_waits_for_a_person(town):
    add_house(town, "大理市人民路99号")
    assert waiting(town) == [("house", "大理市人民路99号", "street")]


def test_what_is_placed_by_a_person_or_its_building_does_not_wait(town):
    tower = building(town, ONE, spot(0.5))
    home = {"estate": "阳光小区", "building_no": "3", "building_id": tower}
    house(town, ONE, spot(0.5), "大理市阳光小区3栋101室", room="101", **home)
    add_house(town, "人民路16号", point=(spot(0.6).x, spot(0.6).y), crs="wgs84")
    add_house(town, "无名街16号", building_id=tower)
    add_house(town, "大理市阳光小区3栋102室")
    assert waiting(town) == []


def test_an_address_with_a_slip_is_kept_under_the_name_that_it_was_found_by(town):
    found = add_house(town, "大理市人名路99号")
    stored = town.get(House, found.id)
    assert (stored.street, stored.number) == ("人民路", "99")
    assert "typo" in found.reasons
    assert waiting(town) == [("house", "大理市人名路99号", "street")]


def test_an_address_on_a_new_street_keeps_its_own_words_and_is_found_next(town):
    point = (spot(0.6).x, spot(0.6).y)
    stored = town.get(House, add_house(town, "大理市新华街7号", point=point, crs="wgs84").id)
    assert (stored.street, stored.number, stored.address) == ("新华街", "7", "大理市新华街7号")
    (found,) = geocode_many(town, ["新华街7号"])
    assert (found.level, found.house_id) == ("house", str(stored.id))


def test_a_registered_house_in_other_words_is_not_added_again(town):
    with pytest.raises(Conflict, match="大理市人民路12号"):
        add_house(town, "云南省大理市下关街道东山村人民路12号")
