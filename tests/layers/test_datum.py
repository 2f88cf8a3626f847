"""Datums: there and back to the millimetre, and the same as two libraries that others wrote."""

from __future__ import annotations

import eviltransform
import numpy as np
import prcoords
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.datum import DATUMS, datum_of_pairs, from_wgs84, in_china, likely_datum, parse_crs, to_wgs84
from layers.errors import Invalid

DALI = (100.2257, 25.5896)
TOWNS = [(116.3913, 39.9075), (121.4737, 31.2304), DALI, (87.6168, 43.8256), (126.6424, 45.7567), (109.5119, 18.2528)]
CHINA = st.tuples(st.floats(72.004, 137.8347), st.floats(0.8293, 55.8271))
METRES_PER_DEGREE = 111_320


def apart_m(one, other):
    """Metres between two points, a little too many."""
    return max(abs(float(a) - float(b)) for a, b in zip(one, other, strict=True)) * METRES_PER_DEGREE


@given(CHINA, st.sampled_from(DATUMS))
def test_there_and_back_misses_by_less_than_a_millimetre(point, datum):
    assert apart_m(to_wgs84(*from_wgs84(*point, datum), datum), point) < 1e-3


@pytest.mark.parametrize("point", [(72.004, 0.8293), (137.8347, 55.8271), (105.0, 35.0), (105.0 + 1e-13, 35.0)])
@pytest.mark.parametrize("datum", DATUMS)
def test_the_corners_of_the_box_and_the_kink_of_the_formula_come_back_too(point, datum):
    assert apart_m(to_wgs84(*from_wgs84(*point, datum), datum), point) < 1e-3


@given(st.tuples(st.floats(-180, 180), st.floats(-89, 89)), st.sampled_from(DATUMS))
def test_nothing_moves_outside_china(point, datum):
    lon, lat = point
    if 71.9 < lon < 138 and 0.7 < lat < 56:
        lon -= 90
    assert tuple(map(float, to_wgs84(lon, lat, datum))) == (lon, lat)
    assert tuple(map(float, from_wgs84(lon, lat, datum))) == (lon, lat)


@pytest.mark.parametrize("town", TOWNS)
def test_the_same_as_prcoords_to_the_micrometre(town):
    lon, lat = town
    for datum, theirs in (("gcj02", prcoords.wgs_gcj((lat, lon))), ("bd09", prcoords.wgs_bd((lat, lon)))):
        assert apart_m(from_wgs84(lon, lat, datum), (theirs.lon, theirs.lat)) < 1e-6


@pytest.mark.parametrize("town", TOWNS)
def test_the_same_as_eviltransform_to_centimetres(town):
    # It takes another ellipsoid, 108 m smaller in its axis: 2 cm in a shift of 700 m.
    lon, lat = town
    for datum, theirs in (("gcj02", eviltransform.wgs2gcj(lat, lon)), ("bd09", eviltransform.wgs2bd(lat, lon))):
        assert apart_m(from_wgs84(lon, lat, datum), reversed(theirs)) < 0.03


@given(CHINA)
def test_the_way_back_is_that_of_prcoords(point):
    lon, lat = point
    theirs = prcoords.gcj_wgs_bored((lat, lon), False)
    if in_china(theirs.lon, theirs.lat):
        assert apart_m(to_wgs84(lon, lat, "gcj02"), (theirs.lon, theirs.lat)) < 0.01


def test_the_shift_in_dali_is_some_300_metres_and_baidus_more():
    assert 100 < apart_m(from_wgs84(*DALI, "gcj02"), DALI) < 500
    assert 500 < apart_m(from_wgs84(*DALI, "bd09"), DALI) < 1500


def test_arrays_keep_their_shape_and_are_not_changed():
    lon, lat = np.array([[100.0, 101.0]]), np.array([[25.0, 26.0]])
    shifted = to_wgs84(lon, lat, "gcj02")
    assert shifted[0].shape == shifted[1].shape == (1, 2)
    assert lon.tolist() == [[100.0, 101.0]]
    assert to_wgs84(lon, lat, "wgs84")[0] is not lon


def test_planes_are_converted_easting_first():
    # Zone 34 of 3 degrees has its middle at 102° east, where the easting is 34,500,000 m.
    lon, lat = to_wgs84([34_500_000.0], [2_765_000.0], "EPSG:4522")
    assert lon[0] == pytest.approx(102.0, abs=1e-9)
    assert 24.9 < lat[0] < 25.1
    assert from_wgs84(lon, lat, "EPSG:4522")[0][0] == pytest.approx(34_500_000.0, abs=1e-4)


def test_what_cannot_be_converted_becomes_nan():
    lon, lat = to_wgs84([np.nan, 100.0, np.inf], [25.0, 25.0, 25.0], "EPSG:3857")
    assert np.isnan(lon).tolist() == np.isnan(lat).tolist() == [True, False, True]
    assert np.isnan(to_wgs84([np.nan], [25.0], "gcj02")[0]).all()


@pytest.mark.parametrize(
    ("text", "standard"),
    [("WGS84", "wgs84"), ("wgs 84", "wgs84"), ("GCJ-02", "gcj02"), ("bd_09", "bd09"), ("epsg:4490", "EPSG:4490")],
)
def test_a_stated_crs_gets_its_standard_spelling(text, standard):
    assert parse_crs(text) == standard


@pytest.mark.parametrize("text", ["", "gcj", "4326", "EPSG:999999", "EPSG:5773", "+proj=longlat", "EPSG:4326; drop"])
def test_an_unknown_crs_is_refused_by_name(text):
    with pytest.raises(Invalid) as caught:
        parse_crs(text)
    assert caught.value.faults[0].where == "crs"
    assert repr(text) in caught.value.faults[0].message


def in_square(lon, lat):
    """Inside 200 m around Dali's point."""
    return (abs(lon - DALI[0]) < 0.001) & (abs(lat - DALI[1]) < 0.001)


POINTS = (DALI[0] + np.linspace(-9e-4, 9e-4, 10), np.full(10, DALI[1]))


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_shifted_points_betray_their_datum(datum):
    assert likely_datum(*from_wgs84(*POINTS, datum), in_square) == datum


def test_points_that_were_not_shifted_betray_a_wrong_statement():
    assert likely_datum(*POINTS, in_square, stated="gcj02") == "wgs84"


def test_nothing_is_likely_where_all_is_well_or_nothing_helps():
    assert likely_datum(*POINTS, in_square) is None
    assert likely_datum(POINTS[0] + 1, POINTS[1], in_square) is None
    assert likely_datum(*from_wgs84(*POINTS, "bd09"), in_square, stated="bd09") is None


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_houses_that_lie_off_by_the_shift_betray_the_datum(datum):
    stated = from_wgs84(*POINTS, datum)
    assert datum_of_pairs(*stated, *POINTS) == datum
    assert datum_of_pairs(*stated, *POINTS, stated=datum) is None
    assert datum_of_pairs(*POINTS, *POINTS, stated=datum) == "wgs84"


def test_longitude_and_latitude_stated_as_a_plane_betray_themselves():
    assert datum_of_pairs(*POINTS, *POINTS, stated="EPSG:4543") == "wgs84"


@pytest.mark.parametrize("stated", ["wgs84", "cgcs2000", "EPSG:4326", "EPSG:4490"])
def test_houses_where_they_are_known_betray_nothing(stated):
    near = POINTS[0] + 5e-4, POINTS[1]  # 50 m
    assert datum_of_pairs(*near, *POINTS, stated=stated) is None


def test_houses_that_lie_off_in_another_way_betray_nothing():
    assert datum_of_pairs(POINTS[0] + 0.01, POINTS[1], *POINTS) is None
    assert datum_of_pairs(POINTS[0] - 3e-3, POINTS[1] + 3e-3, *POINTS) is None


def test_a_few_houses_that_moved_do_not_hide_the_shift_and_unknown_ones_do_not_count():
    lon, lat = from_wgs84(*POINTS, "gcj02")
    moved = lon.copy()
    moved[:4] += 1
    assert datum_of_pairs(moved, lat, *POINTS) == "gcj02"
    moved[:6] += 1
    assert datum_of_pairs(moved, lat, *POINTS) is None
    moved[:6] = np.nan
    assert datum_of_pairs(moved, lat, *POINTS) == "gcj02"


@pytest.mark.parametrize("pairs", [0, 1, 2])
def test_too_few_houses_say_nothing(pairs):
    stated = [values[:pairs] for values in from_wgs84(*POINTS, "gcj02")]
    assert datum_of_pairs(*stated, *(values[:pairs] for values in POINTS)) is None


YUNNAN = st.tuples(st.floats(97.6, 106.1), st.floats(21.2, 29.2))


@given(YUNNAN, st.sampled_from(["gcj02", "bd09"]), st.integers(0, 2**32 - 1))
def test_the_shift_is_told_all_over_yunnan_through_the_noise_of_two_surveys(point, datum, seed):
    noise = np.random.default_rng(seed).uniform(-3e-4, 3e-4, (2, 30))
    known = np.full(30, point[0]), np.full(30, point[1])
    lon, lat = from_wgs84(*known, datum)
    assert datum_of_pairs(lon + noise[0], lat + noise[1], *known) == datum
    assert datum_of_pairs(known[0] + noise[0], known[1] + noise[1], *known) is None
