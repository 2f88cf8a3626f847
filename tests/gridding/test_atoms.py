"""Atoms: what is never cut, and whose land is whose."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, box

from fixtures.drawing import draw
from gridding import Village
from gridding.atoms import build_atoms
from gridding.graph import build_graph, join_components

SQUARE = box(0, 0, 100, 100)


def village(*rows, boundary=SQUARE, **more):
    """Rows of (load, geometry)."""
    ids = [f"h{place}" for place in range(len(rows))]
    houses = gpd.GeoDataFrame({"id": ids, "load": [load for load, _ in rows]}, geometry=[shape for _, shape in rows])
    return Village(boundary, houses, **more)


def shapes(atoms):
    """Atoms as polygons, by load and area."""
    unions = [shapely.union_all(atoms.faces[atoms.atom == atom]) for atom in range(len(atoms.load))]
    return sorted(zip(atoms.load.tolist(), unions, strict=True), key=lambda row: (row[0], row[1].area))


def areas(atoms):
    return [(load, round(shape.area)) for load, shape in shapes(atoms)]


def lines(*coordinates):
    return gpd.GeoSeries([LineString(points) for points in coordinates])


def test_land_belongs_to_the_nearest_building():
    assert areas(build_atoms(village((1, Point(20, 50)), (2, Point(60, 50))))) == [(1, 4000), (2, 6000)]


def test_buildings_at_one_place_are_one_atom():
    assert areas(build_atoms(village((1, Point(20, 50)), (2, Point(20, 50)), (4, Point(20.005, 50))))) == [(7, 10_000)]


def test_a_building_inside_another_is_one_with_it():
    assert areas(build_atoms(village((1, box(10, 10, 30, 30)), (2, Point(20, 29))))) == [(3, 10_000)]


def test_footprints_drawn_over_each_other_are_one_atom():
    atoms = build_atoms(village((1, box(10, 40, 30, 60)), (2, box(28, 40, 50, 60)), (4, box(80, 40, 90, 60))))
    assert [load for load, _ in areas(atoms)] == [3, 4]


def test_no_ridge_cuts_a_footprint():
    long = box(5, 48, 75, 52)
    atoms = build_atoms(village((1, long), (2, Point(85, 50)), (4, Point(40, 56))))
    holding = [shape for load, shape in shapes(atoms) if load == 1]
    assert holding[0].buffer(1e-6).covers(long)


def test_land_behind_a_barrier_is_not_the_nearest_buildings():
    atoms = build_atoms(village((1, Point(45, 50)), (2, Point(95, 50)), hard=lines([(50, 0), (50, 100)])))
    assert areas(atoms) == [(1, 5000), (2, 5000)]


def test_an_enclosure_without_a_building_is_an_atom_without_load():
    atoms = build_atoms(village((1, Point(45, 50)), hard=lines([(50, 0), (50, 100)])))
    assert areas(atoms) == [(0, 5000), (1, 5000)]


def test_land_beyond_a_street_goes_to_the_buildings_beyond_it():
    street = gpd.GeoDataFrame({"cost": [1.0]}, geometry=[LineString([(50, 0), (50, 100)])])
    atoms = build_atoms(village((1, Point(45, 50)), (2, Point(95, 50)), soft=street))
    assert areas(atoms) == [(1, 5000), (2, 5000)]


def test_a_street_through_a_building_does_not_cut_it():
    street = gpd.GeoDataFrame({"cost": [1.0]}, geometry=[LineString([(50, 0), (50, 100)])])
    house = box(40, 40, 60, 60)
    atoms = build_atoms(village((1, house), (2, Point(95, 50)), soft=street))
    holding = [shape for load, shape in shapes(atoms) if load == 1]
    assert holding[0].buffer(1e-6).covers(house)


def test_a_cell_cut_by_a_bay_loses_the_far_piece():
    # The house's cell reaches over the bay; the land behind it touches another house's land only.
    bay = box(0, 0, 100, 60) - box(40, 10, 60, 60)
    atoms = build_atoms(village((1, Point(38, 55)), (2, Point(95, 30)), boundary=bay))
    unions = [shape for _, shape in shapes(atoms)]
    assert len(unions) == 2
    assert all(shape.geom_type == "Polygon" for shape in unions)


def test_ties_are_joined_over_the_land_between_that_carries_least():
    # The heavy house in the straight way is passed by.
    atoms = build_atoms(draw("A9A\n.1.\n...").village)
    assert [load for load, _ in areas(atoms)] == [3, 9]


def test_given_atoms_are_used_as_they_are():
    blocks = gpd.GeoSeries([box(0, 0, 30, 100), box(30, 0, 100, 100)])
    assert areas(build_atoms(village((1, Point(5, 5)), (2, Point(31, 50)), atoms=blocks))) == [(1, 3000), (2, 7000)]


def test_exclusive_land_carries_no_basic_load():
    school = gpd.GeoDataFrame({"name": ["school"]}, geometry=[box(0, 0, 50, 100)])
    atoms = build_atoms(village((5, Point(10, 50)), (2, Point(90, 50)), exclusive=school))
    assert areas(atoms) == [(2, 5000)]


def ways(graph):
    """For each atom its neighbours with the cost of the border."""
    rows = [[] for _ in graph.load]
    for atom, other, cost in zip(graph.atom.tolist(), graph.other.tolist(), graph.cost.tolist(), strict=True):
        rows[atom].append((other, cost))
    return rows


class TestGraph:
    def test_the_cost_of_a_border_is_its_length(self):
        rows = village((1, Point(25, 50)), (2, Point(75, 50)))
        graph = build_graph(build_atoms(rows), rows)
        assert ways(graph) == [[(1, pytest.approx(100))], [(0, pytest.approx(100))]]
        assert graph.area_m2 == pytest.approx([5000, 5000])
        assert graph.outer_m == pytest.approx([200, 200])

    def test_a_street_makes_it_cheaper(self):
        street = gpd.GeoDataFrame({"cost": [3.0]}, geometry=[LineString([(50, 0), (50, 100)])])
        rows = village((1, Point(25, 50)), (2, Point(75, 50)), soft=street)
        graph = build_graph(build_atoms(rows), rows)
        assert ways(graph)[0] == [(1, pytest.approx(25))]
        assert graph.length_m == pytest.approx([100, 100])

    def test_a_river_parts_and_a_bridge_joins(self):
        river, bridge = lines([(50, 0), (50, 100)]), lines([(40, 50), (60, 50)])
        rows = village((1, Point(25, 50)), (2, Point(75, 50)), hard=river)
        assert ways(build_graph(build_atoms(rows), rows)) == [[], []]
        rows = village((1, Point(25, 50)), (2, Point(75, 50)), hard=river, links=bridge)
        assert ways(build_graph(build_atoms(rows), rows)) == [[(1, 0.0)], [(0, 0.0)]]

    def test_a_link_along_a_river_is_no_bridge(self):
        river = lines([(50, 0), (50, 100)])
        rows = village((1, Point(25, 50)), (2, Point(75, 50)), hard=river, links=lines([(50, 20), (50, 60)]))
        assert ways(build_graph(build_atoms(rows), rows)) == [[], []]

    @pytest.mark.parametrize("way", [[(40, 50), (50, 50)], [(50, 50), (60, 50)], [(50, 20), (10, 10)]])
    def test_a_link_that_ends_on_a_river_is_no_bridge(self, way):
        river = lines([(50, 0), (50, 100)])
        rows = village((1, Point(25, 50)), (2, Point(75, 50)), hard=river, links=lines(way))
        assert ways(build_graph(build_atoms(rows), rows)) == [[], []]

    def test_a_link_that_ends_at_the_corner_of_a_wall_is_no_gate(self):
        wall = gpd.GeoSeries([box(20, 20, 60, 60).exterior])
        rows = village((1, Point(40, 40)), (2, Point(80, 80)), hard=wall, links=lines([(20, 20), (10, 10)]))
        assert ways(build_graph(build_atoms(rows), rows)) == [[], []]

    def test_a_light_component_joins_the_nearest(self):
        islands = shapely.union_all([box(0, 0, 10, 10), box(15, 0, 25, 10), box(100, 0, 110, 10)])
        rows = village((9, Point(5, 5)), (1, Point(20, 5)), (9, Point(105, 5)), boundary=islands)
        atoms = build_atoms(rows)
        graph, links = join_components(build_graph(atoms, rows), atoms, least_load=5, most=9)
        assert graph.component.tolist() == [0, 0, 1]
        assert [link.line.intersects(Point(20, 5).buffer(1)) for link in links] == [True]

    def test_no_more_components_are_left_than_grids(self):
        islands = shapely.union_all([box(x, 0, x + 10, 10) for x in (0, 20, 40, 60)])
        rows = village(*[(9, Point(x + 5, 5)) for x in (0, 20, 40, 60)], boundary=islands)
        atoms = build_atoms(rows)
        graph, links = join_components(build_graph(atoms, rows), atoms, least_load=5, most=2)
        assert len(np.unique(graph.component)) == 2
        assert len(links) == 2
