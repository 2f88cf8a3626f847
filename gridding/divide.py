"""From a village and a target to a plan."""

from dataclasses import replace

import numpy as np
import pandas as pd

from gridding.allocate import choose_k
from gridding.atoms import build_atoms
from gridding.dissolve import dissolve
from gridding.graph import Graph, build_graph, join_components
from gridding.lattice import Ints
from gridding.linework import first_covering
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

    Borders between grids are smoothed where no building changes sides by it.

    Cost: n log n in the number of buildings.
    Limit: a building within two micrometres of the village border may count as outside. The search is local:
    `report.bound` tells how far from the best a plan can be.
    """
    atoms = build_atoms(village)
    total = int(atoms.load.sum())
    k, reasons = choose_k(atoms.load, target)
    graph = build_graph(atoms, village)
    graph, links = join_components(graph, atoms, total / k / 2, k)
    raw = dissolve(atoms, _solve_basic(graph, k, target.tolerance), village)
    cover = smooth(raw, village, links)
    held = first_covering(cover.shapes, village.places)
    grids = cover.table(_sums(village.loads, held, len(cover.shapes)), village)
    drawn = tuple(Link(line, False, "given") for line in village.links)
    report = measure(grids, village, graph, target, k, (reasons, (*drawn, *links), atoms.warnings))
    report = replace(report, raw_compactness=compactness(raw.shapes[raw.basic]))
    return Plan(grids, _labels(village, held), report)


def _sums(loads: Ints, held: Ints, grids: int) -> Ints:
    """Give the load of each grid; `held` is the row of the grid of each building."""
    total = np.zeros(grids, dtype=np.int64)
    np.add.at(total, held[held >= 0], loads[held >= 0])
    return total


def _labels(village: Village, held: Ints) -> "pd.Series[int]":
    """Give house id -> seq."""
    ids = village.houses["id"].array[held >= 0]
    return pd.Series(held[held >= 0] + 1, index=pd.Index(ids, name="id"), name="seq")


def _solve_basic(graph: Graph, k: int, tolerance: float) -> Ints:
    """Give the grid of each atom; where no atom has a load, each counts alike."""
    if not len(graph.load):
        return graph.load
    weight = graph.load if graph.load.any() else np.ones_like(graph.load)
    return solve(graph, weight, min(k, int((weight > 0).sum())), tolerance)
