"""Edits nobody thought of: each is refused with its place, or leaves a sound plan and can be undone."""

import numpy as np
import pytest
import shapely
from edited import assert_edited, bytes_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_edits import clustered_village, random_edit

from gridding import EditError, Target, divide
from gridding.edit import Log, Preview, apply


def edits(seed, wanted, count, *, footprints):
    """Give a village and `wanted` accepted edits in it, each with the plans before and after it."""
    rng = np.random.default_rng(seed)
    village = clustered_village(rng, count, footprints=footprints)
    log = Log(divide(village, Target(load=count // 4, band=(1, 10 * count))), village)
    while len(log.operations) < wanted:
        operation = random_edit(rng, log.plan, village)
        before = log.plan
        try:
            after = log.apply(operation)
        except EditError as error:
            assert error.faults  # noqa: PT017
            continue
        yield village, log, before, after, operation


def assert_previewed(before, after, village, operation):
    if operation.kind not in {"move", "split", "hand_over"}:
        return
    table = getattr(Preview(before, village), operation.kind)(**operation.arguments)
    old, new = (plan.grids.set_index("seq")["load"] for plan in (before, after))
    assert table["after"].tolist() == new.reindex(table.index, fill_value=0).tolist()
    changed = (new - old.reindex(new.index, fill_value=0)) != 0
    assert set(changed.index[changed]) <= set(table.index)


def assert_whole(plan, village):
    """Assert what the bench asks of each edit: a valid coverage of the village, every household once."""
    shapes = plan.grids.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    together = shapely.coverage_union_all(shapes)
    assert shapely.hausdorff_distance(together.boundary, village.boundary.boundary) < 1e-5
    assert abs(together.area - village.boundary.area) < village.boundary.length * 1e-5
    assert plan.grids["load"].sum() == village.loads[village.inside].sum()


@pytest.mark.parametrize(("seed", "footprints"), [(1, False), (2, True)])
def test_random_edits_leave_a_sound_plan_and_can_be_undone(seed, footprints):
    states = []
    for village, log, before, after, operation in edits(seed, 75, 60, footprints=footprints):
        assert_whole(after, village)
        if len(states) % 5 == 0:
            assert_edited(before, after, village)
            assert_previewed(before, after, village, operation)
        states = states or [bytes_of(before)]
        states.append(bytes_of(after))
        last = log
    for state in states[-2::-1]:
        assert bytes_of(last.undo()) == state
    for state in states[1:]:
        assert bytes_of(last.redo()) == state


@pytest.mark.slow
def test_ten_thousand_random_edits():
    for village, log, before, after, _ in edits(3, 10_000, 300, footprints=True):
        assert_whole(after, village)
        if len(log.operations) % 50 == 0:
            assert_edited(before, after, village)
        held = bytes_of(after)
        assert bytes_of(log.undo()) == bytes_of(before)
        assert bytes_of(log.redo()) == held


SMALL = clustered_village(np.random.default_rng(8), 40)
PLAN = divide(SMALL, Target(load=10, band=(1, 400)))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_any_edit_is_refused_with_its_place_or_leaves_a_sound_plan(seed):
    operation = random_edit(np.random.default_rng(seed), PLAN, SMALL)
    held = bytes_of(PLAN)
    try:
        after = apply(PLAN, SMALL, operation)
    except EditError as error:
        assert all(not fault.where.is_empty for fault in error.faults)  # noqa: PT017
    else:
        assert_edited(PLAN, after, SMALL)
        assert bytes_of(apply(PLAN, SMALL, operation)) == bytes_of(after)
    assert bytes_of(PLAN) == held
