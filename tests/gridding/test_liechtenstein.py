"""The eleven municipalities of Liechtenstein: real borders with exclaves, a river, streets and footprints."""

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from gridding import Plane, Target, Village, check_neighbours, densify, divide

SOURCE = Path(__file__).parents[3] / "shared" / "data" / "osm" / "liechtenstein-2013-08-03.osm.pbf"
NAMES = (
    *("Balzers", "Eschen", "Gamprin", "Mauren", "Planken", "Ruggell"),
    *("Schaan", "Schellenberg", "Triesen", "Triesenberg", "Vaduz"),
)
TARGET = Target(load=60, band=(40, 80))

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def areas():
    return pyogrio.read_dataframe(SOURCE, layer="multipolygons")


@pytest.fixture(scope="module")
def lines():
    return pyogrio.read_dataframe(SOURCE, layer="lines")


@pytest.fixture(scope="module")
def borders(areas):
    """Legal borders in degrees by name, densified as an import does it."""
    towns = areas[areas["admin_level"] == "8"].set_index("name")
    return {name: densify(shape) for name, shape in towns.geometry.items()}


@pytest.fixture(scope="module")
def plane(borders):
    return Plane.around(shapely.total_bounds(list(borders.values())))


@pytest.fixture(scope="module")
def buildings(areas, plane):
    rows = areas[areas["building"].notna()].explode(ignore_index=True)
    shapes = plane.to_plane(rows.geometry)
    return gpd.GeoDataFrame({"id": [f"b{row:04}" for row in rows.index], "load": 1}, geometry=shapes, crs=plane.crs)


def village_of(name, borders, plane, buildings, lines):
    border = plane.to_plane(borders[name])
    streets = plane.to_plane(lines[lines["highway"].isin(["primary", "secondary"])].geometry)
    return Village(
        border,
        buildings[buildings.intersects(border)],
        hard=plane.to_plane(lines[lines["waterway"] == "river"].geometry),
        soft=gpd.GeoDataFrame({"cost": 3.0}, index=streets.index, geometry=streets),
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_municipality_is_divided(name, borders, plane, buildings, lines, assert_sound):
    village = village_of(name, borders, plane, buildings, lines)
    plan = divide(village, TARGET)
    assert_sound(plan, village, TARGET)
    assert {reason.kind for reason in plan.report.reasons} <= {"component"}
    back = plane.to_lonlat(plan.grids.geometry).to_numpy()
    assert shapely.coverage_is_valid(back)
    given = set(map(tuple, shapely.get_coordinates(borders[name]).tolist()))
    assert given <= set(map(tuple, shapely.get_coordinates(back).tolist()))


def test_the_municipalities_fit_together(borders, plane):
    series = gpd.GeoSeries({name: plane.to_plane(shape) for name, shape in borders.items()})
    assert [fault.kind for fault in check_neighbours(series)] == []
