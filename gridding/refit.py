"""A plan fitted to a corrected village boundary: as much as can stay stays, point for point."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from gridding.check import check
from gridding.dissolve import thin
from gridding.errors import Fault
from gridding.growth import grow
from gridding.label import label_houses, with_load
from gridding.lattice import Ints, Shapes, array_of, lattice_keys, snap
from gridding.linework import NOT_FOUND
from gridding.overlay import Overlay, narrow, overlay
from gridding.segments import edges_of, straight_through, undirected_keys
from gridding.types import Link, Plan, Report
from gridding.village import Village

__all__ = ["refit", "reported", "without_idle_vertices"]


def refit(plan: Plan, village: Village) -> Plan:
    """Give the plan fitted to a village whose boundary was corrected since.

    `plan.grids` are a coverage in the village's plane. What lies inside both stays as it is, point for point; grids
    keep their order, seq is counted anew. Land that was cut off is gone, and grids with it that lay there. Added land
    joins the basic grid with the longest common border (the lowest seq of equal ones), a strip along several grids
    each of them. Parts that a cut separates from their grid and that no link joins to it go to neighbours the same
    way. Only where a hard barrier or a gap leaves no other way, land joins its nearest grid by an automatic link.
    Exclusive grids never grow. An unchanged boundary gives the grids back as they are.

    `report` is that of `check`, with a warning, and its place, for each change. Cost: as `overlay` and `check`.

    Raises: VillageError when no basic grid is left that could hold the land.
    """
    given = plan.grids.sort_values("seq", ignore_index=True)
    shapes = snap(given.geometry.to_numpy())
    land = overlay(shapes, village)
    if not land.changed:
        return reported(given, village, plan.report.links, [])
    basic = np.flatnonzero((given["kind"] == "basic").to_numpy())
    kept = [link for link in plan.report.links if village.boundary.intersects(link.line)]
    home, made = grow(land, basic, [*village.links, *(link.line for link in kept)], village)
    grids = _drawn(given, shapes, land, home, village)
    return reported(grids, village, (*kept, *made), [*_gone(given, shapes, home), *_changes(given, land, home)])


def reported(grids: GeoDataFrame, village: Village, links: Iterable[Link], changes: list[Fault]) -> Plan:
    """Give the plan of these grids, with the labels, loads and report that follow from them, the changes first."""
    labels = label_houses(grids, village.houses)
    grids = with_load(grids, labels, village.houses)
    checked = check(Plan(grids, labels, Report(links=tuple(links))), village)
    report = Report(
        checked.grids,
        checked.mean_load,
        links=checked.links,
        faults=(*changes, *checked.faults),
        barrier_share=checked.barrier_share,
    )
    return Plan(grids, labels, report)


def _drawn(given: GeoDataFrame, shapes: Shapes, land: Overlay, home: Ints, village: Village) -> GeoDataFrame:
    rows = np.unique(home)
    drawn = array_of(shapely.coverage_union_all(land.faces[home == row]) for row in rows)
    drawn = shapely.normalize(without_idle_vertices(drawn, shapes, village))
    table = given.loc[rows, ["kind", "name"]].reset_index(drop=True)
    return GeoDataFrame(
        {"seq": np.arange(1, len(rows) + 1), "kind": table["kind"], "name": table["name"]},
        geometry=drawn,
        crs=village.crs,
    )


def without_idle_vertices(drawn: Shapes, shapes: Shapes, village: Village) -> Shapes:
    """Give the grids without the vertices that noding put into straight borders and where no border ends."""
    vertices = np.vstack([shapely.get_coordinates(shapes), shapely.get_coordinates(village.boundary)])
    known = set(map(tuple, lattice_keys(vertices).tolist()))
    edges, _ = edges_of(drawn)
    _, once = np.unique(undirected_keys(edges), axis=0, return_index=True)
    ends = np.vstack([edges[once], edges[once][:, [2, 3, 0, 1]]])
    needed = ends[~straight_through(ends)][:, :2]
    known |= set(map(tuple, lattice_keys(needed).tolist()))
    thinned = [thin(shape, known) for shape in drawn]
    result = array_of(thinned)
    sound = shapely.is_valid(result).all() and shapely.coverage_is_valid(result)
    return result if sound else drawn


def _gone(given: GeoDataFrame, shapes: Shapes, home: Ints) -> Iterable[Fault]:
    seqs = given["seq"].tolist()
    for row in np.setdiff1d(np.arange(len(given)), home).tolist():
        message = f"grid {seqs[row]} of the plan lies outside the corrected boundary and is left out"
        yield Fault("grid_gone", message, shapes[row], "warning")


def _changes(given: GeoDataFrame, land: Overlay, home: Ints) -> Iterable[Fault]:
    """Give a warning for each piece of land that joined a grid."""
    seq = pd.Series(np.arange(1, len(np.unique(home)) + 1), index=np.unique(home))
    seqs = given["seq"].tolist()
    moved = (land.grid != home) & ~narrow(land.faces)
    for origin, goal in np.unique(np.column_stack([land.grid, home])[moved], axis=0).tolist():
        faces = land.faces[moved & (land.grid == origin) & (home == goal)]
        for piece in shapely.get_parts(shapely.coverage_union_all(faces)):
            if origin == NOT_FOUND:
                yield Fault("land_added", f"{piece.area:.1f} m2 of new land joined grid {seq[goal]}", piece, "warning")
            else:
                message = f"{piece.area:.1f} m2 of grid {seqs[origin]} of the plan went to grid {seq[goal]}"
                yield Fault("part_moved", message, piece, "warning")
