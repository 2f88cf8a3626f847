"""From a village and a target to a plan."""

from dataclasses import replace

import numpy as np

from gridding.allocate import choose_k
from gridding.atoms import build_atoms
from gridding.dissolve import dissolve
from gridding.graph import Graph, build_graph, join_components
from gridding.label import label_houses, with_load
from gridding.lattice import Ints
from gridding.report import compactness, measure
from gridding.smooth import smooth
from gridding.solve import solve
from gridding.types import Link, Plan, Target
from gridding.village import Village

__all__ = ["divide"]


def divide(village: Village, target: Target) -> Plan:
    """Give a plan of connected, balanced, compact grids that fills the village exactly.

    Every village that could be constructed is answered; what the target asks and the land does not allow stands in
    `plan.report.reasons`. The same village gives the same bytes, whatever the order of its rows.

    Cost: n log n in the number of buildings; noding the cell borders is most of it.
    Limit: a building within two micrometres of the village border may count as outside. The search is local:
    `report.bound` tells how far from the best a plan can be.
    """
    atoms = build_atoms(village)
    total = int(atoms.load.sum())
    k, reason = choose_k(total, target)
    graph = build_graph(atoms, village)
    graph, links = join_components(graph, atoms, total / k / 2, k)
    grids = dissolve(atoms, _solve_basic(graph, k, target.tolerance), village)
    raw_compactness = compactness(grids)
    grids = smooth(grids, village, links)
    labels = label_houses(grids, village.houses)
    grids = with_load(grids, labels, village.houses)
    reasons = (reason,) if reason else ()
    drawn = tuple(Link(line, False, "given") for line in village.links)
    report = measure(grids, village, graph, target, k, (reasons, (*drawn, *links), atoms.warnings))
    return Plan(grids, labels, replace(report, raw_compactness=raw_compactness))


def _solve_basic(graph: Graph, k: int, tolerance: float) -> Ints:
    """Give the grid of each atom; where no atom has a load, each counts alike."""
    if not len(graph.load):
        return graph.load
    weight = graph.load if graph.load.any() else np.ones_like(graph.load)
    return solve(graph, weight, min(k, int((weight > 0).sum())), tolerance)
