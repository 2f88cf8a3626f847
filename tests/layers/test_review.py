"""The review queue: what waits, who sees it, and how it is listed and counted."""

from __future__ import annotations

import uuid

import pytest
from builders import COUNTY, TOWNSHIP, VILLAGE, county, grid, incident, kinds, placed, plan, spot, square
from found import because, located, meant
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from layers.assign import assign
from layers.codes import code_of, region_of, region_range
from layers.doctor import examine
from layers.errors import Forbidden, Invalid, NotFound
from layers.models import Audit, Review
from layers.review import REGISTERS, needs_review, queue
from layers.review_list import ReviewFilters, count_reviews, list_reviews, mask_numbers, read_review
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE = ZERO + 1
SOUTH_VILLAGE = f"{TOWNSHIP}002"
EVERY = ReviewFilters(REGISTERS)


@pytest.fixture
def town(database):
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        grid(session, plan(session), ONE, square(0, 0, 0.5))
    return database


def wait(town, number=ZERO, said="人民路9号", register="facility", found=None):
    """The ids of a row and of its entry."""
    with town.write(Scope.everything()) as session:
        values = {"level": "village", "source": "geocoded"}
        if register == "incident":
            row_id = incident(session, number, spot(0.2), address=said, **values)
        else:
            row_id = placed(session, register, number, spot(0.2), kind="clinic", address=said, **values)
        assert queue(session, register, [(row_id, said, number, found or because("ambiguous", level="village"))]) == 1
        return row_id, session.scalars(select(Review.id).where(Review.row_id == row_id)).one()


def listed(town, filters=EVERY, scope=None, **page):
    with town.write(scope or Scope.everything()) as session:
        return list_reviews(session, filters, **page)


@pytest.mark.parametrize(
    ("found", "waits"),
    [
        (located(), False),
        (because("alias", "typo", confidence=0.95), False),
        (because("ambiguous"), True),
        (because("outside_stated"), True),
        (located(confidence=0.89), True),
        (located(level="street"), True),
        (located(level="unplaced", confidence=0.0), True),
    ],
)
def test_what_is_not_one_sure_house_waits(found, waits):
    assert [needs_review(found, register) for register in ("house", "incident")] == [waits, waits]


def test_only_a_dwelling_must_be_known_better_than_its_building():
    found = located(level="building", confidence=0.95)
    assert {register: needs_review(found, register) for register in REGISTERS} == {
        "building": False,
        "house": True,
        "facility": False,
        "organisation": False,
        "incident": False,
        "place": False,
    }


def test_a_row_waits_once_and_no_more_when_it_is_found(town):
    row_id, _ = wait(town)
    with town.write(Scope.everything()) as session:
        again = because("number_unknown", level="street", candidates=(meant("人民路8号", (100.0, 25.0), "house", ONE),))
        assert queue(session, "facility", [(row_id, "人民路九号", ONE, again)]) == 1
    [only] = listed(town).items
    assert (only.text, only.grid_no, only.level, only.candidates) == ("人民路九号", str(ONE), "street", 1)
    assert only.reasons == ({"kind": "number_unknown", "penalty": 0.1, "text": ""},)
    with town.write(Scope.everything()) as session:
        assert queue(session, "facility", [(row_id, "人民路8号", ONE, located())]) == 0
    assert listed(town).items == ()


def test_nothing_is_queued_outside_the_scope(town):
    with pytest.raises(Forbidden), town.write(Scope.of_region(SOUTH_VILLAGE)) as session:
        queue(session, "facility", [(uuid.uuid4(), "人民路9号", ZERO, because("ambiguous"))])


def test_the_queue_comes_by_place_in_pages(town):
    numbers = [int(SOUTH_VILLAGE) * 1000, ZERO, ONE, ZERO]
    for number in numbers:
        wait(town, number)
    first = listed(town, limit=3)
    rest = listed(town, limit=3, after=first.next)
    assert [int(row.grid_no) for row in (*first.items, *rest.items)] == sorted(numbers)
    assert len({row.id for row in (*first.items, *rest.items)}) == 4
    assert rest.next is None
    assert first.items[0].region_name == "东山村委会"


@pytest.mark.parametrize(
    ("filters", "n"),
    [
        (EVERY, 3),
        (ReviewFilters(REGISTERS, register="incident"), 1),
        (ReviewFilters(("facility",)), 2),
        (ReviewFilters(("facility",), register="incident"), 0),
        (ReviewFilters(REGISTERS, place=SOUTH_VILLAGE), 1),
        (ReviewFilters(REGISTERS, place=str(ONE)), 1),
        (ReviewFilters(REGISTERS, reason="outside_stated"), 1),
        (ReviewFilters(REGISTERS, state="decided"), 0),
    ],
)
def test_the_queue_can_be_narrowed(town, filters, n):
    wait(town, ONE, register="incident")
    wait(town, ZERO, found=because("outside_stated"))
    wait(town, int(SOUTH_VILLAGE) * 1000)
    assert len(listed(town, filters).items) == n


@pytest.mark.parametrize("after", ["", "x", "1_2", f"{10**30}_{uuid.UUID(int=7, version=4)}", f"1_{'-' * 36}"])
def test_a_page_begins_after_a_key_or_is_refused(town, after):
    with pytest.raises(Invalid):
        listed(town, after=after)


@pytest.mark.parametrize("limit", [0, 201])
def test_a_page_has_a_length(town, limit):
    with pytest.raises(Invalid):
        listed(town, limit=limit)


def test_what_lies_outside_the_scope_is_not_there(town):
    _, hidden = wait(town, ZERO)
    scope = Scope.of_region(SOUTH_VILLAGE)
    assert listed(town, scope=scope).items == ()
    assert listed(town, scope=Scope.of_grids([ONE])).items == ()
    with pytest.raises(NotFound), town.write(scope) as session:
        read_review(session, hidden, REGISTERS)


def test_what_is_left_is_counted_by_region(town):
    for number in (ZERO, ONE, int(SOUTH_VILLAGE) * 1000, int(TOWNSHIP) * 10**6, int(COUNTY) * 10**9):
        wait(town, number)
    with town.write(Scope.everything()) as session:
        by_village = [(row.code, row.name, row.n) for row in count_reviews(session, EVERY)]
        by_county = [(row.code, row.n) for row in count_reviews(session, EVERY, 3)]
    assert by_village == [
        (COUNTY, "大理市", 1),
        (TOWNSHIP, "下关街道", 1),
        (VILLAGE, "东山村委会", 2),
        (SOUTH_VILLAGE, "西山村委会", 1),
    ]
    assert by_county == [(COUNTY, 5)]


@pytest.mark.parametrize("level", [0, 1, 2, 6])
def test_counts_are_of_counties_townships_and_villages(town, level):
    with pytest.raises(Invalid), town.write(Scope.everything()) as session:
        count_reviews(session, EVERY, level)


def test_a_card_tells_the_text_the_place_and_leaves_a_trace(town):
    candidate = meant("人民路8号", (100.002, 25.005), "house", ONE, str(uuid.uuid4()))
    row_id, review_id = wait(
        town, said="人民路9号 张三 13987654321", found=because("ambiguous", candidates=(candidate,))
    )
    who = uuid.uuid4()
    with town.write(Scope.of_region(COUNTY), who) as session:
        card = read_review(session, review_id, REGISTERS)
    assert (card.text, card.row_id, card.status, card.rev) == ("人民路9号 张三 13987654321", row_id, "open", 1)
    assert [region.name for region in card.path][-2:] == ["下关街道", "东山村委会"]
    assert card.point == pytest.approx((100.002, 25.005))
    assert card.candidates[0]["grid_no"] == str(ONE)
    with town.write(Scope.everything()) as session:
        assert [(row.act, row.subject, row.subject_id, row.account_id) for row in session.scalars(select(Audit))] == [
            ("read", "review", str(review_id), who)
        ]
    assert listed(town).items[0].text == "人民路9号 张三 139****21"


def test_an_entry_of_a_register_that_the_caller_may_not_open_is_not_there(town):
    _, review_id = wait(town, register="incident")
    with pytest.raises(NotFound), town.write(Scope.everything()) as session:
        read_review(session, review_id, ("facility",))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("人民路123号3栋2单元501", "人民路123号3栋2单元501"),
        ("电话13987654321", "电话139****21"),
        ("532901199001011234", "532****34"),
        ("53290119900101123X家", "532****3X家"),
        ("139 8765 4321", "139****21"),
        ("0872-2123456", "087****56"),
        ("3-2-501", "3-2-501"),
        ("1-12-1501", "1-12-1501"),
    ],
)
def test_long_numbers_are_masked_and_door_plates_are_not(said, shown):
    assert mask_numbers(said) == shown


@given(st.integers(1, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 999), st.integers(0, 999))
def test_a_number_lies_in_its_deepest_region(province, prefecture, county_, township, village):
    code = f"{province:02d}{prefecture:02d}{county_:02d}{township:03d}{village:03d}"
    number = int(code) * 1000 + 7
    first, last = region_range(region_of(number))
    assert first <= number <= last
    assert code_of(number).startswith(region_of(number))
    if village:
        assert region_of(number) == code


def test_a_row_that_goes_takes_its_entry_along(town):
    row_id, review_id = wait(town)
    wait(town)
    with town.write(Scope.everything()) as session:
        learned = "insert into name_alias values (gen_random_uuid(), :county, 'street', '甲路', '乙路', :id)"
        session.execute(text(learned), {"county": COUNTY, "id": review_id})
        session.execute(text("delete from facility where id = :id"), {"id": row_id})
        assert session.scalars(select(Review.id).where(Review.id == review_id)).all() == []
        assert session.scalar(text("select count(*) from name_alias where review_id is null")) == 1
    assert len(listed(town).items) == 1


def test_an_entry_goes_where_its_row_goes(town):
    """Placed by its point, a row comes into a grid; its entry comes along, and the doctor finds nothing apart."""
    row_id, _ = wait(town)
    with town.write(Scope.everything()) as session:
        session.execute(text("update facility set level = 'street' where id = :id"), {"id": row_id})
        assign(session, [VILLAGE])
        assert [row.grid_no for row in list_reviews(session, EVERY).items] == [str(ONE)]
        assert apart(session) == []
        session.execute(text("update review set grid_no = :number"), {"number": ZERO})
        assert [fault.message for fault in apart(session)] == [f"it carries {ZERO}, its row {ONE}"]


def apart(session):
    return dict(examine(session, None))["review_apart_from_row"]


def test_the_row_of_an_entry_is_asked_of_its_register_by_key(town):
    wait(town)
    with town.write(Scope.everything()) as session:
        asked = "explain select o.* from review r cross join lateral register_row(r.register, r.row_id) o"
        lines = "\n".join(session.scalars(text(asked)))
    assert [register for register in REGISTERS if f"using pk_{register} " not in lines] == []
    assert "register_row" not in lines
