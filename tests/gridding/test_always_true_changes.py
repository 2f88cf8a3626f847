"""What is always true of every other operation that gives a plan: refit, rebalance, edits, repair."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st
from shapely import LineString, box

from gridding import EditError, Target, VillageError, compare, divide, edit, examine, rebalance, refit
from tests.gridding import always_true
from tests.gridding.villages import TARGET, Pieces, drawn_villages, targets, villages

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
FEW = settings(max_examples=8, derandomize=True, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))

anywhere = st.one_of(villages(), drawn_villages)


def divided(pieces: Pieces, target: Target):
    note(f"{pieces}\n{target}")
    return divide(pieces.village, target)


def same_bytes(one, other) -> bool:
    """Whether two plans have the same grids and labels."""
    return (
        one.grids.geometry.to_wkb().tolist() == other.grids.geometry.to_wkb().tolist()
        and one.grids["seq"].tolist() == other.grids["seq"].tolist()
        and one.labels.to_dict() == other.labels.to_dict()
    )


def always(plan, village):
    """All that divide keeps, but the order of seq: a grid that goes on keeps its own."""
    for holds in always_true.EVERYTHING:
        if holds not in (always_true.is_counted_in_reading_order, always_true.keeps_ties_together):
            holds(plan, village)


def grown(pieces: Pieces, seed: int) -> Pieces:
    """The same houses with other loads: some gone, some doubled."""
    random = np.random.default_rng(seed)
    factor = random.choice([0, 1, 1, 2, 3], len(pieces.houses))
    houses = pieces.houses.assign(load=pieces.houses["load"] * factor)
    return Pieces(pieces.boundary, houses, pieces.hard, pieces.links, pieces.soft, pieces.exclusive)


@FEW
@given(pieces=anywhere, target=targets())
def test_10_unchanged_data_changes_nothing(pieces, target):
    """Whatever band the plan is in: it is asked for the band that its own loads span."""
    plan = divided(pieces, target)
    # Until label_houses puts places on the lattice: test_nasty_divide.py keeps the case.
    assert same_bytes(refit(plan, pieces.village), plan)
    basic = plan.grids.loc[plan.grids["kind"] == "basic", "load"]
    assume(len(basic) and basic.min() > 0)
    wide = Target(load=int(basic.max()), band=(int(basic.min()), int(basic.max())))
    again, diff = rebalance(plan, pieces.village, wide)
    assert same_bytes(again, plan)
    assert diff.moved_load == 0
    assert not len(compare(plan, again, pieces.village).moved)


@FEW
@given(pieces=anywhere, seed=st.integers(0, 99))
def test_10_a_rebalanced_plan_keeps_all_and_moves_no_more_than_dividing_anew(pieces, seed):
    plan = divided(pieces, TARGET)
    later = grown(pieces, seed)
    after, diff = rebalance(plan, later.village, TARGET)
    always(after, later.village)
    fresh = compare(plan, divide(later.village, TARGET), later.village)
    outside = [load for load in after.report.grids["load"] if not TARGET.band[0] <= load <= TARGET.band[1]]
    if not outside:
        assert diff.moved_load <= fresh.moved_load
    again = rebalance(plan, later.shuffled(seed).village, TARGET)[0]
    assert same_bytes(again, after)


@FEW
@given(pieces=anywhere, seed=st.integers(0, 99), data=st.data())
def test_10_locked_grids_keep_their_bytes(pieces, seed, data):
    plan = divided(pieces, TARGET)
    later = grown(pieces, seed)
    seqs = plan.grids.loc[plan.grids["kind"] == "basic", "seq"].tolist()
    locked = data.draw(st.sets(st.sampled_from(seqs), min_size=1)) if seqs else set()
    after, _ = rebalance(plan, later.village, TARGET, locked=sorted(locked))
    before_of, after_of = (dict(zip(p.grids["seq"], p.grids.geometry.to_wkb(), strict=True)) for p in (plan, after))
    assert {seq: after_of[seq] for seq in locked} == {seq: before_of[seq] for seq in locked}
    for name, seq in plan.labels.items():
        assert seq not in locked or after.labels[name] == seq


@FEW
@given(pieces=anywhere, x=st.integers(0, 900), y=st.integers(0, 900), size=st.integers(1, 400), cut=st.booleans())
def test_a_plan_fitted_to_another_boundary_keeps_all(pieces, x, y, size, cut):
    plan = divided(pieces, TARGET)
    piece = box(x, y, x + size, y + size)
    land = pieces.boundary - piece if cut else pieces.boundary | piece
    assume(land.geom_type in ("Polygon", "MultiPolygon") and land.area > 1)
    try:
        corrected = Pieces(land, pieces.houses, pieces.hard, pieces.links, pieces.soft, pieces.exclusive).village
        fitted = refit(plan, corrected)
    except VillageError as error:
        assume({fault.kind for fault in error.faults} - {"nothing_left", "exclusive_outside", "boundary_invalid"})
        raise
    always_true.fills_the_village(fitted, corrected)
    always_true.is_a_coverage(fitted, corrected)
    always_true.is_whole(fitted, corrected)
    always_true.holds_every_house_once(fitted, corrected)
    always_true.conserves_load(fitted, corrected)
    always_true.lies_in_one_piece(fitted, corrected)


@FEW
@given(pieces=anywhere, data=st.data())
def test_an_edit_keeps_all_or_is_refused_with_its_place(pieces, data):
    """Three edits one after the other; what is refused leaves the plan as it was."""
    plan, village = divided(pieces, TARGET), pieces.village
    log = edit.Log(plan, village)
    place = st.tuples(st.integers(-50, 1050), st.integers(-50, 1050))
    for _ in range(3):
        seqs = st.sampled_from(log.plan.grids["seq"].tolist())
        one, other = data.draw(seqs), data.draw(seqs)
        operations = [
            edit.Operation("split", {"seq": one, "line": LineString([data.draw(place), (500.5, 500.5)])}),
            edit.Operation("split", {"seq": one, "line": LineString([(-60, data.draw(place)[1]), (1060, 333)])}),
            edit.Operation("merge", {"seqs": [one, other]}),
        ]
        house = data.draw(st.sampled_from([*sorted(log.plan.labels.index), "nobody"]))
        operations.append(edit.Operation("hand_over", {"house_id": house, "seq": one}))
        before = log.plan
        try:
            log.apply(data.draw(st.sampled_from(operations)))
        except EditError as refusal:
            faults = refusal.faults
        else:
            faults = ()
        if faults:
            assert log.plan is before
            continue
        always(log.plan, edit.with_exclusive(village, log.plan))
        after = log.plan
        assert same_bytes(log.undo(), before)
        assert same_bytes(log.redo(), after)


@FEW
@given(pieces=anywhere, target=targets())
def test_a_divided_plan_needs_no_repair(pieces, target):
    plan = divided(pieces, target)
    proposal = examine(plan.grids, pieces.village)
    assert proposal.faults == ()
    assert same_bytes(proposal.plan, plan)


@FEW
@given(pieces=anywhere, seed=st.integers(0, 99))
def test_a_plan_drawn_with_a_shaking_hand_is_repaired_without_a_gap(pieces, seed):
    """Every grid is shifted by up to 0.3 m on its own."""
    plan = divided(pieces, TARGET)
    random = np.random.default_rng(seed)
    drawn = plan.grids.set_geometry(
        pd.concat(
            [plan.grids.geometry.iloc[[row]].translate(*random.uniform(-0.3, 0.3, 2)) for row in range(len(plan.grids))]
        )
    )
    repaired = examine(drawn, pieces.village, most_share=1.0).plan
    always_true.fills_the_village(repaired, pieces.village)
    always_true.is_a_coverage(repaired, pieces.village)
    always_true.is_whole(repaired, pieces.village)
    always_true.keeps_exclusive_land(repaired, pieces.village)
    always_true.holds_every_house_once(repaired, pieces.village)
    always_true.conserves_load(repaired, pieces.village)
