"""Regular lattices: cells with one id everywhere, which cover a village exactly."""

import geopandas as gpd
import h3
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from gridding import Plane, count_by_cell, densify, h3_lattice, hexagon_lattice, square_lattice

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
LATTICES = [square_lattice, hexagon_lattice]


def assert_covers(cells, boundary, within=1e-6):
    """`within` is the most by which an outline may be off, in the unit of the coordinates."""
    within_m2 = boundary.length * within
    shapes = cells.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(boundary.area, abs=within_m2)
    assert shapely.symmetric_difference(shapely.coverage_union_all(shapes), boundary).area <= within_m2
    given_ = set(map(tuple, shapely.get_coordinates(boundary).tolist()))
    assert given_ <= set(map(tuple, shapely.get_coordinates(shapes).tolist())), "the legal border is not moved"
    assert cells["id"].is_monotonic_increasing
    assert cells["id"].is_unique
    assert cells["share"].between(0, 1 + 1e-9).all()


def test_squares_are_counted_from_the_origin():
    cells = square_lattice(box(-50, 0, 250, 100), 100)
    assert dict(zip(cells["id"], cells["share"], strict=True)) == {
        "s100:-1:0": 0.5,
        "s100:0:0": 1,
        "s100:1:0": 1,
        "s100:2:0": 0.5,
    }
    assert cells.geometry.iloc[1].equals(box(0, 0, 100, 100))


def test_a_hexagon_stands_on_the_origin():
    """A hexagon of side 100 m is 200 m wide, 173 m high, and has six neighbours."""
    cells = hexagon_lattice(box(-150, -150, 150, 150), 100).set_index("id")
    assert cells.loc["h100:0:0", "share"] == pytest.approx(1)
    assert cells.geometry["h100:0:0"].bounds == pytest.approx((-100, -86.602540, 100, 86.602540))
    assert sorted(cells.index[cells.touches(cells.geometry["h100:0:0"])]) == [
        *("h100:-1:-1", "h100:-1:0", "h100:0:-1", "h100:0:1", "h100:1:-1", "h100:1:0"),
    ]


def test_a_village_inside_one_cell_is_that_cell():
    cells = square_lattice(box(10, 10, 20, 20), 100)
    assert cells["id"].tolist() == ["s100:0:0"]
    assert cells["share"].tolist() == [0.01]


def test_a_cell_cut_in_two_by_the_border_is_one_row():
    horseshoe = box(0, 0, 300, 100) - box(30, 0, 70, 80) - box(0, 80, 100, 100)
    cells = square_lattice(horseshoe, 100).set_index("id")
    assert isinstance(cells.geometry["s100:0:0"], MultiPolygon)
    assert cells.loc["s100:0:0", "share"] == pytest.approx(0.48)


def test_a_size_that_is_none_is_refused():
    with pytest.raises(ValueError, match="a size must be positive"):
        square_lattice(box(0, 0, 1, 1), 0)
    with pytest.raises(ValueError, match="resolution 16 must lie in 0-15"):
        h3_lattice(box(0, 0, 1, 1), 16)


@pytest.mark.parametrize("lattice", LATTICES)
def test_neighbouring_villages_get_matching_cells(lattice):
    west = Polygon([(0, 0), (333, 0), (301, 170), (340, 411), (0, 400)])
    east = Polygon([(333, 0), (700, 30), (650, 400), (340, 411), (301, 170)])
    one, other = lattice(west, 50), lattice(east, 50)
    both = lattice(west | east, 50).set_index("id")
    shares = pd.concat([one, other]).groupby("id")["share"].sum()
    assert shares.to_dict() == pytest.approx(both["share"].to_dict())
    assert shapely.coverage_is_valid([*one.geometry, *other.geometry])


OUTLINES = st.lists(
    st.tuples(st.integers(-400, 400), st.integers(-400, 400)).map(lambda xy: Point(xy).buffer(90, quad_segs=3)),
    min_size=1,
    max_size=5,
).map(shapely.union_all)


@FEW
@given(boundary=OUTLINES, size_m=st.sampled_from([37.5, 100, 900]), lattice=st.sampled_from(LATTICES))
def test_cells_cover_the_village_exactly(boundary, size_m, lattice):
    boundary = shapely.transform(boundary, lambda xy: xy.round(6) + 0.0)
    cells = lattice(boundary, size_m)
    assert_covers(cells, boundary)


@FEW
@given(boundary=OUTLINES, shift=st.integers(-3, 3), lattice=st.sampled_from(LATTICES))
def test_a_cell_has_one_id_whatever_is_asked(boundary, shift, lattice):
    here = lattice(boundary, 100).set_index("id").geometry
    wider = lattice(boundary.union(box(400, 400, 500 + shift, 500)), 100).set_index("id").geometry
    assert set(here.index) <= set(wider.index)
    assert all(wider[identity].covers(shape.representative_point()) for identity, shape in here.items())


class TestH3:
    village = densify(
        Polygon([(102.701, 25.041), (102.723, 25.043), (102.725, 25.061), (102.711, 25.055), (102.7, 25.066)])
    )

    @pytest.mark.parametrize("resolution", [6, 8, 9, 10])
    def test_cells_cover_the_village_exactly(self, resolution):
        cells = h3_lattice(self.village, resolution)
        assert cells.crs == "EPSG:4326"
        assert_covers(cells, self.village, within=1e-9)
        plane = Plane.around(self.village.bounds)
        areas = plane.to_plane(cells.geometry).area
        assert areas.sum() == pytest.approx(plane.to_plane(self.village).area, rel=1e-9)
        assert {h3.get_resolution(identity) for identity in cells["id"]} == {resolution}

    def test_a_point_in_a_cell_is_where_h3_says(self):
        cells = h3_lattice(self.village, 9)
        for identity, shape in zip(cells["id"], cells.geometry, strict=True):
            point = shape.representative_point()
            assert h3.latlng_to_cell(point.y, point.x, 9) == identity

    def test_a_whole_cell_has_the_corners_of_h3(self):
        cells = h3_lattice(self.village, 10).set_index("id")
        identity = h3.latlng_to_cell(25.05, 102.712, 10)
        assert cells.loc[identity, "share"] == pytest.approx(1)
        corners = {(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(identity)}
        found = shapely.get_coordinates(cells.geometry[identity])
        assert max(min(Point(corner).distance(Point(xy)) for xy in found) for corner in corners) < 1e-12

    def test_a_pentagon_is_a_cell_as_well(self):
        identity = sorted(h3.get_pentagons(7))[3]
        latitude, longitude = h3.cell_to_latlng(identity)
        boundary = densify(box(longitude - 0.02, latitude - 0.02, longitude + 0.02, latitude + 0.02))
        cells = h3_lattice(boundary, 7)
        assert_covers(cells, boundary, within=1e-9)
        assert identity in set(cells["id"])


def test_points_are_counted_once_the_lowest_id_on_a_border():
    cells = square_lattice(box(0, 0, 200, 100), 100)
    points = gpd.GeoSeries([Point(50, 50), Point(100, 50), Point(150, 50), Point(900, 900)])
    assert count_by_cell(cells, points).to_dict() == {"s100:0:0": 2, "s100:1:0": 1}
    weight = pd.Series([10, 20, 40, 80])
    assert count_by_cell(cells[::-1], points, weight).to_dict() == {"s100:0:0": 30, "s100:1:0": 40}


@FEW
@given(xy=st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), max_size=30), lattice=st.sampled_from(LATTICES))
def test_every_point_of_the_village_is_in_one_cell(xy, lattice):
    cells = lattice(box(-200, -200, 200, 200), 100)
    counts = count_by_cell(cells, gpd.GeoSeries([Point(50 * x, 50 * y) for x, y in xy]))
    assert counts.sum() == len(xy)
    assert set(counts.index) == set(cells["id"])
