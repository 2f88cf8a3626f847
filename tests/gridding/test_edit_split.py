"""A grid split by a line, and grids made one."""

import geopandas as gpd
import pytest
import shapely
from edited import assert_edited, bytes_of, plan_of, refused, shapes_of, village_of
from shapely import LineString, MultiPolygon, Point, Polygon, box

from fixtures.drawing import draw
from gridding import EditError, Link, Target, divide
from gridding.edit import merge, split

SQUARE = box(0, 0, 100, 100)
WEST, EAST = box(0, 0, 50, 100), box(50, 0, 100, 100)
HOUSES = [(20, 20), (20, 80), (30, 80), (80, 50)]


@pytest.fixture
def square():
    return village_of(SQUARE, *HOUSES)


class TestSplit:
    def test_the_heavier_piece_keeps_its_seq_and_the_line_may_overshoot(self, square):
        before = plan_of(WEST, EAST)
        after = split(before, square, 1, LineString([(-30, 40), (130, 40)]))
        assert_edited(before, after, square)
        assert after.grids[["seq", "kind", "load"]].to_numpy().tolist() == [
            [1, "basic", 2],
            [2, "basic", 1],
            [3, "basic", 1],
        ]
        assert shapes_of(after)[3].equals(box(0, 0, 50, 40))
        assert after.labels.to_dict() == {"h00": 3, "h01": 1, "h02": 1, "h03": 2}

    def test_the_neighbour_gets_the_vertex_where_the_line_ends_and_keeps_its_land(self, square):
        after = split(plan_of(WEST, EAST), square, 1, LineString([(0, 40), (50, 40)]))
        assert shapes_of(after)[2].equals(EAST)
        assert (50.0, 40.0) in shapes_of(after)[2].exterior.coords

    def test_a_line_that_ends_inside_is_refused_where_it_ends(self, square):
        kind, where = refused(split, plan_of(WEST, EAST), square, 1, LineString([(-10, 40), (30, 40)]))
        assert (kind, where) == ("not_cut", Point(30, 40))

    def test_a_line_beside_the_grid_is_refused(self, square):
        line = LineString([(60, -10), (60, 110)])
        assert refused(split, plan_of(WEST, EAST), square, 1, line) == ("not_cut", line)

    def test_a_line_along_a_border_cuts_nothing(self, square):
        assert refused(split, plan_of(WEST, EAST), square, 1, LineString([(50, -10), (50, 110)]))[0] == "not_cut"

    def test_a_wavering_line_along_a_border_makes_no_strips(self, square):
        wavering = LineString([(0, 60), (49.8, 60), (50.1, 70), (49.7, 80), (49.7, 110)])
        after = split(plan_of(WEST, EAST), square, 1, wavering)
        assert_edited(plan_of(WEST, EAST), after, square)
        assert sorted(round(shape.area) for shape in shapes_of(after).values()) == [1999, 3001, 5000]

    def test_a_line_through_corners_needs_no_vertex_more(self, square):
        after = split(plan_of(WEST, EAST), square, 1, LineString([(-10, -20), (60, 120)]))
        assert shapes_of(after)[1].equals_exact(Polygon([(0, 0), (0, 100), (50, 100), (0, 0)]), 0)

    def test_every_piece_of_a_line_that_crosses_several_times_is_a_grid(self):
        comb = Polygon([(0, 0), (0, 30), (20, 30), (20, 10), (40, 10), (40, 30), (60, 30), (60, 0)])
        village = village_of(comb, (10, 5), (30, 5), (10, 25), (50, 25))
        after = split(plan_of(comb), village, 1, LineString([(-5, 20), (65, 20)]))
        assert_edited(plan_of(comb), after, village)
        assert after.grids[["seq", "load"]].to_numpy().tolist() == [[1, 2], [2, 1], [3, 1]]
        assert shapes_of(after)[2].equals(box(0, 20, 20, 30)), "west before east"

    def test_a_grid_around_another_is_cut_by_a_line_over_both_sides(self, square):
        island = box(40, 40, 60, 60)
        before = plan_of(SQUARE - island, island)
        assert refused(split, before, square, 1, LineString([(-5, 50), (50, 50)]))[0] == "not_cut"
        after = split(before, square, 1, LineString([(-5, 50), (105, 50)]))
        assert_edited(before, after, square)
        assert shapes_of(after)[2].equals(island)

    def test_a_loop_cuts_out_an_island(self, square):
        loop = LineString([(10, 10), (30, 10), (30, 30), (10, 30), (10, 10)])
        after = split(plan_of(WEST, EAST), square, 1, loop)
        assert_edited(plan_of(WEST, EAST), after, square)
        assert len(shapes_of(after)[1].interiors) == 1

    def test_of_a_grid_in_two_parts_the_part_that_is_not_cut_stays_with_the_piece_its_link_meets(self):
        both = MultiPolygon([box(0, 0, 40, 40), box(60, 0, 80, 40)])
        village = village_of(both, (10, 10), (30, 10), (30, 30), (70, 10))
        before = plan_of(both, links=[Link(LineString([(30, 20), (70, 20)]), True)])
        after = split(before, village, 1, LineString([(20, -5), (20, 45)]))
        assert_edited(before, after, village)
        assert shapes_of(after)[1].equals(MultiPolygon([box(20, 0, 40, 40), box(60, 0, 80, 40)]))
        assert after.report.links == before.report.links

    def test_a_line_through_a_building_is_refused_at_the_building(self):
        village = village_of(SQUARE, box(20, 35, 30, 45), (80, 50))
        kind, where = refused(split, plan_of(WEST, EAST), village, 1, LineString([(0, 37), (50, 37)]))
        assert kind == "footprint_cut"
        assert where.equals(box(20, 35, 30, 37))

    def test_a_piece_on_both_sides_of_a_river_without_a_bridge_is_refused(self):
        village = draw("""
            1.1.1
            ~=~~~
            1.1.1
        """).village
        before = divide(village, Target(load=6, band=(6, 6)))
        middle = (village.boundary.bounds[0] + village.boundary.bounds[2]) / 2
        line = LineString([(middle, -10), (middle, 500)])
        kind, where = refused(split, before, village, 1, line)
        assert kind == "disconnected"
        assert where.bounds[0] == pytest.approx(middle, abs=1e-3), "the side without the bridge"

    def test_a_cut_atom_is_refused(self):
        atoms = gpd.GeoSeries([box(0, 0, 50, 50), box(0, 50, 50, 100), EAST])
        village = village_of(SQUARE, *HOUSES, atoms=atoms)
        assert refused(split, plan_of(WEST, EAST), village, 1, LineString([(0, 40), (50, 40)]))[0] == "atom_cut"
        after = split(plan_of(WEST, EAST), village, 1, LineString([(0, 50), (50, 50)]))
        assert_edited(plan_of(WEST, EAST), after, village)

    def test_no_such_grid(self, square):
        assert refused(split, plan_of(WEST, EAST), square, 9, LineString([(0, 40), (50, 40)]))[0] == "grid_unknown"

    def test_tied_buildings_that_are_parted_are_a_warning(self):
        village = village_of(SQUARE, (20, 20), (20, 80), (80, 50), ties=["estate", "estate", None])
        after = split(plan_of(WEST, EAST), village, 1, LineString([(0, 40), (50, 40)]))
        assert [(fault.kind, fault.severity) for fault in after.report.faults] == [("tie_split", "warning")]


class TestMerge:
    def test_the_lowest_seq_stays(self, square):
        before = plan_of(WEST, EAST)
        after = merge(before, square, [2, 1])
        assert_edited(before, after, square)
        assert after.grids["seq"].tolist() == [1]
        assert shapes_of(after)[1].equals_exact(SQUARE.normalize(), 0)

    def test_merging_undoes_a_split_to_the_byte(self, square):
        before = plan_of(WEST.normalize(), EAST.normalize())
        apart = split(before, square, 1, LineString([(-10, 33.3), (70, 61.7)]))
        assert merge(apart, square, [1, 3]).grids.geometry.to_wkb().tolist() == before.grids.geometry.to_wkb().tolist()

    def test_a_ring_and_its_island(self, square):
        island = box(40, 40, 60, 60)
        after = merge(plan_of(SQUARE - island, island), square, [1, 2])
        assert shapes_of(after)[1].equals(SQUARE)

    def test_no_neighbours(self, square):
        thirds = [box(x, 0, x + 25, 100) for x in (0, 25)] + [EAST]
        kind, where = refused(merge, plan_of(*thirds), square, [1, 3])
        assert kind == "disconnected"
        assert where.equals(thirds[0])

    def test_neighbours_in_one_point_only(self, square):
        quarters = [box(x, y, x + 50, y + 50) for x in (0, 50) for y in (0, 50)]
        assert refused(merge, plan_of(*quarters), square, [1, 4])[0] == "disconnected"
        assert_edited(plan_of(*quarters), merge(plan_of(*quarters), square, [1, 2]), square)

    def test_across_a_river_only_over_a_bridge(self):
        river = gpd.GeoSeries([LineString([(50, -5), (50, 105)])])
        apart = village_of(SQUARE, *HOUSES, hard=river)
        assert refused(merge, plan_of(WEST, EAST), apart, [1, 2])[0] == "disconnected"
        bridged = village_of(SQUARE, *HOUSES, hard=river, links=gpd.GeoSeries([LineString([(45, 50), (55, 50)])]))
        after = merge(plan_of(WEST, EAST), bridged, [1, 2])
        assert_edited(plan_of(WEST, EAST), after, bridged)

    def test_one_grid_is_not_merged(self, square):
        assert refused(merge, plan_of(WEST, EAST), square, [1, 1])[0] == "merge_one"


def test_all_that_is_wrong_is_told(square):
    with pytest.raises(EditError) as caught:
        merge(plan_of(WEST, EAST), square, [1, 7, 8])
    assert [fault.message for fault in caught.value.faults] == ["the plan has no grid 7", "the plan has no grid 8"]


def test_an_edit_changes_nothing_it_was_given(square):
    before = plan_of(WEST, EAST)
    held = bytes_of(before)
    split(before, square, 1, LineString([(-30, 40), (130, 40)]))
    assert bytes_of(before) == held
    assert shapely.get_num_coordinates(square.boundary) == 5
