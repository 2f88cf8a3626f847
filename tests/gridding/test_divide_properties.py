"""What is always true of divide, on villages nobody thought of."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box
from shapely.affinity import rotate, scale, translate

from fixtures.drawing import draw
from gridding import Plane, Target, Village, densify, divide

FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(
    max_examples=600,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

TARGET = Target(load=12, band=(8, 16))


@st.composite
def drawings(draw_: st.DrawFn) -> str:
    width, height = draw_(st.integers(1, 9)), draw_(st.integers(1, 7))
    sign = st.sampled_from("....1112237AB~~=## ")
    rows = draw_(st.lists(st.lists(sign, min_size=width, max_size=width), min_size=height, max_size=height))
    return "\n".join("".join(row) for row in [["."] * width, *rows])


coordinate = st.integers(0, 100_000).map(lambda centimetres: centimetres / 100)
point = st.tuples(coordinate, coordinate)
line = st.lists(point, min_size=2, max_size=4, unique=True).map(LineString)


@st.composite
def villages(draw_: st.DrawFn) -> Village:
    """A kilometre square with a lake, buildings anywhere, barriers across."""
    corners = [(0, 0), (1000, 0), (1000, 1000), (draw_(coordinate), 1000), (0, 1000)]
    boundary = shapely.Polygon(corners).difference(box(400, 400, 400 + draw_(st.integers(0, 200)), 600))
    points = draw_(st.lists(point, max_size=40))
    sizes = draw_(st.lists(st.sampled_from([0, 0, 8, 40]), min_size=len(points), max_size=len(points)))
    houses = gpd.GeoDataFrame(
        {
            "id": [f"h{row:02}" for row in range(len(points))],
            "load": draw_(st.lists(st.integers(0, 6), min_size=len(points), max_size=len(points))),
        },
        geometry=[box(x, y, x + d, y + d / 2) if d else Point(x, y) for (x, y), d in zip(points, sizes, strict=True)],
    )
    soft = draw_(st.lists(line, max_size=2))
    return Village(
        boundary,
        houses,
        hard=gpd.GeoSeries(draw_(st.lists(line, max_size=2))),
        soft=gpd.GeoDataFrame({"cost": [2.0] * len(soft)}, geometry=soft),
        links=gpd.GeoSeries(draw_(st.lists(line, max_size=1))),
    )


@FEW
@given(text=drawings())
def test_a_drawn_village_gets_a_sound_plan(text, assert_sound):
    village = draw(text).village
    assert_sound(divide(village, TARGET), village, TARGET)


@FEW
@given(village=villages())
def test_a_scattered_village_gets_a_sound_plan(village, assert_sound):
    assert_sound(divide(village, TARGET), village, TARGET)


def transformed(village, transform):
    """The village with every geometry put through `transform`."""
    houses = village.houses.set_geometry(village.houses.geometry.map(transform))
    soft = gpd.GeoDataFrame({"cost": village.soft_cost}, geometry=[transform(shape) for shape in village.soft])
    hard, links = ([transform(shape) for shape in shapes] for shapes in (village.hard, village.links))
    return Village(transform(village.boundary), houses, gpd.GeoSeries(hard), soft, gpd.GeoSeries(links))


@FEW
@given(village=villages(), degrees=st.integers(1, 359))
def test_far_away_and_turned_a_plan_is_as_sound(village, degrees, assert_sound):
    # Turning rounds the border anew: a house on it may come to lie outside.
    assume(all(village.boundary.boundary.distance(place) > 1e-3 for place in village.places))
    assume(
        all(village.hard[row].distance(place) > 1e-3 for row in range(len(village.hard)) for place in village.places)
    )
    far = transformed(village, lambda shape: translate(rotate(shape, degrees, origin=(0, 0)), 500_000, -500_000))
    plan = divide(far, TARGET)
    assert_sound(plan, far, TARGET)
    assert len(plan.grids) == len(divide(village, TARGET).grids)


@FEW
@given(village=villages(), factor=st.sampled_from([0.05, 20]))
def test_small_and_large_villages_get_sound_plans(village, factor, assert_sound):
    scaled = transformed(village, lambda shape: scale(shape, factor, factor, origin=(0, 0)))
    assert_sound(divide(scaled, TARGET), scaled, TARGET)


@FEW
@given(village=villages(), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_no_byte(village, seed):
    random = np.random.default_rng(seed)
    shuffled = Village(
        village.boundary,
        village.houses.iloc[random.permutation(len(village.houses))],
        gpd.GeoSeries(list(village.hard[::-1])),
        gpd.GeoDataFrame({"cost": village.soft_cost[::-1]}, geometry=list(village.soft[::-1])),
        gpd.GeoSeries(list(village.links)),
    )
    one, other = divide(village, TARGET), divide(shuffled, TARGET)
    assert one.grids.geometry.to_wkb().tolist() == other.grids.geometry.to_wkb().tolist()
    assert one.labels.sort_index().equals(other.labels.sort_index())


@FEW
@given(village=villages())
def test_a_plan_is_a_coverage_in_degrees_too(village):
    plane = Plane.around((101.4, 24.9, 101.6, 25.1))
    legal = densify(plane.to_lonlat(village.boundary))
    moved = Village(plane.to_plane(legal), village.houses, gpd.GeoSeries(list(village.hard)))
    back = plane.to_lonlat(divide(moved, TARGET).grids.geometry).to_numpy()
    assert shapely.coverage_is_valid(back)
    given_ = set(map(tuple, shapely.get_coordinates(legal).tolist()))
    assert given_ <= set(map(tuple, shapely.get_coordinates(back).tolist()))


@FEW
@given(text=drawings())
def test_every_basic_grid_is_connected_for_networkx_too(text):
    """Parts of a grid that rivers leave are nodes, links are edges."""
    drawing = draw(text, cell_m=10)
    plan = divide(drawing.village, TARGET)
    basic = plan.grids[plan.grids["kind"] == "basic"]
    lines = [*drawing.links, *(link.line for link in plan.report.links)]
    walls = shapely.union_all(drawing.hard.to_numpy()).buffer(1e-4)
    for shape in basic.geometry:
        parts = shapely.get_parts(shape - walls)
        walk = nx.Graph()
        walk.add_nodes_from(range(len(parts)))
        for way in lines:
            nx.add_path(walk, [row for row, part in enumerate(parts) if part.intersects(way)])
        assert nx.is_connected(walk)


@pytest.mark.slow
@MANY
@given(text=drawings())
def test_many_drawn_villages_get_sound_plans(text, assert_sound):
    village = draw(text).village
    assert_sound(divide(village, TARGET), village, TARGET)


@pytest.mark.slow
@MANY
@given(village=villages(), k=st.integers(1, 6))
def test_many_scattered_villages_get_sound_plans_of_any_k(village, k, assert_sound):
    target = Target(load=12, band=(8, 16), k=k)
    assert_sound(divide(village, target), village, target)
