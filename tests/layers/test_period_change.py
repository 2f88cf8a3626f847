"""Two periods beside each other: differences, ratios and how sure they are; protected counts stay protected."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from builders import COUNTY, VILLAGE, ask, county, grid, incident, kinds, plan, spot, square
from hypothesis import given
from hypothesis import strategies as st

from layers.counts import incident_counts
from layers.cube import CubeRow, cube_csv, incident_cube
from layers.errors import Invalid
from layers.hotspots import hotspots
from layers.period_change import period_change, ratio_of
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE, TWO = ZERO + 1, ZERO + 2
MAY, APRIL = (date(2026, 5, 1), date(2026, 6, 1)), (date(2026, 4, 1), date(2026, 5, 1))


def test_the_ratio_is_of_days_and_its_range_that_of_the_textbook():
    same = ratio_of(10, 30, 10, 30)
    # Clopper and Pearson for 10 of 20: 0.272 to 0.728.
    assert (same.ratio, same.low, same.high) == (1.0, 0.374, 2.68)
    assert ratio_of(20, 60, 10, 30).ratio == 1.0
    assert (ratio_of(3, 30, 0, 30).ratio, ratio_of(3, 30, 0, 30).high) == (None, None)
    assert (ratio_of(0, 30, 4, 30).ratio, ratio_of(0, 30, 4, 30).low) == (0.0, 0.0)


@given(n=st.integers(0, 500), before=st.integers(1, 500), days=st.integers(1, 400))
def test_the_range_holds_the_ratio_and_turns_with_it(n, before, days):
    found = ratio_of(n, days, before, 30)
    assert found.low <= found.ratio * 1.01
    assert found.ratio <= found.high * 1.01
    if n:
        turned = ratio_of(before, 30, n, days)
        assert turned.low == pytest.approx(1 / found.high, rel=0.02)


def test_the_range_holds_the_truth_in_nineteen_of_twenty_trials():
    dice = np.random.default_rng(1)
    held = [r.low <= 2 <= (r.high or np.inf) for r in (ratio_of(*pair) for pair in trials(dice))]
    assert np.mean(held) >= 0.94


def trials(dice):
    return [(int(dice.poisson(8)), 30, int(dice.poisson(4)), 30) for _ in range(500)]


@pytest.fixture
def town(database):
    """12 incidents in one grid in May and 3 in April; 6 and 6 in the other."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        west = plan(session)
        grid(session, west, ONE, square(0, 0, 0.5), name="一网格")
        grid(session, west, TWO, square(0.5, 0, 0.5))
        for number, day, n in (
            (ONE, date(2026, 5, 9), 12),
            (ONE, date(2026, 4, 9), 3),
            (TWO, MAY[0], 6),
            (TWO, APRIL[0], 6),
        ):
            for _ in range(n):
                incident(session, number, spot(0.2), on=day)
    return database


def compared(town, **more):
    scope = Scope.of_region(COUNTY)
    asked = {"by": "grid", "region": VILLAGE, "period": MAY, "before": APRIL, "exact": True, **more}
    return ask(town, scope, lambda connection: period_change(connection, scope, **asked))


def test_each_place_has_both_counts_and_what_lies_between(town):
    found = compared(town)
    first, second = found.items
    assert (first.code, first.n, first.before, first.difference, first.ratio) == (str(ONE), 12, 3, 9, 3.87)
    assert first.differs is True
    assert (second.n, second.before, second.difference, second.differs) == (6, 6, 0, False)
    assert (found.total.n, found.total.before) == (18, 9)


def test_protected_counts_are_all_that_is_told_of(town):
    found = compared(town, exact=False)
    scope = Scope.of_region(COUNTY)
    shown = {}
    for name, (since, until) in {"n": MAY, "before": APRIL}.items():
        asked = {"by": "grid", "region": VILLAGE, "since": since, "until": until, "exact": False}
        counts = ask(town, scope, lambda connection, asked=asked: incident_counts(connection, scope, **asked))
        shown[name] = {row.code: row.n for row in counts.items}
    for row in found.items:
        pair = (shown["n"][row.code], shown["before"][row.code])
        assert (row.n, row.before) == (pair if None not in pair else (None, None))
        assert (row.low, row.high, row.differs) == (None, None, None)


def test_the_table_has_every_grid_day_and_kind_that_is_not_zero(town):
    scope = Scope.of_region(COUNTY)
    asked = {"since": APRIL[0], "until": MAY[1], "place": VILLAGE}
    table = ask(town, scope, lambda connection: incident_cube(connection, scope, **asked))
    assert table[0] == CubeRow(str(ONE), date(2026, 4, 9), "noise", 3)
    assert [row.n for row in table] == [3, 12, 6, 6]
    assert cube_csv(table).decode("utf-8-sig").splitlines()[:2] == [
        "网格编号,日期,类型,件数",
        "532901003001001,2026-04-09,noise,3",
    ]


def test_a_kind_that_looks_like_a_formula_is_none():
    assert "'-1" in cube_csv([CubeRow(str(ONE), MAY[0], "-1", 1)]).decode()


@pytest.fixture
def many(database):
    """Six by six grids in one village; nine in a corner have five incidents in May, a tenth of the others one."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        west = plan(session)
        for at in range(36):
            x, y = at % 6, at // 6
            grid(session, west, ZERO + at + 1, square(x / 6, y / 6, 1 / 6))
            for _ in range(5 if x < 3 and y < 3 else at % 10 == 9):
                incident(session, ZERO + at + 1, spot(0.2), on=MAY[0])
    return database


def spotted(database, scope=None, **more):
    scope = scope or Scope.of_region(COUNTY)
    asked = {"since": MAY[0], "until": MAY[1], "region": VILLAGE, **more}
    return ask(database, scope, lambda connection: hotspots(connection, scope, **asked))


def test_the_corner_is_a_hot_spot_and_new_beside_april(many):
    found = spotted(many, before=APRIL)
    level = {int(row.code) - ZERO - 1: (row.level, row.change) for row in found.items}
    assert level[7] == (2, "new")
    assert level[35] == (0, None)
    assert (found.within, found.compared, len(found.items)) == (COUNTY, 36, 36)
    assert found.mean == pytest.approx(sum(row.n for row in found.items) / 36, abs=0.001)


def test_a_scope_inside_a_county_names_its_own_region_as_what_is_compared(many):
    for code in (VILLAGE, VILLAGE[:9]):
        found = spotted(many, scope=Scope.of_region(code))
        assert (found.within, found.compared) == (code, 36)
    assert spotted(many, scope=Scope.of_region("53")).within == COUNTY
    assert spotted(many, scope=Scope.of_grids(range(ZERO + 1, ZERO + 37))).within == VILLAGE


def test_too_few_grids_tell_nothing_and_the_scope_decides_which_are_compared(many):
    with pytest.raises(Invalid) as refusal:
        spotted(many, scope=Scope.of_grids([ONE, TWO]))
    assert "2 grids" in refusal.value.faults[0].message
    with pytest.raises(Invalid) as refusal:
        spotted(many, measure="rate")
    assert "0 grids" in refusal.value.faults[0].message
