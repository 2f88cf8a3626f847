"""A plan fitted to a corrected boundary: what can stay stays, the rest is land of someone."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from gridding import Link, Plan, Plane, Report, Target, Village, VillageError, check, divide, label_houses, refit

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SQUARE = box(0, 0, 100, 100)
WEST, EAST = box(0, 0, 50, 100), box(50, 0, 100, 100)


def village(boundary, *houses, **more):
    """A village with houses of load 1 at points, or of these footprints."""
    shapes = [house if hasattr(house, "geom_type") else Point(house) for house in houses]
    return Village(
        boundary, gpd.GeoDataFrame({"id": [f"h{n:02}" for n in range(len(shapes))], "load": 1}, geometry=shapes), **more
    )


def plan(*shapes, kinds=None, links=()):
    names = [f"#{n}" if kind == "exclusive" else None for n, kind in enumerate(kinds or [None] * len(shapes))]
    table = {"seq": range(1, len(shapes) + 1), "kind": kinds or "basic", "name": names}
    return Plan(gpd.GeoDataFrame(table, geometry=list(shapes)), report=Report(links=tuple(links)))


def shapes_of(found):
    return dict(zip(found.grids["seq"], found.grids.geometry, strict=True))


def told(found):
    return [fault.kind for fault in found.report.faults]


def same(one, other):
    return shapely.equals_identical(shapely.normalize(one), shapely.normalize(other))


def test_an_unchanged_boundary_changes_nothing():
    drawn = divide(village(SQUARE, (20, 20), (20, 80), (80, 50)), Target(load=1, band=(1, 1)))
    again = refit(drawn, village(SQUARE, (20, 20), (20, 80), (80, 50)))
    assert again.grids.geometry.to_wkb().tolist() == drawn.grids.geometry.to_wkb().tolist()
    assert again.labels.to_dict() == drawn.labels.to_dict()
    assert again.report.faults == ()


def test_more_vertices_on_the_same_line_are_no_change():
    dense = shapely.segmentize(SQUARE, 30)
    found = refit(plan(WEST, EAST), village(dense))
    assert [same(*pair) for pair in zip(found.grids.geometry, (WEST, EAST), strict=True)] == [True, True]


def test_land_cut_off_is_gone_and_the_other_grid_stays_point_for_point():
    found = refit(plan(WEST, EAST), village(box(0, 0, 80, 100), (10, 10), (60, 10), (90, 10)))
    assert same(shapes_of(found)[1], WEST)
    assert same(shapes_of(found)[2], box(50, 0, 80, 100))
    assert found.grids["load"].tolist() == [1, 1]
    assert told(found) == ["house_outside"]


def test_added_land_joins_the_grid_it_borders():
    found = refit(plan(WEST, EAST), village(box(0, 0, 130, 100), (120, 50)))
    assert same(shapes_of(found)[1], WEST)
    assert shapes_of(found)[2].equals(box(50, 0, 130, 100))
    assert found.grids["load"].tolist() == [0, 1]
    assert [(fault.kind, fault.message) for fault in found.report.faults] == [
        ("land_added", "3000.0 m2 of new land joined grid 2")
    ]
    assert found.report.faults[0].where.area == 3000


def test_a_strip_along_two_grids_goes_to_each():
    found = refit(plan(WEST, EAST), village(box(0, -10, 100, 100)))
    assert shapes_of(found)[1].equals(box(0, -10, 50, 100))
    assert shapes_of(found)[2].equals(box(50, -10, 100, 100))


def test_a_strip_whose_cut_would_go_through_a_building_stays_whole():
    found = refit(plan(WEST, EAST), village(box(0, -10, 100, 100), box(45, -8, 58, -2)))
    assert told(found) == ["land_added"]
    assert shapes_of(found)[1].area == 50 * 100 + 1000, "of two borders alike the lowest seq has the land"


def test_deep_land_joins_the_grid_with_the_longest_border():
    """From the border between the grids the nearest new boundary is the corner of the neck: nothing is to be cut."""
    low, high = box(0, 0, 100, 30), box(0, 30, 100, 100)
    found = refit(plan(low, high), village(shapely.union(SQUARE, box(100, 20, 400, 90))))
    assert found.report.sound
    assert shapes_of(found)[1].equals(low)
    assert shapes_of(found)[2].area == 7000 + 300 * 70


def test_a_grid_that_fell_away_is_told_and_the_others_are_counted_anew():
    found = refit(plan(WEST, EAST), village(box(50, 0, 100, 100)))
    assert found.grids["seq"].tolist() == [1]
    assert same(shapes_of(found)[1], EAST)
    assert [(fault.kind, fault.message) for fault in found.report.faults] == [
        ("grid_gone", "grid 1 of the plan lies outside the corrected boundary and is left out")
    ]


def test_a_remainder_thinner_than_a_millimetre_is_no_grid():
    found = refit(plan(WEST, EAST), village(box(49.9995, 0, 100, 100)))
    assert found.report.sound
    assert len(found.grids) == 1


def test_a_part_that_the_cut_separates_joins_its_neighbour():
    """A grid like a U around another loses its bottom: its smaller arm goes to the one in the middle."""
    middle = box(40, 20, 70, 100)
    around = shapely.difference(SQUARE, middle)
    found = refit(plan(around, middle), village(box(0, 30, 100, 100), (10, 50), (20, 50), (90, 50)))
    assert found.report.sound
    assert shapes_of(found)[1].equals(box(0, 30, 40, 100)), "the arm with most load is the grid"
    assert shapes_of(found)[2].equals(box(40, 30, 100, 100))
    assert found.report.faults[0].message == "2100.0 m2 of grid 1 of the plan went to grid 2"


def test_a_link_keeps_the_parts_of_a_grid_together():
    middle = box(40, 20, 70, 100)
    around = shapely.difference(SQUARE, middle)
    link = Link(LineString([(30, 60), (80, 60)]), True, "drawn")
    found = refit(plan(around, middle, links=[link]), village(box(0, 30, 100, 100), (10, 50), (90, 50)))
    assert found.report.sound
    assert shapes_of(found)[1].geom_type == "MultiPolygon"
    assert found.report.links == (link,)


def test_land_beyond_a_river_comes_with_a_link():
    river = gpd.GeoSeries([LineString([(100, -5), (100, 105)])])
    found = refit(plan(WEST, EAST), village(box(0, 0, 130, 100), (120, 50), hard=river))
    assert found.report.sound
    assert shapes_of(found)[2].equals(box(50, 0, 130, 100))
    assert [link.message for link in found.report.links] == ["3000.0 m2 of new land had no way to a neighbour"]


def test_an_island_joins_the_nearest_grid_by_a_link():
    found = refit(plan(WEST, EAST), village(shapely.union(SQUARE, box(120, 0, 130, 10)), (125, 5)))
    assert found.report.sound
    assert shapes_of(found)[2].area == 5100
    assert found.labels.to_dict() == {"h00": 2}


def test_an_exclusive_grid_is_cut_but_never_grows():
    school = box(80, 0, 100, 100)
    exclusive = gpd.GeoDataFrame({"name": ["#1"]}, geometry=[school])
    drawn = plan(box(0, 0, 80, 100), school, kinds=["basic", "exclusive"])
    grown = refit(drawn, village(box(0, 0, 110, 100), exclusive=exclusive))
    assert grown.report.sound
    assert same(shapes_of(grown)[2], school)
    assert shapes_of(grown)[1].area == 9000
    cut = refit(drawn, village(box(0, 0, 90, 100), exclusive=exclusive))
    assert cut.report.sound
    assert shapes_of(cut)[2].equals(box(80, 0, 90, 100))


def test_a_building_over_the_old_boundary_is_not_cut():
    low, high = box(0, 0, 100, 30), box(0, 30, 100, 100)
    over = box(95, 10, 108, 16)
    deep = shapely.union(SQUARE, box(100, 0, 900, 100))
    found = refit(plan(low, high), village(deep, over))
    assert found.report.sound
    assert "footprint_cut" not in told(found)
    assert shapes_of(found)[int(found.labels["h00"])].covers(over)


def test_nothing_left_is_refused():
    with pytest.raises(VillageError, match="nothing_left"):
        refit(plan(WEST, EAST), village(box(200, 0, 300, 100)))


def test_in_degrees_untouched_grids_come_back_bit_for_bit():
    before = box(100.20, 25.50, 100.22, 25.52)
    after = box(100.20, 25.50, 100.225, 25.52)
    houses = gpd.GeoSeries([Point(100.201 + 0.004 * n, 25.501 + 0.003 * n) for n in range(6)], crs="EPSG:4326")

    def put(boundary, plane):
        rows = gpd.GeoDataFrame({"id": [f"h{n}" for n in range(6)], "load": 1}, geometry=plane.to_plane(houses))
        return Village(plane.to_plane(shapely.segmentize(boundary, 0.001)), rows)

    first, second = Plane.around(before.bounds), Plane.around(after.bounds)
    drawn = divide(put(before, first), Target(load=1, band=(1, 1)))
    lonlat = first.to_lonlat(drawn.grids.geometry)
    again = Plan(drawn.grids.set_geometry(second.to_plane(lonlat)))
    fitted = refit(again, put(after, second))
    back = second.to_lonlat(fitted.grids.geometry)
    assert fitted.report.sound
    untouched = [same(old, new) for old, new in zip(lonlat, back, strict=True)]
    touches = [bool(shape.bounds[2] > 100.2199) for shape in lonlat]
    assert untouched == [not touch for touch in touches]
    assert shapely.coverage_is_valid(back.to_numpy())


coordinate = st.integers(0, 1000).map(float)


@st.composite
def corrections(draw_):
    """A village with a plan, and its boundary with a piece cut off and a piece added."""
    points = draw_(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=25, unique=True))
    river = draw_(st.sampled_from([None, LineString([(0, 333), (1000, 640)])]))
    more = {} if river is None else {"hard": gpd.GeoSeries([river])}
    before = village(box(0, 0, 1000, 1000), *points, **more)
    x, y = draw_(coordinate), draw_(coordinate)
    cut = box(x, y, x + draw_(st.integers(1, 700)), y + draw_(st.integers(1, 700)))
    x, y = draw_(coordinate) - 100, draw_(coordinate) - 100
    added = box(x, y, x + draw_(st.integers(1, 700)), y + draw_(st.integers(1, 700)))
    boundary = shapely.union(shapely.difference(before.boundary, cut), added)
    return before, village(boundary, *points, **more)


@FEW
@given(both=corrections(), load=st.integers(1, 6))
def test_a_corrected_village_has_a_sound_plan(both, load):
    before, after = both
    drawn = divide(before, Target(load=load, band=(1, 20)))
    if drawn.grids.geometry.map(lambda shape: shape.intersection(after.boundary).area == 0).all():
        with pytest.raises(VillageError, match="nothing_left"):
            refit(drawn, after)
        return
    fitted = refit(drawn, after)
    report = check(fitted, after)
    assert [fault for fault in report.faults if fault.severity == "fault"] == []
    assert fitted.grids["load"].sum() == after.loads[after.inside].sum()
    inside = after.houses["id"][after.inside & before.inside]
    assert set(inside) <= set(label_houses(fitted.grids, after.houses).index)
    again = refit(fitted, after)
    assert again.grids.geometry.to_wkb().tolist() == fitted.grids.geometry.to_wkb().tolist()


@FEW
@given(both=corrections())
def test_what_a_correction_does_not_touch_keeps_its_points(both):
    before, after = both
    drawn = divide(before, Target(load=2, band=(1, 20)))
    touched = shapely.symmetric_difference(before.boundary, after.boundary)
    assume(before.boundary.intersection(after.boundary).area > 0)
    fitted = refit(drawn, after)
    # Where a part goes to a neighbour, the border between the two is one no longer.
    assume("part_moved" not in told(fitted))
    vertices = set(map(tuple, np.round(shapely.get_coordinates(fitted.grids.geometry.to_numpy()), 6).tolist()))
    for shape in drawn.grids.geometry:
        if shape.disjoint(touched):
            assert set(map(tuple, np.round(shapely.get_coordinates(shape), 6).tolist())) <= vertices
