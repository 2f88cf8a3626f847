"""Faults of the grids as a coverage: shape, fit, connection, exclusive land."""

from collections.abc import Iterable

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from gridding.errors import Fault
from gridding.types import Plan
from gridding.village import Village

__all__ = ["connection_faults", "cover_faults", "exclusive_faults", "shape_faults"]

# Grids may miss the village by this width: ten times what the lattice can move a border.
FIT_M = 1e-5
# A grid narrower than this throughout is a leftover of drawing, not land.
SLIVER_M = 1e-3


def shape_faults(grids: GeoDataFrame) -> list[Fault]:
    """Give the grids that are empty, not polygons, invalid, or slivers."""
    faults = []
    for seq, shape in zip(grids["seq"], grids.geometry, strict=True):
        if shape is None or shape.is_empty:
            faults.append(Fault("empty", f"grid {seq} has no geometry"))
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            faults.append(Fault("type", f"grid {seq} is a {shape.geom_type}", shape))
        elif not shape.is_valid:
            faults.append(Fault("invalid", f"grid {seq}: {shapely.is_valid_reason(shape)}", shape))
        elif not _wider(shape, SLIVER_M):
            faults.append(Fault("sliver", f"grid {seq} is narrower than {SLIVER_M * 1000:.0f} mm", shape))
    return faults


def _wider(shape: BaseGeometry, width_m: float) -> bool:
    # Half the outline of a narrow shape is its length.
    return bool(shape.area > shape.length / 2 * width_m)


def cover_faults(grids: GeoDataFrame, village: Village) -> Iterable[Fault]:
    """Give gaps, land outside the village, overlaps, and borders whose vertices differ on the two sides."""
    together = grids.geometry.union_all()
    for kind, rest in (("gap", village.boundary - together), ("outside", together - village.boundary)):
        for part in shapely.get_parts(rest):
            if _wider(part, FIT_M):
                yield Fault(kind, f"{kind} of {part.area:.4f} m2", part)
    ordered = grids.sort_values("seq")
    shapes, seqs = ordered.geometry.to_numpy(), ordered["seq"].tolist()
    for one, other in sorted(map(tuple, ordered.sindex.query(ordered.geometry, predicate="intersects").T.tolist())):
        if one < other:
            yield from _overlap_faults(shapes[one], shapes[other], f"grids {seqs[one]} and {seqs[other]}")
    # GEOS takes the shore of a lake for wrong where grids meet in its corner; what overlaps there is told above.
    shore = village.boundary.boundary.buffer(FIT_M)
    edges = shapely.difference(shapely.coverage_invalid_edges(shapes), shore)
    for seq, wrong in zip(seqs, edges, strict=True):
        if not wrong.is_empty:
            yield Fault("border_mismatch", f"grid {seq} and a neighbour do not share their border exactly", wrong)


def _overlap_faults(one: BaseGeometry, other: BaseGeometry, names: str) -> Iterable[Fault]:
    for part in shapely.get_parts(one.intersection(other)):
        if _wider(part, FIT_M):
            yield Fault("overlap", f"{names} overlap by {part.area:.4f} m2", part)


def connection_faults(plan: Plan, village: Village) -> Iterable[Fault]:
    """Give the basic grids that cannot be walked through without crossing a hard barrier away from a link.

    A given atom is never cut: where it stands on both sides of a barrier, it is a way over.
    """
    walls = shapely.union_all(village.hard).buffer(FIT_M, cap_style="flat")
    inner = [atom.buffer(-2 * FIT_M) for atom in village.atoms if atom.intersects(walls)]
    lines = [*village.links, *(link.line for link in plan.report.links), *inner]
    basic = plan.grids[plan.grids["kind"] == "basic"]
    for seq, shape in zip(basic["seq"], basic.geometry, strict=True):
        parts = [part for part in shapely.get_parts(shape.difference(walls)) if _wider(part, FIT_M)]
        reached = _reach(parts, lines)
        if len(reached) < len(parts):
            apart = shapely.union_all([part for row, part in enumerate(parts) if row not in reached])
            yield Fault("disconnected", f"{apart.area:.1f} m2 of grid {seq} cannot be reached from the rest", apart)


def _reach(parts: list[BaseGeometry], lines: list[BaseGeometry]) -> set[int]:
    """Give the parts that links join to the largest one, itself included."""
    joins = [set(shapely.STRtree(parts).query(line, predicate="intersects").tolist()) for line in lines]
    reached = {int(np.argmax(shapely.area(parts)))} if parts else set()
    grew = True
    while grew:
        more = {row for join in joins if join & reached for row in join} - reached
        reached |= more
        grew = bool(more)
    return reached


def exclusive_faults(grids: GeoDataFrame, village: Village) -> Iterable[Fault]:
    """Give exclusive grids that are missing, unknown, or not where they were given."""
    drawn = grids[grids["kind"] == "exclusive"]
    shapes = dict(zip(drawn["name"], drawn.geometry, strict=True)) if "name" in drawn.columns else {}
    for name, given in zip(village.exclusive_names, village.exclusive, strict=True):
        if name not in shapes:
            yield Fault("exclusive_missing", f"exclusive grid {name!r} is not in the plan", given)
            continue
        for part in shapely.get_parts(shapes[name].symmetric_difference(given)):
            if _wider(part, FIT_M):
                yield Fault("exclusive_changed", f"exclusive grid {name!r} differs by {part.area:.4f} m2", part)
    for name in sorted(set(shapes) - set(village.exclusive_names), key=str):
        yield Fault("exclusive_unknown", f"exclusive grid {name!r} is not one of the village's", shapes[name])
