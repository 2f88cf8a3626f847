"""Heat: a lattice that does not move, whole cells, and small cells put together."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from builders import COUNTY, VILLAGE, county, grid, incident, kinds, plan, spot, square, with_pool
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import Invalid
from layers.heat import heat
from layers.heat.answer import asked, protect
from layers.heat.by_sql import SqlCounter
from layers.heat.question import Counted
from layers.scope import Scope

ZERO = int(VILLAGE) * 1000
ONE = ZERO + 1
ALL = Scope.of_region(COUNTY)
BOX = (100.0, 25.0, 100.02, 25.01)
PERIOD = {"since": date(2026, 5, 1), "until": date(2026, 6, 1)}


@pytest.fixture
def town(database):
    """One grid in the west village, with 7 incidents at one spot and 2 at another some 500 m east."""
    with database.write(Scope.everything()) as session:
        county(session)
        kinds(session)
        grid(session, plan(session), ONE, square(0))
        for at, n in ((0.2, 7), (0.7, 2)):
            for _ in range(n):
                incident(session, ONE, spot(at))
    return database


def heated(town, scope=ALL, bbox=BOX, exact=True, cell_m=125, **more):
    question = {"bbox": bbox, "cell_m": cell_m, "exact": exact, **PERIOD, **more}
    return with_pool(town, lambda pool: heat(SqlCounter(pool), asked(scope, **question)))


def test_cells_hold_the_incidents_around_their_middle(town):
    found = heated(town)
    assert [n for _, _, n in found.cells] == [7, 2]
    assert (found.cell_m, found.days, found.protected, found.unlocated, found.withheld) == (125, 31, False, 0, 0)
    for (lon, lat, _), at in zip(found.cells, (0.2, 0.7), strict=True):
        assert abs(lat - spot(at).y) * 111_195 <= 62.6
        assert abs(lon - spot(at).x) * 111_195 * math.cos(math.radians(25)) <= 62.6


def test_cells_do_not_move_with_the_view(town):
    whole = heated(town).cells
    for shift in (0.0001, 0.0037, 0.0071):
        west, south, east, north = BOX
        assert heated(town, bbox=(west - shift, south - shift / 2, east, north)).cells == whole


def test_a_view_never_cuts_a_cell(town):
    lon, lat, n = heated(town, cell_m=2000).cells[0]
    assert n == 9
    sliver = (spot(0.2).x, spot(0.2).y, spot(0.2).x + 1e-6, spot(0.2).y + 1e-6)
    assert (lon, lat, n) in heated(town, bbox=sliver, cell_m=2000).cells


def test_sizes_are_few(town):
    assert [heated(town, cell_m=size).cell_m for size in (1, 125, 126, 900, 10**6)] == [125, 125, 250, 1000, 8000]


@pytest.mark.parametrize("level", ["hamlet", "village", "township", "county"])
def test_what_is_known_worse_than_its_street_is_in_no_cell(town, level):
    with town.write(Scope.everything()) as session:
        incident(session, ZERO, spot(0.5), level=level)
    found = heated(town)
    assert ([n for _, _, n in found.cells], found.unlocated) == ([7, 2], 1)
    assert heated(town, exact=False).unlocated == 0


def test_period_kind_and_scope_are_kept(town):
    with town.write(Scope.everything()) as session:
        incident(session, ONE, spot(0.2), on=date(2026, 6, 1))
        incident(session, ONE, spot(0.2), kind="hazard")
        incident(session, ZERO + 1001, spot(1.5))
    assert sum(n for _, _, n in heated(town).cells) == 10
    assert sum(n for _, _, n in heated(town, kinds=["hazard"]).cells) == 1
    assert sum(n for _, _, n in heated(town, until=date(2026, 6, 2)).cells) == 11
    assert sum(n for _, _, n in heated(town, Scope.of_grids([ONE])).cells) == 10
    assert heated(town, Scope.of_grids([ZERO + 2])).cells == ()


def test_whoever_may_not_open_cases_sees_no_small_cell(town):
    found = heated(town, exact=False)
    assert [n for _, _, n in found.cells] == [5], "seven, told in fives"
    assert found.protected
    assert found.withheld == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"bbox": (100.02, 25.0, 100.0, 25.01)},
        {"bbox": (100.0, 25.0, 100.02, 95.0)},
        {"bbox": (math.nan, 25.0, 100.02, 25.1)},
        {"bbox": (97.0, 21.0, 106.0, 29.0), "cell_m": 125},
        {"until": date(2026, 5, 1)},
    ],
)
def test_wrong_questions_are_refused(town, wrong):
    with pytest.raises(Invalid):
        heated(town, **wrong)


def test_small_cells_are_put_together_in_larger_ones():
    assert protected({(0, 0): 9, (0, 1): 3, (1, 1): 2, (7, 7): 4}) == ({(0, 0, 1): 5, (0, 0, 2): 5}, 4)


def protected(cells):
    """Count by (row, column, size) of what is shown, and how many are not."""
    columns = np.array([(*cell, n) for cell, n in sorted(cells.items())], np.int64).reshape(-1, 3).T
    squares, left = protect(Counted(*columns, unlocated=0))
    shown = zip(squares.rows.tolist(), squares.columns.tolist(), squares.sizes.tolist(), strict=True)
    return dict(zip(shown, squares.numbers.tolist(), strict=True)), left


CELLS = st.dictionaries(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), st.integers(1, 9), max_size=30)


@given(CELLS)
def test_protection_shows_nothing_small_and_loses_nothing(cells):
    shown, withheld = protected(cells)
    told = sum(shown.values()) + withheld
    assert told <= sum(cells.values()) <= told + 4 * len(shown), "each is told in fives"
    assert all(n >= 5 and n % 5 == 0 for n in shown.values())
    assert all(row % size == 0 and column % size == 0 for row, column, size in shown)
