"""The loads shown while the hand moves."""

import pytest
from edited import plan_of, refused, village_of
from shapely import LineString, Point, Polygon, box

from gridding.edit import Preview

SQUARE = box(0, 0, 100, 100)


@pytest.fixture
def square():
    return village_of(SQUARE, (20, 20), (20, 80), (45, 80), (80, 50))


class TestPreview:
    bent = plan_of(
        Polygon([(0, 0), (0, 100), (50, 100), (50, 50), (50, 0)]),
        Polygon([(50, 0), (50, 50), (50, 100), (100, 100), (100, 0)]),
    )

    def test_a_vertex_dragged(self, square):
        preview = Preview(self.bent, square)
        table = preview.move(Point(50, 50), Point(10, 80))
        assert table.to_dict("index") == {1: {"before": 3, "after": 1}, 2: {"before": 1, "after": 3}}
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
