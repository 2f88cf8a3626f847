"""Visits, reports and cards on a real database: whose they are, where they go, and that none is stored twice."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from builders import COUNTY, VILLAGE, add, ask, county, grid, house, household, kinds, plan, spot, square
from sqlalchemy import func, select, text

from layers.assign import assign
from layers.db import set_scope
from layers.errors import Conflict, Invalid, NotFound
from layers.fieldwork import age_band, mask_name, own_grids, read_house
from layers.models import Audit, Incident, Visit
from layers.reports import Report, report_incident
from layers.scope import Scope
from layers.visits import VisitEntry, add_visit, state_of

ZERO = int(VILLAGE) * 1000
ONE, TWO = ZERO + 1, ZERO + 2
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
OWN = Scope.of_grids([ONE])


def build(session):
    """West: grid 1 on the left half, grid 2 on the right; a house in each. East: no grid. The house of grid 1."""
    county(session)
    kinds(session)
    found = plan(session)
    grid(session, found, ONE, square(0, side=0.5, high=1))
    grid(session, found, TWO, square(0.5, side=0.5, high=1))
    house(session, TWO, spot(0.7), "西山村2号")
    return house(session, ONE, spot(0.2), "西山村1号")


@pytest.fixture
def home(session):
    """The id of the house in grid 1, in a session of the field worker of that grid."""
    found = build(session)
    set_scope(session, OWN)
    return found


def entry(house_id, **changes):
    made = VisitEntry(uuid.uuid4(), house_id, NOW - timedelta(hours=1), "met", "在家", date(2026, 12, 22))
    return replace(made, **changes)


def report(**changes):
    made = Report(uuid.uuid4(), "noise", "吵闹", NOW - timedelta(hours=1), point=(100.002, 25.005), crs="wgs84")
    return replace(made, **changes)


def test_a_visit_takes_the_number_of_its_house(session, home):
    stored = add_visit(session, entry(home), NOW)
    assert (stored.grid_no, stored.is_new) == (str(ONE), True)
    assert session.scalar(select(Visit.grid_no)) == ONE


def test_visits_follow_their_house_into_another_grid(session, home):
    add_visit(session, entry(home), NOW)
    set_scope(session, Scope.everything())
    session.execute(text("update grid set grid_no = grid_no + 7"))
    session.flush()
    assert assign(session, [VILLAGE])["visit"] == 1
    assert session.scalar(select(Visit.grid_no).execution_options(populate_existing=True)) == ONE + 7


@pytest.mark.parametrize(
    ("days_ago", "due", "state"),
    [
        (1, 30, "done"),
        (1, 8, "done"),
        (1, 7, "due"),
        (1, 0, "due"),
        (1, -1, "overdue"),
        (91, None, "due"),
        (89, None, "done"),
        (91, 60, "due"),
        (91, -60, "overdue"),
    ],
)
def test_the_state_follows_from_the_last_visit(session, home, days_ago, due, state):
    assert state_of(session, home).visit_state == "never"
    day = session.scalar(text("select (now() at time zone 'Asia/Shanghai')::date"))
    now = session.scalar(select(func.now()))
    older = {"visited_at": now - timedelta(days=200), "next_due_on": day + timedelta(days=300)}
    last = {
        "visited_at": now - timedelta(days=days_ago),
        "next_due_on": due if due is None else day + timedelta(days=due),
    }
    for values in (last, older):
        add(session, "visit", house_id=home, grid_no=ONE, outcome="met", **values)
    assert state_of(session, home).visit_state == state


def test_a_foreign_house_is_not_found_and_no_visit_of_it_is_seen(session, home):
    other = add_other_visit(session)
    with pytest.raises(NotFound):
        add_visit(session, entry(other), NOW)
    assert session.scalars(select(Visit)).all() == []
    assert session.execute(text("select count(*) from visit")).scalar_one() == 0


def add_other_visit(session):
    """The house of grid 2, visited; the session is again the field worker's."""
    set_scope(session, Scope.everything())
    other = session.execute(text("select id from house where grid_no = :two"), {"two": TWO}).scalar_one()
    add(session, "visit", house_id=other, grid_no=TWO, outcome="met", visited_at=NOW)
    session.expunge_all()
    set_scope(session, OWN)
    return other


def test_an_id_that_is_taken_behind_the_wall_is_a_conflict(session, home):
    add_other_visit(session)
    set_scope(session, Scope.everything())
    taken = session.scalar(select(Visit.id))
    session.expunge_all()
    set_scope(session, OWN)
    with pytest.raises(Conflict):
        add_visit(session, entry(home, id=taken), NOW)


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("visited_at", {"visited_at": NOW + timedelta(minutes=6)}),
        ("visited_at", {"visited_at": NOW - timedelta(days=31)}),
        ("outcome", {"outcome": "asleep"}),
        ("next_due_on", {"next_due_on": TODAY}),
    ],
)
def test_a_visit_with_faults_is_not_stored(session, home, where, change):
    with pytest.raises(Invalid) as caught:
        add_visit(session, entry(home, **change), NOW)
    assert [fault.where for fault in caught.value.faults] == [where]
    assert session.scalar(select(func.count()).select_from(Visit)) == 0


def test_a_clock_five_minutes_ahead_is_no_fault(session, home):
    assert add_visit(session, entry(home, visited_at=NOW + timedelta(minutes=5)), NOW).is_new


def test_a_visit_sent_again_after_a_month_is_still_the_same(session, home):
    sent = entry(home)
    add_visit(session, sent, NOW)
    assert not add_visit(session, sent, NOW + timedelta(days=60)).is_new


def test_the_same_visit_sent_many_times_at_once_is_stored_once(database):
    with database.write(Scope.everything()) as session:
        sent = entry(build(session))

    def post(_):
        with database.write(OWN) as session:
            return add_visit(session, sent, NOW).is_new

    with ThreadPoolExecutor(6) as posters:
        assert sorted(posters.map(post, range(6))) == [False] * 5 + [True]
    with database.write(Scope.everything()) as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 1


def test_an_incident_lies_in_the_grid_that_holds_it(session, home):
    told = report_incident(session, report(accuracy_m=30.0), NOW)
    assert (told.grid_no, told.level, told.radius_m, told.visible) == (str(ONE), "building", 30.0, True)
    row = session.get(Incident, told.id)
    assert (row.grid_no, row.handled_grid_no, row.source) == (ONE, ONE, "reported")


def test_an_incident_of_the_neighbour_is_stored_and_the_scope_is_as_before(session, home):
    told = report_incident(session, report(point=(100.007, 25.005)), NOW)
    assert (told.grid_no, told.visible) == (str(TWO), False)
    assert session.execute(text("select count(*) from incident")).scalar_one() == 0
    set_scope(session, Scope.everything())
    assert session.execute(text("select grid_no, handled_grid_no from incident")).all() == [(TWO, TWO)]


@pytest.mark.parametrize("point", [(100.015, 25.005), (101.0, 25.0)])
def test_an_incident_of_another_village_is_refused(session, home, point):
    with pytest.raises(NotFound):
        report_incident(session, report(point=point), NOW)
    set_scope(session, Scope.everything())
    assert session.execute(text("select count(*) from incident")).scalar_one() == 0


def test_who_has_no_grid_reports_nowhere(session, home):
    set_scope(session, Scope.nothing())
    with pytest.raises(NotFound):
        report_incident(session, report(), NOW)


def test_who_has_a_region_reports_inside_it_only(session, home):
    set_scope(session, Scope.of_region(VILLAGE))
    assert report_incident(session, report(point=(100.007, 25.005)), NOW).visible
    with pytest.raises(NotFound):
        report_incident(session, report(point=(100.015, 25.005)), NOW)


def test_a_house_known_to_its_village_alone_gives_no_point(session, home):
    set_scope(session, Scope.of_region(COUNTY))
    vague = house(session, ZERO, spot(0.5), "西山村某处", level="village")
    told = report_incident(session, report(point=None, crs=None, house_id=vague), NOW)
    assert (told.grid_no, told.level) == (str(ZERO), "village")
    assert session.get(Incident, told.id).point is None


def test_all_faults_of_a_report_are_named(session, home):
    wrong = report(kind="unheard", occurred_at=NOW + timedelta(days=1), accuracy_m=900.0, house_id=home)
    with pytest.raises(Invalid) as caught:
        report_incident(session, wrong, NOW)
    assert [fault.where for fault in caught.value.faults] == ["occurred_at", "kind", "point", "accuracy_m"]


def test_a_card_shows_who_lives_there_now_and_is_audited(session, home):
    set_scope(session, Scope.everything())
    household(session, ONE, home, persons=2)
    gone = household(session, ONE, home, persons=1)
    session.execute(text("update household set moved_out_on = '2026-01-01' where id = :id"), {"id": gone})
    set_scope(session, OWN)
    card = read_house(session, home, TODAY)
    assert [[one.name for one in home.persons] for home in card.households] == [["张**", "张**"]]
    assert (card.village_name, card.state.visit_state, card.visits) == ("东山村委会", "never", ())
    seen = session.scalars(select(Audit)).all()
    assert [(row.act, row.subject, row.subject_id, row.grid_no) for row in seen] == [("read", "house", str(home), ONE)]


def test_a_foreign_card_is_not_found_and_not_audited_as_read(session, home):
    set_scope(session, Scope.of_grids([TWO]))
    with pytest.raises(NotFound):
        read_house(session, home, TODAY)
    assert session.scalars(select(Audit)).all() == []


@pytest.mark.parametrize(("name", "masked"), [("王五", "王**"), ("欧阳小小", "欧**"), ("", "**"), ("𠮷田", "𠮷**")])
def test_names_are_masked_without_their_length(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("born", "band"),
    [(2026, "0-5"), (2021, "0-5"), (2020, "6-17"), (2009, "6-17"), (2008, "18-59"), (1966, "60-79"), (1940, "80+")],
)
def test_ages_are_bands(born, band):
    assert age_band(born, TODAY) == band


def test_an_unknown_age_stays_unknown():
    assert age_band(None, TODAY) is None


def test_own_grids_count_what_is_in_them(database):
    with database.write(Scope.everything()) as session:
        home = build(session)
        household(session, ONE, home, persons=2)
        other = house(session, ONE, spot(0.3), "西山村3号")
        add(session, "visit", house_id=other, grid_no=ONE, outcome="met", visited_at=datetime.now(UTC))

    async def question(connection):
        return await own_grids(connection, OWN)

    [found] = ask(database, OWN, question)
    assert (found.grid_no, found.households, found.houses, found.due) == (str(ONE), 1, 2, 1)
    assert found.boundary["coordinates"][0][0][0] in ([100.0, 25.0], [100.005, 25.0], [100.0, 25.01], [100.005, 25.01])
    assert found.bbox == pytest.approx((100.0, 25.0, 100.005, 25.01))
