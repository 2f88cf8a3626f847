"""A reviewer's decision: the row stands in its grid at once, names are learned, and all of it can be taken back."""

from __future__ import annotations

import uuid

import pytest
from builders import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    building,
    county,
    grid,
    house,
    household,
    incident,
    kinds,
    placed,
    plan,
    spot,
    square,
)
from found import located, meant
from sqlalchemy import select, text

from layers.datum import from_wgs84
from layers.decisions import REJECTIONS, Pick, Pin, Reject, decide, undo_decision
from layers.errors import Conflict, Invalid, NotFound
from layers.geocode.answer import Reason
from layers.geocoding import geocode_many
from layers.models import AddressAlias, Audit, NameAlias, RegionAlias
from layers.review import REGISTERS, needs_review, queue
from layers.review_list import ReviewFilters, list_reviews
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, TWO = ZERO + 1, ZERO + 2
EAST_SIDE = f"{TOWNSHIP}002"
EVERYTHING = Scope.everything()
SAID = "人民路1号"
DOUBTED = (Reason("ambiguous", 0.3, ""),)
WHO = uuid.UUID(int=7)


@pytest.fixture
def town(database):
    with database.write(EVERYTHING) as session:
        county(session)
        kinds(session)
        made = plan(session)
        grid(session, made, ONE, square(0, 0, 0.5, 1))
        grid(session, made, TWO, square(0.5, 0, 0.5, 1))
    return database


def home(town, x=0.75, place=TWO, **values):
    with town.write(EVERYTHING) as session:
        return house(session, place, spot(x), "人民路1号", **({"street": "人民路", "number": "1"} | values))


def to(house_id, x=0.75, number=TWO):
    point = spot(x)
    return meant("人民路1号", (point.x, point.y), "house", number, None if house_id is None else str(house_id))


def wait(town, candidates=(), said=SAID, register="incident", number=ZERO, reasons=DOUBTED):
    """The ids of a row, known to its village, and of its entry."""
    values = {"level": "village", "source": "geocoded", "radius_m": 900.0, "confidence": 0.4}
    with town.write(EVERYTHING) as session:
        if register == "incident":
            row_id = incident(session, number, spot(0.5), address=said, **values)
        elif register == "house":
            row_id = house(session, number, spot(0.5), said, **values)
        else:
            row_id = placed(session, register, number, spot(0.5), kind="clinic", address=said, **values)
        found = located("village", 0.4, reasons, candidates)
        queue(session, register, [(row_id, said, number, found)])
        review_id = session.scalar(text("select id from review where row_id = :id"), {"id": row_id})
    return row_id, review_id


def settle(town, review_id, decision, rev=1, scope=EVERYTHING, registers=REGISTERS):
    with town.write(scope, WHO) as session:
        return decide(session, review_id, rev, decision, registers)


def undo(town, review_id, rev=2, registers=REGISTERS):
    with town.write(EVERYTHING, WHO) as session:
        return undo_decision(session, review_id, rev, registers)


def row(town, table, row_id):
    query = (
        f"select grid_no, st_x(point), level, radius_m, confidence, source, source_crs, rev from {table} where id = :id"
    )
    with town.write(EVERYTHING) as session:
        found = session.execute(text(query), {"id": row_id}).one()
    return (found[0], None if found[1] is None else round(found[1], 6), *found[2:])


def numbers(town, table):
    with town.write(EVERYTHING) as session:
        return [number for (number,) in session.execute(text(f"select grid_no from {table} order by 1"))]


def open_entries(town):
    with town.write(EVERYTHING) as session:
        return len(list_reviews(session, ReviewFilters(REGISTERS)).items)


def learned(town):
    """Names, regions and texts learned, as short tuples."""
    with town.write(EVERYTHING) as session:
        names = [(a.county_code, a.kind, a.alias, a.name) for a in session.scalars(select(NameAlias))]
        regions = [(a.region_code, a.kind, a.name) for a in session.scalars(select(RegionAlias))]
        texts = [(a.region_code, a.text, a.grid_no, a.house_id) for a in session.scalars(select(AddressAlias))]
    return names, regions, texts


def test_a_picked_house_is_where_the_row_stands(town):
    known = home(town)
    row_id, review_id = wait(town, (to(known),))
    done = settle(town, review_id, Pick(0))
    assert (done.status, done.rev, done.grid_no, done.also) == ("picked", 2, str(TWO), 0)
    assert row(town, "incident", row_id) == (TWO, 100.0075, "house", None, 1.0, "reviewed", None, 2)
    assert numbers(town, "review") == [TWO]
    assert open_entries(town) == 0


def test_an_incident_was_handled_where_it_was_handled(town):
    _, review_id = wait(town, (to(home(town)),))
    settle(town, review_id, Pick(0))
    with town.write(EVERYTHING) as session:
        assert session.scalar(text("select handled_grid_no from incident")) == ZERO


def test_everyone_in_a_house_goes_with_it(town):
    row_id, review_id = wait(town, (to(home(town)),), register="house", said="人民路1号附2")
    with town.write(EVERYTHING) as session:
        household(session, ZERO, row_id, persons=2)
    settle(town, review_id, Pick(0))
    assert (numbers(town, "household"), numbers(town, "person")) == ([TWO], [TWO, TWO])
    undo(town, review_id)
    assert (numbers(town, "household"), numbers(town, "person")) == ([ZERO], [ZERO, ZERO])


def test_a_house_stands_in_the_building_of_the_one_it_is_like(town):
    with town.write(EVERYTHING) as session:
        tower = building(session, TWO, spot(0.8))
    row_id, review_id = wait(town, (to(home(town, building_id=tower)),), register="house")
    settle(town, review_id, Pick(0))
    with town.write(EVERYTHING) as session:
        query = text("select building_id from house where id = :id")
        assert session.scalar(query, {"id": row_id}) == tower
    undo(town, review_id)
    with town.write(EVERYTHING) as session:
        assert session.scalar(query, {"id": row_id}) is None


def test_a_candidate_that_is_no_house_is_a_place_as_exact_as_it_says(town):
    middle = meant("西山村委会", (100.015, 25.005), "village", int(EAST_SIDE) * 1000)
    row_id, review_id = wait(town, (middle,))
    settle(town, review_id, Pick(0))
    assert row(town, "incident", row_id)[:3] == (int(EAST_SIDE) * 1000, 100.015, "village")
    assert learned(town) == ([], [], []), "the middle of a village is nobody's address"


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09", "EPSG:4490"])
def test_a_pin_is_taken_from_its_datum(town, datum):
    row_id, review_id = wait(town)
    lon, lat = from_wgs84(100.0025, 25.005, datum)
    settle(town, review_id, Pin((float(lon), float(lat)), datum))
    assert row(town, "incident", row_id)[:4] == (ONE, 100.0025, "house", None)


def test_a_pin_with_a_radius_is_known_to_the_street(town):
    row_id, review_id = wait(town)
    settle(town, review_id, Pin((100.0025, 25.005), "wgs84", 80.0))
    assert row(town, "incident", row_id)[:4] == (ONE, 100.0025, "street", 80.0)
    assert learned(town) == ([], [], []), "a street is not one address"


def test_a_rejected_row_keeps_its_region_and_has_no_point(town):
    row_id, review_id = wait(town, number=ONE)
    done = settle(town, review_id, Reject("not_an_address"))
    assert (done.status, done.learned) == ("rejected", ())
    assert row(town, "incident", row_id)[:5] == (ZERO, None, "village", None, None)
    undo(town, review_id)
    assert row(town, "incident", row_id)[:6] == (ONE, 100.005, "village", 900.0, 0.4, "geocoded")


@pytest.mark.parametrize(
    "decision",
    [
        Pick(1),
        Pick(-1),
        Pin((100.0, 25.0), "paper"),
        Pin((float("nan"), 25.0), "wgs84"),
        Pin((100.0025, 25.005), "wgs84", 0.0),
        Pin((100.0025, 25.005), "wgs84", 2001.0),
        Reject("I do not like it"),
    ],
)
def test_what_cannot_be_is_refused(town, decision):
    _, review_id = wait(town, (to(home(town)),))
    with pytest.raises(Invalid):
        settle(town, review_id, decision)
    assert open_entries(town) == 1


@pytest.mark.parametrize("decision", [Pin((100.015, 25.005), "wgs84"), Pin((10.0, 10.0), "wgs84"), Pick(0), Pick(1)])
def test_a_place_outside_the_scope_is_not_there(town, decision):
    far = int(EAST_SIDE) * 1000
    candidates = (to(home(town, 1.5, far), 1.5, far), to(None, 1.5, far))
    row_id, review_id = wait(town, candidates)
    with pytest.raises(NotFound):
        settle(town, review_id, decision, scope=Scope.of_region(VILLAGE))
    assert row(town, "incident", row_id)[0] == ZERO


def test_an_entry_is_decided_once_and_by_who_saw_it(town):
    _, review_id = wait(town, (to(home(town)),))
    with pytest.raises(Conflict):
        settle(town, review_id, Pick(0), rev=2)
    settle(town, review_id, Pick(0))
    for rev in (1, 2):
        with pytest.raises(Conflict):
            settle(town, review_id, Pick(0), rev=rev)


def test_registers_that_the_caller_may_not_open_are_not_there(town):
    known = home(town)
    _, closed = wait(town, (to(known),))
    _, own = wait(town, (to(known),), register="facility")
    with pytest.raises(NotFound):
        settle(town, closed, Pick(0), registers=("facility",))
    assert settle(town, own, Pick(0), registers=("facility",)).also == 0
    assert open_entries(town) == 1


def test_what_says_the_same_is_decided_with_it(town):
    candidates = (to(home(town)),)
    row_id, review_id = wait(town, candidates)
    spelt, _ = wait(town, candidates, "人民路 一号", "facility", ONE)
    wait(town, candidates, "人民路2号")
    assert settle(town, review_id, Pick(0)).also == 1
    assert row(town, "incident", row_id)[0] == row(town, "facility", spelt)[0] == TWO
    assert open_entries(town) == 1


def test_the_same_words_of_another_village_wait_on(town):
    """两个村都有人民路1号: what is said inside one village is not decided for the other."""
    known = home(town)
    _, review_id = wait(town, (to(known),), number=int(COUNTY) * 10**9)
    other, _ = wait(town, number=int(EAST_SIDE) * 1000)
    within, _ = wait(town, number=ZERO)
    assert settle(town, review_id, Pick(0)).also == 1
    assert row(town, "incident", within)[0] == TWO
    assert row(town, "incident", other)[0] == int(EAST_SIDE) * 1000


def test_the_whole_text_is_remembered_for_its_region(town):
    known = home(town)
    _, review_id = wait(town, (to(known),), said="人民路【老供销社旁】１号")
    assert settle(town, review_id, Pick(0)).learned == ("address",)
    assert learned(town)[2] == [(VILLAGE, "人民路1号", TWO, known)]
    _, pinned = wait(town, said="大青树下", number=int(COUNTY) * 10**9)
    settle(town, pinned, Pin((100.0025, 25.005), "wgs84"))
    assert (COUNTY, "大青树下", ONE, None) in learned(town)[2]


@pytest.mark.parametrize(
    ("reason", "number", "names", "regions"),
    [
        (Reason("street_unknown", 0.3, "仁民路"), "1", [(COUNTY, "street", "仁民路", "人民路")], []),
        (Reason("typo", 0.1, "仁民路 -> 人民路"), "1", [(COUNTY, "street", "仁民路", "人民路")], []),
        (Reason("typo", 0.1, "仁民路 -> 新民路"), "1", [], []),
        (Reason("street_unknown", 0.3, "仁民路"), "2", [], []),
        (Reason("street_unknown", 0.3, "建设路"), "1", [], []),
        (Reason("estate_unknown", 0.3, "仁民路"), "1", [], []),
        (Reason("typo", 0.1, "东善村委会 -> 东山村委会"), "1", [], [(VILLAGE, "learned", "东善村委会")]),
        (Reason("typo", 0.1, "西山村委会 -> 东山村委会"), "1", [], []),
    ],
)
def test_a_name_is_learned_only_when_that_is_safe(town, reason, number, names, regions):
    """The numbers must agree, and a real name of the county never becomes another name."""
    home(town, 1.5, int(EAST_SIDE) * 1000, street="建设路", number="9")
    candidate = to(home(town, number=number))
    _, review_id = wait(town, (candidate,), "仁民路1号", reasons=(reason,))
    settle(town, review_id, Pick(0))
    assert learned(town)[:2] == (names, regions)


def test_a_decision_is_taken_back_with_all_that_went_with_it(town):
    reasons = (Reason("street_unknown", 0.3, "仁民路"),)
    candidates = (to(home(town)),)
    row_id, review_id = wait(town, candidates, "仁民路1号", reasons=reasons)
    other, _ = wait(town, candidates, "仁民路1号", "facility", reasons=reasons)
    before = [row(town, "incident", row_id), row(town, "facility", other)]
    assert settle(town, review_id, Pick(0)).also == 1
    undone = undo(town, review_id)
    assert (undone.status, undone.rev, undone.also, undone.grid_no) == ("open", 3, 1, str(ZERO))
    assert [row(town, "incident", row_id)[:-1], row(town, "facility", other)[:-1]] == [each[:-1] for each in before]
    assert row(town, "incident", row_id)[-1] == 3, "a revision is never given twice"
    assert learned(town) == ([], [], [])
    assert (open_entries(town), numbers(town, "review")) == (2, [ZERO, ZERO])
    assert settle(town, review_id, Pick(0), rev=3).also == 1, "and decided once more"


def test_a_row_that_was_edited_since_keeps_its_decision(town):
    row_id, review_id = wait(town, (to(home(town)),))
    settle(town, review_id, Pick(0))
    with town.write(EVERYTHING) as session:
        session.execute(text("update incident set rev = rev + 1 where id = :id"), {"id": row_id})
    with pytest.raises(Conflict) as refused:
        undo(town, review_id)
    assert str(row_id) in refused.value.faults[0].where
    assert row(town, "incident", row_id)[0] == TWO
    assert len(learned(town)[2]) == 1


def test_only_what_was_decided_can_be_taken_back(town):
    _, review_id = wait(town, (to(home(town)),))
    with pytest.raises(Conflict):
        undo(town, review_id, rev=1)
    settle(town, review_id, Pick(0))
    with pytest.raises(Conflict):
        undo(town, review_id, rev=1)
    with pytest.raises(NotFound):
        undo(town, uuid.uuid4())


def test_the_audit_names_rows_and_never_words(town):
    row_id, review_id = wait(town, (to(home(town)),), said="人民路1号张三家")
    settle(town, review_id, Pick(0))
    undo(town, review_id)
    with town.write(EVERYTHING) as session:
        acts = list(session.scalars(select(Audit).order_by(Audit.id)))
    assert [(act.act, act.subject, act.subject_id, act.account_id) for act in acts] == [
        ("decide", "review", str(review_id), WHO),
        ("undo", "review", str(review_id), WHO),
    ]
    assert acts[0].detail == {"status": "picked", "register": "incident", "row": str(row_id), "also": 0}
    assert "张三" not in str([act.detail for act in acts])


def test_every_reason_for_a_rejection_is_taken(town):
    for why in REJECTIONS:
        _, review_id = wait(town)
        assert settle(town, review_id, Reject(why)).status == "rejected"


@pytest.mark.parametrize("within", [VILLAGE, COUNTY])
def test_the_next_one_like_it_passes_by_itself(town, within):
    """大青树旁边 is no address until somebody says which house stands there."""
    known = home(town)
    _, review_id = wait(town, (to(known),), "大青树旁边")

    def passes():
        with town.write(EVERYTHING) as session:
            [found] = geocode_many(session, ["大青树旁边"], within)
            return not needs_review(found, "incident"), found.house_id, found.grid_no

    assert passes()[0] is False
    settle(town, review_id, Pick(0))
    assert passes() == (True, str(known), TWO)
    undo(town, review_id)
    assert passes()[0] is False
