"""Incidents by day, week, month and kind, and per 1,000 people: against plain Python, and protected."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from builders import COUNTY, TOWNSHIP, VILLAGE, ask, county, grid, house, household, incident, kinds, plan, spot, square
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from layers.breakdown import incident_days, incident_kinds, step_for
from layers.counts import incident_counts
from layers.errors import Invalid, NotFound
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, TWO = ZERO + 1, ZERO + 2
EAST = ZERO + 1001
EAST_VILLAGE = "532901003002"
ALL = Scope.of_region(COUNTY)
MAY = {"since": date(2026, 5, 1), "until": date(2026, 6, 1)}


@pytest.fixture
def town(database):
    """Two villages of one township, two grids in the western and one in the eastern; no incident yet."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        west, east = plan(session), plan(session, EAST_VILLAGE)
        grid(session, west, ONE, square(0, 0, 0.5))
        grid(session, west, TWO, square(0.5, 0, 0.5))
        grid(session, east, EAST, square(1))
    return database


def happen(town, *rows):
    """Incidents as (grid number, day, how many, kind)."""
    with town.write(Scope.everything()) as session:
        for number, day, n, kind in rows:
            for _ in range(n):
                incident(session, number, spot(0.2), on=day, kind=kind)


def test_the_last_day_on_which_anything_is_registered_is_of_the_whole_scope(town):
    happen(town, (ONE, date(2026, 5, 3), 1, "noise"), (EAST, date(2026, 5, 20), 2, "hazard"))
    happen(town, (TWO, date(2026, 6, 1), 1, "noise"))
    assert days(town).last_on == date(2026, 5, 20), "what comes after the period does not count"
    assert days(town, place=VILLAGE, kinds=["noise"]).last_on == date(2026, 5, 20), "nor the place or the kind"
    assert days(town, place=VILLAGE, scope=Scope.of_region(VILLAGE)).last_on == date(2026, 5, 3)
    assert days(town, place=str(ONE), scope=Scope.of_grids([ONE])).last_on == date(2026, 5, 3)
    assert days(town, place=str(TWO), scope=Scope.of_grids([TWO])).last_on is None
    later = {"since": date(2027, 5, 1), "until": date(2028, 5, 31)}
    assert days(town, **later).last_on == date(2026, 6, 1)
    assert days(town, since=date(2028, 6, 2), until=date(2028, 6, 3)).last_on is None, "two years are looked through"
    assert days(town, exact=False).last_on is None


def days(town, place=COUNTY, scope=ALL, exact=True, **more):
    question = {"place": place, "exact": exact, **MAY, **more}
    return ask(town, scope, lambda connection: incident_days(connection, scope, **question))


def by_kind(town, place=COUNTY, scope=ALL, exact=True, **more):
    question = {"place": place, "exact": exact, **MAY, **more}
    items, protected = ask(town, scope, lambda connection: incident_kinds(connection, scope, **question))
    return {row.kind: row.n for row in items}, protected


def counted(town, by="village", region=COUNTY, scope=ALL, exact=True, **more):
    question = {"by": by, "region": region, "exact": exact, **MAY, **more}
    return ask(town, scope, lambda connection: incident_counts(connection, scope, **question))


@pytest.mark.parametrize(
    ("length", "step"), [(1, "day"), (100, "day"), (101, "week"), (800, "week"), (801, "month"), (3660, "month")]
)
def test_the_step_follows_the_length(length, step):
    assert step_for(length) == step


def test_days_without_incidents_are_told_as_zero(town):
    happen(town, (ONE, date(2026, 5, 2), 2, "noise"), (EAST, date(2026, 5, 4), 1, "hazard"))
    found = days(town, until=date(2026, 5, 6))
    assert (found.step, found.protected) == ("day", False)
    assert [row.n for row in found.items] == [0, 2, 0, 1, 0]
    assert [(row.begins_on.day, row.ends_on.day) for row in found.items] == [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]


def test_weeks_begin_on_monday_and_are_cut_to_the_period(town):
    # 1 May 2026 is a Friday.
    happen(town, (ONE, date(2026, 4, 30), 9, "noise"), (ONE, date(2026, 5, 3), 1, "noise"))
    happen(town, (ONE, date(2026, 5, 4), 2, "noise"), (ONE, date(2026, 5, 10), 4, "noise"))
    found = days(town, until=date(2026, 5, 1) + timedelta(days=101))
    assert found.step == "week"
    assert (found.items[0].begins_on, found.items[0].ends_on) == (date(2026, 5, 1), date(2026, 5, 4))
    assert [row.n for row in found.items[:3]] == [1, 6, 0]


def test_place_kind_and_scope_are_kept(town):
    happen(
        town,
        (ONE, date(2026, 5, 2), 2, "noise"),
        (TWO, date(2026, 5, 2), 1, "hazard"),
        (EAST, date(2026, 5, 2), 4, "noise"),
    )
    assert days(town, str(ONE)).items[1].n == 2
    assert days(town, VILLAGE).items[1].n == 3
    assert days(town, kinds=["hazard"]).items[1].n == 1
    assert days(town, kinds=["hazard", "noise"]).items[1].n == 7
    assert days(town, scope=Scope.of_grids([TWO, EAST])).items[1].n == 5
    with pytest.raises(NotFound):
        days(town, EAST_VILLAGE, scope=Scope.of_region(VILLAGE))


@pytest.mark.parametrize("wrong", [{"until": date(2026, 5, 1)}, {"place": "5"}, {"place": "x" * 15}])
def test_wrong_questions_are_refused(town, wrong):
    with pytest.raises(Invalid):
        days(town, **wrong)


ROWS = st.lists(st.tuples(st.sampled_from([ZERO, ONE, TWO, EAST]), st.integers(0, 900)), max_size=25)


@given(rows=ROWS, first=st.integers(0, 890), length=st.integers(1, 900))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_period_is_told_without_gap_and_as_a_plain_sum(town, rows, first, length):
    begin = date(2024, 1, 1)
    with town.write(Scope.everything()) as session:
        session.connection().exec_driver_sql("delete from incident")
        for number, day in rows:
            incident(session, number, spot(0.5), on=begin + timedelta(days=day))
    since = begin + timedelta(days=first)
    found = days(town, since=since, until=since + timedelta(days=length))
    happened = Counter(begin + timedelta(days=day) for _, day in rows)
    assert found.items[0].begins_on == since
    assert found.items[-1].ends_on == since + timedelta(days=length)
    for row, following in zip(found.items, [*found.items[1:], None], strict=True):
        assert following is None or row.ends_on == following.begins_on
        assert row.n == sum(n for day, n in happened.items() if row.begins_on <= day < row.ends_on)


def test_kinds_are_counted_each_alone(town):
    happen(town, (ONE, date(2026, 5, 2), 2, "noise"), (EAST, date(2026, 5, 31), 3, "hazard"))
    assert by_kind(town) == ({"hazard": 3, "noise": 2}, False)
    assert by_kind(town, str(ONE)) == ({"hazard": 0, "noise": 2}, False)
    assert by_kind(town, until=date(2026, 5, 31)) == ({"hazard": 0, "noise": 2}, False)


def test_rates_are_for_a_thousand_people_who_live_there_now(town):
    with town.write(Scope.everything()) as session:
        household(session, ONE, house(session, ONE, spot(0.2)), persons=8)
        gone = household(session, ONE, house(session, ONE, spot(0.2), "人民路2号"), persons=1)
        session.connection().exec_driver_sql(
            "update person set moved_out_on = '2026-01-01' where household_id = %(id)s", {"id": gone}
        )
    happen(town, (ONE, date(2026, 5, 2), 2, "noise"), (TWO, date(2026, 5, 2), 1, "noise"))
    rows = {row.code: (row.persons, row.per_1000) for row in counted(town, "grid", VILLAGE).items}
    assert rows == {str(ONE): (8, 250.0), str(TWO): (0, None)}
    whole = counted(town)
    assert (whole.persons, whole.per_1000) == (8, 375.0)


def test_a_protected_rate_is_made_of_the_rounded_count(town):
    with town.write(Scope.everything()) as session:
        household(session, ONE, house(session, ONE, spot(0.2)), persons=10)
        household(session, EAST, house(session, EAST, spot(1.2)), persons=10)
    happen(town, (ONE, date(2026, 5, 2), 9, "noise"), (EAST, date(2026, 5, 2), 2, "noise"))
    rows = {row.code: (row.n, row.persons, row.per_1000) for row in counted(town, exact=False).items}
    assert rows == {VILLAGE: (None, 10, None), EAST_VILLAGE: (None, 10, None)}
    happen(town, (EAST, date(2026, 5, 2), 5, "noise"))
    rows = {row.code: (row.n, row.per_1000) for row in counted(town, exact=False).items}
    assert rows == {VILLAGE: (5, 500.0), EAST_VILLAGE: (5, 500.0)}


def test_protected_steps_are_whole_months_rounded_down(town):
    happen(town, (ONE, date(2026, 5, 2), 13, "noise"), (ONE, date(2026, 6, 2), 4, "noise"))
    found = days(town, since=date(2026, 4, 15), until=date(2026, 7, 15), exact=False)
    assert (found.step, found.protected) == ("month", True)
    assert [row.n for row in found.items] == [None, 10, None, None], "April is cut, June small, July cut"


def test_a_single_day_is_never_told(town):
    happen(town, (ONE, date(2026, 5, 2), 50, "noise"))
    found = days(town, since=date(2026, 5, 2), until=date(2026, 5, 3), exact=False)
    assert [row.n for row in found.items] == [None]


def test_what_the_counts_hide_for_a_month_the_steps_hide_too(town):
    # The east is small; the west is hidden with it, else the township's total would tell the east.
    happen(town, (ONE, date(2026, 5, 2), 8, "noise"), (EAST, date(2026, 5, 2), 2, "noise"))
    assert [row.n for row in counted(town, exact=False).items] == [None, None]
    assert [days(town, place, exact=False).items[0].n for place in (VILLAGE, str(ONE), EAST_VILLAGE)] == [None] * 3
    assert days(town, TOWNSHIP, exact=False).items[0].n == 10


MONTHS = st.lists(
    st.tuples(st.sampled_from([ONE, TWO, EAST]), st.integers(0, 2), st.integers(1, 12)), min_size=1, max_size=9
)


@given(rows=MONTHS, place=st.sampled_from([COUNTY, TOWNSHIP, VILLAGE, EAST_VILLAGE, str(ONE), str(EAST)]))
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_steps_and_kinds_tell_nothing_that_the_counts_do_not(town, rows, place):
    firsts = [date(2026, month, 1) for month in (5, 6, 7, 8)]
    with town.write(Scope.everything()) as session:
        session.connection().exec_driver_sql("delete from incident")
        for number, month, n in rows:
            for _ in range(n):
                incident(session, number, spot(0.2), on=firsts[month], kind=("noise", "hazard")[n % 2])
    found = days(town, place, since=firsts[0], until=firsts[3], exact=False)
    for row in found.items:
        assert row.n == _shown(town, place, since=row.begins_on, until=row.ends_on)
    kinds_found, _ = by_kind(town, place, since=firsts[0], until=firsts[3], exact=False)
    for kind, n in kinds_found.items():
        assert n == _shown(town, place, since=firsts[0], until=firsts[3], kinds=[kind])


def _shown(town, place, **asked):
    """What /api/counts shows of the place: its own row or, of a region, its total."""
    if len(place) == 15:
        rows = counted(town, "grid", place[:12], exact=False, **asked).items
        return next(row.n for row in rows if row.code == place)
    by = {6: "county", 9: "township", 12: "village"}[len(place)]
    return counted(town, by, place, exact=False, **asked).total


def test_protected_kinds_are_rounded_and_small_ones_hidden(town):
    happen(town, (ONE, date(2026, 5, 2), 14, "noise"), (ONE, date(2026, 5, 2), 3, "hazard"))
    assert by_kind(town, exact=False) == ({"hazard": None, "noise": 10}, True)
