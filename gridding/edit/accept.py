"""What every edit goes through: is the changed neighbourhood still a sound coverage, and what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from gridding.check_cover import connection_faults
from gridding.check_houses import atom_faults, footprint_faults, tie_faults
from gridding.edit.hood import houses_at, nearby, with_exclusive
from gridding.edit.intact import new_lines, redrawn_faults
from gridding.edit.land import Redrawn, neighbours, shapes_by_seq
from gridding.errors import EditError, Fault
from gridding.label import label_houses, with_load
from gridding.lattice import Ints, array_of
from gridding.linework import NOT_FOUND, first_covering
from gridding.report import measures
from gridding.types import Plan, Report
from gridding.village import Village

__all__ = ["accept", "refuse", "reported", "whole"]

COLUMNS = ("seq", "kind", "name", "load")
# What the report of a plan says about the village, not about its grids.
OF_VILLAGE = ("house_outside", "footprint_straddles", "tie_apart")


def refuse(kind: str, message: str, where: BaseGeometry) -> EditError:
    """Give the error of an edit with one fault."""
    return EditError([Fault(kind, message, where)])


def whole(plan: Plan, village: Village) -> Plan:
    """Give the plan with names, labels and loads, which one drawn by hand may lack."""
    grids = plan.grids if "name" in plan.grids.columns else plan.grids.assign(name=None)
    labels = plan.labels if len(plan.labels) else label_houses(grids, village.houses)
    if "load" not in grids.columns:
        grids = with_load(grids, labels, village.houses)
    return Plan(grids, labels, plan.report)


def accept(plan: Plan, village: Village, redrawn: Redrawn) -> Plan:
    """Give the plan with grids redrawn: they get loads, labels and measures, all others stay as they are.

    `plan` is `whole` and sound. Only the grids redrawn, those beside them, and the buildings there are looked at.

    Raises: EditError with every fault that the edit would make: empty, type, invalid, sliver; else border_crossed,
    village_border, narrow; else disconnected, footprint_cut, atom_cut, house_on_border.
    """
    before, after = shapes_by_seq(plan), redrawn.shapes
    faults = redrawn_faults(before, redrawn, village)
    if faults:
        raise EditError(faults)
    grids = _frame(plan, redrawn)
    moved = _housed(grids, sorted(after), village)
    faults = [*_cut_faults(plan, village, redrawn, grids, moved), *_lost_faults(plan.labels, village, moved)]
    if faults:
        raise EditError(faults)
    load = grids["load"].to_numpy().copy()
    for row in np.flatnonzero(grids["seq"].isin(list(after))).tolist():
        load[row] = village.loads[moved.houses[moved.seq == grids["seq"].iat[row]]].sum()
    grids["load"] = load
    values = plan.labels.to_numpy().copy()
    position = plan.labels.index.get_indexer(pd.Index(village.houses["id"].to_numpy()[moved.houses]))
    values[position[position >= 0]] = moved.seq[position >= 0]
    labels = pd.Series(values, index=plan.labels.index, name="seq")
    return reported(grids, labels, village, plan.report)


@dataclass(frozen=True)
class _Housed:
    """Houses by row of the village, and the seq of the grid that holds each, NOT_FOUND for none."""

    houses: Ints
    seq: Ints


def _frame(plan: Plan, redrawn: Redrawn) -> GeoDataFrame:
    """Give the grids as redrawn, new ones behind all others, with the loads they had."""
    before = {row[0]: row[1:] for row in zip(*(plan.grids[name].tolist() for name in COLUMNS), strict=True)}
    new = sorted(set(redrawn.shapes) - set(before))
    seqs = [*(seq for seq in before if seq not in redrawn.gone), *new]
    for seq in new:
        before[seq] = ("exclusive" if seq in redrawn.names else "basic", redrawn.names.get(seq), 0)
    shapes = shapes_by_seq(plan) | redrawn.shapes
    return GeoDataFrame(
        {
            "seq": np.array(seqs, dtype=np.int64),
            "kind": [before[seq][0] for seq in seqs],
            "name": pd.Series([before[seq][1] for seq in seqs], dtype=object),
            "load": np.array([before[seq][2] for seq in seqs], dtype=np.int64),
        },
        geometry=array_of([shapes[seq] for seq in seqs]),
        crs=plan.grids.crs,
    )


def _housed(grids: GeoDataFrame, drawn: list[int], village: Village) -> _Housed:
    """Give the houses in and beside the grids drawn, located as `label_houses` does."""
    shapes = dict(zip(grids["seq"].tolist(), grids.geometry.to_numpy(), strict=True))
    rows = houses_at([shapes[seq] for seq in drawn], village)
    near = sorted([*drawn, *neighbours(shapes, drawn, set(shapes) - set(drawn))])
    found = first_covering(array_of([shapes[seq] for seq in near]), village.places[rows])
    return _Housed(rows, np.append(np.array(near, dtype=np.int64), NOT_FOUND)[found])


def _cut_faults(plan: Plan, village: Village, redrawn: Redrawn, grids: GeoDataFrame, moved: _Housed) -> list[Fault]:
    """Give what new borders cut or cut off: land of a grid, buildings, given atoms."""
    shapes = list(redrawn.shapes.values())
    lines = new_lines(shapes_by_seq(plan), redrawn)
    near, rows = nearby(with_exclusive(village, Plan(grids)), moved.houses, lines, shapely.geometrycollections(shapes))
    held = dict(zip(moved.houses.tolist(), moved.seq.tolist(), strict=True))
    seq_of_house = pd.Series(
        {identity: held[row] for identity, row in zip(near.houses["id"], rows.tolist(), strict=True)}, dtype="int64"
    )
    faults = [
        *connection_faults(Plan(grids[grids["seq"].isin(list(redrawn.shapes))], report=plan.report), near),
        *footprint_faults(grids, near, seq_of_house[seq_of_house != NOT_FOUND]),
        *atom_faults(grids, near),
    ]
    return [fault for fault in faults if fault.severity == "fault"]


def _lost_faults(labels: "pd.Series[int]", village: Village, moved: _Housed) -> Iterable[Fault]:
    ids = village.houses["id"].to_numpy()[moved.houses]
    changed = (labels.index.get_indexer(pd.Index(ids)) < 0) != (moved.seq == NOT_FOUND)
    for row in np.flatnonzero(changed).tolist():
        message = f"house {ids[row]!r} stands on the village border just where the edit puts a vertex into it"
        yield Fault("house_on_border", message, village.places[moved.houses[row]])


def reported(grids: GeoDataFrame, labels: "pd.Series[int]", village: Village, before: Report) -> Plan:
    """Give the plan of grids with their loads and labels, measured; links and what is said of the village stay."""
    table, mean, share = measures(grids, village)
    of_village = [fault for fault in before.faults if fault.kind in OF_VILLAGE]
    ties = tie_faults(village, labels) if village.houses["tie"].notna().any() else ()
    return Plan(
        grids,
        labels,
        Report(table, mean, links=before.links, faults=(*of_village, *ties), barrier_share=share),
    )
