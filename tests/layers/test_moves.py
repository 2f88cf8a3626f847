"""Moves: the register follows at once, the past stays known, and nobody moves outside the caller's region."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, timedelta

import pytest
from builders import VILLAGE, add, county, grid, house, plan, spot, square
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from layers.assign import assign
from layers.db import set_scope
from layers.doctor import examine
from layers.errors import Conflict, Invalid, NotFound
from layers.moves import (
    NewPerson,
    move_household,
    move_in_household,
    move_in_person,
    move_out_household,
    move_out_person,
    move_person,
)
from layers.residence import lived_at, stays_of
from layers.scope import Scope

ONE, TWO = int(VILLAGE) * 1000 + 1, int(VILLAGE) * 1000 + 2
TODAY = date(2026, 11, 22)
JAN, MAR, MAY, JUL = (date(2026, month, 1) for month in (1, 3, 5, 7))
ZHANG = NewPerson("张小山", "registered", "m", 1980)


@pytest.fixture
def homes(session):
    """A house in each of two grids of a village: the first, the second."""
    county(session)
    found = plan(session)
    grid(session, found, ONE, square(0, side=0.5, high=1))
    grid(session, found, TWO, square(0.5, side=0.5, high=1))
    return house(session, ONE, spot(0.2), "西山村1号"), house(session, TWO, spot(0.7), "西山村2号")


@pytest.fixture
def family(session, vault, homes):
    """A household with one person in the first house since January: its id, the person's."""
    household = move_in_household(session, vault, homes[0], JAN, TODAY)
    person = move_in_person(session, vault, household.id, ZHANG, JAN, TODAY)
    return household.id, person.id


def rows(session, query, **values):
    return [tuple(row) for row in session.execute(text(query), values)]


def told(stays):
    return [(stay.address, stay.begins_on, stay.ends_on) for stay in stays]


def unclean(session):
    """What the doctor finds of people and stays; the grids here were put in force without a plan."""
    found = itertools.takewhile(lambda check: check[0] != "misplaced", examine(session, None))
    return [fault for name, faults in found if "apart" in name for fault in faults]


def faults_of(caught):
    return [(fault.where, fault.message) for fault in caught.value.faults]


def test_who_moves_in_is_in_the_grid_of_the_house_with_a_stay(session, homes, family):
    household, person = family
    assert rows(session, "select grid_no, moved_in_on from person") == [(ONE, JAN)]
    assert told(stays_of(session, "person", person)) == [("西山村1号", JAN, None)]
    assert [(stay.person_id, stay.name) for stay in stays_of(session, "house", homes[0])] == [(person, "张**")]
    assert told(stays_of(session, "household", household)) == [("西山村1号", JAN, None)]


def test_a_household_takes_its_persons_to_the_other_grid_and_its_past_stays_known(session, homes, family):
    household, person = family
    moved = move_household(session, household, 1, homes[1], MAR, TODAY)
    assert (moved.grid_no, moved.rev, moved.persons) == (str(TWO), 2, 1)
    assert rows(session, "select grid_no from person") == [(TWO,)]
    assert told(stays_of(session, "person", person)) == [("西山村2号", MAR, None), ("西山村1号", JAN, MAR)]
    assert [stay.household_id for stay in lived_at(session, homes[0], MAR - timedelta(days=1))] == [household]
    assert lived_at(session, homes[0], MAR) == ()
    assert [stay.household_id for stay in lived_at(session, homes[1], MAR)] == [household]
    assert unclean(session) == []


def test_services_go_along_with_the_person(session, homes, family):
    session.execute(text("insert into service_kind (code, name_zh, name_en) values ('elder', '独居老人', 'Elder')"))
    dates = {"starts_on": JAN, "review_on": MAR, "ends_on": JUL}
    add(session, "enrolment", person_id=family[1], grid_no=ONE, service="elder", purpose="x", **dates)
    move_household(session, family[0], 1, homes[1], MAR, TODAY)
    assert rows(session, "select grid_no from enrolment") == [(TWO,)]


def test_a_person_goes_to_another_household(session, vault, homes, family):
    other = move_in_household(session, vault, homes[1], MAR, TODAY)
    moved = move_person(session, family[1], 1, other.id, MAY, TODAY)
    assert (moved.grid_no, moved.rev) == (str(TWO), 2)
    assert told(stays_of(session, "person", family[1])) == [("西山村2号", MAY, None), ("西山村1号", JAN, MAY)]
    assert [stay.person_id for stay in lived_at(session, homes[0], MAY)] == [None]
    assert unclean(session) == []


def test_who_moves_out_is_counted_no_more_and_may_come_back(session, homes, family):
    household, person = family
    out = move_out_household(session, household, 1, MAR, TODAY)
    assert (out.moved_out_on, out.persons) == (MAR, 1)
    assert rows(session, "select count(*) from person where moved_out_on is null") == [(0,)]
    assert lived_at(session, homes[0], MAR) == ()
    back = move_household(session, household, 2, homes[1], MAY, TODAY)
    assert (back.moved_in_on, back.moved_out_on, back.persons) == (MAY, None, 1)
    assert told(stays_of(session, "person", person)) == [("西山村2号", MAY, None), ("西山村1号", JAN, MAR)]
    assert unclean(session) == []


def test_a_person_moves_out_alone(session, homes, family):
    assert move_out_person(session, family[1], 1, MAR, TODAY).moved_out_on == MAR
    with pytest.raises(Conflict, match="moved out already"):
        move_out_person(session, family[1], 2, MAY, TODAY)
    assert rows(session, "select moved_out_on from household") == [(None,)]
    assert unclean(session) == []


@pytest.mark.parametrize(
    ("on", "message"),
    [
        (TODAY + timedelta(days=1), "lies in the future"),
        (JAN, "must be after 2026-01-01, the day of moving in"),
        (JAN - timedelta(days=9), "must be after 2026-01-01, the day of moving in"),
    ],
)
def test_days_that_cannot_be_are_refused(session, homes, family, on, message):
    for move in (
        lambda: move_out_household(session, family[0], 1, on, TODAY),
        lambda: move_out_person(session, family[1], 1, on, TODAY),
        lambda: move_household(session, family[0], 1, homes[1], on, TODAY),
    ):
        with pytest.raises(Invalid) as caught:
            move()
        assert faults_of(caught) == [("on", message)]


def test_a_year_that_nobody_living_remembers_is_a_slip_of_the_pen(session, vault, homes, family):
    slip, asked = date(1026, 5, 1), "lies before 1880: is the year right?"
    other = move_in_household(session, vault, homes[1], MAR, TODAY)
    session.execute(text("update household set moved_in_on = null where id = :id"), {"id": other.id})
    session.expire_all()
    for move in (
        lambda: move_in_household(session, vault, homes[1], slip, TODAY),
        lambda: move_out_household(session, other.id, other.rev, slip, TODAY),
    ):
        with pytest.raises(Invalid) as caught:
            move()
        assert faults_of(caught) == [("on", asked)]


def test_nobody_comes_back_before_leaving_nor_to_a_household_that_is_not_there_yet(session, vault, homes, family):
    other = move_in_household(session, vault, homes[1], MAY, TODAY)
    with pytest.raises(Invalid) as caught:
        move_person(session, family[1], 1, other.id, MAR, TODAY)
    assert faults_of(caught) == [("on", "lies before 2026-05-01, when the household moved in")]
    move_out_household(session, family[0], 1, JUL, TODAY)
    with pytest.raises(Invalid) as caught:
        move_household(session, family[0], 2, homes[1], MAY, TODAY)
    assert faults_of(caught) == [("on", "lies before 2026-07-01, the day of moving out")]
    with pytest.raises(Conflict):
        move_in_person(session, vault, family[0], ZHANG, JUL, TODAY)


def test_a_revision_that_is_not_the_one_in_force_is_refused(session, homes, family):
    move_household(session, family[0], 1, homes[1], MAR, TODAY)
    with pytest.raises(Conflict, match="it is at revision 2, you have 1"):
        move_out_household(session, family[0], 1, MAY, TODAY)


def test_the_same_home_is_no_move(session, homes, family):
    with pytest.raises(Invalid) as caught:
        move_household(session, family[0], 1, homes[0], MAR, TODAY)
    assert faults_of(caught) == [("house_id", "the household lives there already")]
    with pytest.raises(Invalid) as caught:
        move_person(session, family[1], 1, family[0], MAR, TODAY)
    assert faults_of(caught) == [("household_id", "the person belongs to it already")]


def test_every_fault_of_a_person_is_told_without_quoting_a_number(session, vault, family):
    wrong = NewPerson(" ", "tourist", "x", 1700, "123", "53290119800101001X")
    with pytest.raises(Invalid) as caught:
        move_in_person(session, vault, family[0], wrong, MAR, TODAY)
    assert [where for where, _ in faults_of(caught)] == ["name", "residence", "sex", "birth_year", "phone", "id_no"]
    assert "53290119800101001X" not in str(caught.value)


def test_numbers_are_stored_under_seal_and_found_by_their_index(session, vault, family):
    move_in_person(session, vault, family[0], NewPerson("李四", "mobile", phone="138 0000 0001"), MAR, TODAY)
    [(cipher, index)] = rows(session, "select phone_cipher, phone_index from person where name = '李四'")
    assert vault.open(bytes(cipher), "person.phone") == "13800000001"
    assert bytes(index) == vault.index("13800000001", "person.phone")


def test_nothing_moves_into_out_of_or_inside_what_the_caller_does_not_see(session, vault, homes, family):
    other = move_in_household(session, vault, homes[1], JAN, TODAY)
    session.commit()
    for scope in (Scope.of_grids([ONE]), Scope.of_grids([TWO])):
        set_scope(session, scope)
        with pytest.raises(NotFound):
            move_household(session, family[0], 1, homes[1], MAR, TODAY)
        with pytest.raises(NotFound):
            move_person(session, family[1], 1, other.id, MAR, TODAY)
    for act in (
        lambda: move_out_household(session, family[0], 1, MAR, TODAY),
        lambda: move_out_person(session, family[1], 1, MAR, TODAY),
        lambda: move_in_household(session, vault, homes[0], MAR, TODAY),
        lambda: move_in_person(session, vault, family[0], ZHANG, MAR, TODAY),
        lambda: stays_of(session, "person", family[1]),
        lambda: lived_at(session, homes[0], MAR),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_caller_of_one_grid_sees_the_stays_in_it_alone(session, vault, homes, family):
    other = move_in_household(session, vault, homes[1], JAN, TODAY)
    move_person(session, family[1], 1, other.id, MAR, TODAY)
    set_scope(session, Scope.of_grids([TWO]))
    assert told(stays_of(session, "person", family[1])) == [("西山村2号", MAR, None)]
    set_scope(session, Scope.of_grids([ONE]))
    assert [(stay.person_id, stay.name) for stay in stays_of(session, "house", homes[0])] == [(family[1], None)]


def test_moves_and_looks_are_audited_by_ids(session, homes, family):
    move_household(session, family[0], 1, homes[1], MAR, TODAY)
    stays_of(session, "household", family[0])
    session.flush()
    told_ = rows(session, "select act, subject, subject_id, detail::text from audit order by id")
    assert [row[:2] for row in told_] == [
        ("move_in", "household"),
        ("move_in", "person"),
        ("move", "household"),
        ("read_history", "household"),
    ]
    assert str(homes[1]) in told_[2][3]
    assert not any("张" in row[3] or "西山" in row[3] for row in told_)


def test_stays_are_numbered_anew_with_their_house(session, homes, family):
    move_household(session, family[0], 1, homes[1], MAR, TODAY)
    session.execute(text("update grid set grid_no = grid_no + 7"))
    assign(session, [VILLAGE])
    assert rows(session, "select grid_no from occupancy order by during") == [(ONE + 7,), (TWO + 7,)]
    assert rows(session, "select grid_no from residence") == [(TWO + 7,)]
    assert unclean(session) == []


def test_another_day_for_the_same_home_corrects_the_stay(session, homes, family):
    session.execute(text("update household set moved_in_on = '2025-06-01'"))
    assert told(stays_of(session, "household", family[0])) == [("西山村1号", date(2025, 6, 1), None)]


def test_who_left_on_the_day_of_coming_has_no_stay(session, homes):
    add(session, "household", grid_no=ONE, house_id=homes[0], moved_in_on=JAN, moved_out_on=JAN)
    assert rows(session, "select count(*) from occupancy") == [(0,)]
    assert unclean(session) == []


def test_the_doctor_sees_a_stay_that_is_not_that_of_the_row(session, homes, family):
    session.execute(text("update residence set during = daterange('2020-01-01', null)"))
    assert [fault.where for fault in unclean(session)] == [f"person {family[1]}"]


STEPS = st.lists(st.tuples(st.sampled_from(["house", "out", "alone"]), st.integers(0, 300)), max_size=6)


@given(steps=STEPS)
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_stays_never_overlap_and_the_doctor_is_content(session, vault, homes, steps):
    nested = session.begin_nested()
    household = move_in_household(session, vault, homes[0], JAN, TODAY)
    person = move_in_person(session, vault, household.id, ZHANG, JAN, TODAY)
    for step, days in steps:
        on = JAN + timedelta(days=days)
        try:
            with session.begin_nested():
                apply(session, step, household.id, person.id, homes, on)
        except (Conflict, Invalid):
            continue
    assert unclean(session) == []
    nested.rollback()


def apply(session, step, household_id, person_id, homes, on):
    """One act at the revision that is in force."""
    [(rev, house_id)] = rows(session, "select rev, house_id from household where id = :id", id=household_id)
    if step == "out":
        move_out_household(session, household_id, rev, on, TODAY)
    elif step == "house":
        other = next(one for one in homes if one != uuid.UUID(str(house_id)))
        move_household(session, household_id, rev, other, on, TODAY)
    else:
        [(rev,)] = rows(session, "select rev from person where id = :id", id=person_id)
        move_out_person(session, person_id, rev, on, TODAY)
