"""Land that changes hands: buildings handed over, borders laid onto streets, exclusive grids set apart."""

import geopandas as gpd
import pytest
import shapely
from edited import assert_edited, plan_of, refused, shapes_of, village_of
from shapely import LineString, Point, Polygon, box

from gridding import check
from gridding.edit import hand_over, merge, set_apart, snap, split, with_exclusive

SQUARE = box(0, 0, 100, 100)
WEST, EAST = box(0, 0, 50, 100), box(50, 0, 100, 100)
# A street village, and a lane that leads off it.
LOW = Polygon([(0, 0), (0, 20), (40, 20), (60, 20), (150, 20), (150, 0)])
HIGH = box(40, 20, 60, 40)


class TestHandOver:
    def test_a_building_goes_with_the_land_nearer_to_it_than_to_others_of_its_grid(self):
        village = village_of(SQUARE, (10, 50), (40, 50), (80, 50))
        after = hand_over(plan_of(WEST, EAST), village, "h01", 2)
        assert_edited(plan_of(WEST, EAST), after, village)
        assert shapes_of(after)[1].equals(box(0, 0, 25, 100))
        assert after.grids["load"].tolist() == [1, 2]

    def test_a_footprint_goes_whole(self):
        houses = [box(5, 40, 15, 60), box(36, 10, 44, 90), (80, 50)]
        village = village_of(SQUARE, *houses)
        after = hand_over(plan_of(WEST, EAST), village, "h01", 2)
        assert_edited(plan_of(WEST, EAST), after, village)
        assert shapes_of(after)[2].covers(houses[1])
        assert shapes_of(after)[1].covers(houses[0])

    def test_tied_buildings_go_together(self):
        village = village_of(SQUARE, (10, 50), (40, 20), (40, 80), (80, 50), ties=[None, "estate", "estate", None])
        after = hand_over(plan_of(WEST, EAST), village, "h01", 2)
        assert_edited(plan_of(WEST, EAST), after, village)
        assert after.grids["load"].tolist() == [1, 3]

    def test_the_last_building_leaves_its_grid_no_land(self):
        village = village_of(SQUARE, (40, 50), (80, 50))
        after = hand_over(plan_of(WEST, EAST), village, "h00", 2)
        assert_edited(plan_of(WEST, EAST), after, village)
        assert after.grids["seq"].tolist() == [2]

    def test_not_over_other_buildings(self):
        village = village_of(SQUARE, (10, 50), (40, 50), (80, 50))
        assert refused(hand_over, plan_of(WEST, EAST), village, "h00", 2) == ("not_beside", Point(10, 50))

    def test_not_where_others_would_be_cut_off(self):
        village = village_of(LOW | HIGH, (10, 10), (50, 10), (90, 10), (50, 30))
        kind, where = refused(hand_over, plan_of(LOW, HIGH), village, "h01", 2)
        assert kind == "disconnected"
        assert where.equals(box(0, 0, 30, 20)), "less land than the other side"

    def test_empty_land_cut_off_goes_along(self):
        village = village_of(LOW | HIGH, (30, 10), (120, 10), (50, 30))
        after = hand_over(plan_of(LOW, HIGH), village, "h00", 2)
        assert_edited(plan_of(LOW, HIGH), after, village)
        assert shapes_of(after)[2].covers(box(0, 0, 40, 20))

    def test_not_across_a_river(self):
        river = gpd.GeoSeries([LineString([(50, -5), (50, 105)])])
        village = village_of(SQUARE, (10, 50), (40, 50), (80, 50), hard=river)
        assert refused(hand_over, plan_of(WEST, EAST), village, "h01", 2)[0] == "not_beside"

    def test_land_beyond_a_river_stays(self):
        """The nearest land of the building reaches over the river that its grid crosses by a bridge."""
        river = gpd.GeoSeries([LineString([(-5, 70), (55, 70)])])
        bridge = gpd.GeoSeries([LineString([(10, 65), (10, 75)])])
        village = village_of(SQUARE, (10, 50), (40, 50), (10, 90), (80, 50), hard=river, links=bridge)
        after = hand_over(plan_of(WEST, EAST), village, "h01", 2)
        assert_edited(plan_of(WEST, EAST), after, village)
        assert shapes_of(after)[1].covers(Point(45, 71))
        assert shapes_of(after)[2].covers(Point(45, 69))

    def test_given_atoms_go_whole(self):
        atoms = gpd.GeoSeries([box(0, 0, 20, 100), box(20, 0, 50, 100), EAST])
        village = village_of(SQUARE, (10, 50), (40, 50), (80, 50), atoms=atoms)
        after = hand_over(plan_of(WEST, EAST), village, "h01", 2)
        assert_edited(plan_of(WEST, EAST), after, village)
        assert shapes_of(after)[1].equals(box(0, 0, 20, 100))

    @pytest.mark.parametrize(
        ("house", "seq", "kind"),
        [("nobody", 2, "house_unknown"), ("h01", 1, "house_there"), ("h01", 7, "grid_unknown")],
    )
    def test_what_is_not_there(self, house, seq, kind):
        village = village_of(SQUARE, (10, 50), (40, 50), (80, 50))
        assert refused(hand_over, plan_of(WEST, EAST), village, house, seq)[0] == kind


class TestSnap:
    houses = ((10, 50), (90, 50))

    def test_the_border_lies_on_the_street(self):
        village = village_of(SQUARE, *self.houses)
        street = LineString([(45, -20), (58, 50), (45, 120)])
        after = snap(plan_of(WEST, EAST), village, (1, 2), street, 10.0)
        assert_edited(plan_of(WEST, EAST), after, village)
        border = shapes_of(after)[1].intersection(shapes_of(after)[2])
        assert border.length == pytest.approx(shapely.intersection(street, SQUARE).length, abs=1e-4)
        assert border.hausdorff_distance(shapely.intersection(street, SQUARE)) < 1e-5

    def test_only_where_it_is_near(self):
        village = village_of(SQUARE, *self.houses)
        after = snap(plan_of(WEST, EAST), village, (1, 2), LineString([(40, -5), (60, 105)]), 5.0)
        assert_edited(plan_of(WEST, EAST), after, village)
        assert {(50.0, 0.0), (50.0, 100.0)} <= set(shapes_of(after)[1].exterior.coords)

    def test_too_far_says_how_far(self):
        village = village_of(SQUARE, *self.houses)
        kind, where = refused(snap, plan_of(WEST, EAST), village, (1, 2), LineString([(80, -5), (80, 105)]), 10.0)
        assert kind == "too_far"
        assert where.length == 30

    def test_not_through_a_building(self):
        village = village_of(SQUARE, (10, 50), box(52, 40, 56, 44))
        kind, where = refused(snap, plan_of(WEST, EAST), village, (1, 2), LineString([(54, -5), (54, 105)]), 10.0)
        assert kind == "footprint_cut"
        assert where.area == pytest.approx(8)

    def test_grids_without_a_common_border(self):
        village = village_of(SQUARE, *self.houses)
        thirds = [box(0, 0, 30, 100), box(30, 0, 60, 100), box(60, 0, 100, 100)]
        line = LineString([(30, -5), (30, 105)])
        assert refused(snap, plan_of(*thirds), village, (1, 3), line, 10.0)[0] == "no_border"
        assert refused(snap, plan_of(*thirds), village, (1, 1), line, 10.0)[0] == "snap_two"


class TestSetApart:
    village = village_of(SQUARE, (20, 20), (20, 80), (80, 50))

    def test_an_exclusive_grid_out_of_two_basic_ones(self):
        after = set_apart(plan_of(WEST, EAST), self.village, [1, 2], box(40, 30, 60, 60), "school")
        assert_edited(plan_of(WEST, EAST), after, self.village)
        assert after.grids.drop(columns="geometry").to_numpy().tolist() == [
            [1, "basic", None, 2],
            [2, "basic", None, 1],
            [3, "exclusive", "school", 0],
        ]
        assert shapes_of(after)[3].equals(box(40, 30, 60, 60))

    def test_the_village_of_the_plan_knows_it_and_the_one_given_does_not(self):
        after = set_apart(plan_of(WEST, EAST), self.village, [1], box(0, 0, 30, 30), "school")
        assert {fault.kind for fault in check(after, self.village).faults} == {"exclusive_unknown"}
        assert check(after, with_exclusive(self.village, after)).sound
        assert self.village.exclusive_names == []

    def test_land_of_grids_not_named_stays_theirs(self):
        after = set_apart(plan_of(WEST, EAST), self.village, [1], box(30, 30, 70, 60), "school")
        assert shapes_of(after)[3].equals(box(30, 30, 50, 60))
        assert shapes_of(after)[2].equals(EAST)

    def test_overshooting_the_village(self):
        after = set_apart(plan_of(WEST, EAST), self.village, [1], box(-50, -50, 30, 30), "school")
        assert shapes_of(after)[3].equals(box(0, 0, 30, 30))

    def test_in_the_middle_of_a_grid(self):
        after = set_apart(plan_of(WEST, EAST), self.village, [1], box(10, 40, 20, 50), "school")
        assert_edited(plan_of(WEST, EAST), after, self.village)
        assert len(shapes_of(after)[1].interiors) == 1

    def test_a_whole_grid(self):
        after = set_apart(plan_of(WEST, EAST), self.village, [1], box(-1, -1, 49.9, 101), "park")
        assert_edited(plan_of(WEST, EAST), after, self.village)
        assert after.grids[["seq", "kind"]].to_numpy().tolist() == [[2, "basic"], [3, "exclusive"]]
        assert shapes_of(after)[3].equals(WEST), "no strip of 10 cm is left"

    def test_not_through_a_grid(self):
        kind, _ = refused(set_apart, plan_of(WEST, EAST), self.village, [1], box(-5, 40, 55, 60), "school")
        assert kind == "disconnected"

    @pytest.mark.parametrize(
        ("polygon", "name", "kind"),
        [
            (box(60, 0, 90, 30), "school", "not_covered"),
            (box(0, 0, 30, 30), "", "name_taken"),
            (Polygon([(0, 0), (30, 30), (30, 0), (0, 30)]), "school", "invalid"),
        ],
    )
    def test_what_cannot_be(self, polygon, name, kind):
        assert refused(set_apart, plan_of(WEST, EAST), self.village, [1], polygon, name)[0] == kind

    def test_not_all_land_and_no_name_twice(self):
        assert refused(set_apart, plan_of(SQUARE), self.village, [1], SQUARE, "park")[0] == "not_covered"
        once = set_apart(plan_of(WEST, EAST), self.village, [1], box(0, 0, 30, 30), "school")
        assert refused(set_apart, once, self.village, [2], box(80, 0, 100, 30), "school")[0] == "name_taken"

    def test_no_edit_changes_it(self):
        once = set_apart(plan_of(WEST, EAST), self.village, [1], box(0, 0, 30, 30), "school")
        assert refused(merge, once, self.village, [1, 3])[0] == "grid_exclusive"
        assert refused(split, once, self.village, 3, LineString([(10, -5), (10, 50)]))[0] == "grid_exclusive"
        assert refused(hand_over, once, self.village, "h00", 1)[0] == "grid_exclusive"
