import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridding.dissolve import reading_order
from gridding.label import label_houses
from gridding.lattice import lattice_keys, snap
from gridding.linework import faces_of, first_covering, node
from gridding.segments import distance_at_most, shared_edges, sum_by_pair, whole_border_m


def array(*shapes):
    return np.array([*shapes, None], dtype=object)[:-1]


def test_neighbours_share_their_common_edge():
    edges = shared_edges(array(box(0, 0, 10, 10), box(10, 0, 20, 10), box(50, 0, 60, 10)))
    assert (edges.first.tolist(), edges.second.tolist()) == ([0], [1])
    assert (edges.length_m.tolist(), edges.middle.tolist()) == ([10], [[10, 5]])


def test_edges_are_shared_by_holes_and_parts_too():
    ring = box(0, 0, 30, 30) - box(10, 10, 20, 20)
    edges = shared_edges(array(ring, MultiPolygon([box(10, 10, 20, 20), box(100, 0, 110, 10)])))
    assert edges.length_m.sum() == 40


def test_without_a_common_vertex_nothing_is_shared():
    assert len(shared_edges(array(box(0, 0, 10, 10), box(10, 0, 20, 20))).first) == 0


def test_groups_share_what_is_between_them():
    edges = shared_edges(array(*(box(x, 0, x + 10, 10) for x in (0, 10, 20, 30)))).relabelled(np.array([5, 5, 2, -1]))
    assert (edges.first.tolist(), edges.second.tolist()) == ([2], [5])


def test_a_whole_border_counts_all_its_edges():
    bent = [(10, 0), (10, 4), (10, 10)]
    edges = shared_edges(array(Polygon([(0, 0), *bent, (0, 10)]), Polygon([(20, 0), (20, 10), *bent[::-1]])))
    assert sorted(edges.length_m) == [4, 6]
    assert whole_border_m(edges).tolist() == [10, 10]


def test_sums_go_by_pair_in_either_order():
    pairs, (total,) = sum_by_pair(np.array([3, 1, 1]), np.array([1, 3, 2]), np.array([1.0, 2.0, 4.0]))
    assert pairs.tolist() == [[1, 2], [1, 3]]
    assert total.tolist() == [4, 3]


def test_the_first_line_near_a_point_is_found():
    lines = array(LineString([(0, 0), (10, 0)]), LineString([(0, 5), (10, 5)]))
    points = np.array([[5, 5], [5, 1e-6], [5, 3]])
    assert distance_at_most(lines, points).tolist() == [1, 0, -1]
    assert distance_at_most(lines[:0], points).tolist() == [-1, -1, -1]


def test_crossing_lines_are_cut_at_one_lattice_point():
    pieces = node(array(LineString([(0, 0), (1, 1)]), LineString([(0, 1), (1, 0.3)])))
    ends = shapely.get_coordinates(pieces)
    assert len(pieces) == 4
    assert len(np.unique(lattice_keys(ends), axis=0)) == 5


def test_dangling_lines_enclose_nothing():
    outline = box(0, 0, 10, 10).exterior
    assert len(faces_of(node(array(outline, LineString([(5, 0), (5, 7)]))))) == 1
    assert len(faces_of(node(array(outline, LineString([(5, 0), (5, 10)]))))) == 2


def test_on_a_common_border_the_first_polygon_covers():
    halves = array(box(0, 0, 5, 10), box(5, 0, 10, 10))
    points = array(Point(5, 5), Point(7, 5), Point(70, 5))
    assert first_covering(halves, points).tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    ("given", "snapped"), [(1.23456749, 1.234567), (-1e-9, 0.0), (123456.0000005001, 123456.000001)]
)
def test_coordinates_are_whole_micrometres(given, snapped):
    x = snap(Point(given, 0)).x
    assert x == snapped
    assert np.signbit(x) == np.signbit(snapped)


def test_heights_are_dropped():
    assert not snap(Point(1, 2, 3)).has_z


def test_a_page_is_read_line_by_line():
    squares = [box(x, y, x + 10, y + 10) for x, y in ((0, 0), (10, 0), (0, 10), (10, 11))]
    assert reading_order(array(*squares)).tolist() == [2, 3, 0, 1]


def test_nothing_is_read_in_no_time():
    assert reading_order(array()).tolist() == []


def test_a_house_on_a_border_has_the_lowest_value_of_any_column():
    grids = GeoDataFrame({"number": [7, 3]}, geometry=[box(0, 0, 5, 10), box(5, 0, 10, 10)])
    houses = GeoDataFrame({"id": ["on", "west", "out"]}, geometry=[Point(5, 5), box(0, 0, 2, 2), Point(50, 5)])
    assert label_houses(grids, houses, "number").to_dict() == {"on": 3, "west": 7}
