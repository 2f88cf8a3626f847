import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridding import Plane, Target, Village, densify, divide
from gridding.lattice import snap

DEGREE = st.floats(-0.3, 0.3).map(lambda offset: round(offset, 7))
CHUXIONG = (101.5, 25.0)


@settings(deadline=None)
@given(vertices=st.lists(st.tuples(DEGREE, DEGREE), min_size=2, max_size=9))
def test_a_vertex_comes_back_bit_for_bit(vertices):
    there = LineString([(CHUXIONG[0] + x, CHUXIONG[1] + y) for x, y in vertices])
    plane = Plane.around((101.2, 24.7, 101.8, 25.3))
    assert plane.to_lonlat(plane.to_plane(there)).wkb == there.wkb


def test_a_new_point_comes_back_to_a_tenth_of_a_millimetre():
    plane = Plane.around((101.2, 24.7, 101.8, 25.3))
    back = plane.to_plane(plane.to_lonlat(Point(1234.5, -987.6)))
    assert back.distance(Point(1234.5, -987.6)) < 1e-4


@settings(deadline=None, max_examples=50)
@given(x=DEGREE, y=DEGREE)
def test_it_projects_as_proj_does_between_reference_systems(x, y):
    plane = Plane(*CHUXIONG)
    by_proj = Transformer.from_crs("EPSG:4326", plane.crs, always_xy=True).transform(CHUXIONG[0] + x, CHUXIONG[1] + y)
    assert plane.to_plane(Point(CHUXIONG[0] + x, CHUXIONG[1] + y)) == snap(Point(by_proj))


def test_areas_are_geodesic():
    cell = box(101.70, 25.20, 101.71, 25.21)
    plane = Plane.around((101.2, 24.7, 101.8, 25.3))
    area_m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(densify(cell))
    assert plane.to_plane(densify(cell)).area == pytest.approx(abs(area_m2), rel=1e-6)


def test_a_series_keeps_index_and_names_its_crs():
    plane = Plane.around((101, 25, 102, 26))
    there = gpd.GeoSeries([Point(101.5, 25.5)], index=["centre"], crs="EPSG:4326")
    projected = plane.to_plane(there)
    assert projected["centre"].distance(Point(0, 0)) < 1e-6
    assert projected.crs == plane.crs
    assert plane.to_lonlat(projected).crs == "EPSG:4326"


def test_edges_become_no_longer_than_asked():
    dense = densify(box(101.0, 25.0, 101.02, 25.02), 200.0)
    ring = shapely.get_coordinates(dense)
    steps_m = Geod(ellps="WGS84").line_lengths(*ring.T)
    assert max(steps_m) <= 200
    assert {(101.0, 25.0), (101.02, 25.02)} <= set(map(tuple, ring.tolist()))


def test_neighbours_densify_their_common_edge_alike():
    west = Polygon([(0, 0), (0, 0.0311), (0.017, 0.0307), (0.0171, 0)])
    east = Polygon([(0.03, 0), (0.0171, 0), (0.017, 0.0307), (0.03, 0.03)])
    assert shapely.coverage_is_valid([densify(west), densify(east)])
    assert len(shapely.get_coordinates(densify(west))) > 20


@pytest.mark.parametrize(
    "shape",
    [Point(0, 0), box(0, 0, 1e-4, 1e-4), MultiPolygon([box(0, 0, 1e-4, 1e-4), box(1, 1, 1.0001, 1.0001)])],
)
def test_short_edges_stay(shape):
    assert densify(shape).equals_exact(shape)


def test_a_hole_is_densified_too():
    lake = box(0, 0, 0.02, 0.02) - box(0.005, 0.005, 0.015, 0.015)
    assert len(densify(lake).interiors[0].coords) > 20


def test_a_plan_goes_back_without_moving_the_legal_border():
    legal = densify(Polygon([(101.51, 25.01), (101.53, 25.012), (101.525, 25.033), (101.508, 25.027)]))
    plane = Plane.around(legal.bounds)
    places = [Point(101.513 + 0.003 * n, 25.015 + 0.001 * (n % 3)) for n in range(4)]
    rows = gpd.GeoDataFrame(
        {"id": list("abcd"), "load": 2}, geometry=plane.to_plane(gpd.GeoSeries(places, crs="EPSG:4326")), crs=plane.crs
    )
    plan = divide(Village(plane.to_plane(legal), rows), Target(load=4, band=(3, 5)))
    back = plane.to_lonlat(plan.grids.geometry)
    assert shapely.coverage_is_valid(back.to_numpy())
    assert set(legal.exterior.coords) <= set(map(tuple, shapely.get_coordinates(back.to_numpy()).tolist()))
    # A millimetre along the border: 9e-9 degrees.
    assert back.union_all().symmetric_difference(legal).area < legal.length * 9e-9
