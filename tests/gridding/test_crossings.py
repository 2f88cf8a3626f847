"""Ridges cut at borders without noding, and what a divided plan tells of its shape."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

from fixtures.drawing import draw
from gridding import Report, Target, Village, check, divide
from gridding.linework import cut_at_crossings


def edges(*rows):
    return np.array(rows, dtype=float).reshape(-1, 4)


def test_edges_that_cross_are_cut_at_one_place():
    one, other = cut_at_crossings(edges((0, 0, 10, 10)), edges((0, 10, 10, 0), (20, 0, 20, 10)))
    assert one.tolist() == [[0, 0, 5, 5], [5, 5, 10, 10]]
    assert other.tolist() == [[0, 10, 5, 5], [5, 5, 10, 0], [20, 0, 20, 10]]


def test_an_edge_that_ends_on_another_cuts_that_only():
    one, other = cut_at_crossings(edges((0, 5, 5, 5)), edges((5, 10, 5, 0)))
    assert one.tolist() == [[0, 5, 5, 5]]
    assert other.tolist() == [[5, 10, 5, 5], [5, 5, 5, 0]]


def test_cuts_follow_each_other_along_the_edge():
    _, other = cut_at_crossings(edges((7, 5, 7, -5), (2, -5, 2, 5), (4, 5, 4, -5)), edges((10, 0, 0, 0)))
    assert other[:, 0].tolist() == [10, 7, 4, 2]


def test_a_cut_lies_on_the_lattice():
    one, other = cut_at_crossings(edges((0, 0, 3, 1)), edges((1, 0, 1, 1)))
    assert one[0, 2:].tolist() == [1, 0.333333] == other[0, 2:].tolist()


@pytest.mark.parametrize("along", [(2, 0, 8, 0), (-5, 0, 5, 0), (0, 0, 10, 0)])
def test_edges_along_each_other_are_left_to_noding(along):
    assert cut_at_crossings(edges((0, 0, 10, 0)), edges(along)) is None


def test_a_ridge_along_the_village_border_is_answered():
    # The border between the two buildings runs on into the edge of the notch.
    notched = box(0, 0, 100, 100) - box(50, 60, 70, 100)
    houses = gpd.GeoDataFrame({"id": ["a", "b"], "load": [1, 1]}, geometry=[Point(40, 50), Point(60, 50)])
    village = Village(notched, houses)
    plan = divide(village, Target(load=1, band=(1, 1)))
    assert check(plan, village).sound
    assert sorted(plan.grids.geometry.area) == [4200, 5000]


def test_a_divided_plan_tells_its_shape_before_smoothing():
    plan = divide(draw("2..2\n2..2").village, Target(load=4, band=(3, 5)))
    assert plan.report.raw_compactness == plan.report.compactness == pytest.approx(np.pi / 4)


def test_a_village_without_basic_grids_has_no_shape_to_tell():
    assert divide(draw("##").village, Target()).report.raw_compactness is None
    assert Report().raw_compactness is None
