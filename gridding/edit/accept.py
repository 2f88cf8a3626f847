"""What every edit goes through: is the changed neighbourhood still a sound coverage, and what follows from it."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from gridding.check_cover import connection_faults, shape_faults
from gridding.check_houses import atom_faults, footprint_faults, tie_faults
from gridding.edit.hood import houses_at, nearby, with_exclusive
from gridding.edit.intact import coverage_faults, new_lines
from gridding.edit.land import Redrawn, array_of, neighbours, shapes_by_seq
from gridding.errors import EditError, Fault
from gridding.label import label_houses, with_load
from gridding.report import measures
from gridding.types import Plan, Report
from gridding.village import Village

__all__ = ["accept", "refuse", "whole"]

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
    faults = [*shape_faults(_frame(plan, redrawn, sorted(after)))]
    faults = faults or [*coverage_faults(before, redrawn, village)]
    if faults:
        raise EditError(faults)
    kept = [seq for seq in before if seq not in redrawn.gone]
    grids = _frame(plan, redrawn, [*kept, *sorted(set(after) - set(before))])
    labels = _labels(plan, grids, village, redrawn)
    return _reported(with_load(grids, labels, village.houses), labels, village, plan.report)


def _frame(plan: Plan, redrawn: Redrawn, seqs: list[int]) -> GeoDataFrame:
    kinds = dict(zip(plan.grids["seq"], plan.grids["kind"], strict=True))
    names = dict(zip(plan.grids["seq"], plan.grids["name"], strict=True)) | redrawn.names
    shapes = shapes_by_seq(plan) | redrawn.shapes
    return GeoDataFrame(
        {
            "seq": np.array(seqs, dtype=np.int64),
            "kind": [kinds.get(seq, "exclusive" if seq in redrawn.names else "basic") for seq in seqs],
            "name": pd.Series([names.get(seq) for seq in seqs], dtype=object),
        },
        geometry=array_of([shapes[seq] for seq in seqs]),
        crs=plan.grids.crs,
    )


def _labels(plan: Plan, grids: GeoDataFrame, village: Village, redrawn: Redrawn) -> "pd.Series[int]":
    """Give the labels after the edit, having looked at every building that it could change.

    Raises: EditError for what the new borders cut or cut off.
    """
    drawn = sorted(redrawn.shapes)
    shapes = dict(zip(grids["seq"].tolist(), grids.geometry, strict=True))
    local = grids[grids["seq"].isin([*drawn, *neighbours(shapes, drawn, set(shapes) - set(drawn))])]
    rows = houses_at(list(redrawn.shapes.values()), village)
    fresh = label_houses(local, village.houses.iloc[rows])
    changed = local[local["seq"].isin(drawn)]
    land = shapely.geometrycollections(changed.geometry.to_numpy())
    lines = new_lines(shapes_by_seq(plan), redrawn)
    near = nearby(with_exclusive(village, Plan(grids)), rows, lines, land)
    faults = [
        *connection_faults(Plan(changed, report=plan.report), near),
        *footprint_faults(local, near, fresh),
        *atom_faults(local, near),
        *_lost_faults(plan.labels, fresh, village, rows.tolist()),
    ]
    faults = [fault for fault in faults if fault.severity == "fault"]
    if faults:
        raise EditError(faults)
    labels = plan.labels.copy()
    labels.loc[fresh.index] = fresh
    return labels


def _lost_faults(
    labels: "pd.Series[int]", fresh: "pd.Series[int]", village: Village, rows: list[int]
) -> Iterable[Fault]:
    ids = village.houses["id"].to_numpy()[rows]
    changed = np.flatnonzero(np.isin(ids, labels.index.to_numpy()) != np.isin(ids, fresh.index.to_numpy()))
    for row in changed.tolist():
        message = f"house {ids[row]!r} stands on the village border just where the edit puts a vertex into it"
        yield Fault("house_on_border", message, village.places[rows[row]])


def _reported(grids: GeoDataFrame, labels: "pd.Series[int]", village: Village, before: Report) -> Plan:
    table, mean, share = measures(grids, village)
    of_village = [fault for fault in before.faults if fault.kind in OF_VILLAGE]
    ties = tie_faults(village, labels) if village.houses["tie"].notna().any() else ()
    return Plan(
        grids,
        labels,
        Report(table, mean, links=before.links, faults=(*of_village, *ties), barrier_share=share),
    )
