"""The plan in force brought back into its band: as few households as possible get another grid."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from gridding.allocate import share_out
from gridding.bound import least_deviation
from gridding.compare import Diff, compare
from gridding.cut_atoms import CutAtoms, cut_atoms
from gridding.errors import Fault, GriddingError
from gridding.graph import Graph, build_graph
from gridding.label import label_houses, with_load
from gridding.lattice import Bools, Ints, Shapes, array_of, snap
from gridding.linework import NOT_FOUND, first_covering
from gridding.overlay import narrow
from gridding.redraw import redraw, with_new_rows
from gridding.refit import reported
from gridding.reshape import reshape
from gridding.segments import crossed_borders, shared_edges
from gridding.shift import Ranges, Shift
from gridding.types import Link, Plan, Reason, ReasonKind, Target
from gridding.village import Village

__all__ = ["RebalanceError", "narrowed", "rebalance"]

# Grids so many steps from one out of its band are cut into atoms first: chains of moves are rarely longer.
STEPS = 2


class RebalanceError(GriddingError):
    """The plan does not fit the village, or what shall be locked is not in it."""


@dataclass(frozen=True)
class _Force:
    """The grids in force by row, with today's loads: what may change, and what each may have.

    `at` is the row of the grid that holds each house, NOT_FOUND for none; `locked` the ids of locked houses.
    """

    grids: GeoDataFrame
    shapes: Shapes
    basic: Bools
    at: Ints
    ranges: Ranges
    links: tuple[Link, ...]
    locked: frozenset[str]


def rebalance(plan: Plan, village: Village, target: Target, locked: Iterable[int | str] = ()) -> tuple[Plan, Diff]:
    """Give the plan in force with every basic grid back in the band, as few households moved as were found, and a diff.

    A grid acts only when its load lies outside `target.band`; a planner who wants to stay within a share of the mean
    gives that as the band (`narrowed`). `target.load` and `target.k` play no part, `target.tolerance` only between the
    halves of a grid that is split. First a minimum-cost flow tells how much shall cross which border, chains of grids
    included; the atoms at that border carry it. A grid is split, or ends and leaves its land to its neighbours, where
    that moves less, or brings loads nearer to the band. Where the band cannot be reached, `report.reasons` say why,
    with the bound that no plan of as many grids could beat.

    `plan.grids` fill the village (`refit` a plan first whose boundary was corrected). `locked`: seqs of grids that
    neither give nor take, and ids of houses that stay in their grid. Exclusive grids never change. Atoms are the cells
    of the buildings inside each grid, so that a border that need not move stays, vertex for vertex; a grid that nothing
    touches keeps its bytes, and where nothing is to be done, all do. Buildings tied in one grid stay together. Grids
    keep their seq; new ones get the next free.

    Raises: RebalanceError when the plan does not fill the village, or a locked grid or house is unknown.
    Cost: that of `build_atoms` for the grids out of band and those around them, and one `check`.
    Limit: in villages of a dozen atoms no plan of as many grids moves fewer; in larger ones the moves are found by
    local search and not proved to be the fewest. A new building that stands on a border in force stays cut by it, a
    `footprint_cut` in `report.faults`; buildings of one tie that lie in two grids stay apart. A grid that keeps its
    land gets a vertex where a moved border ends in the middle of one of its edges.
    """
    force = _in_force(plan, village, target, locked)
    if force.ranges.miss(force.grids["load"].to_numpy()) == 0:
        after = _finished(force.grids, force, village, target, None)
        return after, compare(plan, after, village)
    near = _near(force)
    found = _moved(force, np.flatnonzero(near), village, target)
    if found.miss > 0 and not near[force.ranges.open].all():
        found = _moved(force, np.flatnonzero(force.ranges.open), village, target)
    grids = redraw(found.table, force.grids, force.shapes, found.cut, found.label, village)
    after = _finished(grids, force, village, target, found)
    return after, compare(plan, after, village)


def narrowed(plan: Plan, village: Village, target: Target) -> Target:
    """Give the target with its band narrowed to its tolerance around the mean load that basic grids have today.

    What is left of the band outside that stays out; the band stays as it is where nothing else would be left.
    """
    labels = label_houses(plan.grids, village.houses)
    grids = with_load(plan.grids, labels, village.houses)
    mean = float(grids.loc[grids["kind"] == "basic", "load"].mean())
    lowest = max(target.band[0], math.ceil(mean * (1 - target.tolerance)))
    highest = min(target.band[1], math.floor(mean * (1 + target.tolerance)))
    if lowest > highest:
        return target
    return replace(target, load=min(max(round(mean), lowest), highest), band=(lowest, highest))


def _in_force(plan: Plan, village: Village, target: Target, locked: Iterable[int | str]) -> _Force:
    given = plan.grids.sort_values("seq", ignore_index=True)
    shapes = snap(given.geometry.to_numpy())
    names = list(locked)
    faults = [*_misfits(shapes, village), *_unknown(names, given, village)]
    if faults:
        raise RebalanceError(faults)
    labels = label_houses(given, village.houses)
    row_of_seq = pd.Series(np.arange(len(given)), index=given["seq"])
    at = row_of_seq.reindex(labels.reindex(village.houses["id"])).fillna(NOT_FOUND).to_numpy(dtype=np.int64)
    grids = with_load(given, labels, village.houses)
    basic = (given["kind"] == "basic").to_numpy()
    is_open = basic & ~given["seq"].isin([name for name in names if not isinstance(name, str)]).to_numpy()
    lowest, highest = target.band
    ranges = Ranges(
        np.where(is_open, lowest, 0), np.where(is_open, highest, village.loads.sum()).astype(np.int64), is_open
    )
    houses = frozenset(name for name in names if isinstance(name, str))
    return _Force(grids, shapes, basic, at, ranges, plan.report.links, houses)


def _misfits(shapes: Shapes, village: Village) -> Iterable[Fault]:
    together = shapely.union_all(shapes)
    for rest in (village.boundary - together, together - village.boundary):
        parts = shapely.get_parts(rest)
        for part in parts[~narrow(parts)]:
            message = f"the plan misses the village by {part.area:.1f} m2: refit it first"
            yield Fault("misfit", message, part)
    if not shapely.is_empty(crossed_borders(shapes, village.boundary)).all():
        yield Fault("misfit", "the grids of the plan do not share their borders exactly", village.boundary)


def _unknown(names: list[int | str], given: GeoDataFrame, village: Village) -> Iterable[Fault]:
    known = {*given["seq"].tolist(), *village.houses["id"].tolist()}
    return [
        Fault("locked_unknown", f"{name!r} is locked, but no grid or house of the plan")
        for name in names
        if name not in known
    ]


def _near(force: _Force) -> Bools:
    """Give the open grids that lie few steps from one out of its band."""
    edges = shared_edges(force.shapes)
    count = len(force.shapes)
    is_open = force.ranges.open
    walkable = is_open[edges.first] & is_open[edges.second]
    pairs = np.unique(np.column_stack([edges.first, edges.second])[walkable], axis=0)
    steps = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count)).tocsr()
    load = force.grids["load"].to_numpy()
    out = np.flatnonzero(is_open & ((load < force.ranges.low) | (load > force.ranges.high)))
    distance = dijkstra(steps, directed=False, indices=out, unweighted=True, min_only=True)
    return np.asarray(is_open & (distance <= STEPS), dtype=bool)


@dataclass(frozen=True, eq=False)
class _Found:
    """Where the search ended: atoms, the graph they moved on, the row of the new grid of each, and the table by row."""

    cut: CutAtoms
    graph: Graph
    label: Ints
    miss: int
    table: pd.DataFrame


def _moved(force: _Force, active: Ints, village: Village, target: Target) -> _Found:
    cut = cut_atoms(force.shapes, force.basic, force.at, active, village)
    graph = _connected(build_graph(cut.atoms, village), cut, force.links)
    fixed = ~np.isin(cut.grid, active)
    held = village.houses["id"].isin(force.locked).to_numpy()
    atom_of_house = np.append(cut.atoms.atom, NOT_FOUND)[first_covering(cut.atoms.faces, village.places[held])]
    fixed[atom_of_house[atom_of_house >= 0]] = True
    start = Shift(graph, cut.grid, fixed, cut.grid, len(force.shapes))
    ranges = replace(force.ranges, open=force.ranges.open & np.isin(np.arange(len(force.shapes)), active))
    end, reached = reshape(start, ranges, target.band, target.tolerance)
    label = np.array(end.label, dtype=np.int64)
    return _Found(cut, graph, label, reached.miss(end.load), with_new_rows(force.grids, len(end.members)))


def _connected(graph: Graph, cut: CutAtoms, links: Iterable[Link]) -> Graph:
    """Give the graph with the atoms that links join made neighbours, and what still parts a grid in force bridged."""
    ends = [shapely.get_point(link.line, end) for link in links for end in (0, -1)]
    face = first_covering(cut.atoms.faces, array_of(ends))
    pairs = np.append(cut.atoms.atom, NOT_FOUND)[face].reshape(-1, 2)
    graph = graph.with_pairs(pairs[(pairs >= 0).all(axis=1) & (pairs[:, 0] != pairs[:, 1])])
    own = cut.grid[graph.atom] == cut.grid[graph.other]
    count = len(graph.load)
    within = coo_array((np.ones(own.sum()), (graph.atom[own], graph.other[own])), shape=(count, count))
    part = connected_components(within, directed=False)[1]
    first_of_part = np.unique(part, return_index=True)[1]
    first_of_grid = dict(zip(*(values.tolist() for values in np.unique(cut.grid, return_index=True)), strict=True))
    bridges = [(first_of_grid[int(cut.grid[atom])], int(atom)) for atom in first_of_part]
    return graph.with_pairs(np.array([pair for pair in bridges if pair[0] != pair[1]], dtype=np.int64).reshape(-1, 2))


def _finished(grids: GeoDataFrame, force: _Force, village: Village, target: Target, found: _Found | None) -> Plan:
    """Give the plan of these grids with its report, and a reason for each basic grid that is out of the band."""
    plan = reported(grids[["seq", "kind", "name", "geometry"]], village, force.links, [])
    lowest, highest = target.band
    basic = plan.grids[plan.grids["kind"] == "basic"]
    out = basic[(basic["load"] < lowest) | (basic["load"] > highest)]
    bound, whole = 0.0, None
    if found is not None and len(out):
        bound = least_deviation(found.graph.load, found.graph.component, len(basic))
        whole = share_out(int(basic["load"].sum()), target)[1]
    reasons = [whole] if whole else []
    for seq, load in zip(out["seq"].tolist(), out["load"].tolist(), strict=True):
        kind, cause = _cause(seq, force, target, found)
        reasons.append(
            Reason(kind, f"grid {seq} has a load of {load}, outside {lowest}-{highest}: {cause}", seq, bound)
        )
    warnings = found.cut.atoms.warnings if found else ()
    report = replace(plan.report, bound=bound, reasons=tuple(reasons), faults=(*plan.report.faults, *warnings))
    return replace(plan, report=report)


def _cause(seq: int, force: _Force, target: Target, found: _Found | None) -> tuple[ReasonKind, str]:
    closed = force.grids.loc[~force.ranges.open, "seq"].tolist()
    if found is None or seq in closed:
        return "locked", "it is locked"
    lowest, highest = target.band
    row = found.table.index[found.table["seq"] == seq][0]
    heaviest = int(found.graph.load[found.label == row].max())
    if heaviest > highest:
        return "heavy_atom", f"one atom has a load of {heaviest}"
    together = _load_within_reach(int(row), force, found)
    if not any(grids * lowest <= together <= grids * highest for grids in range(1, len(found.table) + 1)):
        return "component", f"the grids that can take from it or give to it have a load of {together} together"
    return "not_found", "no better plan was found; the bound does not exclude one"


def _load_within_reach(row: int, force: _Force, found: _Found) -> int:
    """Give the load of all atoms that a grid can be reached from without crossing a locked one."""
    graph, is_open = found.graph, force.ranges.open[found.cut.grid]
    walkable = is_open[graph.atom] & is_open[graph.other]
    count = len(graph.load)
    ways = (graph.atom[walkable], graph.other[walkable])
    part = connected_components(coo_array((np.ones(walkable.sum()), ways), shape=(count, count)), directed=False)[1]
    return int(graph.load[part == part[found.label == row][0]].sum())
