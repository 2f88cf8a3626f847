"""The same person or house twice: found, offered, merged by hand alone, and taken apart again as it was."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from builders import VILLAGE, add, county, grid, household, kinds, placed, plan, spot, square
from sqlalchemy import text

from layers.db import raw, set_scope
from layers.doctor import examine
from layers.duplicates import count_offers, find_duplicates, keep_apart, offers
from layers.errors import Conflict, Invalid, NotFound
from layers.merging import merge, undo_decision
from layers.scope import Scope

ONE, TWO = int(VILLAGE) * 1000 + 1, int(VILLAGE) * 1000 + 2
JAN, MAR, MAY = (date(2026, month, 1) for month in (1, 3, 5))


@pytest.fixture
def village(session):
    """A village of two grids."""
    county(session)
    kinds(session)
    found = plan(session)
    grid(session, found, ONE, square(0, side=0.5, high=1))
    grid(session, found, TWO, square(0.5, side=0.5, high=1))
    return session


def home(session, number=ONE, x=0.2, street="人民路", door="1", **values):
    values = {"street": street, "number": door, "address": f"{street}{door}号"} | values
    return placed(session, "house", number, spot(x), **values)


def person(session, household_id, name="张小山", number=ONE, **values):
    return add(
        session, "person", household_id=household_id, grid_no=number, name=name, residence="registered", **values
    )


def rows(session, query, **values):
    return [tuple(row) for row in session.execute(text(query), values)]


def state(session):
    """Every row that a merge may touch, without its revision and who changed it when."""
    tables = ("house", "household", "person", "visit", "enrolment", "occupancy", "residence", "address_alias", "review")
    told = {}
    for table in tables:
        found = rows(session, f"select to_jsonb(t) - 'rev' - 'updated_at' - 'updated_by' from {table} t")
        told[table] = sorted(str(sorted(row.items())) for (row,) in found)
    return told


def unclean(session):
    return [fault for name, faults in examine(session, None) if "apart" in name for fault in faults]


def only_offer(session):
    [offer] = offers(session).items
    return offer


def test_houses_with_the_same_parts_are_offered_the_older_one_first(village):
    first = home(village)
    second = home(village, TWO, 0.7, address="大理市人民路1号")
    home(village, door="2")
    assert find_duplicates(village) == {"house": 1, "person": 0}
    offer = only_offer(village)
    assert {offer.kept.id, offer.other.id} == {first, second}
    assert (offer.register, offer.why, offer.status) == ("house", ("address",), "open")
    assert find_duplicates(village) == {"house": 0, "person": 0}


def test_houses_of_two_buildings_or_two_villages_are_two(village):
    for at in (0.1, 0.3):
        standing = placed(village, "building", ONE, spot(at))
        home(village, x=at, building_id=standing, room="101")
    home(village, int(VILLAGE) * 1000 + 1001, 1.5)
    assert find_duplicates(village)["house"] == 0


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"id_no_index": b"1"}, {"id_no_index": b"1", "name": "章小山"}, ("id_no",)),
        ({"birth_year": 1980}, {"birth_year": 1980}, ("name_birth_year_house",)),
        ({"birth_year": 1980, "id_no_index": b"1"}, {"birth_year": 1980}, ("name_birth_year_house",)),
        ({"birth_year": 1980, "id_no_index": b"1"}, {"birth_year": 1980, "id_no_index": b"1"},
         ("id_no", "name_birth_year_house")),
        ({"birth_year": 1980, "id_no_index": b"1"}, {"birth_year": 1980, "id_no_index": b"2"}, None),
        ({"birth_year": 1980}, {"birth_year": 1981}, None),
        ({}, {}, None),
    ],
)  # fmt: skip
def test_persons_are_offered_by_number_or_by_name_year_and_house(village, one, other, why):
    house = home(village)
    for values in (one, other):
        person(village, household(village, ONE, house), **values)
    found = find_duplicates(village)["person"]
    assert found == (0 if why is None else 1)
    if why is not None:
        offer = only_offer(village)
        assert (offer.why, offer.kept.address) == (why, "人民路1号")
        assert offer.kept.name in ("张**", "章**")


@pytest.fixture
def two_houses(village):
    """Two houses of one address in two grids; in the second a family, and a visit to it."""
    first = home(village)
    village.execute(text("update house set created_at = created_at - interval '1 day'"))
    second = home(village, TWO, 0.7, ref="F-2")
    family = household(village, TWO, second, persons=2)
    village.execute(text("update household set moved_in_on = '2026-01-01'"))
    add(village, "visit", house_id=second, grid_no=TWO, visited_at="2026-05-01T00:00Z", outcome="met")
    find_duplicates(village)
    return first, second, family


def test_what_hung_on_the_other_house_hangs_on_the_one_kept_in_its_grid(village, two_houses):
    first, _, family = two_houses
    assert merge(village, only_offer(village).id, first, 1) == 2
    assert rows(village, "select id, ref, rev from house") == [(first, "F-2", 2)]
    assert rows(village, "select id, house_id, grid_no from household") == [(family, first, ONE)]
    assert rows(village, "select distinct grid_no from person") == [(ONE,)]
    assert rows(village, "select house_id, grid_no from visit") == [(first, ONE)]
    assert rows(village, "select house_id, grid_no, lower(during) from occupancy") == [(first, ONE, JAN)]
    assert offers(village).items == ()
    assert [offer.status for offer in offers(village, status="merged").items] == ["merged"]
    assert unclean(village) == []


def test_a_merge_of_houses_is_undone_to_the_letter(village, two_houses):
    before = state(village)
    offer = only_offer(village)
    merge(village, offer.id, offer.kept.id, 1)
    undo_decision(village, offer.id)
    assert state(village) == before
    assert only_offer(village).id == offer.id
    assert unclean(village) == []


def test_whoever_decides_says_which_one_is_kept(village, two_houses):
    _, second, family = two_houses
    merge(village, only_offer(village).id, second, 1)
    assert rows(village, "select id, grid_no from house") == [(second, TWO)]
    assert rows(village, "select house_id from household") == [(second,)]
    assert rows(village, "select id from household") == [(family,)]


@pytest.fixture
def two_persons(village):
    """One person in two households one after the other, known twice by the id number; services on the former."""
    house = home(village)
    former, later = household(village, ONE, house), household(village, ONE, house)
    number = {"id_no_cipher": b"sealed", "id_no_index": b"1"}
    old = person(village, former, sex="m", moved_in_on=JAN, moved_out_on=MAR, **number)
    new = person(village, later, birth_year=1980, moved_in_on=MAR, **number)
    village.execute(text("insert into service_kind (code, name_zh, name_en) values ('elder', '独居老人', 'Elder')"))
    dates = {"starts_on": JAN, "review_on": MAR, "ends_on": MAY}
    add(village, "enrolment", person_id=old, grid_no=ONE, service="elder", purpose="x", **dates)
    find_duplicates(village)
    return old, new


def test_a_person_kept_takes_services_past_stays_and_what_was_empty(village, two_persons):
    _, new = two_persons
    assert merge(village, only_offer(village).id, new, 1) == 2
    assert rows(village, "select id, sex, birth_year, moved_in_on from person") == [(new, "m", 1980, MAR)]
    assert rows(village, "select person_id from enrolment") == [(new,)]
    assert rows(village, "select person_id, lower(during), upper(during) from residence order by during") == [
        (new, JAN, MAR),
        (new, MAR, None),
    ]
    assert unclean(village) == []


@pytest.mark.parametrize("kept", [0, 1])
def test_a_merge_of_persons_is_undone_to_the_letter(village, two_persons, kept):
    before = state(village)
    offer = only_offer(village)
    merge(village, offer.id, two_persons[kept], 1)
    assert unclean(village) == []
    undo_decision(village, offer.id)
    assert state(village) == before
    assert unclean(village) == []


def test_a_merge_is_not_undone_when_the_one_kept_was_edited_since(village, two_persons):
    offer = only_offer(village)
    merge(village, offer.id, two_persons[1], 1)
    village.execute(text("update person set rev = rev + 1"))
    with pytest.raises(Conflict, match="was edited since"):
        undo_decision(village, offer.id)


def test_what_is_two_is_not_offered_again_until_that_is_undone(village, two_persons):
    offer = only_offer(village)
    keep_apart(village, offer.id)
    assert offers(village).items == ()
    assert find_duplicates(village)["person"] == 0
    with pytest.raises(Conflict, match="was decided already"):
        merge(village, offer.id, two_persons[0], 1)
    undo_decision(village, offer.id)
    assert only_offer(village).id == offer.id
    with pytest.raises(Conflict, match="Nothing was decided"):
        undo_decision(village, offer.id)


def test_other_offers_of_the_one_that_goes_are_there_again_after_the_undo(village, two_persons):
    # The lowest id: what was offered decides with which row a new one is offered, not the order of ids.
    third = uuid.UUID(int=0)
    person(village, rows(village, "select id from household limit 1")[0][0], id=third, id_no_index=b"1")
    assert find_duplicates(village) == {"house": 0, "person": 1}
    before = {offer.id for offer in offers(village).items}
    assert len(before) == 2
    chosen = offers(village).items[0]
    merge(village, chosen.id, chosen.other.id, 1)
    assert offers(village).items == ()
    undo_decision(village, chosen.id)
    assert {offer.id for offer in offers(village).items} == before


def test_a_revision_not_in_force_and_a_stranger_are_refused(village, two_persons):
    offer = only_offer(village)
    with pytest.raises(Conflict, match="at revision 1, you have 2"):
        merge(village, offer.id, two_persons[0], 2)
    with pytest.raises(Invalid) as caught:
        merge(village, offer.id, uuid.uuid4(), 1)
    assert [(fault.where, fault.message) for fault in caught.value.faults] == [("keep", "is none of the two")]


def test_nothing_outside_the_scope_is_offered_merged_or_decided(village, two_houses):
    offer = only_offer(village)
    village.commit()
    for scope in (Scope.of_grids([ONE]), Scope.of_grids([TWO]), Scope.of_region("532901003002")):
        set_scope(village, scope)
        assert offers(village).items == ()
        with pytest.raises(NotFound):
            merge(village, offer.id, offer.kept.id, 1)
        assert find_duplicates(village) == {"house": 0, "person": 0}
    with pytest.raises(NotFound):
        keep_apart(village, offer.id)
    with pytest.raises(NotFound):
        undo_decision(village, offer.id)
    with pytest.raises(NotFound):
        find_duplicates(village, "532901003001")


def test_decisions_are_audited_by_ids_and_the_reading_door_sees_no_offer(village, two_persons):
    offer = only_offer(village)
    merge(village, offer.id, two_persons[1], 1)
    [(act, subject, detail)] = rows(village, "select act, subject, detail::text from audit")
    assert (act, subject) == ("merge", "person")
    assert str(two_persons[0]) in detail
    assert "张" not in detail
    granted = "select has_table_privilege('wangge_read', 'duplicate', 'select')"
    assert raw(village).execute(granted).fetchone() == (False,)


def test_pages_go_on_by_place(village):
    for door in "123":
        home(village, TWO, 0.7, door=door)
        home(village, TWO, 0.7, door=door)
    home(village, door="4")
    home(village, door="4")
    find_duplicates(village)
    first = offers(village, limit=2)
    rest = offers(village, limit=2, after=first.next)
    numbers = [int(offer.grid_no) for offer in (*first.items, *rest.items)]
    assert (numbers, rest.next) == ([ONE, TWO, TWO, TWO], None)
    assert len({offer.id for offer in (*first.items, *rest.items)}) == 4
    with pytest.raises(Invalid):
        offers(village, limit=0)


@pytest.mark.parametrize("after", ["", "1", "1_2", str(uuid.UUID(int=0)), f"{10**15}_{uuid.UUID(int=0)}"])
def test_a_key_of_no_page_is_refused(village, after):
    with pytest.raises(Invalid, match="no such start"):
        offers(village, after=after)


def test_pairs_are_counted_by_village_as_they_are_told(village, two_persons):
    home(village, door="7")
    home(village, TWO, 0.7, door="7")
    find_duplicates(village)
    told = [(count.code, count.name, count.n) for count in count_offers(village)]
    assert told == [(VILLAGE, "东山村委会", len(offers(village).items))]
    assert [count.n for count in count_offers(village, register="house")] == [1]
    assert count_offers(village, status="merged") == []
    [house] = offers(village, register="house").items
    merge(village, house.id, house.kept.id, 1)
    assert [count.n for count in count_offers(village, status="merged")] == [1]
    assert count_offers(village, register="house") == []


def test_of_a_pair_half_of_which_is_elsewhere_nothing_is_counted(village):
    first, second = home(village), home(village, TWO, 0.7)
    find_duplicates(village)
    set_scope(village, Scope.of_grids((ONE,)))
    for status in ("open", "merged", "distinct"):
        assert sum(count.n for count in count_offers(village, status=status)) == len(
            offers(village, status=status).items
        )
    assert {first, second} & {offer.kept.id for offer in offers(village).items} == set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({}, {}, {"name": True, "phone": None, "id_no": True}),
        ({"phone_index": b"p"}, {"phone_index": b"p"}, {"name": True, "phone": True, "id_no": True}),
        ({"phone_index": b"p"}, {"phone_index": b"q"}, {"name": True, "phone": False, "id_no": True}),
        ({"name": "张大山"}, {"phone_index": b"q"}, {"name": False, "phone": None, "id_no": True}),
    ],
)
def test_of_what_is_sealed_only_whether_it_agrees_is_told(village, one, other, same):
    house = home(village)
    for values in (one, other):
        person(village, household(village, ONE, house), id_no_index=b"1", **values)
    find_duplicates(village)
    offer = only_offer(village)
    assert offer.same == same
    assert (offer.kept.name, offer.other.name) == ("张**", "张**")
    merge(village, offer.id, offer.kept.id, 1)
    assert offers(village, status="merged").items[0].same is None


def test_the_days_of_persons_and_the_exactness_of_houses_are_told(village, two_persons):
    offer = only_offer(village)
    days = {side.id: (side.moved_in_on, side.moved_out_on, side.level) for side in (offer.kept, offer.other)}
    assert days == {two_persons[0]: (JAN, MAR, None), two_persons[1]: (MAR, None, None)}
    home(village, door="5")
    home(village, TWO, 0.7, door="5")
    find_duplicates(village)
    [house] = offers(village, register="house").items
    assert (house.kept.level, house.kept.residence, house.kept.moved_in_on, house.same) == ("house", None, None, None)
