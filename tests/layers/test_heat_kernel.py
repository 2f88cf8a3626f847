"""Density: what is spread is conserved, in true metres, whatever the view."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.heat.kernel import cell_for, grown, metres_a_degree, smooth

BOX = (100.0, 25.0, 100.2, 25.2)


def density(places, box=BOX, bandwidth_m=1000, days=10):
    lons, lats, numbers = (np.array(column, float) for column in zip(*places, strict=True))
    return smooth(lons, lats, numbers.astype(np.int64), box=box, bandwidth_m=bandwidth_m, days=days)


def mass(raster, days=10):
    """Density times area times days."""
    return float((raster.values * raster.areas_km2()[:, None]).sum() * days)


INSIDE = st.tuples(st.floats(100.01, 100.19), st.floats(25.01, 25.19), st.integers(1, 50))


@given(st.lists(INSIDE, min_size=1, max_size=20), st.sampled_from([250, 1000, 2500]))
def test_what_lies_in_the_box_is_conserved(places, bandwidth_m):
    raster = density(places, bandwidth_m=bandwidth_m)
    assert mass(raster) == pytest.approx(sum(n for _, _, n in places), rel=0.002)


def test_what_lies_three_bandwidths_away_is_partly_lost_and_not_missed():
    raster = density([(grown(BOX, 1000)[0], 25.1, 100)])
    assert 0 < mass(raster) < 55
    assert raster.at(np.array([BOX[0]]), np.array([25.1]))[0, 0] < 0.03 * raster.values.max()


def test_nothing_that_matters_to_the_box_is_lost():
    """Exactly at a corner of the box a quarter lies inside, and the raster still holds all of it."""
    assert mass(density([(BOX[0], BOX[1], 100)])) == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize("lat", [10.0, 25.1, 50.0])
def test_the_peak_is_that_of_a_gaussian_in_metres(lat):
    box = (100.0, lat - 0.1, 100.2, lat + 0.1)
    raster = density([(100.1, lat, 62)], box, days=31)
    peak = raster.at_points(np.array([100.1]), np.array([lat]))[0]
    assert peak == pytest.approx(2 / (2 * np.pi), rel=0.05), "62 incidents in 31 days, bandwidth 1 km"
    lat_m, lon_m = metres_a_degree(np.array([lat]))
    # One bandwidth away in either direction a Gaussian has 60.7 % of its peak.
    around = raster.at_points(np.array([100.1, 100.1 + 1000 / lon_m[0]]), np.array([lat + 1000 / lat_m[0], lat]))
    assert around / peak == pytest.approx([np.exp(-0.5)] * 2, rel=0.05)


@given(st.lists(INSIDE, min_size=1, max_size=9), st.floats(0, 0.05), st.floats(0, 0.05))
def test_density_does_not_move_with_the_view(places, right, up):
    moved = (BOX[0] - right, BOX[1] - up, BOX[2] + up, BOX[3] + right)
    lons, lats = np.linspace(100.01, 100.19, 40), np.linspace(25.01, 25.19, 40)
    first, second = density(places).at(lons, lats), density(places, moved).at(lons, lats)
    assert np.abs(first - second).max() <= 1e-3 * first.max()


@given(st.floats(-60, 60))
def test_metres_of_a_degree_are_those_of_the_ellipsoid(lat):
    geod = pyproj.Geod(ellps="WGS84")
    lat_m, lon_m = metres_a_degree(np.array([lat]))
    assert geod.inv(100, lat - 0.005, 100, lat + 0.005)[2] * 100 == pytest.approx(lat_m[0], rel=1e-5)
    assert geod.inv(99.995, lat, 100.005, lat)[2] * 100 == pytest.approx(lon_m[0], rel=1e-5)


def test_meshes_and_points_are_read_alike():
    raster = density([(100.1, 25.1, 5)])
    lons, lats = np.array([100.05, 100.1]), np.array([25.09, 25.12, 25.15])
    mesh = raster.at(lons, lats)
    points = raster.at_points(np.tile(lons, 3), np.repeat(lats, 2))
    assert mesh.ravel() == pytest.approx(points)


@pytest.mark.parametrize(("bandwidth_m", "size"), [(50, 125), (400, 125), (750, 250), (2500, 500), (25_000, 8000)])
def test_cells_are_at_most_a_third_of_the_bandwidth(bandwidth_m, size):
    assert cell_for(bandwidth_m) == size
