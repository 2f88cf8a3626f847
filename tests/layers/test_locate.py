"""Geocoding: one contract for the gazetteer in PostGIS and one in memory, and what is honest about an answer."""

from __future__ import annotations

import math
import uuid
from dataclasses import replace

import pytest
from builders import COUNTY, TOWNSHIP, VILLAGE, building, county, house, spot, square

from layers.db import raw, set_scope
from layers.gazetteer import StoredGazetteer
from layers.geocode.gazetteer import Area, Dwelling, KnownRegion
from layers.geocode.locate import locate
from layers.geocode.parts import Parts
from layers.models import RegionAlias
from layers.queries import load
from layers.scope import Scope

ONE = int(VILLAGE) * 1000 + 1
EAST = int(VILLAGE) * 1000 + 1001
TOWER = uuid.UUID(int=1)
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


def _fits(asked, known, names):
    return all(getattr(asked, name) is not None and getattr(asked, name) == getattr(known, name) for name in names)


class ListedGazetteer:
    """The same rows as a list, in the plainest way."""

    def regions_in(self, text, within):
        found = [KnownRegion(*row) for row in REGIONS]
        return [one for one in found if not within or one.code.startswith(within) or within.startswith(one.code)]

    def dwellings(self, key, parts, lo, hi):
        names = {"estate": ("estate", "building_no"), "street": ("street", "number"), "hamlet": ("number",)}[key]
        found = []
        for address, number, at, known, tower in HOUSES:
            same = _fits(parts, known, names)
            if key == "hamlet":
                same &= parts.hamlet in (None, known.hamlet) and parts.group_no in (None, known.group_no)
                same &= known.street is None
            if same and lo <= number <= hi:
                point = (spot(at).x, spot(at).y)
                found.append(Dwelling(address, known, number, point, "house", None, tower and str(tower)))
        return found

    def along(self, key, name, lo, hi):
        points = [spot(at) for _, n, at, known, _ in HOUSES if getattr(known, key) == name and lo <= n <= hi]
        if not points:
            return None
        x, y = (sum(getattr(point, axis) for point in points) / len(points) for axis in "xy")
        return Area((x, y), max(30, *(abs(point.x - x) * 111_195 * math.cos(math.radians(y)) for point in points)))

    def area(self, code):
        squares = {VILLAGE: (0.5, 1), "532901003002": (1.5, 1), TOWNSHIP: (1, 2), COUNTY: (1, 2)}
        if code not in squares:
            return None
        x, n = squares[code]
        return Area((spot(x).x, spot(x).y), math.sqrt(n * 0.01**2 * 111_195**2 * math.cos(math.radians(25)) / math.pi))


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
    return request.getfixturevalue("stored") if request.param == "stored" else ListedGazetteer()


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
    assert (found.level, found.reasons) == (level, reasons)
    assert found.point == pytest.approx((spot(x).x, spot(x).y), abs=1e-5)
    assert found.radius_m > 0


def test_the_same_answer_from_both_gazetteers(stored):
    for text in ("大理市人民路12号", "大理市人民路", "大理市东山村委会", "大理市解放路1号", "解放路1号", "哪里"):
        one, other = locate(text, stored), locate(text, ListedGazetteer())
        assert one.radius_m == pytest.approx(other.radius_m, rel=0.02) if one.radius_m else other.radius_m is None
        assert one.point == pytest.approx(other.point, abs=1e-5) if one.point else other.point is None
        same = {"point": None, "radius_m": None, "building_id": None}
        assert replace(one, **same) == replace(other, **same)


def test_a_number_is_never_nearly_right(gazetteer):
    assert locate("大理市人民路21号", gazetteer).level == "street"
    assert locate("大理市阳光小区13栋", gazetteer).level == "street"


def test_two_places_with_one_address_are_candidates_and_no_house(gazetteer):
    found = locate("大理市解放路1号", gazetteer)
    assert (found.level, found.reasons) == ("street", ("ambiguous",))
    assert [candidate.grid_no for candidate in found.candidates] == [ONE, EAST]
    assert found.confidence < 0.6


def test_without_a_county_there_are_candidates_but_no_place(gazetteer):
    found = locate("人民路12号", gazetteer)
    assert (found.point, found.level, found.grid_no, found.reasons) == (None, "unplaced", None, ("county_missing",))
    assert [candidate.address for candidate in found.candidates] == ["人民路12号"]


def test_confidence_falls_with_the_level(gazetteer):
    texts = ("人民路12号", "阳光小区3栋", "人民路", "东山村委会", "下关街道", "大理市", "")
    found = [locate(text, gazetteer, COUNTY).confidence for text in texts]
    assert found == sorted(found, reverse=True)
    assert found[0] == 1.0
    assert locate("天上", gazetteer).confidence == 0


def test_what_is_not_understood_is_said(gazetteer):
    found = locate("大理市人民路12号旁边的小店", gazetteer)
    assert (found.level, found.reasons, found.parts.rest) == ("house", ("not_understood",), "旁边的小店")
    assert found.confidence == 0.7


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


def test_addresses_are_found_by_index(session, stored):
    connection = raw(session)
    connection.execute(
        """insert into house (id, grid_no, source, address, street, number)
           select gen_random_uuid(), 532901003001001, 'made', '', '路' || n % 300, n::text
           from generate_series(1, 20000) n"""
    )
    values = {"street": "路1", "number": "1", "lo": 1, "hi": 10**15}
    lines = connection.execute("explain " + load("geocode.sql")["by_street"], values).fetchall()
    assert "ix_house_street" in "\n".join(str(line) for (line,) in lines)
