"""Whether grids redrawn still fill the land of those before them: exact, and only where something changed."""

from collections.abc import Iterable

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from gridding.check_cover import FIT_M, SLIVER_M, shape_faults
from gridding.edit.land import Redrawn, neighbours, outline, unique_edges
from gridding.edit.rings import keys_of
from gridding.errors import Fault
from gridding.lattice import Floats, Shapes, among, array_of
from gridding.overlay import narrow
from gridding.segments import crossed_borders, lines_of
from gridding.village import Village

__all__ = ["new_lines", "redrawn_faults"]

# No edit may bring borders nearer to each other than this: in degrees they would cross.
NARROW_M = 0.01
# Polygon and MultiPolygon, as shapely counts types.
AREAL_TYPES = (3, 6)


def redrawn_faults(before: dict[int, BaseGeometry], redrawn: Redrawn, village: Village) -> list[Fault]:
    """Give what is wrong with the shapes redrawn by themselves, or else with how they fit the land of those before."""
    shapes = array_of(list(redrawn.shapes.values()))
    areal = np.isin(shapely.get_type_id(shapes), AREAL_TYPES) & shapely.is_valid(shapes)
    if areal.all() and not narrow(shapely.get_parts(shapes), SLIVER_M).any():
        return [*_coverage_faults(before, redrawn, village)]
    faults = [*shape_faults(GeoDataFrame({"seq": list(redrawn.shapes)}, geometry=shapes))]
    if faults:
        return faults
    parts, row = shapely.get_parts(shapes, return_index=True)
    slivers = np.flatnonzero(narrow(parts, SLIVER_M)).tolist()
    seqs = [list(redrawn.shapes)[row[part]] for part in slivers]
    return [
        Fault("sliver", f"a part of grid {seq} is narrower than {SLIVER_M * 1000:.0f} mm", parts[part])
        for seq, part in zip(seqs, slivers, strict=True)
    ]


def _coverage_faults(before: dict[int, BaseGeometry], redrawn: Redrawn, village: Village) -> Iterable[Fault]:
    """Give where grids redrawn cross a neighbour, leave their outline, or come too near to themselves.

    The same outline and no crossing inside it mean the same land, without gap or overlap. On the village border
    vertices may be added or taken out on straight lines, never those of the village.
    """
    after = redrawn.shapes
    shapes = {seq: shape for seq, shape in before.items() if seq not in redrawn.gone} | after
    hood = sorted([*after, *neighbours(shapes, sorted(after), set(shapes) - set(after))])
    edges = crossed_borders(array_of([shapes[seq] for seq in hood]), village.boundary)
    for seq, wrong in zip(hood, edges, strict=True):
        if not wrong.is_empty:
            yield Fault("border_crossed", f"grid {seq} and a neighbour would lie over each other", wrong)
    replaced = array_of([before[seq] for seq in before if seq in after or seq in redrawn.gone])
    yield from _outline_faults(replaced, array_of(list(after.values())), village)
    least_m = float(shapely.minimum_clearance(replaced).min())
    for seq, shape in after.items():
        clearance_m = shapely.minimum_clearance(shape)
        if clearance_m < min(NARROW_M, least_m):
            message = f"grid {seq} would be only {clearance_m * 1000:.1f} mm wide at one place"
            yield Fault("narrow", message, shapely.minimum_clearance_line(shape))


def new_lines(before: dict[int, BaseGeometry], redrawn: Redrawn) -> MultiLineString:
    """Give the borders of the grids redrawn that were no borders before."""
    old = array_of([before[seq] for seq in before if seq in redrawn.shapes or seq in redrawn.gone])
    edges = unique_edges(array_of(list(redrawn.shapes.values())))
    return _lines(edges[0][~among(edges[1], unique_edges(old)[1])])


def _outline_faults(before: Shapes, after: Shapes, village: Village) -> Iterable[Fault]:
    (old_edges, old_keys), (new_edges, new_keys) = outline(before), outline(after)
    old = _lines(old_edges[~among(old_keys, new_keys)])
    new = _lines(new_edges[~among(new_keys, old_keys)])
    border = village.boundary.boundary
    legal = keys_of(shapely.get_coordinates(village.boundary)) & keys_of(shapely.get_coordinates(before))
    off = [line for line in (*old.geoms, *new.geoms) if not _runs_along(line, border)]
    kept = legal <= keys_of(shapely.get_coordinates(after)) and abs(old.length - new.length) <= FIT_M
    if off or not kept:
        yield Fault("village_border", "the edit would move the village border", shapely.union_all([old, new]))


def _runs_along(line: BaseGeometry, border: BaseGeometry) -> bool:
    ends_and_middle = [*shapely.get_coordinates(line), shapely.get_coordinates(line).mean(axis=0)]
    return bool(shapely.dwithin(border, shapely.points(ends_and_middle), FIT_M).all())


def _lines(edges: Floats) -> MultiLineString:
    return MultiLineString(list(lines_of(edges)))
