"""Incidents by place, period and kind: for those who may open the cases, and for those who may not."""

from __future__ import annotations

import asyncio
import itertools
from datetime import date

import pytest
from builders import COUNTY, TOWNSHIP, VILLAGE, ask, county, grid, incident, kinds, plan, spot, square
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from layers.counts import incident_counts
from layers.db import read
from layers.errors import Invalid, NotFound
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, TWO = ZERO + 1, ZERO + 2
EAST = ZERO + 1001
PERIOD = {"since": date(2026, 5, 1), "until": date(2026, 6, 1)}


@pytest.fixture
def town(database):
    """West: 6 incidents in one grid, 2 in the other, 1 in neither; east: 12 in its grid. All on 1 May."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        west, east = plan(session), plan(session, "532901003002")
        grid(session, west, ONE, square(0, 0, 0.5), name="一网格")
        grid(session, west, TWO, square(0.5, 0, 0.5))
        grid(session, east, EAST, square(1))
        for number, at, n in ((ONE, 0.2, 6), (TWO, 0.7, 2), (ZERO, 0.5, 1), (EAST, 1.5, 12)):
            for _ in range(n):
                incident(session, number, spot(at))
    return database


def counted(town, by, region=COUNTY, scope=None, exact=True, **more):
    scope = scope or Scope.of_region(COUNTY)
    question = {"by": by, "region": region, "exact": exact, **PERIOD, **more}
    return ask(town, scope, lambda connection: incident_counts(connection, scope, **question))


def numbers(counts):
    return [row.n for row in counts.items]


def test_grids_are_counted_and_what_is_in_no_grid_is_said(town):
    counts = counted(town, "grid")
    assert [(row.code, row.name, row.n) for row in counts.items] == [
        (str(ONE), "一网格", 6),
        (str(TWO), None, 2),
        (str(EAST), None, 12),
    ]
    assert (counts.total, counts.unlocated, counts.protected) == (21, 1, False)


@pytest.mark.parametrize(("by", "expected"), [("village", [9, 12]), ("township", [21]), ("county", [21])])
def test_larger_places_have_all_below_them(town, by, expected):
    counts = counted(town, by)
    assert numbers(counts) == expected
    assert (counts.total, counts.unlocated) == (21, 0)


@pytest.mark.parametrize(("by", "region"), [("prefecture", "53"), ("province", "53"), ("prefecture", "5329")])
def test_the_widest_places_are_counted_for_whoever_sees_them(town, by, region):
    with town.write(Scope.everything()) as session:
        incident(session, 532900 * 10**9, None, level="unplaced")
    counts = counted(town, by, region=region, scope=Scope.of_region("53"))
    assert numbers(counts) == [22]
    assert counted(town, "county", region=region, scope=Scope.of_region("53")).unlocated == 1


def test_days_are_those_of_shanghai_and_the_last_is_not_in_the_period(town):
    with town.write(Scope.everything()) as session:
        incident(session, ONE, spot(0.2), occurred_at="2026-05-01T15:59:59Z")
        incident(session, ONE, spot(0.2), occurred_at="2026-05-01T16:00:00Z")
    assert numbers(counted(town, "county", until=date(2026, 5, 2))) == [22]
    assert numbers(counted(town, "county", since=date(2026, 5, 2))) == [1]
    assert numbers(counted(town, "county", since=date(2026, 4, 1), until=date(2026, 5, 1))) == [0]


def test_one_kind_is_counted_alone(town):
    with town.write(Scope.everything()) as session:
        incident(session, ONE, spot(0.2), kind="hazard")
    assert counted(town, "grid", kinds=["hazard"]).total == 1
    assert counted(town, "grid", kinds=["hazard'"]).total == 0


def test_a_scope_counts_what_is_inside_it(town):
    assert numbers(counted(town, "village", scope=Scope.of_region(VILLAGE))) == [9]
    assert numbers(counted(town, "grid", scope=Scope.of_grids([TWO]))) == [2]
    with pytest.raises(NotFound):
        counted(town, "grid", region="532901003002", scope=Scope.of_region(VILLAGE))


def test_small_counts_are_protected_with_the_next_smallest(town):
    counts = counted(town, "grid", exact=False)
    assert [(row.n, row.protected) for row in counts.items] == [(None, True), (None, True), (10, False)]
    assert (counts.total, counts.unlocated, counts.protected) == (20, None, True)


def test_nothing_small_is_left_when_two_protected_answers_are_subtracted(town):
    with town.write(Scope.everything()) as session:
        for day in range(1, 28):
            for _ in range(day % 3):
                incident(session, ONE, spot(0.2), on=date(2026, 9, day))
    days = [date(2026, 9, day) for day in range(1, 29)]
    answers = {
        counted(town, "village", since=first, until=after, exact=False)
        for first, after in itertools.combinations(days, 2)
    }
    # Whatever two days are asked for, the month they lie in is told: there is nothing to subtract.
    [only] = answers
    assert (only.begins_on, only.ends_on) == (date(2026, 9, 1), date(2026, 10, 1))
    assert only.total == 25


def test_several_kinds_are_one_more_bound_on_each_and_refused(town):
    with pytest.raises(Invalid, match="question") as refusal:
        counted(town, "village", kinds=["hazard", "noise"], exact=False)
    assert [fault.where for fault in refusal.value.faults] == ["kind"]


def test_the_choice_of_the_region_tells_no_more(town):
    assert numbers(counted(town, "grid", region=VILLAGE, exact=False)) == [None, None]
    assert numbers(counted(town, "village", region=TOWNSHIP, exact=False)) == [5, 10]


def test_below_a_hidden_village_nothing_is_shown(town):
    with town.write(Scope.everything()) as session:
        for _ in range(7):
            incident(session, EAST, spot(1.5), kind="hazard")
        incident(session, ONE, spot(0.2), kind="hazard")
    assert numbers(counted(town, "village", kinds=["hazard"], exact=False)) == [None, None]
    found = counted(town, "grid", region="532901003002", kinds=["hazard"], exact=False)
    assert (numbers(found), found.total) == ([None], None)


@pytest.mark.parametrize("wrong", [{"until": date(2026, 5, 1)}, {"region": VILLAGE, "by": "township"}, {"region": "5"}])
def test_wrong_questions_are_refused(town, wrong):
    with pytest.raises(Invalid):
        counted(town, **({"by": "grid"} | wrong))


SCOPES = st.one_of(
    st.sampled_from(["53", COUNTY, TOWNSHIP, VILLAGE, "532901003002", "5399"]).map(Scope.of_region),
    st.lists(st.sampled_from([ONE, TWO, EAST]), max_size=3).map(Scope.of_grids),
)
ROWS = st.lists(st.tuples(st.sampled_from([ZERO, ONE, TWO, EAST, 532901 * 10**9]), st.integers(1, 28)), max_size=20)


@given(rows=ROWS, scope=SCOPES, first=st.integers(1, 27), days=st.integers(1, 27))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_scope_and_period_count_what_a_plain_filter_counts(town, rows, scope, first, days):
    with town.write(Scope.everything()) as session:
        session.connection().exec_driver_sql("delete from incident")
        for number, day in rows:
            incident(session, number, spot(0.5), on=date(2026, 7, day))
    until = date(2026, 7, min(first + days, 28))
    inside = [n for n, day in rows if scope.covers(n, n) and first <= day < until.day]
    question = {"by": "grid", "region": "53", "since": date(2026, 7, first), "until": until, "exact": True}
    if scope == Scope.nothing():
        with pytest.raises(NotFound):
            ask(town, scope, lambda connection: incident_counts(connection, scope, **question))
        return
    counts = ask(town, scope, lambda connection: incident_counts(connection, scope, **question))
    assert counts.total == len(inside)
    assert {row.code: row.n for row in counts.items if row.n} == {
        str(n): inside.count(n) for n in {*inside} if n % 1000
    }


def test_without_a_scope_there_is_no_incident(town):
    async def run():
        async with town.read_pool(1) as pool, pool.connection() as connection:
            return await (await connection.execute("select count(*) as n from incident")).fetchone()

    assert asyncio.run(run()) == {"n": 0}


def test_the_scope_ends_with_its_transaction(town):
    async def run():
        async with town.read_pool(1) as pool:
            async with read(pool, Scope.everything()) as connection:
                inside = await (await connection.execute("select count(*) as n from incident")).fetchone()
            async with pool.connection() as connection:
                return inside, await (await connection.execute("select count(*) as n from incident")).fetchone()

    assert asyncio.run(run()) == ({"n": 21}, {"n": 0})
