"""The faults of a plan, each with its place. Nothing of the code that divides is used here."""

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from gridding.check_cover import connection_faults, cover_faults, exclusive_faults, shape_faults
from gridding.check_houses import atom_faults, footprint_faults, house_faults, load_faults, locate
from gridding.errors import Fault
from gridding.types import Plan, Report
from gridding.village import Village

__all__ = ["check"]

COLUMNS = {"seq", "kind", "geometry"}
ON_BARRIER_M = 1e-5


def check(plan: Plan, village: Village) -> Report:
    """Give the report of a plan, divided or drawn by hand, with every fault found.

    The grids must fill the village without gap, overlap or sliver and share their borders vertex for vertex; each is
    valid, not empty, and connected without crossing a hard barrier except over a link (given with the village, or
    listed in `plan.report.links`); every house lies in one grid; loads are conserved; exclusive grids are as given; no
    footprint and no given atom is cut. Deviations are from the mean of the basic grids.

    Kinds of fault: columns, seq, empty, invalid, type, sliver, gap, outside, overlap, border_mismatch, disconnected,
    exclusive_changed, exclusive_missing, exclusive_unknown, house_lost, house_twice, label_wrong, load_wrong,
    footprint_cut, atom_cut; warnings: house_outside, footprint_straddles, tie_split.

    Cost: one overlay per pair of neighbouring grids, n log n in houses.
    """
    faults = _column_faults(plan.grids)
    if not faults:
        faults = shape_faults(plan.grids)
    if faults:
        return Report(links=plan.report.links, faults=tuple(faults))
    seq_of_house = locate(plan.grids, village)
    faults = [
        *cover_faults(plan.grids, village),
        *connection_faults(plan, village),
        *exclusive_faults(plan.grids, village),
        *house_faults(plan, village, seq_of_house),
        *load_faults(plan.grids, village, seq_of_house),
        *footprint_faults(plan.grids, village, seq_of_house),
        *atom_faults(plan.grids, village),
    ]
    return _measured(plan, village, seq_of_house, faults)


def _column_faults(grids: GeoDataFrame) -> list[Fault]:
    missing = sorted(COLUMNS - set(grids.columns))
    if missing:
        return [Fault("columns", f"grids have no column {', '.join(missing)}")]
    twice = grids.loc[grids["seq"].duplicated(), "seq"].tolist()
    return [Fault("seq", f"seq {seq} is given twice") for seq in twice]


def _measured(plan: Plan, village: Village, seq_of_house: "pd.Series[int]", faults: list[Fault]) -> Report:
    grids = plan.grids.set_index("seq").sort_index()
    loads = village.houses.set_index("id")["load"].reindex(seq_of_house.index)
    load = loads.groupby(seq_of_house).sum().reindex(grids.index, fill_value=0).astype("int64")
    basic = grids["kind"] == "basic"
    mean = float(load[basic].mean()) if basic.any() else 0.0
    inner = grids.geometry.boundary.difference(village.boundary.boundary.buffer(ON_BARRIER_M))
    barriers = shapely.union_all([*village.hard, *village.soft]).buffer(ON_BARRIER_M)
    on_barrier = inner.intersection(barriers).length
    table = pd.DataFrame(
        {
            "kind": grids["kind"],
            "load": load,
            "deviation": ((load / mean - 1) if mean else load * 0.0).where(basic),
            "polsby_popper": grids.geometry.map(_polsby_popper),
            "hull_ratio": grids.geometry.map(_hull_ratio),
            "barrier_share": (on_barrier / inner.length.where(inner.length > 0)),
        }
    )
    share = float(on_barrier.sum() / inner.length.sum()) if inner.length.sum() else None
    return Report(table, mean, links=plan.report.links, faults=tuple(faults), barrier_share=share)


def _polsby_popper(shape: BaseGeometry) -> float:
    # A disc with the outline's length is the best any shape can be.
    disc_m2 = shape.length**2 / (4 * 3.141592653589793)
    return float(shape.area / disc_m2)


def _hull_ratio(shape: BaseGeometry) -> float:
    return float(shape.area / shape.convex_hull.area)
