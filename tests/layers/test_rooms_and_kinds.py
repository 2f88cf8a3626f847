"""A building by its rooms, and the kinds that a county adds."""

from __future__ import annotations

import pytest
from builders import VILLAGE, add, building, county, household, incident, kinds, placed, spot
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from layers.db import set_scope
from layers.errors import Conflict, Invalid, NotFound
from layers.kinds import KindRow, add_kind, change_kind, remove_kind
from layers.rooms import natural_key, read_building
from layers.scope import Scope

ONE = int(VILLAGE) * 1000 + 1


@pytest.fixture
def town(session):
    county(session)
    kinds(session)
    return session


def dwelling(session, building_id, unit, floor, room, number=ONE):
    parts = {"unit": unit, "floor": floor, "room": room, "address": f"{unit}-{floor}-{room}"}
    return placed(session, "house", number, spot(0.2), building_id=building_id, **parts)


def test_rooms_stand_in_their_floors_and_units_two_before_ten(town):
    home = building(town, ONE, spot(0.2), name="1栋", assumed_households=9)
    for unit, floor, room in (
        ("10", "1", "101"),
        ("2", "10", "1002"),
        ("2", "2", "202"),
        ("2", "2", "21"),
        (None,) * 3,
    ):
        dwelling(town, home, unit, floor, room)
    card = read_building(town, home)
    told = [
        (unit.unit, [(floor.floor, [room.room for room in floor.rooms]) for floor in unit.floors])
        for unit in card.units
    ]
    assert told == [
        ("2", [("2", ["21", "202"]), ("10", ["1002"])]),
        ("10", [("1", ["101"])]),
        (None, [(None, [None])]),
    ]
    assert (card.name, card.assumed_households, card.grid_no) == ("1栋", 9, str(ONE))


def test_rooms_count_who_lives_there_now(town):
    home = building(town, ONE, spot(0.2))
    room = dwelling(town, home, "1", "1", "101")
    household(town, ONE, room, persons=3)
    gone = household(town, ONE, room, persons=1)
    town.execute(text("update household set moved_out_on = '2026-01-01' where id = :id"), {"id": gone})
    card = read_building(town, home)
    [[[found]]] = [[floor.rooms for floor in unit.floors] for unit in card.units]
    assert (found.households, found.persons, card.households, card.persons) == (1, 3, 1, 3)


def test_a_building_elsewhere_is_not_there(town):
    home = building(town, ONE, spot(0.2))
    town.commit()
    set_scope(town, Scope.of_grids([ONE + 1]))
    with pytest.raises(NotFound):
        read_building(town, home)


@given(st.lists(st.one_of(st.none(), st.text("A1甲0²9", max_size=6))))
def test_any_texts_can_be_put_in_order(texts):
    assert sorted(sorted(texts, key=natural_key), key=natural_key) == sorted(texts, key=natural_key)


@pytest.mark.parametrize("of", ["facility", "organisation", "place", "incident"])
def test_a_kind_is_added_named_anew_and_taken_away(town, of):
    add_kind(town, of, KindRow("tea_house", " 茶馆 ", "Tea house"))
    change_kind(town, of, KindRow("tea_house", "茶室", "Tea room"), sort=7)
    query = text(f"select name_zh, name_en, sort from {of}_kind where code = 'tea_house'")
    assert town.execute(query).one() == ("茶室", "Tea room", 7)
    remove_kind(town, of, "tea_house")
    assert town.execute(query).all() == []
    acts = town.execute(text("select act, subject, subject_id from audit order by id")).all()
    assert acts == [(act, f"{of}_kind", "tea_house") for act in ("add", "change", "remove")]


def test_a_new_kind_is_the_last_unless_it_says_otherwise(town):
    add_kind(town, "place", KindRow("a", "甲", "A"), sort=5)
    add_kind(town, "place", KindRow("b", "乙", "B"))
    assert town.execute(text("select sort from place_kind order by code")).scalars().all() == [5, 6]


def test_a_kind_in_use_stays_even_where_the_caller_does_not_see_its_rows(town):
    incident(town, ONE, spot(0.1))
    town.commit()
    set_scope(town, Scope.of_region("532901003002"))
    with pytest.raises(Conflict, match="is in use"):
        remove_kind(town, "incident", "noise")
    remove_kind(town, "incident", "hazard")


def test_every_fault_of_a_kind_is_told(town):
    add_kind(town, "facility", KindRow("tea", "茶馆", "Tea"))
    with pytest.raises(Invalid) as caught:
        add_kind(town, "facility", KindRow("Tea House", "茶馆", " "))
    assert [(fault.where, fault.message) for fault in caught.value.faults] == [
        ("code", "must be 1 to 32 small letters, digits and _, beginning with a letter"),
        ("name_zh", "another kind bears the name 茶馆"),
        ("name_en", "must be 1 to 40 characters"),
    ]


def test_a_code_is_given_once_and_an_unknown_one_is_not_there(town):
    with pytest.raises(Conflict):
        add_kind(town, "facility", KindRow("clinic", "诊所", "Surgery"))
    with pytest.raises(NotFound):
        change_kind(town, "facility", KindRow("nothing", "无", "Nothing"))
    with pytest.raises(NotFound):
        remove_kind(town, "facility", "nothing")


def test_a_place_may_have_a_kind_of_the_countys_own(town):
    add_kind(town, "place", KindRow("threshing_floor", "晒场", "Threshing floor"))
    assert add(town, "place", kind="threshing_floor", name="西山晒场", grid_no=ONE, source="made") is not None
