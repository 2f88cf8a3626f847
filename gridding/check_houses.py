"""Faults of a plan at the buildings: lost, counted twice, cut, wrongly added up."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from gridding.errors import Fault
from gridding.types import Plan
from gridding.village import Village

__all__ = ["atom_faults", "footprint_faults", "house_faults", "load_faults", "locate", "tie_faults"]

# A building may lie over a border by a wall drawn twice, not by a room.
CUT_M2 = 0.1
WALL_M = 1e-5
CUT_WIDTH_M = 1e-3


def locate(grids: GeoDataFrame, village: Village) -> "pd.Series[int]":
    """Give house id -> seq by the one rule: the grid that covers it, the lowest seq on a shared border."""
    points = GeoDataFrame({"id": village.houses["id"]}, geometry=GeoSeries(village.places, crs=grids.crs))
    joined = gpd.sjoin(points, grids[["seq", "geometry"]], predicate="covered_by", how="inner")
    return joined.groupby("id")["seq"].min().astype("int64")


def house_faults(plan: Plan, village: Village, seq_of_house: "pd.Series[int]") -> Iterable[Fault]:
    """Give houses outside the village, in no grid, in two, or labelled otherwise than they lie."""
    inner = plan.grids.sindex.query(village.places, predicate="within")[0]
    twice = pd.Series(inner).value_counts()
    border = village.boundary.boundary
    for row, (identity, place) in enumerate(zip(village.houses["id"], village.places, strict=True)):
        if not village.boundary.covers(place):
            yield Fault("house_outside", f"house {identity!r} lies outside the village", place, "warning")
        elif identity not in seq_of_house.index and border.distance(place) <= WALL_M:
            message = f"house {identity!r} lies on the village border, on the outer side of a grid's rounded edge"
            yield Fault("house_outside", message, place, "warning")
        elif identity not in seq_of_house.index:
            yield Fault("house_lost", f"house {identity!r} lies in no grid", place)
        elif twice.get(row, 0) > 1:
            yield Fault("house_twice", f"house {identity!r} lies in {twice[row]} grids", place)
        if len(plan.labels) and plan.labels.get(identity) != seq_of_house.get(identity):
            message = (
                f"house {identity!r} is labelled {plan.labels.get(identity)}, lies in {seq_of_house.get(identity)}"
            )
            yield Fault("label_wrong", message, place)
    yield from tie_faults(village, seq_of_house)


def tie_faults(village: Village, seq_of_house: "pd.Series[int]") -> Iterable[Fault]:
    """Give a warning for tied buildings that lie in several grids."""
    tied = village.houses.assign(seq=village.houses["id"].map(seq_of_house)).dropna(subset=["tie", "seq"])
    for tie, rows in tied.groupby("tie"):
        if rows["seq"].nunique() > 1:
            message = f"the buildings tied by {tie!r} lie in grids {sorted(rows['seq'].astype(int).unique())}"
            yield Fault("tie_split", message, rows.geometry.iloc[0].representative_point(), "warning")


def load_faults(grids: GeoDataFrame, village: Village, seq_of_house: "pd.Series[int]") -> Iterable[Fault]:
    """Give grids whose load is not the sum of their houses."""
    if "load" not in grids.columns:
        return
    load_of_house = village.houses.set_index("id")["load"]
    for seq, load, shape in zip(grids["seq"], grids["load"], grids.geometry, strict=True):
        counted = int(load_of_house[seq_of_house.index[seq_of_house == seq]].sum())
        if counted != load:
            yield Fault("load_wrong", f"grid {seq} says a load of {load}, its houses have {counted}", shape)


def footprint_faults(grids: GeoDataFrame, village: Village, seq_of_house: "pd.Series[int]") -> Iterable[Fault]:
    """Give footprints cut by a border between grids; only the village border, hard barriers and exclusive land may."""
    shape_of_grid = dict(zip(grids["seq"], grids.geometry, strict=True))
    walls = shapely.union_all([*shapely.buffer(village.hard, WALL_M), *village.exclusive])
    shapely.prepare(walls)
    for row, seq in _reaching_out(shape_of_grid, village, seq_of_house):
        identity, shape, place = village.houses.at[row, "id"], village.houses.geometry[row], village.places[row]
        beyond = shape.difference(shape_of_grid[seq])
        if beyond.area <= CUT_M2:
            continue
        if _own_side(shape, place, village.boundary, walls).difference(shape_of_grid[seq]).area <= CUT_M2:
            message = f"the footprint of house {identity!r} reaches over a border that stands"
            yield Fault("footprint_straddles", message, place, "warning")
        elif not len(village.atoms):
            yield Fault("footprint_cut", f"house {identity!r} is cut: {beyond.area:.1f} m2 in another grid", beyond)


def _reaching_out(
    shape_of_grid: dict[int, BaseGeometry], village: Village, seq_of_house: "pd.Series[int]"
) -> list[tuple[int, int]]:
    """Give row and seq of each footprint that the grid it lies in does not cover."""
    shapes = village.houses.geometry.to_numpy()
    seqs = village.houses["id"].map(seq_of_house).to_numpy(dtype=np.float64, na_value=np.nan)
    areal = shapely.get_dimensions(shapes) == 2
    found = []
    for seq, grid in shape_of_grid.items():
        rows = np.flatnonzero(areal & (seqs == seq))
        shapely.prepare(grid)
        found += [(row, seq) for row in rows[~shapely.covers(grid, shapes[rows])].tolist()]
    return sorted(found)


def _own_side(shape: BaseGeometry, place: BaseGeometry, boundary: BaseGeometry, walls: BaseGeometry) -> BaseGeometry:
    if walls.contains(place):
        return place
    parts = shapely.get_parts(shape.intersection(boundary).difference(walls))
    return np.asarray(parts, dtype=object)[int(np.argmin(shapely.distance(parts, place)))]  # type: ignore[no-any-return]


def atom_faults(grids: GeoDataFrame, village: Village) -> Iterable[Fault]:
    """Give the atoms handed in with the village that a border between basic grids cuts."""
    exclusive = shapely.union_all(village.exclusive)
    for atom in village.atoms:
        for part in shapely.get_parts(atom.difference(exclusive)):
            inside = grids[grids.intersects(part)]
            common = inside.intersection(part)
            held = inside.loc[common.area > common.length / 2 * CUT_WIDTH_M, "seq"].tolist()
            if len(held) > 1:
                yield Fault("atom_cut", f"an atom lies in grids {held}", part)
