"""Two plans side by side: who goes on, who moves, which borders stay."""

import functools

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, box

from fixtures.drawing import draw
from gridding import Plan, Target, Village, compare, divide

FEW = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
WEST, EAST, ALL = box(0, 0, 50, 100), box(50, 0, 100, 100), box(0, 0, 100, 100)
NORTH, SOUTH = box(0, 50, 50, 100), box(0, 0, 50, 50)


def plan(*shapes, kinds="basic", names=None, labels=None):
    grids = gpd.GeoDataFrame({"seq": range(1, len(shapes) + 1), "kind": kinds, "name": names}, geometry=list(shapes))
    return Plan(grids) if labels is None else Plan(grids, pd.Series(labels, name="seq"))


def village(*rows, boundary=ALL):
    """Houses h0, h1, ... at (x, y) with a load."""
    houses = {"id": [f"h{row}" for row in range(len(rows))], "load": [load for _, _, load in rows]}
    return Village(boundary, gpd.GeoDataFrame(houses, geometry=[Point(x, y) for x, y, _ in rows]))


def rows(frame):
    return list(frame.itertuples(index=False, name=None))


FOUR = village((25, 75, 4), (25, 25, 3), (60, 50, 2), (90, 50, 1))


def test_a_plan_beside_itself_changes_nothing():
    diff = compare(plan(WEST, EAST), plan(WEST, EAST), FOUR)
    assert diff.empty
    assert diff.goes_on.to_dict() == {1: 1, 2: 2}
    assert diff.moved_share == 0
    assert (diff.borders.kept_m, diff.borders.gone_m, diff.borders.new_m) == (100, 0, 0)


def test_grids_counted_in_another_order_are_the_same_grids():
    diff = compare(plan(WEST, EAST), plan(EAST, WEST), FOUR)
    assert diff.empty
    assert diff.goes_on.to_dict() == {1: 2, 2: 1}


def test_a_border_that_moves_takes_a_house_along():
    there = village((25, 50, 7), (60, 50, 1), (90, 50, 2))
    diff = compare(plan(WEST, EAST), plan(box(0, 0, 70, 100), box(70, 0, 100, 100)), there)
    assert rows(diff.moved) == [("h1", 2, 1, 1)]
    assert rows(diff.flows) == [(2, 1, 1, 1)]
    assert diff.moved_share == 0.1
    assert (diff.begun, diff.ended, diff.unchanged) == ((), (), ())
    assert diff.borders.gone.equals(shapely.LineString([(50, 0), (50, 100)]))
    assert diff.borders.new.equals(shapely.LineString([(70, 0), (70, 100)]))


def test_a_grid_that_gives_most_away_ends_in_the_one_that_takes_it():
    diff = compare(plan(WEST, EAST), plan(box(0, 0, 70, 100), box(70, 0, 100, 100)), FOUR)
    assert diff.merged == {1: (1, 2)}
    assert (diff.begun, diff.ended) == ((2,), (2,))
    assert rows(diff.flows) == [(2, 1, 1, 2), (2, 2, 1, 1)]


def test_a_grid_that_is_split_goes_on_in_its_heavier_half():
    diff = compare(plan(WEST, EAST), plan(NORTH, SOUTH, EAST), FOUR)
    assert diff.goes_on.dropna().to_dict() == {1: 1, 3: 2}
    assert (diff.begun, diff.ended, diff.unchanged) == ((2,), (), (3,))
    assert diff.split == {1: (1, 2)}
    assert rows(diff.moved) == [("h1", 1, 2, 3)]
    assert diff.load_before.to_dict() == {1: 7, 2: 3}
    assert diff.load_after.to_dict() == {1: 4, 2: 3, 3: 3}


def test_grids_that_merge_go_on_as_the_heavier():
    diff = compare(plan(NORTH, SOUTH, EAST), plan(WEST, EAST), FOUR)
    assert diff.goes_on.to_dict() == {1: 1, 2: 3}
    assert diff.ended == (2,)
    assert diff.merged == {1: (1, 2)}
    assert rows(diff.moved) == [("h1", 2, 1, 3)]
    assert diff.borders.gone_m == 50
    assert diff.borders.kept_m == 100, "the border of grid 3 ends twice where there were three"


def test_houses_on_land_of_one_plan_only_are_gained_or_lost():
    wider = box(50, 0, 120, 100)
    there = village((25, 50, 4), (110, 50, 2), boundary=box(0, 0, 120, 100))
    diff = compare(plan(WEST, EAST), plan(WEST, wider), there)
    assert rows(diff.gained) == [("h1", 2, 2)]
    assert rows(diff.lost) == []
    assert rows(diff.moved) == []
    assert diff.goes_on.to_dict() == {1: 1, 2: 2}
    assert diff.unchanged == (1,)
    back = compare(plan(WEST, wider), plan(WEST, EAST), there)
    assert rows(back.lost) == [("h1", 2, 2)]


def test_a_house_pulled_down_since_is_lost_without_a_load():
    diff = compare(plan(WEST, EAST, labels={"old": 1, "h0": 1}), plan(WEST, EAST), village((25, 75, 4)))
    assert rows(diff.lost) == [("old", 1, 0)]
    assert rows(diff.moved) == []


def test_exclusive_grids_go_on_by_their_name():
    school, new_school = box(10, 10, 20, 20), box(70, 70, 90, 90)
    kinds, names = ["basic", "exclusive"], [None, "school"]
    diff = compare(
        plan(ALL - school, school, kinds=kinds, names=names),
        plan(ALL - new_school, new_school, kinds=kinds, names=names),
        village((80, 80, 1)),
    )
    assert diff.goes_on.to_dict() == {1: 1, 2: 2}
    assert rows(diff.moved) == [("h0", 1, 2, 1)]


def test_an_exclusive_grid_of_another_name_is_new_unless_land_says_otherwise():
    school, hall = box(10, 10, 20, 20), box(70, 70, 90, 90)
    kinds = ["basic", "exclusive"]
    diff = compare(
        plan(ALL - school, school, kinds=kinds, names=[None, "school"]),
        plan(ALL - hall, hall, kinds=kinds, names=[None, "hall"]),
        FOUR,
    )
    assert (diff.begun, diff.ended) == ((2,), (2,))


def test_vertices_added_on_a_straight_border_change_nothing():
    dense = [shapely.segmentize(shape, 7) for shape in (WEST, EAST)]
    diff = compare(plan(WEST, EAST), plan(*dense), FOUR)
    assert diff.empty
    assert diff.borders.kept_m == pytest.approx(100)
    assert diff.borders.gone_m == diff.borders.new_m == 0


def test_empty_plans_are_answered():
    diff = compare(plan(), plan(WEST, EAST), FOUR)
    assert diff.begun == (1, 2)
    assert diff.load_after.to_dict() == {1: 7, 2: 3}
    assert [identity for identity, *_ in rows(diff.gained)] == ["h0", "h1", "h2", "h3"]
    assert diff.moved_share == 0


DRAWN = draw(
    """
3..2..1..
....##...
1...##..4
.2......2
...1..1..
"""
).village
KS = st.integers(1, 5)


@functools.cache
def drawn(k):
    return divide(DRAWN, Target(load=17, band=(1, 99), k=k))


@FEW
@given(before=KS, after=KS)
def test_there_and_back_are_mirrored(before, after):
    one, other = drawn(before), drawn(after)
    there, back = compare(one, other, DRAWN), compare(other, one, DRAWN)
    assert there.begun == back.ended
    assert there.ended == back.begun
    assert there.split == back.merged
    assert set(there.moved["id"]) == set(back.moved["id"])
    assert there.borders.new.equals(back.borders.gone)
    assert there.borders.kept_m == pytest.approx(back.borders.kept_m)
    assert there.load_before.to_dict() == back.load_after.to_dict()
    assert there.load_after.sum() == there.load_before.sum() == there.shared_load == 17
    assert there.empty == (before == after)


@FEW
@given(before=KS, after=KS)
def test_every_border_is_kept_gone_or_new(before, after):
    one, other = drawn(before), drawn(after)
    borders = compare(one, other, DRAWN).borders
    for found, plan_ in ((borders.gone, one), (borders.new, other)):
        whole = (plan_.grids.length.sum() - DRAWN.boundary.length) / 2
        assert found.length + borders.kept_m == pytest.approx(whole)
    assert borders.gone.intersection(borders.new).length == pytest.approx(0, abs=1e-3)
