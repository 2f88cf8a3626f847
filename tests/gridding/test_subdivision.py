"""Faces between lines, against GEOS and by eye."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, box

from gridding import Village
from gridding.atoms import build_atoms
from gridding.linework import faces_of, node
from gridding.segments import pieces_of, shared_edges
from gridding.subdivision import subdivide
from gridding.trace import trace

SQUARE = [(0, 0, 10, 0), (10, 0, 10, 10), (10, 10, 0, 10), (0, 10, 0, 0)]


def faces(*edges):
    return subdivide(np.array(edges, dtype=float).reshape(-1, 4))


def areas(found):
    return sorted(shapely.area(found.faces).tolist())


def ring(*corners):
    return [(*a, *b) for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)]


def test_a_walk_that_meets_itself_makes_two_rings():
    # Half-edges 0-1-2 leave place 0 and come back, 3-4-5 go on from there.
    walk, order, starts = trace(np.array([1, 2, 3, 4, 5, 0]), np.array([0, 1, 2, 0, 3, 4]), 5)
    assert walk.tolist() == [0] * 6
    assert [order[a:b].tolist() for a, b in pairwise(starts)] == [[0, 1, 2], [3, 4, 5]]


def test_a_square_is_one_face_with_nothing_beside_it():
    found = faces(*SQUARE)
    assert areas(found) == [100]
    assert sorted({*found.left.tolist(), *found.right.tolist()}) == [-1, 0]
    assert len(found.shared.first) == 0


def test_two_halves_share_the_line_between_them():
    found = faces(
        (0, 0, 5, 0), (5, 0, 10, 0), (10, 0, 10, 10), (10, 10, 5, 10), (5, 10, 0, 10), SQUARE[3], (5, 10, 5, 0)
    )
    assert areas(found) == [50, 50]
    assert (found.shared.first.tolist(), found.shared.second.tolist()) == ([0], [1])
    assert (found.shared.length_m.tolist(), found.shared.middle.tolist()) == ([10], [[5, 5]])


def test_no_edges_enclose_nothing():
    assert len(faces().faces) == 0


def test_an_edge_given_twice_counts_once():
    assert len(faces(*SQUARE, SQUARE[0], SQUARE[1][2:] + SQUARE[1][:2]).edges) == 4


def test_dangling_edges_and_bridges_are_left_out():
    island = ring((4, 4), (6, 4), (6, 6), (4, 6))
    found = faces(*SQUARE, *island, (0, 0, 4, 4), (10, 10, 8, 9), (50, 50, 60, 60))
    assert areas(found) == [4, 96]
    assert len(found.edges) == 8
    assert len(found.shared.first) == 4


def test_an_island_in_an_island():
    rings = [ring((a, a), (20 - a, a), (20 - a, 20 - a), (a, 20 - a)) for a in (0, 4, 8)]
    found = faces(*(edge for edges in rings for edge in edges))
    assert areas(found) == [16, 144 - 16, 400 - 144]
    assert found.sound
    assert shapely.is_valid(found.faces).all()


def test_a_lake_that_touches_the_shore_at_a_point_is_a_hole():
    found = faces(*ring((0, 0), (5, 0), (10, 0), (10, 10), (0, 10)), *ring((5, 0), (7, 5), (3, 5)))
    assert areas(found) == [10, 90]
    assert found.sound
    assert shapely.is_valid(found.faces).all()


@pytest.mark.parametrize(
    "crossing",
    [
        [*ring((0, 0), (10, 10), (10, 0), (0, 10))],
        # The short edge in the middle is turned round, as rounding may turn one.
        [(0, 0, 6, 5), (0, 10, 6, 5), (6, 5, 4, 5), (4, 5, 10, 0), (4, 5, 10, 10), *SQUARE],
    ],
)
def test_crossing_edges_are_not_sound(crossing):
    assert not faces(*crossing).sound


lines = st.lists(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=2, unique=True).map(LineString),
    min_size=1,
    max_size=24,
)


@settings(max_examples=150, deadline=None)
@given(lines)
def test_faces_and_common_edges_are_those_of_geos(lines):
    noded = node(np.array([*lines, None], dtype=object)[:-1])
    found, expected = subdivide(pieces_of(noded)), faces_of(noded)
    assert found.sound
    assert wkb(found.faces) == wkb(expected)
    assert found.shared.length_m.sum() == pytest.approx(shared_edges(expected).length_m.sum())
    assert len(found.shared.first) == len(shared_edges(expected).first)


def wkb(shapes):
    return sorted(shapely.to_wkb(shapely.normalize(shapes)).tolist()) if len(shapes) else []


coordinate = st.integers(1, 999).map(float)
point = st.tuples(coordinate, coordinate)
line = st.lists(point, min_size=2, max_size=4, unique=True).map(LineString)


@st.composite
def villages(draw_: st.DrawFn) -> Village:
    places = draw_(st.lists(point, min_size=1, max_size=40, unique=True))
    sizes = draw_(st.lists(st.sampled_from([0, 0, 8, 40]), min_size=len(places), max_size=len(places)))
    shapes = [box(x, y, x + d, y + d / 2) if d else Point(x, y) for (x, y), d in zip(places, sizes, strict=True)]
    soft = draw_(st.lists(line, max_size=3))
    return Village(
        box(0, 0, 1000, 1000) - box(300, 300, 300 + draw_(st.integers(0, 300)), 600),
        gpd.GeoDataFrame({"id": [f"h{row:02}" for row in range(len(places))], "load": 1}, geometry=shapes),
        hard=gpd.GeoSeries(draw_(st.lists(line, max_size=3))),
        soft=gpd.GeoDataFrame({"cost": [1.0] * len(soft)}, geometry=soft),
    )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(villages())
def test_noding_what_must_be_gives_the_atoms_of_noding_everything(village):
    assert_same_atoms(build_atoms(village), noding_everything(village))


def noding_everything(village):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("gridding.tessellate.subdivide", _unsound)
        return build_atoms(village)


def _unsound(edges):
    return subdivide(np.array([*ring((0, 0), (1, 1), (1, 0), (0, 1))], dtype=float))


def assert_same_atoms(one, other):
    assert shapely.coverage_is_valid(one.faces)
    assert land(one) == land(other)


def land(atoms):
    """The load and the area of each atom, in square decimetres."""
    area_m2 = np.bincount(atoms.atom[atoms.atom >= 0], weights=shapely.area(atoms.faces[atoms.atom >= 0]))
    return sorted(zip(atoms.load.tolist(), np.round(area_m2, 2).tolist(), strict=True))


@pytest.mark.parametrize("step_m", [1.0, 3.0, 0.1])
def test_buildings_in_rows_and_rings_where_four_cells_meet(step_m):
    # Centres of circles through four buildings fall on each other but for rounding.
    rows = [Point(500 + x * step_m, 500 + y * step_m) for x in range(12) for y in range(12)]
    circle = shapely.get_parts(MultiPoint(Point(200, 200).buffer(30 * step_m, quad_segs=16).exterior.coords[:-1]))
    shapes = [*rows, *circle]
    houses = gpd.GeoDataFrame({"id": [f"h{row:03}" for row in range(len(shapes))], "load": 1}, geometry=shapes)
    village = Village(box(0, 0, 1000, 1000), houses)
    assert_same_atoms(build_atoms(village), noding_everything(village))


def test_a_line_that_passes_a_corner_and_crosses_the_border_behind_it_is_not_left_out():
    """It ends beside the corner (0, 0) on the border and passes below it: every edge there has one face around it."""
    border = ring((100, 60), (1, 0), (0, 0), (-40, -100), (-100, -100), (-100, -7), (-100, 60))
    assert not faces(*border, (-100, -7, -70, -7), (-70, -7, 1, 0)).sound
    assert faces(*border, (-100, -7, -70, -7), (-70, -7, 0, 0)).sound
    assert faces(*border, (-100, -7, -70, -7)).sound
