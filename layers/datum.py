"""Between the datums that coordinates in China come in, and longitude and latitude on WGS 84.

GCJ-02 is the shift that the law asks of public maps, BD-09 what Baidu adds to it. CGCS2000 is WGS 84 here: the two part
by a few centimetres. Everything takes and gives numpy arrays, longitude (or easting) first.

Source: the formulas of GCJ-02 and BD-09 were never published; these are the ones that went round since 2010 and that
the libraries eviltransform and prcoords hold too. GCJ-02 is on Krasovsky's ellipsoid.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray
from pyproj.exceptions import CRSError

from layers.errors import Fault, Invalid

__all__ = ["DATUMS", "datum_of_pairs", "from_wgs84", "in_china", "likely_datum", "parse_crs", "to_wgs84"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Inside = Callable[[Floats, Floats], Bools]
_Conversion = Callable[[Floats, Floats], tuple[Floats, Floats]]

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
_SHIFTS = ("wgs84", "gcj02", "bd09")
_LONLAT = "EPSG:4326"
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box, on WGS 84, outside which the law shifts nothing."""
_ON_THE_EDGE = 1e-9
_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_BAIDU_TURN = np.pi * 3000 / 180
_BAIDU_LON, _BAIDU_LAT = 0.0065, 0.006
_ROUNDS = 8
"""A round leaves less than a fiftieth of the error of 700 m, so eight leave nothing above the noise of a double."""
_WELL_INSIDE = 0.9
_CLEARLY_LESS = 0.25
_FEWEST_PAIRS = 3
_NEAR_M = 100.0
"""Two surveys of one house may differ so much; the shifts are 300 m and more."""
_DEGREE_M = 111_195.0


def parse_crs(text: str) -> str:
    """The standard spelling of a stated CRS: one of `DATUMS`, or "EPSG:n". "GCJ-02", "epsg:4490" are understood.

    Raises:
        Invalid: when it is neither, or an EPSG code without plane coordinates or longitude and latitude.
    """
    plain = re.sub(r"[\s_-]", "", text).lower()
    if plain in DATUMS:
        return plain
    number = re.fullmatch(r"epsg:(\d{1,6})", plain)
    if number is None:
        raise _unknown(text, f"is none of {', '.join(DATUMS)}, EPSG:n")
    code = f"EPSG:{int(number[1])}"
    try:
        crs = pyproj.CRS.from_user_input(code)
    except CRSError:
        raise _unknown(text, "is not in the EPSG register") from None
    if not (crs.is_geographic or crs.is_projected):
        raise _unknown(text, "has no longitude and latitude or plane coordinates")
    return code


def in_china(lon: ArrayLike, lat: ArrayLike) -> Bools:
    """Which points (degrees, WGS 84) lie in the box that the shift is used in; NaN lies outside."""
    return _in_box(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64), 0.0)


def to_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Longitudes and latitudes in degrees on WGS 84, of coordinates stated in `crs` (see `parse_crs`).

    For a projected CRS `lon` and `lat` are easting and northing in its unit. Outside China's box GCJ-02 and BD-09 are
    WGS 84. What cannot be converted becomes NaN.

    Raises:
        Invalid: when the CRS is unknown.
    Limit: within 0.02° of the box's edge it cannot be told whether a point was shifted; it is taken to be. Old Chinese
    datums (Beijing 1954, Xi'an 1980) are brought over as PROJ does, which may miss by some 100 m.
    """
    standard = parse_crs(crs)
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if standard in ("gcj02", "bd09"):
        return _unshift(x, y, standard)
    if standard in DATUMS:
        return x.copy(), y.copy()
    return _transformed(standard, _LONLAT, x, y)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Coordinates in `crs` (see `parse_crs`), longitude or easting first, of degrees on WGS 84.

    The other direction of `to_wgs84`: there and back misses by less than a millimetre.

    Raises:
        Invalid: when the CRS is unknown.
    """
    standard = parse_crs(crs)
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if standard in ("gcj02", "bd09"):
        shifted = _gcj02(x, y) if standard == "gcj02" else _bd09(*_gcj02(x, y))
        inside = in_china(x, y)
        return np.where(inside, shifted[0], x), np.where(inside, shifted[1], y)
    if standard in DATUMS:
        return x.copy(), y.copy()
    return _transformed(_LONLAT, standard, x, y)


def likely_datum(lon: ArrayLike, lat: ArrayLike, inside: Inside, stated: str = "wgs84") -> str | None:
    """The datum in which the points lie where they should, None when the stated one explains them as well as any.

    `lon`, `lat`: degrees as they stand in the file. `inside` takes longitudes and latitudes on WGS 84 in the same order
    and tells which of them lie where they should. A datum is likely when it leaves at most a tenth of the points
    outside, and at most a quarter as many as the stated one.
    """
    standard = parse_crs(stated)
    tried = (standard, *(datum for datum in _SHIFTS if datum != standard))
    outside = {datum: float(np.mean(~inside(*to_wgs84(lon, lat, datum)))) for datum in tried}
    best = min(tried, key=lambda datum: outside[datum])
    clear = outside[best] <= 1 - _WELL_INSIDE and outside[best] <= outside[standard] * _CLEARLY_LESS
    return best if clear and outside[best] < outside[standard] else None


def datum_of_pairs(
    lon: ArrayLike, lat: ArrayLike, known_lon: ArrayLike, known_lat: ArrayLike, stated: str = "wgs84"
) -> str | None:
    """The datum in which points lie where they are known to be, None when the stated one explains them as well as any.

    `lon`, `lat`: as they stand in the file; `known_lon`, `known_lat`: degrees on WGS 84 of the same houses. Pairs with
    NaN are left out. A datum is likely when half of the points lie within 100 m of their known places in it, and in the
    stated one half lie beyond that and more than four times as far.

    Limit: fewer than three pairs say nothing.
    """
    standard = parse_crs(stated)
    place = np.asarray(known_lon, dtype=np.float64), np.asarray(known_lat, dtype=np.float64)
    apart_m = {datum: _median_m(to_wgs84(lon, lat, datum), place) for datum in (standard, *_SHIFTS)}
    best = min(apart_m, key=lambda datum: apart_m[datum])
    clear = apart_m[best] <= min(_NEAR_M, apart_m[standard] * _CLEARLY_LESS) and apart_m[standard] > _NEAR_M
    return best if clear and best != standard else None


def _median_m(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> float:
    """The middle one of the distances on a sphere; infinite when there are too few."""
    east = (one[0] - other[0]) * np.cos(np.radians(other[1]))
    apart_m = np.hypot(east, one[1] - other[1]) * _DEGREE_M
    known = apart_m[np.isfinite(apart_m)]
    return float(np.median(known)) if known.size >= _FEWEST_PAIRS else np.inf


def _unshift(lon: Floats, lat: Floats, datum: str) -> tuple[Floats, Floats]:
    x, y = (lon, lat) if datum == "gcj02" else _inverse(_bd09, lon, lat)
    x, y = _inverse(_gcj02, x, y)
    # A point right on the edge of the box must not fall out of it by the last bit of a double.
    inside = _in_box(x, y, _ON_THE_EDGE)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _in_box(lon: Floats, lat: Floats, margin: float) -> Bools:
    west, south, east, north = _CHINA
    inside = (west - margin <= lon) & (lon <= east + margin) & (south - margin <= lat) & (lat <= north + margin)
    return np.asarray(inside)


def _inverse(forth: _Conversion, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon, lat
    for _ in range(_ROUNDS):
        there = forth(x, y)
        x, y = x + lon - there[0], y + lat - there[1]
    return x, y


def _gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """GCJ-02 of WGS 84, whether in China's box or not."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = 2 * np.sin(6 * np.pi * x) + 2 * np.sin(2 * np.pi * x)
    north = (
        2 * np.sin(np.pi * y) + 4 * np.sin(np.pi * y / 3) + 16 * np.sin(np.pi * y / 12) + 32 * np.sin(np.pi * y / 30)
    )
    east = 2 * np.sin(np.pi * x) + 4 * np.sin(np.pi * x / 3) + 15 * np.sin(np.pi * x / 12) + 30 * np.sin(np.pi * x / 30)
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (common + north) * 20 / 3
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (common + east) * 20 / 3
    radians = np.radians(lat)
    bend = 1 - _ECCENTRICITY_2 * np.sin(radians) ** 2
    degree_north_m = np.radians(_SEMI_MAJOR_M * (1 - _ECCENTRICITY_2) / bend**1.5)
    degree_east_m = np.radians(_SEMI_MAJOR_M * np.cos(radians) / np.sqrt(bend))
    return lon + east_m / degree_east_m, lat + north_m / degree_north_m


def _bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """BD-09 of GCJ-02."""
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BAIDU_TURN)
    return radius * np.cos(angle) + _BAIDU_LON, radius * np.sin(angle) + _BAIDU_LAT


def _transformed(source: str, target: str, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    there = _transformer(source, target).transform(x, y)
    found = np.stack([np.asarray(part, dtype=np.float64) for part in there])
    found[:, ~np.isfinite(found).all(axis=0)] = np.nan
    return found[0], found[1]


@cache
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _unknown(text: str, why: str) -> Invalid:
    return Invalid("The coordinate reference system is unknown.", [Fault("crs", f"{text[:40]!r} {why}")])
