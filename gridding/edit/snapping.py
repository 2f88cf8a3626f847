"""A border laid onto a line near it: a street, a stream, what people can see on the ground."""

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from gridding.cells import LONGEST_EDGE_M
from gridding.edit.accept import accept, refuse, whole
from gridding.edit.grids import basic_grids
from gridding.edit.land import Land, Redrawn, land_between, redraw, unique_edges
from gridding.lattice import ON_LINE_M, Ints, Shapes, array_of, lattice_keys
from gridding.lattice import snap as on_lattice
from gridding.segments import edges_of, lines_of
from gridding.types import Plan
from gridding.village import Village

__all__ = ["snap"]

STEP_M = 1.0
# So much of a new border may lie along the outline of a grid by rounding.
STRAY_M = 1e-3


def snap(plan: Plan, village: Village, seqs: tuple[int, int], line: LineString, within_m: float = 20.0) -> Plan:
    """Give the plan with the border between two basic grids laid onto a line where it runs within a distance of it.

    From the first to the last place of each stretch of border that lies within `within_m` of the line, the border
    follows the line instead, vertex for vertex; the land between goes to the grid on whose side of the line it lies.
    Where the line meets the village border or a third grid, the border ends there. Stretches shorter than `within_m`
    stay as they are.

    Raises: EditError: no_border where the grids share none, too_far where it runs nowhere along the line, and as
    `accept`: footprint_cut where a building stands between border and line over both.
    """
    plan = whole(plan, village)
    shapes = basic_grids(plan, seqs)
    if len(shapes) != 2:
        raise refuse("snap_two", "a border lies between two grids", line)
    edges, _, uses = unique_edges(array_of(list(shapes.values())))
    inner = shapely.line_merge(shapely.multilinestrings(edges[uses == 2].reshape(-1, 2, 2)))
    if inner.is_empty:
        raise refuse("no_border", f"grids {min(shapes)} and {max(shapes)} share no border", line)
    borders = array_of(list(shapely.get_parts(inner)))
    crossings = shapely.intersection(line, MultiLineString(list(lines_of(edges[uses == 1]))))
    laid = array_of([_laid(border, line, crossings, within_m) for border in borders])
    if all(one.equals(other) for one, other in zip(borders, laid, strict=True)):
        message = f"the border runs nowhere along the line within {within_m:g} m"
        raise refuse("too_far", message, shapely.shortest_line(inner, line))
    land = land_between(edges[uses == 1], laid, shapes)
    home = _home(land, borders, laid, shapes)
    redrawn = redraw(plan, land, home, array_of([on_lattice(line)]), village.boundary)
    return accept(plan, village, Redrawn(redrawn))


def _laid(border: LineString, line: LineString, crossings: BaseGeometry, within_m: float) -> LineString:
    """Give a border with every stretch that runs near a line replaced by that part of the line.

    Where the border's own end is near, the line is followed to where it crosses the outline of the grids.
    """
    along_m = np.append(np.arange(0.0, border.length, STEP_M), border.length)
    near = shapely.dwithin(line, shapely.line_interpolate_point(border, along_m), within_m)
    turns = np.flatnonzero(np.diff(np.concatenate([[False], near, [False]]).astype(np.int64)))
    pieces: list[BaseGeometry] = []
    done_m = 0.0
    for first, last in turns.reshape(-1, 2).tolist():
        start_m, end_m = float(along_m[first]), float(along_m[last - 1])
        ends = [border.interpolate(start_m), border.interpolate(end_m)]
        out = [
            _nearest(crossings, end, within_m) if on else None
            for end, on in zip(ends, (first == 0, last == len(near)), strict=True)
        ]
        section = _section(line, out[0] or ends[0], out[1] or ends[1])
        length_m = end_m - start_m
        if length_m >= within_m and within_m / 2 <= section.length <= 2 * (length_m + within_m):
            pieces += [section] if out[0] else [substring(border, done_m, start_m), section]
            done_m = np.inf if out[1] else end_m
    if not pieces:
        return border
    rest = [] if np.isinf(done_m) else [substring(border, done_m, border.length)]
    points = shapely.get_coordinates([*pieces, *rest])
    dense = shapely.get_coordinates(on_lattice(shapely.segmentize(LineString(points), LONGEST_EDGE_M)))
    repeated = np.append((dense[1:] == dense[:-1]).all(axis=1), False)
    return LineString(dense[~repeated])


def _nearest(crossings: BaseGeometry, end: Point, within_m: float) -> Point | None:
    if crossings.is_empty or not shapely.dwithin(crossings, end, within_m):
        return None
    return Point(shapely.shortest_line(crossings, end).coords[0])


def _section(line: LineString, start: BaseGeometry, end: BaseGeometry) -> LineString | Point:
    """Give the part of a line between its nearest points to two places, in their order; a point if they are one."""
    return substring(line, *shapely.line_locate_point(line, [start, end]).tolist())


def _home(land: Land, borders: Shapes, laid: Shapes, shapes: dict[int, BaseGeometry]) -> Ints:
    """Give the grid of each face: that on whose side of the new border it lies, or else the one it lay in.

    Raises: EditError: border_crossed where a face lies on both sides, or a grid would have no face.
    """
    left = [_left_of(border, shapes) for border in borders]
    coordinates, row = shapely.get_coordinates(laid, return_index=True)
    same = row[1:] == row[:-1]
    ways = np.hstack([coordinates[:-1], coordinates[1:]])[same]
    sides = np.array([left[line] for line in row[1:][same].tolist()], dtype=np.int64)
    edges, face = edges_of(shapely.orient_polygons(land.faces))
    tree = shapely.STRtree(shapely.linestrings(ways.reshape(-1, 2, 2)))
    middle = shapely.points((edges[:, :2] + edges[:, 2:]) / 2)
    edge, way = tree.query_nearest(middle, max_distance=ON_LINE_M, all_matches=False)
    along = edges[edge, 2:] - edges[edge, :2]
    forth = (along * (ways[way, 2:] - ways[way, :2])).sum(axis=1) > 0
    vote = np.where(forth, 0, 1) ^ np.searchsorted(list(shapes), sides[way])
    length_m = np.hypot(*along.T)
    votes = np.zeros((len(land.faces), 2))
    np.add.at(votes, (face[edge], vote), length_m)
    home = np.where(votes.any(axis=1), np.array(list(shapes))[votes.argmax(axis=1)], land.seq)
    if (votes > STRAY_M).all(axis=1).any() or len(np.unique(home)) < 2:
        message = f"grid {min(shapes)} and a neighbour would lie over each other"
        raise refuse("border_crossed", message, shapely.multilinestrings(list(laid)))
    return home


def _left_of(border: LineString, shapes: dict[int, BaseGeometry]) -> int:
    """Give the grid on the left of a border."""
    first = lattice_keys(shapely.get_coordinates(border)[:2]).ravel()
    one = shapely.orient_polygons(next(iter(shapes.values())))
    ways = lattice_keys(edges_of(array_of([one]))[0])
    return min(shapes) if (ways == first).all(axis=1).any() else max(shapes)
