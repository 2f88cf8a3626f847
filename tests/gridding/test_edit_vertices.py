"""Vertices of shared borders moved, put in and taken out."""

import geopandas as gpd
import pytest
from edited import assert_edited, plan_of, refused, shapes_of, village_of
from shapely import LineString, Point, Polygon, box

from gridding.edit import insert, move, remove, set_apart

SQUARE = box(0, 0, 100, 100)
HOUSES = [(20, 50), (45, 50), (80, 50)]
# Two grids with a bend in the border between them, and three that meet in a point inside.
BENT = (
    Polygon([(0, 0), (0, 100), (50, 100), (50, 50), (50, 0)]),
    Polygon([(50, 0), (50, 50), (50, 100), (100, 100), (100, 0)]),
)
THREE = (
    Polygon([(0, 0), (0, 100), (50, 100), (50, 50), (50, 0)]),
    Polygon([(50, 50), (50, 100), (100, 100), (100, 50)]),
    Polygon([(50, 0), (50, 50), (100, 50), (100, 0)]),
)
QUARTERS = [box(x, y, x + 50, y + 50) for x in (0, 50) for y in (0, 50)]


@pytest.fixture
def square():
    return village_of(SQUARE, *HOUSES)


def edited(edit, shapes, village, *places):
    """Give the shapes after an edit that must be accepted."""
    before = plan_of(*shapes)
    after = edit(before, village, *places)
    assert_edited(before, after, village)
    return shapes_of(after), after


class TestMove:
    def test_both_grids_follow_and_houses_change_hands(self, square):
        shapes, after = edited(move, BENT, square, Point(50, 50), Point(40, 50))
        assert shapes[1].equals(Polygon([(0, 0), (0, 100), (50, 100), (40, 50), (50, 0)]))
        assert after.grids["load"].tolist() == [1, 2]
        assert after.labels.to_dict() == {"h00": 1, "h01": 2, "h02": 2}

    def test_the_place_is_rounded_to_the_lattice(self, square):
        shapes, _ = edited(move, BENT, square, Point(50.3, 49.8), Point(40.00000049, 50))
        assert (40.0, 50.0) in shapes[1].exterior.coords

    def test_three_grids_at_once(self, square):
        shapes, _ = edited(move, THREE, square, Point(50, 50), Point(60, 60))
        assert [Point(60, 60).touches(shape) for shape in shapes.values()] == [True, True, True]

    def test_four_grids_at_once(self, square):
        shapes, _ = edited(move, QUARTERS, square, Point(50, 50), Point(48, 53))
        assert [Point(48, 53).touches(shape) for shape in shapes.values()] == [True] * 4

    def test_a_corner_of_an_island_grid(self, square):
        island = box(60, 60, 90, 90)
        shapes, _ = edited(move, [SQUARE - island, island], square, Point(60, 60), Point(55, 40))
        assert shapes[2].area == pytest.approx(900 + 0.5 * (30 * 20 + 30 * 5))

    @pytest.mark.parametrize("to", [(50, 150), (120, 50), (100, 50), (-5, 50)])
    def test_not_onto_the_village_border_nor_beyond(self, square, to):
        kind, where = refused(move, plan_of(*BENT), square, Point(50, 50), Point(to))
        assert kind in {"invalid", "border_crossed", "narrow"}
        assert not where.is_empty

    def test_not_across_another_border(self, square):
        thirds = (
            Polygon([(0, 0), (0, 100), (30, 100), (30, 50), (30, 0)]),
            Polygon([(30, 0), (30, 50), (30, 100), (60, 100), (60, 0)]),
            Polygon([(60, 0), (60, 100), (100, 100), (100, 0)]),
        )
        kind, where = refused(move, plan_of(*thirds), square, Point(30, 50), Point(70, 50))
        assert kind == "invalid"
        assert where.intersects(Point(60, 50))

    def test_not_across_a_border_of_a_grid_that_does_not_have_the_vertex(self, square):
        """The island is in the way: both grids at the vertex stay valid by themselves."""
        island = box(20, 40, 30, 60)
        hole = BENT[0] - island
        kinds = {
            fault for fault in [refused(move, plan_of(hole, BENT[1], island), square, Point(50, 50), Point(25, 50))[0]]
        }
        assert kinds == {"invalid"}

    def test_no_spike_that_closes_on_itself(self, square):
        shapes = (
            Polygon([(0, 0), (0, 100), (50, 100), (50, 60), (40, 50), (50, 40), (50, 0)]),
            Polygon([(50, 0), (50, 40), (40, 50), (50, 60), (50, 100), (100, 100), (100, 0)]),
        )
        kind, _ = refused(move, plan_of(*shapes), square, Point(50, 60), Point(45, 45.001))
        assert kind in {"narrow", "invalid"}

    def test_not_onto_another_vertex(self, square):
        shapes = (
            Polygon([(0, 0), (0, 100), (50, 100), (50, 60), (50, 40), (50, 0)]),
            Polygon([(50, 0), (50, 40), (50, 60), (50, 100), (100, 100), (100, 0)]),
        )
        kind, where = refused(move, plan_of(*shapes), square, Point(50, 60), Point(50, 40.005))
        assert (kind, where) == ("vertex_there", Point(50, 40.005))

    def test_not_where_there_is_no_vertex(self, square):
        assert refused(move, plan_of(*BENT), square, Point(50, 70), Point(40, 70)) == ("no_vertex", Point(50, 70))

    def test_not_a_corner_of_the_village(self, square):
        assert refused(move, plan_of(*BENT), square, Point(0, 0), Point(5, 5)) == ("vertex_fixed", Point(0, 0))

    def test_not_through_a_building(self):
        village = village_of(SQUARE, box(44, 44, 48, 48), (80, 50))
        kind, where = refused(move, plan_of(*BENT), village, Point(50, 50), Point(46, 46))
        assert kind == "footprint_cut"
        assert where.intersects(box(44, 44, 48, 48))

    def test_off_a_river_only_where_no_land_is_left_behind_it(self):
        river = gpd.GeoSeries([LineString([(50, -5), (50, 105)])])
        village = village_of(SQUARE, *HOUSES, hard=river)
        kind, where = refused(move, plan_of(*BENT), village, Point(50, 50), Point(40, 50))
        assert kind == "disconnected"
        assert where.equals(Polygon([(50, 0), (40, 50), (50, 100)])) or where.area == pytest.approx(500, abs=0.01)


class TestSlide:
    def test_the_end_of_a_border_slides_along_the_village_border(self, square):
        shapes, _ = edited(move, BENT, square, Point(50, 100), Point(30, 120))
        assert shapes[1].equals_exact(Polygon([(0, 0), (0, 100), (30, 100), (50, 50), (50, 0)]).normalize(), 0)
        assert shapes[2].equals_exact(Polygon([(30, 100), (100, 100), (100, 0), (50, 0), (50, 50)]).normalize(), 0)

    def test_round_a_corner_of_the_village(self, square):
        shapes, _ = edited(move, BENT, square, Point(50, 100), Point(110, 90))
        assert (100.0, 100.0) in shapes[1].exterior.coords
        assert shapes[2].equals(Polygon([(50, 0), (50, 50), (100, 90), (100, 0)]))

    def test_along_a_lake(self):
        lake = box(40, 60, 60, 80)
        south, north = box(0, 0, 100, 70) - lake, box(0, 70, 100, 100) - lake
        village = village_of(SQUARE - lake, (20, 20), (20, 95))
        shapes, _ = edited(move, [south, north], village, Point(40, 70), Point(40, 65))
        assert shapes[1].area == south.area - 0.5 * 40 * 5

    def test_as_far_as_the_same_two_grids_lie_along_it(self, square):
        """Beyond the corner of the village at 100, 100 lies grid 3: the end stays this side of it."""
        shapes, _ = edited(move, THREE, square, Point(50, 100), Point(100, 60))
        assert shapes[1].exterior.distance(Point(100, 60)) == 0
        assert refused(move, plan_of(*THREE), square, Point(50, 100), Point(100, 20))[0] == "border_crossed"

    def test_not_across_the_grid_it_slides_into(self):
        notch = SQUARE - box(60, 40, 70, 100)
        west, east = BENT[0], BENT[1] - box(60, 40, 70, 100)
        village = village_of(notch, *HOUSES)
        assert refused(move, plan_of(west, east), village, Point(50, 100), Point(90, 110))[0] == "border_crossed"

    def test_along_an_exclusive_grid_that_never_moves(self, square):
        apart = set_apart(plan_of(*BENT), square, [1, 2], box(40, 80, 60, 100), "school")
        after = move(apart, square, Point(50, 80), Point(45, 70))
        assert_edited(apart, after, square)
        assert shapes_of(after)[3].equals(box(40, 80, 60, 100))
        assert (45.0, 80.0) in shapes_of(after)[3].exterior.coords
        assert refused(move, apart, square, Point(40, 80), Point(45, 70))[0] == "vertex_fixed"


class TestInsertAndRemove:
    def test_a_vertex_put_into_a_border_can_be_moved(self, square):
        west, east = box(0, 0, 50, 100), box(50, 0, 100, 100)
        shapes, after = edited(insert, [west, east], square, Point(50.4, 30))
        assert all((50.0, 30.0) in shape.exterior.coords for shape in shapes.values())
        moved = move(after, square, Point(50, 30), Point(55, 30))
        assert_edited(after, moved, square)
        assert shapes_of(moved)[1].area == 5000 + 0.5 * 100 * 5

    def test_removing_it_gives_the_bytes_back(self, square):
        before = plan_of(*(shape.normalize() for shape in (box(0, 0, 50, 100), box(50, 0, 100, 100))))
        after = remove(insert(before, square, Point(50, 30)), square, Point(50, 30))
        assert after.grids.geometry.to_wkb().tolist() == before.grids.geometry.to_wkb().tolist()

    @pytest.mark.parametrize(
        ("at", "kind"), [((52, 30), "no_border"), ((0, 30), "no_border"), ((50, 50.001), "vertex_there")]
    )
    def test_not_away_from_a_border_nor_at_a_vertex(self, square, at, kind):
        assert refused(insert, plan_of(*BENT), square, Point(at))[0] == kind

    def test_a_bend_is_taken_out(self, square):
        bent = plan_of(*BENT)
        pulled = move(bent, square, Point(50, 50), Point(30, 50))
        after = remove(pulled, square, Point(30, 50))
        assert_edited(pulled, after, square)
        assert shapes_of(after)[1].equals_exact(box(0, 0, 50, 100).normalize(), 0)

    @pytest.mark.parametrize(
        ("at", "kind"), [((50, 50), "vertex_needed"), ((50, 100), "vertex_fixed"), ((0, 0), "vertex_fixed")]
    )
    def test_junctions_and_the_village_border_stay(self, square, at, kind):
        assert refused(remove, plan_of(*THREE), square, Point(at)) == (kind, Point(at))

    def test_an_island_is_not_flattened(self, square):
        island = Polygon([(60, 60), (90, 60), (75, 90)])
        assert refused(remove, plan_of(SQUARE - island, island), square, Point(75, 90)) == (
            "vertex_needed",
            Point(75, 90),
        )
