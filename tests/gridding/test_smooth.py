"""Smoothed borders: straighter, and every building where it was."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridding import Village, check
from gridding.atoms import build_atoms
from gridding.dissolve import Cover, dissolve
from gridding.graph import build_graph
from gridding.linework import first_covering
from gridding.smooth import smooth, smooth_shapes
from gridding.types import Link, Plan

SQUARE = box(0, 0, 100, 100)
TEETH = [(50, 0), (50, 20), (51, 30), (49, 50), (51, 70), (50, 80), (50, 100)]
NOWHERE = np.array([], dtype=object)


def halves(line, boundary=SQUARE):
    """The boundary cut in two by a line from south to north, the western part first."""
    west = Polygon([*line, (-999, line[-1][1]), (-999, line[0][1])])
    parts = [shapely.get_parts(shape) for shape in (boundary & west, boundary - west)]
    return np.array([shapely.union_all(rows[shapely.get_dimensions(rows) == 2]) for rows in parts], dtype=object)


def village(*shapes, boundary=SQUARE, **more):
    ids = [f"h{place}" for place in range(len(shapes))]
    return Village(boundary, gpd.GeoDataFrame({"id": ids, "load": [1] * len(shapes)}, geometry=list(shapes)), **more)


def border(shapes):
    """The vertices of the line between two grids, from south to north."""
    common = shapely.line_merge(shapes[0].intersection(shapes[1]))
    return sorted(common.coords, key=lambda point: point[1])


def smoothed(line, *buildings, basic=(True, True), keep=NOWHERE, **more):
    return border(smooth_shapes(halves(line), np.array(basic), village(*buildings, **more), keep))


def test_a_zigzag_without_buildings_becomes_straight():
    assert smoothed(TEETH, Point(10, 50), Point(90, 50)) == [(50, 0), (50, 100)]


@pytest.mark.parametrize("tooth", [Point(50.5, 30), Point(50.999, 30), Point(51, 30), box(50.2, 29.5, 50.8, 30.5)])
def test_a_building_in_a_tooth_keeps_it(tooth):
    assert (51, 30) in smoothed(TEETH, tooth)


def test_a_building_a_millimetre_beyond_the_straight_line_keeps_the_border_away_from_it():
    # The straight border would pass the building at 1 mm.
    line = smoothed(TEETH, Point(49.999, 30))
    assert line != [(50, 0), (50, 100)]
    assert LineString(line).distance(Point(49.999, 30)) > 0.1


def test_a_footprint_that_reaches_into_a_tooth_is_not_cut():
    wall = box(30, 29.5, 50.5, 30.5)
    assert not LineString(smoothed(TEETH, wall)).crosses(wall)


@pytest.mark.parametrize("kind", ["hard", "soft"])
def test_a_border_on_a_barrier_stays(kind):
    line = LineString(TEETH)
    series = gpd.GeoSeries([line]) if kind == "hard" else gpd.GeoDataFrame({"cost": [1.0]}, geometry=[line])
    assert smoothed(TEETH, **{kind: series}) == TEETH


def test_where_a_border_crosses_a_barrier_it_goes_on_crossing_it():
    river = gpd.GeoSeries([LineString([(0, 50), (49, 50), (49, 60)])])
    assert (49, 50) in smoothed(TEETH, hard=river)


def test_a_barrier_that_ends_in_a_tooth_stays_in_its_grid():
    assert (49, 50) in smoothed(TEETH, hard=gpd.GeoSeries([LineString([(80, 50), (49.5, 50)])]))


def test_the_outline_of_an_exclusive_grid_stays():
    assert smoothed(TEETH, basic=(True, False)) == TEETH


def test_the_end_of_a_link_stays_in_its_grid():
    link = np.array([LineString([(49.5, 50), (90, 50)])], dtype=object)
    assert (49, 50) in smoothed(TEETH, keep=link)


def test_given_atoms_are_not_cut():
    assert smoothed(TEETH, atoms=gpd.GeoSeries(list(halves(TEETH)))) == TEETH


def test_no_edge_becomes_longer_than_two_hundred_metres():
    boundary = box(0, 0, 1000, 1000)
    line = [(500, 0), (501, 150), (499, 300), (501, 450), (499, 600), (501, 750), (499, 900), (500, 1000)]
    shapes = smooth_shapes(halves(line, boundary), np.array([True, True]), village(boundary=boundary), NOWHERE)
    left = np.array(border(shapes))
    assert np.hypot(*np.diff(left, axis=0).T).max() <= 200


def test_two_borders_that_face_each_other_closely_do_not_touch():
    # A strip two metres wide between two grids that bend the same way: neither bend may cross the other.
    bend = [(40, 0), (60, 50), (40, 100)]
    west, east = Polygon([(0, 0), *bend, (0, 100)]), Polygon([(100, 0), *[(x + 2, y) for x, y in bend], (100, 100)])
    shapes = np.array([west, east, SQUARE - west - east], dtype=object)
    shapes = smooth_shapes(shapes, np.array([True] * 3), village(Point(41, 1)), NOWHERE)
    assert shapely.coverage_is_valid(shapes)
    assert shapes[2].geom_type == "Polygon"
    assert shapes[2].buffer(-0.4).geom_type == "Polygon"


def test_a_lens_between_two_borders_does_not_collapse():
    lens = Polygon([(50, 20), (53, 50), (50, 80), (47, 50)])
    west, east = halves([(50, 0), (50, 100)])
    shapes = np.array([lens, west - lens, east - lens], dtype=object)
    after = smooth_shapes(shapes, np.array([True] * 3), village(), NOWHERE)
    assert after[0].area > 0
    assert shapely.coverage_is_valid(after)


def test_a_grid_inside_another_stays_a_grid():
    inner = Point(50, 50).buffer(5, quad_segs=8)
    shapes = smooth_shapes(np.array([inner, SQUARE - inner], dtype=object), np.array([True, True]), village(), NOWHERE)
    assert shapes[0].area > 0
    assert shapely.coverage_is_valid(shapes)
    assert len(shapes[1].interiors) == 1


def test_a_lake_that_touches_the_outer_border_keeps_its_shore():
    lake = Polygon([(0, 50), (30, 40), (35, 50), (30, 60)])
    boundary = SQUARE - lake
    line = [(30, 0), (32, 20), (30, 40), (35, 50), (30, 60), (33, 80), (30, 100)]
    shapes = halves(line, boundary)
    after = smooth_shapes(shapes, np.array([True, True]), village(boundary=boundary), NOWHERE)
    kept = set(shapely.get_coordinates(after).round(6).view(complex).ravel().tolist())
    assert set(shapely.get_coordinates(boundary).view(complex).ravel().tolist()) <= kept
    assert shapely.area(after).sum() == pytest.approx(boundary.area)


def test_a_square_lattice_is_smooth_already():
    squares = np.array([box(x, y, x + 25, y + 25) for x in range(0, 100, 25) for y in range(0, 100, 25)], dtype=object)
    assert smooth_shapes(squares, np.ones(16, dtype=bool), village(Point(5, 5)), NOWHERE) is squares


def test_grids_are_read_anew():
    after = smooth(cover(halves(TEETH)), village())
    assert shapely.area(after.shapes).tolist() == [5000, 5000]
    assert (after.basic.tolist(), after.names.tolist()) == ([True, True], [None, None])


def cover(shapes):
    return Cover(shapes, np.array([True] * len(shapes)), np.array([None] * len(shapes), dtype=object))


@st.composite
def scattered(draw_: st.DrawFn) -> Village:
    coordinate = st.integers(1, 999).map(float)
    places = draw_(st.lists(st.tuples(coordinate, coordinate), min_size=12, max_size=60, unique=True))
    sizes = draw_(st.lists(st.sampled_from([0, 0, 0, 9, 30]), min_size=len(places), max_size=len(places)))
    shapes = [box(x, y, x + d, y + d / 2) if d else Point(x, y) for (x, y), d in zip(places, sizes, strict=True)]
    line = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=3, unique=True).map(LineString)
    soft = draw_(st.lists(line, max_size=2))
    boundary = box(0, 0, 1000, 1000) - box(400, 400, 400 + draw_(st.integers(0, 200)), 700)
    return village(
        *shapes,
        boundary=boundary,
        hard=gpd.GeoSeries(draw_(st.lists(line, max_size=1))),
        soft=gpd.GeoDataFrame({"cost": [1.0] * len(soft)}, geometry=soft),
    )


def grids_of(village, seeds):
    """Grids of atoms, each joined to the nearest of a few in its component: connected by luck only, and ragged."""
    atoms = build_atoms(village)
    graph = build_graph(atoms, village)
    part = graph.component
    label = np.arange(len(graph.load))
    for home in range(part.max() + 1):
        mine = np.flatnonzero(part == home)
        middles = mine[:: max(1, len(mine) // seeds)]
        apart = np.hypot(*(graph.place[mine][:, None] - graph.place[middles]).transpose(2, 0, 1))
        label[mine] = middles[apart.argmin(axis=1)]
    return dissolve(atoms, np.unique(label, return_inverse=True)[1].ravel(), village)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(village=scattered(), seeds=st.integers(2, 5))
def test_smoothing_moves_no_building_and_breaks_nothing(village, seeds):
    before = grids_of(village, seeds)
    after = smooth(before, village)
    assert shapely.coverage_is_valid(after.shapes)
    assert parts(after) == parts(before)
    assert outline(after) == outline(before)
    assert neighbours(after, village) == neighbours(before, village)
    assert cut(after, village) <= cut(before, village)
    assert shapely.length(after.shapes).sum() <= shapely.length(before.shapes).sum() + 1e-6


def parts(grids):
    return sorted(len(shape.geoms) if isinstance(shape, MultiPolygon) else 1 for shape in grids.shapes)


def outline(grids):
    return shapely.union_all(grids.shapes).normalize().wkb


def neighbours(grids, village):
    """Which buildings share a grid, whatever its number."""
    held = first_covering(grids.shapes, village.places)
    return {frozenset(np.flatnonzero(held == row).tolist()) for row in np.unique(held)}


def cut(grids, village):
    """The buildings of which a part lies in another grid."""
    faults = check(Plan(grids.table(np.zeros(len(grids.shapes), dtype=np.int64), village)), village).faults
    return {fault.message.split(":")[0] for fault in faults if fault.kind in ("footprint_cut", "border_mismatch")}


def test_links_are_lines_to_keep():
    link = Link(LineString([(49.5, 50), (90, 50)]), True)
    assert (49, 50) in border(smooth(cover(halves(TEETH)), village(), [link]).shapes)
