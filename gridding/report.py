"""The report that comes with a divided plan: measures, and a reason for every grid out of tolerance."""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from gridding.bound import least_deviation
from gridding.errors import Fault
from gridding.graph import Graph
from gridding.lattice import Bools, Floats, Shapes
from gridding.segments import distance_at_most, shared_edges
from gridding.types import Link, Reason, ReasonKind, Report, Target
from gridding.village import Village

__all__ = ["compactness", "measure", "measures", "village_warnings"]

# A building may lie over a border by a wall drawn twice, not by a room.
STRADDLE_M2 = 0.1
ROUNDING = 1e-9


def measure(
    grids: GeoDataFrame,
    village: Village,
    graph: Graph,
    target: Target,
    k: int,
    found: tuple[tuple[Reason, ...], tuple[Link, ...], tuple[Fault, ...]],
) -> Report:
    """Give the report of grids (with their loads) that the graph was divided into.

    `found` are the reasons, links and faults known before the grids were drawn; `k` is the number asked for.
    """
    reasons, links, faults = found
    table, mean, share = measures(grids, village)
    basic = int((table["kind"] == "basic").sum())
    bound = least_deviation(graph.load, graph.component, basic)
    reasons = (*reasons, *_too_few(basic, k), *_reasons(table, graph, target.tolerance, bound, mean))
    return Report(table, mean, bound, reasons, links, (*faults, *village_warnings(village)), share)


def measures(grids: GeoDataFrame, village: Village) -> tuple[pd.DataFrame, float, float | None]:
    """Give the table of a report, the mean load of the basic grids, and the share of all borders on barriers.

    `grids` have their loads and share their borders vertex for vertex.
    """
    basic = (grids["kind"] == "basic").to_numpy()
    loads = grids["load"].to_numpy(dtype=np.float64)
    mean = float(loads[basic].sum() / max(1, basic.sum()))
    deviation = np.where(basic & (mean > 0), loads / (mean or 1.0) - 1.0, np.nan)
    deviation[basic & (mean == 0)] = 0.0
    shares, share = _barrier_shares(grids.geometry.to_numpy(), village)
    return _table(grids, deviation, shares), mean, share


def compactness(shapes: Shapes) -> float | None:
    """Give the median Polsby-Popper of polygons, None of none."""
    return float(np.median(_polsby_popper(shapes))) if len(shapes) else None


def _polsby_popper(shapes: Shapes) -> Floats:
    return np.asarray(4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2, dtype=np.float64)


def _table(grids: GeoDataFrame, deviation: Floats, shares: Floats) -> pd.DataFrame:
    shapes = grids.geometry.to_numpy()
    return pd.DataFrame(
        {
            "kind": grids["kind"].to_numpy(),
            "load": grids["load"].to_numpy(),
            "deviation": deviation,
            "polsby_popper": _polsby_popper(shapes),
            "hull_ratio": shapely.area(shapes) / shapely.area(shapely.convex_hull(shapes)),
            "barrier_share": shares,
        },
        index=pd.Index(grids["seq"].to_numpy(), name="seq"),
    )


def _barrier_shares(shapes: Shapes, village: Village) -> tuple[Floats, float | None]:
    """Give for each grid, and for all, the share of the inner border that lies on barriers."""
    edges = shared_edges(shapes)
    lines = np.concatenate([village.hard, village.soft])
    on_line = distance_at_most(lines, edges.middle) >= 0
    ends = np.concatenate([edges.first, edges.second])
    whole = np.bincount(ends, weights=np.tile(edges.length_m, 2), minlength=len(shapes))
    along = np.bincount(ends, weights=np.tile(edges.length_m * on_line, 2), minlength=len(shapes))
    shares = np.divide(along, whole, out=np.full(len(shapes), np.nan), where=whole > 0)
    return shares, float(along.sum() / whole.sum()) if whole.sum() else None


def _too_few(grids: int, k: int) -> list[Reason]:
    if grids >= k:
        return []
    return [Reason("too_few_atoms", f"{k} grids were asked for, the land can be cut into {grids} with load", None, 0.0)]


def _reasons(table: pd.DataFrame, graph: Graph, tolerance: float, bound: float, mean: float) -> list[Reason]:
    deviation = table["deviation"].to_numpy()
    # Exactly on the tolerance is within it, whatever a division rounds to.
    out = np.flatnonzero(np.abs(deviation) > tolerance + ROUNDING)
    if not len(out):
        return []
    seqs = table.index.to_numpy()[out].tolist()
    reasons = []
    for seq, share in zip(seqs, deviation[out].tolist(), strict=True):
        kind, message = _cause(graph, tolerance, bound, mean, share)
        reasons.append(Reason(kind, f"grid {seq} deviates by {share:+.1%}: {message}", seq, bound))
    return reasons


def _cause(graph: Graph, tolerance: float, bound: float, mean: float, share: float) -> tuple[ReasonKind, str]:
    heaviest = int(graph.load.max(initial=0))
    if heaviest > mean * (1 + tolerance) and share < 0:
        return "heavy_atom", f"an atom with a load of {heaviest} elsewhere leaves less than {mean:.0f} for each other"
    if heaviest > mean * (1 + tolerance):
        return "heavy_atom", f"one atom has a load of {heaviest}, more than a grid of {mean:.0f} may have"
    if bound <= tolerance:
        return "not_found", "no better plan was found; the bound does not exclude one"
    together = np.zeros(len(graph.load), dtype=np.int64)
    if least_deviation(graph.load, together, round(graph.load.sum() / mean)) <= tolerance:
        return "component", "land on the other side of a barrier must have grids of its own"
    return "granularity", "the loads of the atoms cannot be added up nearer to the mean"


def village_warnings(village: Village) -> list[Fault]:
    """Give the houses outside the village and the footprints that reach over its border or a hard barrier."""
    inside = village.inside
    faults = []
    for row in np.flatnonzero(~inside).tolist():
        message = f"house {village.houses.at[row, 'id']!r} lies outside the village"
        faults.append(Fault("house_outside", message, village.places[row], "warning"))
    shapes = village.houses.geometry.to_numpy()
    areal = np.flatnonzero(inside & (shapely.get_dimensions(shapes) == 2))
    if not len(areal):
        return faults
    over = shapely.area(shapes[areal]) - shapely.area(shapely.intersection(shapes[areal], village.boundary))
    crossing = _crossed(shapes[areal], village.hard) | _crossed(shapes[areal], village.exclusive)
    for row, outside_m2, crossed in zip(areal.tolist(), over.tolist(), crossing.tolist(), strict=True):
        if outside_m2 > STRADDLE_M2 or crossed:
            what = "the village border" if outside_m2 > STRADDLE_M2 else "a hard barrier or an exclusive grid"
            message = f"the footprint of house {village.houses.at[row, 'id']!r} reaches over {what}"
            faults.append(Fault("footprint_straddles", message, village.places[row], "warning"))
    return faults


def _crossed(shapes: Shapes, lines: Shapes) -> Bools:
    crossed = np.zeros(len(shapes), dtype=bool)
    if len(shapes) and len(lines):
        outlines = shapely.boundary(lines) if shapely.get_dimensions(lines[0]) == 2 else lines
        crossed[np.unique(shapely.STRtree(outlines).query(shapes, predicate="crosses")[0])] = True
    return crossed
