"""Hot and cold spots: planted ones are found, chance alone makes none, and the score is the textbook's."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from layers import spots
from layers.spots import FEWEST, change_of, find_neighbours, find_spots

SIDE = 20


def lattice(columns=SIDE, rows=SIDE, gap=0.0):
    """Squares of 0.01 degrees, row by row, `gap` degrees apart."""
    return [
        shapely.box(x * 0.01, y * 0.01, (x + 1) * 0.01 - gap, (y + 1) * 0.01 - gap)
        for y in range(rows)
        for x in range(columns)
    ]


@pytest.fixture(scope="module")
def near():
    return find_neighbours(lattice())


def seen(near, place):
    return sorted(near.second[near.first == place].tolist())


def test_neighbours_touch_in_sides_and_corners_and_each_is_its_own(near):
    assert seen(near, 0) == [0, 1, SIDE, SIDE + 1]
    assert len(seen(near, SIDE + 1)) == 9


def test_borders_half_a_metre_apart_still_touch_and_islands_have_the_nearest():
    assert seen(find_neighbours(lattice(3, 1, gap=0.000005)), 1) == [0, 1, 2]
    apart = find_neighbours(lattice(5, 1, gap=0.001))
    assert seen(apart, 0) == [0, 1, 2, 3]
    assert seen(apart, 2) == [0, 1, 2, 3] or seen(apart, 2) == [1, 2, 3, 4]


def test_the_score_is_that_of_ord_and_getis(near):
    values = np.arange(SIDE * SIDE, dtype=float) % 7
    places = np.arange(len(values))
    matrix = np.zeros((len(values), len(values)))
    matrix[near.first, near.second] = 1
    size, n = matrix.sum(axis=1), len(values)
    spread = values.std() * np.sqrt((n * size - size**2) / (n - 1))
    expected = (matrix @ values - values.mean() * size) / spread
    assert find_spots(values, near).z == pytest.approx(expected[places])


def test_a_planted_hot_and_a_cold_block_are_found_and_nothing_else(near):
    values = np.random.default_rng(1).poisson(10, (SIDE, SIDE)).astype(float)
    values[3:6, 3:6], values[12:16, 12:16] = 40, 0
    level = find_spots(values.ravel(), near).level.reshape(SIDE, SIDE)
    assert level[4, 4] == 2
    assert level[13:15, 13:15].max() == -2
    quiet = level.copy()
    quiet[1:8, 1:8] = quiet[10:18, 10:18] = 0
    assert not quiet.any()


@pytest.mark.parametrize("mean", [0.05, 0.2, 1, 20])
def test_chance_alone_makes_spots_on_few_maps_however_rare_incidents_are(near, mean):
    dice = np.random.default_rng(3)
    maps = [find_spots(dice.poisson(mean, SIDE * SIDE).astype(float), near).level for _ in range(40)]
    # At most one map in twenty is promised; the normal curve gives a spot on most maps of rare incidents.
    assert sum(level.any() for level in maps) <= 4


def test_the_chance_is_that_of_drawing_the_values_again(near):
    values = np.random.default_rng(5).negative_binomial(0.5, 0.2, SIDE * SIDE).astype(float)
    inner = SIDE * 7 + 7
    chance = find_spots(values, near).p[inner]
    total = near.sums(values)[inner]
    drawn = np.random.default_rng(6).choice(values, (200_000, 9)).sum(axis=1)
    assert chance == pytest.approx(2 * min((drawn >= total).mean(), (drawn <= total).mean()), abs=0.01)


def test_few_places_or_equal_values_have_no_spots(near):
    few = find_neighbours(lattice(FEWEST - 1, 1))
    assert not find_spots(np.arange(FEWEST - 1, dtype=float), few).level.any()
    flat = find_spots(np.full(SIDE * SIDE, 3.0), near)
    assert not flat.level.any()
    assert (flat.p == 1).all()


VALUES = npst.arrays(np.float64, SIDE * SIDE, elements=st.integers(0, 30).map(float))


@given(values=VALUES)
@hypothesis_settings(max_examples=25, deadline=None)
def test_what_is_always_true(near, values):
    found = find_spots(values, near)
    assert ((found.p >= 0) & (found.p <= 1)).all()
    assert np.isin(found.level, [-2, -1, 0, 1, 2]).all()
    assert (found.z[found.level > 0] > 0).all()
    assert (found.z[found.level < 0] < 0).all()
    # A rate is a count in other units: the same spots, but for rounding.
    rated = find_spots(values * 0.37, near)
    assert (rated.level == found.level).mean() > 0.98


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [(0, 0, None), (1, 0, "new"), (0, -2, "gone"), (2, 1, "persistent"), (-1, -2, "persistent"), (1, -1, "turned")],
)
def test_what_became_of_a_spot(now, before, change):
    assert change_of(now, before) == change


def test_the_wall_falls_when_the_chance_is_read_off_the_normal_curve(near, monkeypatch):
    from scipy.stats import norm  # noqa: PLC0415 -- for this comparison alone

    monkeypatch.setattr(spots, "_chances", lambda values, near: 2 * norm.sf(abs(spots._scores(values, near))))
    with pytest.raises(AssertionError):
        test_chance_alone_makes_spots_on_few_maps_however_rare_incidents_are(near, 0.05)
