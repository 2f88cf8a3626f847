"""Geocoding: one contract for the gazetteer in PostGIS and one in memory, and what is honest about an answer."""

from __future__ import annotations

import math
import uuid
from dataclasses import replace

import pytest
from builders import COUNTY, TOWNSHIP, VILLAGE, building, county, house, spot, square

from layers.db import set_scope
from layers.gazetteer import StoredGazetteer
from layers.geocode.gazetteer import Area, Dwelling, KnownRegion
from layers.geocode.locate import locate, locate_many
from layers.geocode.memory import MemoryGazetteer
from layers.geocode.parts import Parts
from layers.models import RegionAlias
from layers.scope import Scope

ONE = int(VILLAGE) * 1000 + 1
EAST = int(VILLAGE) * 1000 + 1001
TOWER = uuid.UUID(int=1)
SQUARE_M2 = 0.01**2 * 111_195**2 * math.cos(math.radians(25))
REGIONS = (
    ("53", 1, "云南省"),
    ("5329", 2, "大理白族自治州"),
    (COUNTY, 3, "大理市"),
    (TOWNSHIP, 4, "下关街道"),
    (VILLAGE, 5, "东山村委会"),
    ("532901003002", 5, "西山村委会"),
)
HOUSES = (
    ("人民路12号", ONE, 0.2, Parts(street="人民路", number="12"), None),
    ("人民路14号", ONE, 0.3, Parts(street="人民路", number="14"), None),
    ("阳光小区3栋1单元101室", ONE, 0.5, Parts(estate="阳光小区", building_no="3", unit="1", room="101"), TOWER),
    ("阳光小区3栋1单元102室", ONE, 0.5, Parts(estate="阳光小区", building_no="3", unit="1", room="102"), TOWER),
    ("东山村委会上村2组5号", ONE, 0.7, Parts(hamlet="上村", group_no="2", number="5"), None),
    ("解放路1号", ONE, 0.8, Parts(street="解放路", number="1"), None),
    ("解放路1号", EAST, 1.8, Parts(street="解放路", number="1"), None),
)


def kinds(location):
    """The kinds of an answer's reasons."""
    return {reason.kind for reason in location.reasons}


def listed():
    """The same rows in memory."""
    places = [((spot(at).x, spot(at).y), tower) for _, _, at, _, tower in HOUSES]
    dwellings = [
        Dwelling(str(uuid.UUID(int=at)), address, parts, number, point, "house", None, tower and str(tower))
        for at, ((address, number, _, parts, _), (point, tower)) in enumerate(zip(HOUSES, places, strict=True))
    ]
    squares = {VILLAGE: (0.5, 1), "532901003002": (1.5, 1), TOWNSHIP: (1, 2), COUNTY: (1, 2)}
    areas = {code: Area((spot(x).x, spot(x).y), math.sqrt(n * SQUARE_M2 / math.pi)) for code, (x, n) in squares.items()}
    return MemoryGazetteer([KnownRegion(*row) for row in REGIONS], dwellings, areas)


@pytest.fixture
def stored(session):
    """The rows in PostGIS."""
    county(session)
    tower_id = building(session, ONE, spot(0.5))
    for address, number, at, parts, tower in HOUSES:
        known = {key: value for key, value in vars(parts).items() if key != "rest"}
        house(session, number, spot(at), address, building_id=tower_id if tower else None, **known)
    return StoredGazetteer(session)


@pytest.fixture(params=["stored", "listed"])
def gazetteer(request):
    """Either gazetteer."""
    return request.getfixturevalue("stored") if request.param == "stored" else listed()


@pytest.mark.parametrize(
    ("text", "within", "level", "reasons", "x"),
    [
        ("大理市下关街道人民路12号", None, "house", (), 0.2),
        ("人民路１２号", COUNTY, "house", (), 0.2),
        ("云南大理人民路14号", None, "house", (), 0.3),
        ("大理市阳光小区三幢1单元102", None, "house", (), 0.5),
        ("大理市阳光小区3-1-101", None, "house", (), 0.5),
        ("大理市阳光小区3栋", None, "building", (), 0.5),
        ("大理市阳光小区3栋1单元999室", None, "building", ("room_unknown",), 0.5),
        ("下关街道东山村上村二组5号", COUNTY, "house", (), 0.7),
        ("东山村委会2组5号", COUNTY, "house", (), 0.7),
        ("大理市人民路21号", None, "street", ("number_unknown",), 0.25),
        ("大理市人民路", None, "street", (), 0.25),
        ("大理市东山村上村9号", None, "hamlet", ("number_unknown",), 0.7),
        ("大理市东山村无名路9号", None, "village", ("street_unknown",), 0.5),
        ("大理市下关街道", None, "township", (), 1.0),
        ("大理市", None, "county", (), 1.0),
        ("东山村解放路1号", COUNTY, "house", (), 0.8),
        ("西山村解放路1号", COUNTY, "house", (), 1.8),
    ],
)
def test_texts_are_located_as_far_as_they_are_known(gazetteer, text, within, level, reasons, x):
    found = locate(text, gazetteer, within)
    assert found.level == level
    assert kinds(found) - {"went_up"} == set(reasons)
    assert found.point == pytest.approx((spot(x).x, spot(x).y), abs=1e-5)
    assert found.radius_m > 0


TEXTS = [
    *(
        "大理市人民路12号",
        "大理市人名路12号",
        "大理市人民路",
        "大理市东山村委会",
        "大理市解放路1号",
        "解放路1号",
        "哪里",
        "",
    ),
    *("大理市阳光小区3栋1单元101室", "大理市阳光小区3栋1单元999室", "大理市东山村委会上村2组5号", "大理市上村2组6号"),
    *("大里市人民路14号", "西山村2组5号"),
]


@pytest.mark.parametrize("within", [None, COUNTY, "532901003002"])
def test_the_same_answer_from_both_gazetteers(stored, within):
    for one, other in zip(locate_many(TEXTS, stored, within), locate_many(TEXTS, listed(), within), strict=True):
        assert one.radius_m == pytest.approx(other.radius_m, rel=0.02) if one.radius_m else other.radius_m is None
        assert one.point == pytest.approx(other.point, abs=1e-5) if one.point else other.point is None
        same = {"point": None, "radius_m": None, "building_id": None, "house_id": None, "candidates": ()}
        assert replace(one, **same) == replace(other, **same)
        assert [replace(seen, house_id=None, point=None) for seen in one.candidates] == [
            replace(seen, house_id=None, point=None) for seen in other.candidates
        ]


def test_a_number_is_never_nearly_right(gazetteer):
    assert locate("大理市人民路21号", gazetteer).level == "street"
    assert locate("大理市阳光小区13栋", gazetteer).level == "street"


def test_two_places_with_one_address_are_candidates_and_no_house(gazetteer):
    found = locate("大理市解放路1号", gazetteer)
    assert (found.level, kinds(found)) == ("street", {"ambiguous"})
    assert [candidate.grid_no for candidate in found.candidates] == [ONE, EAST]
    assert found.confidence < 0.6


def test_without_a_county_there_are_candidates_but_no_place(gazetteer):
    found = locate("人民路12号", gazetteer)
    assert (found.point, found.level, found.grid_no, kinds(found)) == (None, "unplaced", None, {"county_missing"})
    assert [candidate.address for candidate in found.candidates] == ["人民路12号"]


def test_confidence_falls_with_the_level(gazetteer):
    texts = ("人民路12号", "阳光小区3栋", "人民路", "东山村委会", "下关街道", "大理市", "")
    found = [locate(text, gazetteer, COUNTY).confidence for text in texts]
    assert found == sorted(found, reverse=True)
    assert found[0] >= 0.9
    assert locate("天上", gazetteer).confidence == 0


def test_what_is_not_understood_is_said(gazetteer):
    found = locate("大理市人民路12号旁边的小店", gazetteer)
    assert (found.level, kinds(found), found.parts.rest) == ("building", {"not_understood"}, "旁边的小店")
    assert found.confidence < locate("大理市人民路12号", gazetteer).confidence


@pytest.mark.parametrize("stated", ["海东镇", "大理市海东镇", "南诏街道", "祥云县", "大理州祥云县喜洲镇"])
def test_a_house_outside_the_region_that_the_text_names_is_never_sure(gazetteer, stated):
    found = locate(f"{stated}人民路12号", gazetteer, COUNTY)
    assert "outside_stated" in kinds(found)
    assert found.confidence < 0.7


@pytest.mark.parametrize("before", ["阳光小区", "工业园区", "大理石街"])
def test_a_name_that_only_looks_like_one_of_a_region_states_none(gazetteer, before):
    assert "outside_stated" not in kinds(locate(f"{before}人民路12号", gazetteer, COUNTY))


@pytest.mark.parametrize("text", ["", "'); drop table house; --", "%" * 200, "12号" * 60, "大" * 3000])
def test_hostile_text_is_only_text(gazetteer, text):
    assert locate(text, gazetteer, COUNTY).level in ("county", "unplaced")


def test_the_radius_of_a_village_is_that_of_a_circle_as_large(gazetteer):
    found = locate("大理市东山村委会", gazetteer)
    assert found.level == "village"
    assert math.pi * found.radius_m**2 == pytest.approx(
        square(0).area * 111_195**2 * math.cos(math.radians(25)), rel=0.02
    )


def test_other_names_lead_to_the_region(session, stored):
    session.add(RegionAlias(region_code=COUNTY, name="老大理县", kind="old"))
    session.flush()
    assert locate("老大理县人民路12号", stored).level == "house"


def test_a_house_outside_the_scope_is_not_found(session, stored):
    set_scope(session, Scope.of_region("532901003002"))
    found = locate("大理市人民路12号", stored)
    assert (found.level, found.candidates) == ("county", ())
