"""An OpenStreetMap file in the database: all of it or nothing, once, under a prefecture of its own."""

from __future__ import annotations

import pytest
from osmtown import Town
from sqlalchemy import select, text

from layers.doctor import examine
from layers.errors import Conflict, Invalid
from layers.imports import digest
from layers.models import Building, Facility, FacilityKind, ImportLog, Region
from layers.osm import read, store_osm


@pytest.fixture
def brought(session, tmp_path):
    """Read a drawn town with level 8 and store it."""

    def bring(town, name="drawn.osm"):
        path = town.write(tmp_path / name)
        return store_osm(session, read(path, 8), name, digest(path))

    return bring


def village(name="Alfa", west=0):
    town = Town()
    town.village(name, (west, 0, west + 10, 10))
    town.box(west + 1, 1, west + 2, 2, building="yes", name=f"House of {name}")
    town.node(west + 5, 5, amenity="school")
    town.node(west + 6, 5, shop="bakery", name="Bread")
    town.way([(west + 5, 0), (west + 5, 10)], waterway="river")
    town.way([(west + 1, 6), (west + 9, 6)], highway="tertiary", bridge="yes")
    return town


def rows(session, model):
    return session.scalars(select(model)).all()


def test_everything_is_there_and_counted(session, brought):
    result = brought(village())
    assert result.counts == {
        "barrier": 2, "building": 1, "facility": 1, "link": 1, "organisation": 1, "region": 5,
    }  # fmt: skip
    log = rows(session, ImportLog)[0]
    assert (log.kind, log.source_name, log.crs, log.rows, log.counts) == (
        "osm", "drawn.osm", "EPSG:4326", 11, result.counts,
    )  # fmt: skip
    for table in ("region", "building", "facility", "organisation", "barrier", "link"):
        assert set(session.scalars(text(f"select import_id from {table}"))) == {result.import_id}


def test_a_building_is_numbered_by_its_village(session, brought):
    brought(village())
    building = rows(session, Building)[0]
    assert (building.grid_no, building.source, building.level) == (990101001001000, "osm", "building")
    assert building.assumed_households == 1


def test_an_import_leaves_nothing_for_the_doctor(session, vault, brought):
    brought(village())
    assert [faults for _, faults in examine(session, vault) if faults] == []


def test_faults_are_in_the_log_with_their_place(session, brought):
    town = village()
    town.box(50, 1, 52, 3, building="yes")
    result = brought(town)
    kept = rows(session, ImportLog)[0].faults
    assert [fault["message"] for fault in kept] == ["the building lies in no village"]
    assert kept[0]["place"] == pytest.approx([9.551, 47.002], abs=1e-3)
    assert [fault.message for fault in result.faults] == ["the building lies in no village"]
    assert sorted(building.grid_no for building in rows(session, Building)) == [990101000000000, 990101001001000]


def test_the_same_file_is_refused_and_told_when_it_came(session, brought):
    first = brought(village())
    with pytest.raises(Conflict, match=rf"drawn\.osm on 20.* as import {first.import_id}"):
        brought(village(), "renamed.osm")


def test_villages_over_others_are_refused_by_name(session, brought):
    brought(village("Alfa"))
    with pytest.raises(Invalid, match="overlap others that are in force") as caught:
        brought(village("Newer", west=5), "newer.osm")
    assert [fault.where for fault in caught.value.faults] == ["990101001001"]
    assert caught.value.faults[0].message.startswith("Alfa already covers 42")


def test_another_file_has_another_prefecture(session, brought):
    brought(village("Alfa"))
    brought(village("Beta", west=10), "beta.osm")
    codes = [region.code for region in rows(session, Region)]
    assert sorted(codes) == [
        "99",
        "9901", "990101", "990101001", "990101001001",
        "9902", "990201", "990201001", "990201001001",
    ]  # fmt: skip
    parents = {region.code: region.parent_code for region in rows(session, Region)}
    assert parents["9902"] == "99"
    assert parents["990201001001"] == "990201001"
    houses = {building.name: building.grid_no for building in rows(session, Building)}
    assert houses == {"House of Alfa": 990101001001000, "House of Beta": 990201001001000}


def test_kinds_that_a_county_has_named_stay_as_they_are(session, brought):
    session.add(FacilityKind(code="school", name_zh="学堂", name_en="school house"))
    brought(village())
    assert session.get(FacilityKind, "school").name_zh == "学堂"
    assert [facility.kind for facility in rows(session, Facility)] == ["school"]


def test_hostile_names_change_nothing_but_the_names(session, brought):
    names = ["<script>alert(1)</script>", "'); drop table region; --", "\\.", "{} %s :name"]
    town = Town()
    for number, name in enumerate(names):
        town.village(name, (10 * number, 0, 10 * number + 10, 10))
        town.box(10 * number + 1, 1, 10 * number + 2, 2, building="yes", name=name, addr__street=name)
    brought(town)
    assert sorted(building.name for building in rows(session, Building)) == sorted(names)
    assert sorted(building.address for building in rows(session, Building)) == sorted(names)
    stored = session.scalars(select(Region.name).where(Region.level == 5))
    assert sorted(stored) == sorted(names)


def test_a_town_without_anything_in_it_is_still_a_town(session, brought):
    town = Town()
    town.village("Alfa", (0, 0, 10, 10))
    assert brought(town).counts == {
        "barrier": 0, "building": 0, "facility": 0, "link": 0, "organisation": 0, "region": 5,
    }  # fmt: skip
