"""Edits as plain data, undone and done again; and the loads shown while the hand moves."""

import json

import numpy as np
import pytest
from edited import assert_edited, bytes_of, plan_of, refused, village_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_edits import clustered_village, random_edit
from shapely import LineString, Point, Polygon, box

from gridding import EditError, Target, divide
from gridding.edit import Log, Operation, Preview, apply

SQUARE = box(0, 0, 100, 100)
WEST, EAST = box(0, 0, 50, 100), box(50, 0, 100, 100)
CUT = Operation("split", {"seq": 1, "line": LineString([(-5, 40), (60, 40)])})
MERGE = Operation("merge", {"seqs": [1, 2]})


@pytest.fixture
def square():
    return village_of(SQUARE, (20, 20), (20, 80), (45, 80), (80, 50))


class TestLog:
    def test_undo_and_redo_give_the_same_bytes(self, square):
        log = Log(plan_of(WEST, EAST), square)
        states = [bytes_of(log.plan), bytes_of(log.apply(CUT)), bytes_of(log.apply(MERGE))]
        assert [bytes_of(log.undo()), bytes_of(log.undo())] == [states[1], states[0]]
        assert (log.operations, log.undone) == ((), (CUT, MERGE))
        assert [bytes_of(log.redo()), bytes_of(log.redo())] == [states[1], states[2]]

    def test_beyond_either_end_nothing_happens(self, square):
        log = Log(plan_of(WEST, EAST), square, [CUT])
        last = bytes_of(log.plan)
        assert bytes_of(log.redo()) == last
        first = bytes_of(log.undo())
        assert bytes_of(log.undo()) == first != last

    def test_a_new_edit_forgets_what_was_undone(self, square):
        log = Log(plan_of(WEST, EAST), square, [CUT])
        log.undo()
        log.apply(MERGE)
        assert (log.operations, log.undone) == ((MERGE,), ())

    def test_a_refused_edit_leaves_the_log_as_it_was(self, square):
        log = Log(plan_of(WEST, EAST), square, [CUT])
        log.undo()
        held = bytes_of(log.plan)
        with pytest.raises(EditError):
            log.apply(Operation("merge", {"seqs": [1, 9]}))
        assert (bytes_of(log.plan), log.undone) == (held, (CUT,))

    def test_made_anew_from_its_operations_it_is_the_same(self, square):
        log = Log(plan_of(WEST, EAST), square, [CUT, MERGE])
        text = json.dumps([operation.to_json() for operation in log.operations])
        again = Log(plan_of(WEST, EAST), square, [Operation.from_json(data) for data in json.loads(text)])
        assert bytes_of(again.plan) == bytes_of(log.plan)


class TestOperation:
    @pytest.mark.parametrize(
        "operation",
        [
            CUT,
            MERGE,
            Operation("move", {"at": Point(0.1, 0.2), "to": Point(1 / 3, 2 / 3)}),
            Operation("insert", {"at": Point(50, 30)}),
            Operation("remove", {"at": Point(50, 30)}),
            Operation("snap", {"seqs": [1, 2], "line": LineString([(0, 0), (1, 1)]), "within_m": 20.0}),
            Operation("hand_over", {"house_id": "h00", "seq": 2}),
            Operation("set_apart", {"seqs": [1], "polygon": box(0, 0, 1, 1), "name": "学校"}),
        ],
    )
    def test_json_keeps_every_bit(self, operation):
        assert Operation.from_json(json.loads(json.dumps(operation.to_json()))) == operation

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            ({"kind": "delete", "arguments": {}}, "operation_unknown"),
            ({}, "operation_unknown"),
            ({"kind": "merge"}, "operation_arguments"),
            ({"kind": "merge", "arguments": {"seqs": [1], "more": 1}}, "operation_arguments"),
            ({"kind": "insert", "arguments": {"at": "here"}}, "operation_geometry"),
            ({"kind": "insert", "arguments": {"at": {"type": "Point"}}}, "operation_geometry"),
        ],
    )
    def test_what_is_no_edit_is_refused(self, data, kind):
        assert refused(Operation.from_json, data)[0] == kind


class TestPreview:
    bent = plan_of(
        Polygon([(0, 0), (0, 100), (50, 100), (50, 50), (50, 0)]),
        Polygon([(50, 0), (50, 50), (50, 100), (100, 100), (100, 0)]),
    )

    def test_a_vertex_dragged(self, square):
        preview = Preview(self.bent, square)
        table = preview.move(Point(50, 50), Point(10, 80))
        assert table.to_dict("index") == {1: {"before": 3, "after": 2}, 2: {"before": 1, "after": 2}}
        still = preview.move(Point(50, 50), Point(49, 50))
        assert still["before"].tolist() == still["after"].tolist() == [3, 1]

    def test_the_end_of_a_border_slid(self, square):
        table = Preview(self.bent, square).move(Point(50, 100), Point(10, 105))
        assert table["after"].tolist() == [2, 2]

    def test_a_drag_that_breaks_the_plan_is_refused_at_once(self, square):
        assert refused(Preview(self.bent, square).move, Point(50, 50), Point(50, 150))[0] == "invalid"

    def test_a_line_drawn(self, square):
        table = Preview(self.bent, square).split(1, LineString([(-5, 40), (60, 40)]))
        assert table.to_dict("index") == {1: {"before": 3, "after": 2}, 3: {"before": 0, "after": 1}}

    def test_a_building_pointed_at(self, square):
        table = Preview(self.bent, square).hand_over("h02", 2)
        assert table["after"].tolist() == [2, 2]
        assert refused(Preview(self.bent, square).hand_over, "h02", 1)[0] == "house_there"


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


@pytest.mark.parametrize(("seed", "footprints"), [(1, False), (2, True)])
def test_random_edits_leave_a_sound_plan_and_can_be_undone(seed, footprints):
    states = []
    for village, log, before, after, operation in edits(seed, 75, 120, footprints=footprints):
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
    for village, log, before, after, operation in edits(3, 10_000, 300, footprints=True):
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
