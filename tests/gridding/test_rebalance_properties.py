"""What is always true of rebalance, on villages nobody thought of, and the fewest moves where all can be counted."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from repairs import assert_honest, away, beginning, fewest, partitions
from shapely import LineString, Point, box

from gridding import Target, Village, check, divide, label_houses, number, rebalance, succeed
from gridding.reshape import reshape

FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
TARGET = Target(load=12, band=(8, 16))
WIDE = Target(load=12, band=(1, 100_000))

coordinate = st.integers(0, 100_000).map(lambda centimetres: centimetres / 100)
point = st.tuples(coordinate, coordinate)
line = st.lists(point, min_size=2, max_size=3, unique=True).map(LineString)


@st.composite
def changes(draw_):
    """A village, and the same with other loads, houses gone and houses new."""
    points = draw_(st.lists(point, min_size=3, max_size=30, unique=True))
    count = len(points)
    loads = draw_(st.lists(st.integers(0, 6), min_size=count, max_size=count))
    sizes = draw_(st.lists(st.sampled_from([0, 0, 8, 30]), min_size=count, max_size=count))
    shapes = [box(x, y, x + d, y + d / 2) if d else Point(x, y) for (x, y), d in zip(points, sizes, strict=True)]
    ids = [f"h{row:02}" for row in range(count)]
    before = gpd.GeoDataFrame({"id": ids, "load": loads}, geometry=shapes)
    now = draw_(st.lists(st.sampled_from([None, 0, 1, 2, 9]), min_size=count, max_size=count))
    after = before.assign(load=[load if new is None else new for load, new in zip(loads, now, strict=True)])
    after = after[draw_(st.lists(st.integers(0, 9), min_size=count, max_size=count).map(np.array)) > 0]
    more = draw_(st.lists(point, max_size=4, unique=True))
    new = gpd.GeoDataFrame({"id": [f"n{row}" for row in range(len(more))], "load": 3}, geometry=[*map(Point, more)])
    after = gpd.GeoDataFrame(pd.concat([after, new], ignore_index=True)) if more else after.reset_index(drop=True)
    soft = draw_(st.lists(line, max_size=1))
    land = {
        "hard": gpd.GeoSeries(draw_(st.lists(line, max_size=1))),
        "soft": gpd.GeoDataFrame({"cost": [2.0] * len(soft)}, geometry=soft),
        "links": gpd.GeoSeries(draw_(st.lists(line, max_size=1))),
        "exclusive": gpd.GeoDataFrame({"name": ["#1"]}, geometry=[box(100, 100, 300, 250)]),
    }
    boundary = box(0, 0, 1000, 1000).difference(box(400, 400, 600, 600))
    return Village(boundary, before, **land), Village(boundary, after, **land)


def assert_rebalanced(both, locks):
    """Assert what is always true, whatever is locked (each seq by the bits of `locks`)."""
    before, after = both
    plan = divide(before, TARGET)
    locked = [seq for seq in plan.grids["seq"].tolist() if locks >> seq & 1]
    found, diff = rebalance(plan, after, TARGET, locked)
    assert [fault for fault in check(found, after).faults if fault.severity == "fault"] == []
    assert found.grids["load"].sum() == after.loads[after.inside].sum()
    assert_borders_stay(plan, found, locked)
    old = label_houses(plan.grids, after.houses)
    assert (old[old.isin(locked)] == found.labels.reindex(old.index)[old.isin(locked)]).all()
    moved = diff.moved.set_index("id")
    assert (moved["origin"] == old.reindex(moved.index)).all()
    assert (moved["goal"] == found.labels.reindex(moved.index)).all()
    assert diff.moved_load == after.houses.set_index("id")["load"].reindex(moved.index).sum()
    numbers = number(found, [], succeed(found, plan.grids.rename(columns={"seq": "number"}), after))
    assert all(numbers[seq] == seq for seq in locked)
    assert_explained(found)


def assert_borders_stay(plan, found, locked):
    """Grids that keep their land keep every vertex; only ends of moved borders may be new ones."""
    old, new = plan.grids.set_index("seq").geometry, found.grids.set_index("seq").geometry
    exclusive = plan.grids.loc[plan.grids["kind"] == "exclusive", "seq"].tolist()
    for seq in {*locked, *exclusive}:
        given, kept = (set(map(tuple, shapely.get_coordinates(shape).tolist())) for shape in (old[seq], new[seq]))
        assert given <= kept
        assert old[seq].symmetric_difference(new[seq]).area <= old[seq].length * 1e-5
        if given == kept:
            assert old[seq].wkb == new[seq].wkb


def assert_explained(found):
    basic = found.grids[found.grids["kind"] == "basic"]
    out = basic.loc[(basic["load"] < TARGET.band[0]) | (basic["load"] > TARGET.band[1]), "seq"]
    assert set(out) == {reason.seq for reason in found.report.reasons if reason.seq is not None}


def on_a_border(both):
    """Whether a new building stands on a border in force: that border cuts it before anything is moved."""
    before, after = both
    faults = check(divide(before, TARGET), after).faults
    return any(fault.kind == "footprint_cut" for fault in faults)


@FEW
@given(both=changes(), locks=st.integers(0, 63))
def test_a_rebalanced_plan_is_sound_and_locked_grids_stay(both, locks):
    assume(not on_a_border(both))
    assert_rebalanced(both, locks)


@pytest.mark.slow
@MANY
@given(both=changes(), locks=st.integers(0, 63))
def test_many_rebalanced_plans_are_sound(both, locks):
    assume(not on_a_border(both))
    assert_rebalanced(both, locks)


@FEW
@given(both=changes())
def test_data_in_their_band_change_nothing(both):
    village, _ = both
    plan = divide(village, TARGET)
    assume((plan.grids.loc[plan.grids["kind"] == "basic", "load"] > 0).all())
    found, diff = rebalance(plan, village, WIDE)
    assert found.grids.geometry.to_wkb().tolist() == plan.grids.geometry.to_wkb().tolist()
    assert found.labels.to_dict() == plan.labels.to_dict()
    assert diff.empty


@FEW
@given(both=changes(), seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(both, seed):
    before, after = both
    plan = divide(before, TARGET)
    order = np.random.default_rng(seed).permutation(len(after.houses))
    other = Village(
        after.boundary,
        after.houses.iloc[order],
        hard=gpd.GeoSeries(after.hard),
        soft=gpd.GeoDataFrame({"cost": after.soft_cost}, geometry=list(after.soft)),
        links=gpd.GeoSeries(after.links),
        exclusive=gpd.GeoDataFrame({"name": after.exclusive_names}, geometry=list(after.exclusive)),
    )
    one, two = rebalance(plan, after, TARGET)[0], rebalance(plan, other, TARGET)[0]
    assert one.grids.geometry.to_wkb().tolist() == two.grids.geometry.to_wkb().tolist()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=partitions(most=7))
def test_few_atoms_are_moved_as_little_as_any_plan_of_as_many_grids_could(case):
    graph, home, ranges = case
    # A new grid of this range would be empty or full: none begins.
    end, reached = reshape(beginning(graph, home), ranges, (10**6, 10**6), 0.05)
    assume(len(reached.open) == len(ranges.open) and (reached.high > 0).all())
    assert (ranges.miss(end.load), away(end)) == fewest(graph, home, ranges)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=partitions(most=10))
def test_a_repair_is_connected_honest_and_needed(case):
    assert_honest(case)
