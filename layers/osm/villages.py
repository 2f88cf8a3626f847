"""Administrative areas as villages, with the regions above them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridding import Plane, check_neighbours, densify
from layers.errors import Fault, Invalid
from layers.osm.model import COUNTY, FIRST_PREFECTURE, PROVINCE
from layers.osm.source import Source
from layers.shapes import area_m2, as_multipolygon, place_of_shape, repair

__all__ = ["PROVINCE_NAME", "find_villages", "neighbour_faults"]

PROVINCE_NAME = ("境外", "Outside China")
_MOST_IN_A_TOWNSHIP = 999
_COLUMNS = ["code", "level", "name", "name_en", "parent_code", "geom"]


def find_villages(source: Source, level: int) -> tuple[pd.DataFrame, list[Fault]]:
    """The regions of a file, from province 99 down to its areas of `admin_level` as villages, and their faults.

    Areas with one name are one village; an unnamed one that only repeats rings of named ones is left out. Codes follow
    the order of names, so that the same file gives the same codes. Shapes are lon/lat, edges densified to 200 m.

    Raises:
        Invalid: when the file has no area of this level with a name; it says which levels there are.
    Limit: two places that share a name become one village, and a fault says so.
    """
    administrative = source.areas[source.areas["boundary"] == "administrative"]
    areas = administrative[administrative["admin_level"] == str(level)]
    named = areas[areas["name"].notna() & (areas["name"].str.strip() != "")]
    if named.empty:
        raise _no_villages(source, administrative, level)
    faults = _unnamed_faults(areas.drop(named.index), named)
    villages, joining_faults = _join(named)
    regions = pd.concat([_parents(source, villages), villages], ignore_index=True)
    regions = regions.assign(
        area_m2=[float("nan") if shape is None else area_m2(shape) for shape in regions["geom"]],
        synthetic=False,
        source=f"OpenStreetMap contributors (ODbL), {source.stem}",
    )
    return regions, [*faults, *joining_faults]


def neighbour_faults(villages: pd.DataFrame) -> list[Fault]:
    """Gaps and overlaps between villages (columns name and geom, lon/lat), each with its place.

    Cost: one overlay per pair of neighbours.
    """
    shapes = GeoSeries(villages["geom"].to_numpy(), index=villages["name"].to_numpy(), crs="EPSG:4326")
    west, south, east, north = shapes.total_bounds.tolist()
    plane = Plane.around((west, south, east, north))
    return [
        Fault("villages", fault.message, place_of_shape(plane.to_lonlat(fault.where)))
        for fault in check_neighbours(plane.to_plane(shapes))
    ]


def _join(named: GeoDataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    rows, faults = [], []
    names = named["name"].str.strip()
    for number, name in enumerate(sorted(set(names))):
        group = named[names == name].sort_values("element")
        shape, shape_faults = _union(group)
        faults += shape_faults
        if len(group) > 1:
            message = f"warning: {len(group)} areas named {name} make one village"
            faults.append(Fault(", ".join(group["element"]), message, place_of_shape(shape)))
        code = _code(number)
        name_en = group["name_en"].dropna()
        rows.append((code, 5, name, name_en.iloc[0] if len(name_en) else None, code[:9], densify(shape)))
    return pd.DataFrame(rows, columns=_COLUMNS), faults


def _union(group: GeoDataFrame) -> tuple[MultiPolygon, list[Fault]]:
    repaired = [repair(shape, element) for shape, element in zip(group.geometry, group["element"], strict=True)]
    shapes = [shape for shape, _ in repaired]
    # One area keeps its vertices as they are: they are its neighbours' vertices too.
    whole = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
    return as_multipolygon(whole), [fault for _, fault in repaired if fault is not None]


def _code(number: int) -> str:
    township, village = divmod(number, _MOST_IN_A_TOWNSHIP)
    return f"{COUNTY}{township + 1:03d}{village + 1:03d}"


def _parents(source: Source, villages: pd.DataFrame) -> pd.DataFrame:
    name, name_en = _country(source)
    whole = as_multipolygon(shapely.union_all(villages["geom"].to_numpy()))
    rows: list[tuple[str, int, str, str | None, str | None, BaseGeometry | None]] = [
        (PROVINCE, 1, *PROVINCE_NAME, None, None),
        (FIRST_PREFECTURE, 2, name, name_en, PROVINCE, whole),
        (COUNTY, 3, name, name_en, FIRST_PREFECTURE, whole),
    ]
    townships = villages.groupby("parent_code", sort=True)["geom"]
    for number, (code, shapes) in enumerate(townships, start=1):
        suffix = f" {number}" if len(townships) > 1 else ""
        shape = as_multipolygon(shapely.union_all(shapes.to_numpy()))
        rows.append((str(code), 4, name + suffix, f"{name_en}{suffix}" if name_en else None, COUNTY, shape))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _country(source: Source) -> tuple[str, str | None]:
    areas = source.areas
    countries = areas[(areas["admin_level"] == "2") & areas["name"].notna()].sort_values("element")
    if countries.empty:
        return source.stem, None
    first = countries.iloc[0]
    return str(first["name"]), None if pd.isna(first["name_en"]) else str(first["name_en"])


def _unnamed_faults(unnamed: GeoDataFrame, named: GeoDataFrame) -> list[Fault]:
    known = _rings(named.geometry.to_numpy())
    return [
        Fault(element, "an administrative area without a name: left out", place_of_shape(shape))
        for element, shape in zip(unnamed["element"], unnamed.geometry, strict=True)
        if not _rings(np.array([shape])) <= known
    ]


def _rings(shapes: np.ndarray) -> set[bytes]:
    rings = shapely.get_rings(shapely.get_parts(shapes))
    return {shapely.to_wkb(shapely.normalize(ring)) for ring in rings}


def _no_villages(source: Source, administrative: GeoDataFrame, level: int) -> Invalid:
    counts = Counter(administrative["admin_level"].dropna().astype(str))
    there = ", ".join(f"{found} ({number} areas)" for found, number in sorted(counts.items())) or "none at all"
    fault = Fault(source.stem, f"no named administrative area of level {level}; levels in the file: {there}")
    return Invalid("This file has no villages.", [fault])
