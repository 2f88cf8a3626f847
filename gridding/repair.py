"""A plan drawn by hand: what is wrong with it, and the repair proposed, with the land that changes hands."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from gridding.check import check
from gridding.claims import Standing, settle
from gridding.dissolve import reading_order
from gridding.drawn_faults import DrawnFault, land_faults
from gridding.errors import Fault, RepairError
from gridding.label import label_houses, with_load
from gridding.lattice import Bools, Ints, Shapes, snap
from gridding.near_miss import close_near_misses
from gridding.overlay import narrow
from gridding.refit import without_idle_vertices
from gridding.segments import rings_of
from gridding.types import Plan
from gridding.validate import AREAL, is_finite
from gridding.village import Village

__all__ = ["Proposal", "examine"]

KINDS = ("basic", "exclusive")
# What rounding may leave of a village.
LEFT_M2 = 1.0
MOST_NEAR_M = 20.0


@dataclass(frozen=True, eq=False)
class Proposal:
    """The faults of a drawn plan, each with its place, and the plan with all of them repaired.

    `faults` come largest first, near misses last. `moved_m2` is the land that changes hands, `moved_share` its share
    of the village; above `most_share` the repair is `refused`. `remaining` are faults that the repair leaves, as
    `check` tells them: a footprint cut by a drawn border, a grid in two parts.
    """

    faults: tuple[DrawnFault, ...]
    repaired: Plan
    moved_m2: float
    moved_share: float
    most_share: float

    @property
    def refused(self) -> bool:
        """Whether more land would change hands than is allowed."""
        return self.moved_share > self.most_share

    @property
    def remaining(self) -> tuple[Fault, ...]:
        """The faults and warnings of the repaired plan."""
        return self.repaired.report.faults

    @property
    def plan(self) -> Plan:
        """The repaired plan.

        Raises: RepairError with all faults when the repair is refused: what was drawn is not this village's plan.
        """
        if self.refused:
            share = f"{self.moved_share:.1%} of the village would change hands, more than {self.most_share:.1%}"
            raise RepairError([Fault("repair_too_large", share), *self.faults])
        return self.repaired


def examine(
    drawn: GeoDataFrame,
    village: Village,
    neighbours: GeoSeries | None = None,
    near_m: float = 1.0,
    most_share: float = 0.05,
) -> Proposal:
    """Give the faults of grids drawn in any GIS, measured against the village, and the repair proposed.

    `drawn`: polygons in the village's plane, with seq, kind and name where known (kind is basic by default; seqs that
    are missing, double or no positive numbers are given anew). `neighbours`: neighbouring villages by name, to say in
    which one land outside lies. Borders that miss by less than `near_m` are made one; the village border and
    its exclusive grids stand. Above `most_share` of the village changing hands the repair is refused.

    Kinds of fault: `near_miss`, `gap`, `overlap`, `outside`, `sliver`, `exclusive_land`, `border_mismatch` (borders
    alike whose vertices differ), `grid_gone`; of the table `seq`, `kind`, `invalid`, `empty`, `type`. A sound plan has
    none and comes back as it is, byte for byte.

    Raises: RepairError when nothing is drawn that could be a grid, or the drawing is in degrees; ValueError for a
    `near_m` that is none.
    Cost: n log n in the vertices drawn; noding them twice is most of it.
    """
    if not 0 < near_m <= MOST_NEAR_M:
        raise ValueError(f"near_m {near_m} must lie in (0, {MOST_NEAR_M:.0f}]")
    table, told = _table(drawn)
    asked, standing = _with_given(table, village)
    shapes = asked.geometry.to_numpy()
    land = settle(*close_near_misses(shapes, village, near_m), standing, village, near_m)
    wrong = land_faults(rings_of(table.geometry.to_numpy()), land, asked, village, near_m, neighbours)
    wrong += _gone(asked, land)
    wrong = wrong or _mismatches(shapes)
    grids = _repaired(asked, land, village) if wrong else asked
    # Land that no drawn grid is there to take is not repaired either.
    left_m2 = max(0.0, village.boundary.area - float(grids.geometry.area.sum()))
    moved_m2 = sum(fault.area_m2 for fault in wrong) + (left_m2 if left_m2 > LEFT_M2 else 0.0)
    faults = (*told, *wrong)
    return Proposal(faults, _plan(grids, village), moved_m2, moved_m2 / village.boundary.area, most_share)


def _table(drawn: GeoDataFrame) -> tuple[GeoDataFrame, list[DrawnFault]]:
    """Give the polygons drawn with seq, kind, name, in the order of seq, and what is wrong with the rows."""
    if drawn.crs is not None and drawn.crs.is_geographic:
        raise RepairError([Fault("crs_degrees", f"{drawn.crs.to_string()} is in degrees; project to a Plane first")])
    faults = list(_row_faults(drawn))
    areal = drawn.geometry.notna() & ~drawn.geometry.is_empty & drawn.geometry.geom_type.isin(AREAL)
    areal &= np.array([is_finite(shape) for shape in drawn.geometry], dtype=bool)
    rows = drawn[areal]
    if rows.empty:
        raise RepairError([Fault("nothing_drawn", "there is no polygon among the rows"), *faults])
    kinds = rows["kind"] if "kind" in rows.columns else pd.Series("basic", index=rows.index)
    kinds = kinds.where(kinds.isin(KINDS), "basic")
    names = rows["name"] if "name" in rows.columns else pd.Series(None, index=rows.index, dtype=object)
    names = names.astype(object).where(names.notna() & (kinds == "exclusive"), None)
    shapes = snap(rows.geometry.to_numpy())
    seqs, told = _seqs(rows, shapes, kinds.to_numpy() == "exclusive")
    table = {"seq": seqs, "kind": kinds.to_numpy(), "name": names.to_numpy(dtype=object)}
    frame = GeoDataFrame(table, geometry=shapes, crs=drawn.crs)
    return frame.sort_values("seq", ignore_index=True), [*faults, *told]


def _row_faults(drawn: GeoDataFrame) -> Iterable[DrawnFault]:
    for row, shape in enumerate(drawn.geometry, start=1):
        if shape is None or shape.is_empty:
            yield DrawnFault("empty", f"row {row} has no geometry and is left out")
        elif shape.geom_type not in AREAL:
            yield DrawnFault("type", f"row {row} is a {shape.geom_type} and is left out", shape)
        elif not is_finite(shape):
            yield DrawnFault("coordinates", f"row {row} has coordinates that are not finite numbers and is left out")
        elif not shape.is_valid:
            why = shapely.is_valid_reason(shape)
            yield DrawnFault("invalid", f"row {row}: {why}; land counts that its outline encloses once", shape)
    for row, kind in enumerate(drawn["kind"] if "kind" in drawn.columns else [], start=1):
        if kind not in KINDS:
            yield DrawnFault("kind", f"row {row} is of kind {kind!r}, which is none; it is taken as basic")


def _seqs(rows: GeoDataFrame, shapes: Shapes, exclusive: Bools) -> tuple[Ints, list[DrawnFault]]:
    """Give the seqs of the rows, anew in reading order where they cannot serve."""
    if "seq" in rows.columns:
        known = pd.to_numeric(rows["seq"], errors="coerce")
        if (known >= 1).all() and (known % 1 == 0).all() and not known.duplicated().any():
            return known.to_numpy(dtype=np.int64), []
    basic, special = np.flatnonzero(~exclusive), np.flatnonzero(exclusive)
    order = np.concatenate([basic[reading_order(shapes[basic])], special[reading_order(shapes[special])]])
    seqs = np.empty(len(shapes), dtype=np.int64)
    seqs[order] = np.arange(1, len(shapes) + 1)
    return seqs, [DrawnFault("seq", "seq is missing, double or no positive number; grids are counted anew")]


def _with_given(table: GeoDataFrame, village: Village) -> tuple[GeoDataFrame, Standing]:
    """Give the rows with the village's exclusive grids on the land that the village gives them, added if missing."""
    land = dict(zip(village.exclusive_names, village.exclusive, strict=True))
    drawn = set(table.loc[table["kind"] == "exclusive", "name"])
    missing = [name for name in village.exclusive_names if name not in drawn]
    first = int(table["seq"].max()) + 1
    added = GeoDataFrame(
        {"seq": np.arange(first, first + len(missing)), "kind": "exclusive", "name": pd.Series(missing, dtype=object)},
        geometry=[land[name] for name in missing],
        crs=table.crs,
    )
    asked = GeoDataFrame(pd.concat([table, added], ignore_index=True), crs=table.crs) if missing else table
    exclusive = (asked["kind"] == "exclusive").to_numpy()
    given = exclusive & asked["name"].isin(list(land)).to_numpy()
    shapes = [
        land[name] if stands and not _alike(shape, land[name]) else shape
        for name, stands, shape in zip(asked["name"], given, asked.geometry, strict=True)
    ]
    return asked.set_geometry(GeoSeries(shapes, index=asked.index, crs=table.crs)), Standing(exclusive, given)


def _alike(one: BaseGeometry, other: BaseGeometry) -> bool:
    return one.is_valid and bool(narrow(shapely.get_parts(one.symmetric_difference(other))).all())


def _gone(asked: GeoDataFrame, land: Shapes) -> list[DrawnFault]:
    return [
        DrawnFault("grid_gone", f"grid {seq} has no land of its own and is left out", shape, grids=(seq,))
        for seq, shape, held in zip(asked["seq"], asked.geometry, land, strict=True)
        if held is None
    ]


def _mismatches(shapes: Shapes) -> list[DrawnFault]:
    if shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes):
        return []
    edges = shapely.union_all(shapely.coverage_invalid_edges(shapes))
    return [DrawnFault("border_mismatch", "borders run together without the same vertices; they get them", edges)]


def _repaired(asked: GeoDataFrame, land: Shapes, village: Village) -> GeoDataFrame:
    held = np.array([shape is not None for shape in land], dtype=bool)
    shapes = without_idle_vertices(land[held], asked.geometry.to_numpy(), village)
    return asked[held].reset_index(drop=True).set_geometry(GeoSeries(shapely.normalize(shapes), crs=asked.crs))


def _plan(grids: GeoDataFrame, village: Village) -> Plan:
    labels = label_houses(grids, village.houses)
    grids = with_load(grids, labels, village.houses)
    return Plan(grids, labels, check(Plan(grids, labels), village))
