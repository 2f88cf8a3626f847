"""Edits as plain data, undone and done again."""

import json

import pytest
from edited import assert_edited, bytes_of, plan_of, refused, village_of
from shapely import LineString, Point, box

from gridding import EditError, Target, divide
from gridding.edit import Log, Operation, in_reading_order

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


class TestReadingOrder:
    def test_new_grids_are_counted_where_they_lie(self, square):
        """The piece in the north-west is seq 3 after the split and comes first on the page."""
        before = plan_of(WEST, EAST)
        log = Log(before, square, [Operation("split", {"seq": 1, "line": LineString([(-5, 90), (60, 90)])})])
        assert log.plan.grids["load"].tolist() == [3, 1, 0]
        apart = Operation("set_apart", {"seqs": [2], "polygon": box(60, 80, 100, 100), "name": "school"})
        ordered = in_reading_order(log.apply(apart), square)
        assert_edited(ordered, ordered, square)
        assert ordered.grids["seq"].tolist() == [1, 2, 3, 4]
        assert ordered.grids["kind"].tolist() == ["basic"] * 3 + ["exclusive"]
        assert [shape.area for shape in ordered.grids.geometry] == [500, 4500, 4200, 800]
        assert ordered.labels.to_dict() == {"h00": 2, "h01": 2, "h02": 2, "h03": 3}

    def test_a_divided_plan_is_in_order_already(self, square):
        plan = divide(square, Target(load=1, band=(1, 2)))
        assert bytes_of(in_reading_order(plan, square)) == bytes_of(plan)
