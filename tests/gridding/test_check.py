"""Each planted fault is found, by its kind and at its place."""

import geopandas as gpd
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from gridding import Link, Plan, Report, Village, check

WEST, EAST = box(0, 0, 50, 100), box(50, 0, 100, 100)


def village(**more):
    houses = gpd.GeoDataFrame(
        {"id": ["w", "e"], "load": [4, 6]}, geometry=[Point(20, 50), more.pop("east", Point(80, 50))]
    )
    return Village(box(0, 0, 100, 100), houses, **more)


def plan(*shapes, **columns):
    grids = gpd.GeoDataFrame({"seq": range(1, len(shapes) + 1), "kind": "basic", **columns}, geometry=list(shapes))
    return Plan(grids)


def kinds(plan, village):
    return {fault.kind for fault in check(plan, village).faults}


def test_a_plan_drawn_by_hand_is_sound_and_measured():
    report = check(plan(WEST, EAST), village())
    assert report.sound
    assert report.faults == ()
    assert report.mean_load == 5
    assert report.grids["deviation"].tolist() == pytest.approx([-0.2, 0.2])
    assert report.grids["polsby_popper"].tolist() == pytest.approx([0.698, 0.698], abs=1e-3)
    assert report.grids["hull_ratio"].tolist() == [1, 1]
    assert report.deviation == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("kind", "west", "east"),
    [
        ("gap", box(0, 0, 45, 100), EAST),
        ("gap", box(0, 0, 49.999, 100), EAST),
        ("gap", WEST, Polygon([(50, 0), (50, 100), (100, 100), (100, 0)], [[(70, 50), (70, 51), (71, 50)]])),
        ("overlap", box(0, 0, 60, 100), EAST),
        ("overlap", box(0, 0, 50.001, 100), EAST),
        ("outside", WEST, box(50, 0, 101, 100)),
        ("invalid", WEST, Polygon([(50, 0), (100, 100), (50, 100), (100, 0)])),
        ("empty", WEST, Polygon()),
        ("type", WEST, LineString([(50, 0), (100, 100)])),
        ("border_mismatch", WEST, Polygon([(50, 0), (50, 40), (50, 100), (100, 100), (100, 0)])),
        ("house_lost", WEST, box(50, 0, 70, 100)),
        ("house_twice", WEST.union(box(50, 40, 90, 60)), EAST),
    ],
)
def test_a_planted_fault_is_found(kind, west, east):
    assert kind in kinds(plan(west, east), village())


def test_a_gap_says_where_it_is():
    (fault,) = check(plan(box(0, 0, 45, 100), EAST), village()).faults
    assert fault.where.equals(box(45, 0, 50, 100))


def test_a_sliver_is_found():
    assert kinds(plan(WEST, box(50, 0, 99.9999, 100), box(99.9999, 0, 100, 100)), village()) == {"sliver"}


def test_a_grid_in_two_places_is_disconnected():
    middle = box(40, 0, 60, 100)
    ends = shapely.union_all([box(0, 0, 40, 100), box(60, 0, 100, 100)])
    assert kinds(plan(ends, middle), village()) == {"disconnected"}


def test_two_parts_that_touch_in_a_point_are_disconnected():
    quarters = [box(x, y, x + 50, y + 50) for x in (0, 50) for y in (0, 50)]
    crossed = [shapely.union_all([quarters[a], quarters[b]]) for a, b in ((0, 3), (1, 2))]
    assert kinds(plan(*crossed), village()) == {"disconnected"}


class TestBarrier:
    river = gpd.GeoSeries([LineString([(0, 50), (100, 50)])])
    bridge = LineString([(20, 45), (20, 55)])

    def test_a_grid_may_not_cross_a_river(self):
        faults = check(plan(WEST, EAST), village(hard=self.river)).faults
        assert [fault.kind for fault in faults] == ["disconnected", "disconnected"]

    def test_a_grid_may_cross_over_a_bridge(self):
        links = gpd.GeoSeries([self.bridge])
        faults = check(plan(WEST, EAST), village(hard=self.river, links=links)).faults
        assert [fault.message[-35:] for fault in faults] == ["grid 2 cannot be reached from the rest"[-35:]]

    def test_a_grid_may_cross_over_a_link_that_its_report_lists(self):
        links = (Link(self.bridge, True), Link(LineString([(80, 40), (80, 60)]), True))
        linked = Plan(plan(WEST, EAST).grids, report=Report(links=links))
        assert check(linked, village(hard=self.river)).sound

    def test_a_given_atom_on_both_sides_is_a_way_over(self):
        banks = gpd.GeoSeries([box(0, 0, 100, 50), box(0, 50, 100, 100)])
        assert not check(plan(WEST, EAST), village(hard=self.river, atoms=banks)).sound
        blocks = gpd.GeoSeries([WEST, EAST])
        assert check(plan(WEST, EAST), village(hard=self.river, atoms=blocks)).sound

    def test_a_grid_may_go_round_the_end_of_a_river(self):
        river = gpd.GeoSeries([LineString([(0, 50), (40, 50)])])
        assert check(plan(WEST, EAST), village(hard=river)).sound


class TestExclusive:
    school = gpd.GeoDataFrame({"name": ["school"]}, geometry=[box(50, 0, 100, 40)])
    rest = box(50, 40, 100, 100)
    west = Polygon([(0, 0), (0, 100), (50, 100), (50, 40), (50, 0)])

    def drawn(self, school, rest):
        return plan(self.west, rest, school, kind=["basic", "basic", "exclusive"], name=[None, None, "school"])

    def test_as_given(self):
        assert check(self.drawn(self.school.geometry[0], self.rest), village(exclusive=self.school)).sound

    def test_changed(self):
        faults = kinds(self.drawn(box(50, 0, 100, 30), box(50, 30, 100, 100)), village(exclusive=self.school))
        assert "exclusive_changed" in faults

    def test_missing(self):
        assert kinds(plan(WEST, EAST), village(exclusive=self.school)) == {"exclusive_missing"}

    def test_unknown(self):
        assert kinds(self.drawn(self.school.geometry[0], self.rest), village()) == {"exclusive_unknown"}


class TestFootprint:
    def test_cut(self):
        cut = village(east=box(48, 40, 90, 60))
        (fault,) = check(plan(WEST, EAST), cut).faults
        assert fault.kind == "footprint_cut"
        assert fault.where.equals(box(48, 40, 50, 60))

    def test_a_wall_drawn_twice_is_not_a_cut(self):
        assert check(plan(WEST, EAST), village(east=box(49.999, 40, 90, 60))).faults == ()

    def test_over_the_village_border(self):
        report = check(plan(WEST, EAST), village(east=box(60, 40, 110, 60)))
        assert report.sound
        assert [fault.kind for fault in report.faults] == ["footprint_straddles"]

    def test_over_a_river(self):
        river = gpd.GeoSeries([LineString([(50, 0), (50, 100)])])
        report = check(plan(WEST, EAST), village(east=box(48, 40, 90, 60), hard=river))
        assert [(fault.kind, fault.severity) for fault in report.faults] == [("footprint_straddles", "warning")]


def test_a_cut_atom_is_found():
    atoms = gpd.GeoSeries([box(0, 0, 40, 100), box(40, 0, 100, 100)])
    assert kinds(plan(WEST, EAST), village(atoms=atoms)) == {"atom_cut"}


def test_a_wrong_load_is_found():
    assert kinds(plan(WEST, EAST, load=[4, 5]), village()) == {"load_wrong"}


def test_a_wrong_label_is_found():
    mislabelled = Plan(plan(WEST, EAST).grids, labels=gpd.pd.Series({"w": 1, "e": 1}))
    assert kinds(mislabelled, village()) == {"label_wrong"}


def test_a_house_outside_is_a_warning():
    report = check(plan(WEST, EAST), village(east=Point(500, 500)))
    assert report.sound
    assert [fault.kind for fault in report.faults] == ["house_outside"]


def test_tied_buildings_in_two_grids_are_a_warning():
    tied = village()
    tied = Village(tied.boundary, tied.houses.assign(tie="estate"))
    assert [(f.kind, f.severity) for f in check(plan(WEST, EAST), tied).faults] == [("tie_split", "warning")]


def test_a_house_on_a_shared_border_counts_in_the_lowest():
    assert check(plan(WEST, EAST, load=[10, 0]), village(east=Point(50, 50))).sound


@pytest.mark.parametrize("column", ["seq", "kind"])
def test_a_missing_column_is_found(column):
    drawn = plan(WEST, EAST)
    assert kinds(Plan(drawn.grids.drop(columns=column)), village()) == {"columns"}


def test_a_seq_given_twice_is_found():
    assert kinds(Plan(plan(WEST, EAST).grids.assign(seq=1)), village()) == {"seq"}
