"""Rivers, shores, railways and motorways that grids do not cross, streets that draw borders, and the ways across."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely import LineString
from shapely.ops import substring

from layers.osm.source import Source
from layers.shapes import area_m2

__all__ = ["find_barriers", "find_links"]

_HARD = {
    "waterway": {"river": "river", "canal": "river"},
    "railway": {"rail": "railway"},
    "highway": {"motorway": "motorway", "motorway_link": "motorway"},
}
# A border along a street of cost c counts as 1 / (1 + c) of its length: people know a main road as an edge.
_STREETS = {
    "trunk": 4.0,
    "trunk_link": 4.0,
    "primary": 4.0,
    "primary_link": 4.0,
    "secondary": 3.0,
    "secondary_link": 3.0,
    "tertiary": 2.0,
    "tertiary_link": 2.0,
    "unclassified": 1.0,
    "residential": 1.0,
    "living_street": 0.5,
}
_NOT_FOR_CROSSING = ("motorway", "motorway_link", "construction", "proposed", "raceway", "platform", "bus_stop")
_CROSSED_ON_THE_LEVEL = ("river", "lake", "railway")
_LEAST_LAKE_M2 = 20_000.0
# 30 m along a meridian in degrees: how far a link reaches on each side of what it crosses.
_REACH_DEGREES = 30 / 111_320


def find_barriers(source: Source) -> GeoDataFrame:
    """The barriers of a file: kind, hard, cost, name, geom (lon/lat) and `bridge`, whether it stands on one.

    Hard: rivers and canals, railways, motorways, shores of waters of 2 ha or more (kind `lake`, wide rivers too).
    Soft: streets from trunk road to living street, the bigger the stronger. What runs in a tunnel or culvert is none.
    """
    lines = source.lines[~_yes(source.lines["tunnel"]) & (shapely.length(source.lines.geometry.to_numpy()) > 0)]
    hard = pd.Series(None, index=lines.index, dtype=object)
    for key, kinds in _HARD.items():
        hard = hard.where(hard.notna(), lines[key].map(kinds))
    cost = lines["highway"].map(_STREETS).where(hard.isna())
    ways = GeoDataFrame(
        {
            "kind": hard.fillna("street"),
            "hard": hard.notna(),
            "cost": cost.fillna(0.0),
            "name": lines["name"],
            "bridge": _yes(lines["bridge"]),
            "geom": lines.geometry,
        },
        geometry="geom",
        crs="EPSG:4326",
    )[hard.notna() | cost.notna()]
    shores = _shores(source.areas)
    return GeoDataFrame(pd.concat([ways, shores], ignore_index=True), geometry="geom", crs="EPSG:4326").assign(
        source="osm"
    )


def find_links(source: Source, barriers: GeoDataFrame) -> GeoDataFrame:
    """The places where a road or path crosses a hard barrier: kind, name, geom (lon/lat).

    `bridge`: the way is on one. `tunnel`: the way is in one, or the barrier passes above it on a bridge. `crossing`:
    a railway on the level. `ford`: a water on the level. A motorway is crossed only by bridge or tunnel.
    Bridges and tunnels are whole ways, the others reach 30 m on each side.
    Cost: one query of a spatial index per way.
    """
    roads = source.lines[source.lines["highway"].notna() & ~source.lines["highway"].isin(_NOT_FOR_CROSSING)]
    roads = roads.reset_index(drop=True)
    hard = barriers[barriers["hard"]].reset_index(drop=True)
    road, barrier = shapely.STRtree(hard.geometry.to_numpy()).query(roads.geometry.to_numpy(), predicate="intersects")
    on_bridge, in_tunnel = _yes(roads["bridge"]).to_numpy(), _yes(roads["tunnel"]).to_numpy()
    level = hard["kind"].isin(_CROSSED_ON_THE_LEVEL).to_numpy()
    railway = (hard["kind"] == "railway").to_numpy()
    under = hard["bridge"].to_numpy(dtype=bool)
    rows: list[tuple[str, str | None, LineString]] = []
    crossings = sorted(zip(road.tolist(), barrier.tolist(), strict=True))
    for number, pairs in itertools.groupby(crossings, key=lambda pair: pair[0]):
        name, way = roads["name"].iloc[number], roads.geometry.iloc[number]
        if on_bridge[number] or in_tunnel[number]:
            rows.append(("bridge" if on_bridge[number] else "tunnel", name, way))
            continue
        for _, other in pairs:
            if under[other] or level[other]:
                kind = "tunnel" if under[other] else "crossing" if railway[other] else "ford"
                rows += [(kind, name, piece) for piece in _crossings(way, hard.geometry.iloc[other])]
    frame = GeoDataFrame(rows, columns=["kind", "name", "geom"], geometry="geom", crs="EPSG:4326")
    return frame.assign(source="osm")


def _yes(tags: pd.Series[str]) -> pd.Series[bool]:
    return tags.notna() & ~tags.isin(("no", ""))


def _crossings(way: LineString, barrier: LineString) -> Iterator[LineString]:
    for point in shapely.get_coordinates(shapely.intersection(way, barrier)):
        at = way.project(shapely.Point(point))
        piece = substring(way, max(0.0, at - _REACH_DEGREES), min(way.length, at + _REACH_DEGREES))
        if isinstance(piece, LineString) and piece.length > 0:
            yield piece


def _shores(areas: GeoDataFrame) -> GeoDataFrame:
    wet = (areas["natural"] == "water") | (areas["waterway"] == "riverbank") | (areas["landuse"] == "reservoir")
    waters = areas[wet]
    shapes = shapely.make_valid(waters.geometry.to_numpy())
    names: list[str | None] = []
    shores: list[LineString] = []
    # Wide rivers are drawn piece by piece: the cuts between the pieces are no shores.
    for water in shapely.get_parts(shapely.union_all(shapes)):
        if water.geom_type != "Polygon" or area_m2(water) < _LEAST_LAKE_M2:
            continue
        parts = waters["name"].to_numpy()[shapely.intersects(shapes, water)]
        rings = shapely.get_rings(water)
        names += [next((str(part) for part in parts if not pd.isna(part)), None)] * len(rings)
        shores += [LineString(np.asarray(ring.coords)) for ring in rings]
    columns = {"kind": "lake", "hard": True, "cost": 0.0, "name": names, "bridge": False, "geom": shores}
    return GeoDataFrame(columns, geometry="geom", crs="EPSG:4326")
