"""Nasty villages that random ones led to, drawn small; and every nasty boundary with every nasty row of houses."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box
from shapely.affinity import rotate, translate

from fixtures.drawing import draw
from gridding import Plane, Target, Village, check, densify, divide, edit, label_houses, refit
from tests.gridding import always_true
from tests.gridding.villages import BOUNDARIES, drawn_village

SQUARE = box(0, 0, 100, 100)
TWO = Target(load=1, band=(1, 1), k=2)
ONE = Target(load=2, band=(1, 3), k=1)


def village(boundary, *houses, **more):
    """A village with buildings of load 1, points (x, y) or footprints, named h00, h01, ..."""
    shapes = [house if hasattr(house, "geom_type") else Point(house) for house in houses]
    rows = {"id": [f"h{n:02}" for n in range(len(shapes))], "load": np.ones(len(shapes), dtype=np.int64)}
    return Village(boundary, gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(shapes)), **more)


def lines(*shapes):
    return gpd.GeoSeries([LineString(shape) for shape in shapes])


def faults(plan, village):
    return [fault.kind for fault in check(plan, village).faults if fault.severity == "fault"]


HOUSES = {
    "no house": [],
    "one house": [(100, 100)],
    "all at one place": [(100, 100)] * 7,
    "in one line": [(20 + 12 * n, 100) for n in range(8)],
    "on a lattice": [(20 + 20 * x, 20 + 20 * y) for x in range(4) for y in range(4)],
    "within a micrometre": [(100, 100), (100.000001, 100), (100, 100.000001), (5000, 0)],
}


@pytest.mark.parametrize("shore", BOUNDARIES)
@pytest.mark.parametrize("row", HOUSES)
def test_12_every_nasty_boundary_with_every_nasty_row_of_houses(shore, row):
    """Some rows lie outside some boundaries: these villages have no house, and still a plan."""
    here = village(BOUNDARIES[shore], *HOUSES[row])
    target = Target(load=3, band=(2, 4))
    plan = divide(here, target)
    for holds in always_true.EVERYTHING:
        holds(plan, here)
    always_true.explains_its_deviation(plan, here, target)
    assert faults(plan, here) == []


@pytest.mark.parametrize("shore", BOUNDARIES)
def test_12_houses_at_every_corner_of_the_boundary(shore):
    corners = shapely.get_coordinates(BOUNDARIES[shore].boundary)[:40]
    here = village(BOUNDARIES[shore], *np.unique(corners, axis=0).tolist())
    plan = divide(here, Target(load=3, band=(2, 4)))
    for holds in always_true.EVERYTHING:
        holds(plan, here)
    assert faults(plan, here) == []


class TestBridge:
    """A way over a barrier has land on both sides of it."""

    ring = lines(box(20, 20, 60, 60).exterior.coords)

    def divided(self, link):
        here = village(SQUARE, (40, 40), (80, 80), hard=self.ring, links=lines(link))
        return divide(here, ONE), here

    def test_over_the_barrier(self):
        plan, here = self.divided([(50, 50), (70, 50)])
        assert faults(plan, here) == []
        assert [link.automatic for link in plan.report.links] == [False]

    def test_that_begins_on_a_corner_of_the_barrier_is_none(self):
        plan, here = self.divided([(20, 20), (10, 10)])
        assert faults(plan, here) == []
        assert [link.automatic for link in plan.report.links] == [False, True]

    def test_that_begins_on_the_barrier_is_none(self):
        plan, here = self.divided([(20, 40), (10, 40)])
        assert faults(plan, here) == []
        assert [link.automatic for link in plan.report.links] == [False, True]


def test_a_given_atom_on_both_banks_is_not_cut_and_no_fault():
    blocks = gpd.GeoSeries([box(0, 0, 100, 50), box(0, 50, 100, 100)])
    here = village(SQUARE, (30, 20), (70, 80), hard=lines([(50, 0), (50, 100)]), atoms=blocks)
    plan = divide(here, TWO)
    always_true.cuts_no_given_atom(plan, here)
    assert faults(plan, here) == []


def test_a_building_centred_on_a_school_fence_is_one_with_what_it_overlaps():
    long, middle = box(320, 320, 396, 345), box(320, 340, 340, 381)
    angle = Polygon([(320, 360), (360, 360), (360, 368), (328, 368), (328, 390), (320, 390)])
    school = gpd.GeoDataFrame({"name": ["school"]}, geometry=[box(330, 340, 440, 680)])
    here = village(box(0, 0, 1000, 1000), long, middle, angle, exclusive=school)
    plan = divide(here, Target(load=1, band=(1, 1), tolerance=0.25, k=3))
    always_true.cuts_no_footprint(plan, here)
    assert faults(plan, here) == []


def test_a_footprint_centred_on_a_corner_of_the_boundary_is_labelled_as_it_is_checked():
    tip = (429.905906, 807.102292)
    shore = Polygon([(60, 500), (373.43157, 658.711791), tip, (521.807052, 595.542935), (735, 500), (300, 100)])
    turned = [(440.5125, 810.6378), (433.4414, 817.7089), (419.2993, 803.5668), (426.3704, 796.4957)]
    x, y = np.mean(turned, axis=0)
    centred = Polygon([(a - x + tip[0] - 3e-7, b - y + tip[1] + 3e-7) for a, b in turned])
    here = village(shore, centred)
    assert here.inside.tolist() == [True]
    assert label_houses(divide(here, ONE).grids, gpd.GeoDataFrame({"id": ["h00"]}, geometry=[centred])).to_dict() == {
        "h00": 1
    }


def test_a_school_along_the_village_border_leaves_a_coverage_in_degrees():
    """Its corner lies half a micrometre beside the legal line: the land between is a spike that folds over."""
    legal = drawn_village("...\n#1#")
    stored = legal.put(lambda shape: densify(Plane(101.5, 25.0).to_lonlat(shape)))
    plane = Plane.around(stored.boundary.bounds)
    plan = divide(stored.put(plane.to_plane).village, ONE)
    assert shapely.coverage_is_valid(plan.grids.geometry.to_numpy())
    assert shapely.coverage_is_valid(plane.to_lonlat(plan.grids.geometry).to_numpy())


def test_three_buildings_make_three_grids_however_the_village_lies():
    """A lake, a school that touches it in a point, and barriers that cut off a corner without a building."""
    land = box(0, 0, 150, 250) - box(50, 50, 100, 100)
    barriers = lines([(25, 25), (25, 75)], [(25, 25), (25, 0)], [(25, 25), (75, 25)], [(25, 25), (0, 25)])
    rows = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "load": [1, 7, 1]}, geometry=[Point(25, 125), Point(75, 175), Point(125, 175)]
    )

    def put(shape):
        return translate(rotate(shape, 1, origin=(0, 0)), 500_000, -500_000)

    school = gpd.GeoDataFrame({"name": ["school"]}, geometry=[put(box(100, 100, 150, 150))])
    turned = Village(put(land), rows.set_geometry(rows.geometry.map(put)), barriers.map(put), exclusive=school)
    assert sorted(divide(turned, Target(load=3, band=(1, 9), k=3)).labels) == [1, 2, 3]


@pytest.mark.parametrize(
    "end_y",
    [
        pytest.param(
            249.999999,
            marks=pytest.mark.xfail(strict=True, reason="a barrier that all but meets a border dangles"),
        ),
        250,
        250.000001,
        249.9,
    ],
)
def test_a_river_that_ends_a_hair_before_a_border_parts_the_land(end_y):
    """The border between the northern and the western building runs through (175, 250)."""
    river = lines([(175, 200), (175, end_y)])
    here = village(box(0, 0, 350, 350), (125, 250), (175, 150), (175, 300), hard=river)
    plan = divide(here, Target(load=1, band=(1, 1), k=3))
    always_true.lies_in_one_piece(plan, here)
    assert faults(plan, here) == []


def test_a_plan_without_a_house_inside_can_be_split():
    here = village(SQUARE, (500, 500))
    plan = divide(here, ONE)
    halves = edit.split(plan, here, 1, LineString([(50, -10), (50, 110)]))
    assert halves.grids.geometry.area.tolist() == [5000, 5000]


def test_grids_that_meet_in_the_corner_of_a_lake_share_their_borders():
    """GEOS calls the lake's eastern shore wrong, where a school and two grids meet in its corner."""
    here = draw(".......\n.A~#2B~\n2A .~27\n1#7~2 1\n.~..2.A\n 3B.~7B").village
    target = Target(load=10, band=(1, 40), tolerance=0.1, k=2)
    plan = divide(here, target)
    assert check(plan, here).sound
    assert refit(plan, here).grids.geometry.to_wkb().tolist() == plan.grids.geometry.to_wkb().tolist()
