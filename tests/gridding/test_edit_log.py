"""Edits as plain data, undone and done again."""

import json

import pytest
from edited import bytes_of, plan_of, refused, village_of
from shapely import LineString, Point, box

from gridding import EditError
from gridding.edit import Log, Operation

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
