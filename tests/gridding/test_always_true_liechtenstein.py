"""What is always true holds of real municipalities too: as they lie, turned, far away, and through degrees and back."""

from functools import cache
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely.affinity import rotate, translate

from gridding import Plane, Target, densify, divide
from tests.gridding import always_true
from tests.gridding.villages import Pieces

SOURCE = Path(__file__).parents[3] / "shared" / "data" / "osm" / "liechtenstein-2013-08-03.osm.pbf"
NAMES = ("Gamprin", "Planken", "Ruggell", "Schellenberg")
TARGET = Target(load=60, band=(40, 80))

pytestmark = pytest.mark.shared


@cache
def layer(name: str) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(SOURCE, layer=name)


@cache
def in_degrees(name: str) -> Pieces:
    """The municipality as it would be stored: border densified, everything in longitude and latitude."""
    areas, lines = layer("multipolygons"), layer("lines")
    border = densify(areas[(areas["admin_level"] == "8") & (areas["name"] == name)].geometry.iloc[0])
    parts = areas[areas["building"].notna()].explode(ignore_index=True)
    footprints = parts[parts.intersects(border)].geometry.reset_index(drop=True)
    rows = {"id": [f"b{row:04}" for row in range(len(footprints))], "load": 1, "tie": None}
    near = lines[lines.intersects(border)]
    streets = near[near["highway"].isin(["primary", "secondary"])].geometry.reset_index(drop=True)
    return Pieces(
        border,
        gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(footprints.to_numpy())),
        gpd.GeoSeries(near[near["waterway"] == "river"].geometry.to_numpy()),
        gpd.GeoSeries([]),
        gpd.GeoDataFrame({"cost": [3.0] * len(streets)}, geometry=gpd.GeoSeries(streets.to_numpy())),
        gpd.GeoDataFrame({"name": []}, geometry=gpd.GeoSeries([])),
    )


def always(plan, village):
    for holds in always_true.EVERYTHING:
        holds(plan, village)
    always_true.explains_its_deviation(plan, village, TARGET)


@pytest.mark.parametrize("name", NAMES)
def test_all_is_true_of_a_municipality_and_of_its_plan_in_degrees(name):
    stored = in_degrees(name)
    plane = Plane.around(stored.boundary.bounds)
    here = stored.put(plane.to_plane)
    plan = divide(here.village, TARGET)
    always(plan, here.village)
    back = plane.to_lonlat(plan.grids.geometry).to_numpy()
    assert shapely.coverage_is_valid(back)
    legal = set(map(tuple, shapely.get_coordinates(stored.boundary).tolist()))
    assert legal <= set(map(tuple, shapely.get_coordinates(back).tolist()))


@pytest.mark.parametrize("name", NAMES)
def test_all_is_true_of_a_municipality_turned_and_far_away(name):
    stored = in_degrees(name)
    here = stored.put(Plane.around(stored.boundary.bounds).to_plane)
    far = here.put(lambda shape: translate(rotate(shape, 33, origin=(0, 0)), 500_000, -500_000))
    plan = divide(far.village, TARGET)
    always(plan, far.village)
    assert len(plan.grids) == len(divide(here.village, TARGET).grids)
