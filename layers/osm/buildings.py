"""Buildings with an outline, each with one assumed household."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from layers.codes import region_range
from layers.errors import Fault
from layers.osm.model import COUNTY
from layers.osm.source import Source
from layers.shapes import place_of_shape, repair

__all__ = ["PLACED", "find_buildings", "place_in"]

PLACED = {"source": "osm", "source_crs": "EPSG:4326"}
_NO_BUILDING = ("no", "entrance", "")
# Less than this share of a footprint beyond a border is how exactly the two were drawn.
_STRADDLE = 0.01


def find_buildings(source: Source, villages: pd.DataFrame) -> tuple[GeoDataFrame, list[Fault]]:
    """The buildings of a file with footprint, point inside it, use, address, one assumed household each, and faults.

    A building goes to the village that covers its point, the lowest code on a shared border. One in no village is
    kept under the county and is a fault; one that straddles a border is a warning; one without an outline is left out.
    """
    areas = source.areas[_is_building(source.areas)].reset_index(drop=True)
    repaired = [
        repair(_simple(shape), element) for shape, element in zip(areas.geometry, areas["element"], strict=True)
    ]
    faults = [fault for _, fault in repaired if fault is not None]
    footprints = np.array([shape for shape, _ in repaired], dtype=object)
    solid = ~shapely.is_empty(footprints)
    areas, footprints = areas[solid], footprints[solid]
    points = shapely.point_on_surface(footprints)
    frame = GeoDataFrame(
        {
            "element": areas["element"].to_numpy(),
            "footprint": footprints,
            "point": points,
            "grid_no": place_in(villages, points),
            "name": areas["name"].fillna(areas["addr_housename"]).to_numpy(),
            "use": areas["building"].where(areas["building"] != "yes").to_numpy(),
            "address": _addresses(areas),
            "assumed_households": 1,
            "level": "building",
            **PLACED,
        },
        geometry="footprint",
        crs="EPSG:4326",
    )
    faults += [*_outside(frame), *_straddling(frame, villages), *_without_outline(source)]
    return frame.drop(columns="element"), faults


def place_in(villages: pd.DataFrame, points: np.ndarray) -> np.ndarray:
    """For each lon/lat point the number of its village with grid 000, the county's first number where it has none."""
    lowest = np.full(len(points), np.iinfo(np.int64).max)
    rows, hits = shapely.STRtree(points).query(villages["geom"].to_numpy(), predicate="covers")
    np.minimum.at(lowest, hits, villages["code"].to_numpy(dtype=np.int64)[rows] * 1000)
    return np.where(lowest == np.iinfo(np.int64).max, region_range(COUNTY)[0], lowest)


def _is_building(frame: GeoDataFrame) -> pd.Series[bool]:
    return frame["building"].notna() & ~frame["building"].isin(_NO_BUILDING)


def _simple(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    return cast(BaseGeometry, parts[0]) if len(parts) == 1 else shape


def _addresses(areas: GeoDataFrame) -> list[str | None]:
    tags = areas[["addr_street", "addr_place", "addr_housenumber", "addr_postcode", "addr_city"]]
    return [_address(*row) for row in tags.astype(object).where(tags.notna(), None).itertuples(index=False)]


def _address(
    street: str | None, place: str | None, number: str | None, postcode: str | None, city: str | None
) -> str | None:
    road = street or place
    if not road:
        return None  # a number or a town alone finds no building
    parts = (" ".join(filter(None, (road, number))), " ".join(filter(None, (postcode, city))))
    return ", ".join(filter(None, parts))


def _outside(frame: GeoDataFrame) -> list[Fault]:
    lost = frame[frame["grid_no"] == region_range(COUNTY)[0]]
    return [
        Fault(element, "the building lies in no village", place_of_shape(footprint))
        for element, footprint in zip(lost["element"], lost["footprint"], strict=True)
    ]


def _straddling(frame: GeoDataFrame, villages: pd.DataFrame) -> list[Fault]:
    faults = []
    shapes = {
        int(code) * 1000: (name, shape)
        for code, name, shape in villages[["code", "name", "geom"]].itertuples(index=False)
    }
    placed = frame[frame["grid_no"].isin(shapes.keys())]
    for element, footprint, number in placed[["element", "footprint", "grid_no"]].itertuples(index=False):
        name, shape = shapes[number]
        shapely.prepare(shape)
        if shape.covers(footprint):
            continue
        share = footprint.difference(shape).area / footprint.area
        if share >= _STRADDLE:
            message = f"warning: the building stands {share:.0%} outside {name}, where its middle lies"
            faults.append(Fault(element, message, place_of_shape(footprint)))
    return faults


def _without_outline(source: Source) -> list[Fault]:
    points = source.points[_is_building(source.points)]
    return [
        Fault(element, "a building without an outline: left out", place_of_shape(shape))
        for element, shape in zip(points["element"], points.geometry, strict=True)
    ]
