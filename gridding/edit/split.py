"""A grid split by a drawn line."""

import numpy as np
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components
from shapely import LineString, MultiLineString, Point, box
from shapely.geometry.base import BaseGeometry

from gridding.cells import LONGEST_EDGE_M
from gridding.dissolve import reading_order
from gridding.edit.accept import accept, refuse, whole
from gridding.edit.grids import basic_grids, next_seq
from gridding.edit.hood import grid_of_each_house
from gridding.edit.land import Land, Redrawn, cut, redraw, settled
from gridding.errors import EditError
from gridding.lattice import Ints, Shapes, array_of, snap
from gridding.linework import first_covering
from gridding.types import Plan
from gridding.village import Village

__all__ = ["split", "split_land"]

# What a line leaves between itself and a border it runs along is no land of its own.
LEAST_WIDTH_M = 0.5


def split(plan: Plan, village: Village, seq: int, line: LineString) -> Plan:
    """Give the plan with a basic grid split by a line, which may overshoot, bend, and cross the grid several times.

    Every piece that the line cuts off becomes a grid; pieces of a grid in several parts stay together where a link
    joins them without crossing the line. Strips narrower than 0.5 m, as a line along a border leaves them, stay with
    the piece they lie along. Ends of the line that stick into a piece cut nothing. The piece with most load (then
    most land) keeps the seq, the others get the next free ones in reading order.

    A line through a building is refused with the part of the building it would cut off: only the planner knows on
    which side the door is.

    Raises: EditError: line_unusable, not_cut with the place where the line ends, and as `accept`.
    """
    plan = whole(plan, village)
    land, home = split_land(plan, village, seq, line, grid_of_each_house(plan, village))
    drawn = _drawn(line, basic_grids(plan, [seq])[seq])
    shapes = redraw(plan, land, home, array_of([drawn]), village.boundary)
    return accept(plan, village, Redrawn(shapes))


def split_land(plan: Plan, village: Village, seq: int, line: LineString, held_by: Ints) -> tuple[Land, Ints]:
    """Give the faces into which a line cuts a grid, and the seq that the grid of each will have.

    `held_by` is the grid of each house.

    Raises: EditError: line_unusable, not_cut, and as `basic_grids`.
    """
    shapes = basic_grids(plan, [seq])
    drawn = _drawn(line, shapes[seq])
    land = cut(shapes, array_of([drawn]))
    links = array_of([*village.links, *(link.line for link in plan.report.links)])
    pieces = _linked(
        land.faces, settled(land, np.arange(len(land.faces)), LEAST_WIDTH_M), shapely.difference(links, drawn)
    )
    if pieces.max() < 1:
        raise _not_cut(shapes[seq], seq, line)
    houses = np.flatnonzero(held_by == seq)
    return land, _seqs(village, houses, land, pieces, (seq, next_seq(plan)))


def _drawn(line: BaseGeometry, shape: BaseGeometry) -> BaseGeometry:
    """Give the line as it is noded: what lies far from the grid is of no use."""
    linear = isinstance(line, LineString | MultiLineString) and not line.is_empty
    if not linear or not np.isfinite(shapely.get_coordinates(line)).all():
        message = "what was drawn is no line, or has coordinates that are not finite numbers"
        raise refuse("line_unusable", message, shape)
    west, south, east, north = shape.bounds
    around = box(west - LONGEST_EDGE_M, south - LONGEST_EDGE_M, east + LONGEST_EDGE_M, north + LONGEST_EDGE_M)
    return snap(shapely.segmentize(shapely.intersection(line, around), LONGEST_EDGE_M))


def _linked(faces: Shapes, piece: Ints, links: Shapes) -> Ints:
    """Give the pieces with those joined that one part of a link meets, counted from 0."""
    pairs = [np.column_stack([piece, piece])]
    for part in shapely.get_parts(links):
        met = np.unique(piece[shapely.intersects(faces, part)])
        pairs.append(np.column_stack([met[:-1], met[1:]]))
    ends = np.vstack(pairs)
    joins = scipy.sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(faces),) * 2)
    group = connected_components(joins, directed=False)[1]
    return np.unique(group[piece], return_inverse=True)[1].astype(np.int64)


def _seqs(village: Village, houses: Ints, land: Land, piece: Ints, seqs: tuple[int, int]) -> Ints:
    """Give the seq of each face: the first one given for the heaviest piece, the second and on for the others."""
    count = int(piece.max()) + 1
    at = first_covering(land.faces, village.places[houses])
    load = np.bincount(piece[at[at >= 0]], weights=village.loads[houses][at >= 0], minlength=count)
    area_m2 = np.bincount(piece, weights=shapely.area(land.faces), minlength=count)
    order = reading_order(array_of([shapely.coverage_union_all(land.faces[piece == row]) for row in range(count)]))
    heaviest = int(np.lexsort((np.argsort(order), -area_m2, -load))[0])
    others = [row for row in order.tolist() if row != heaviest]
    seq_of_piece = np.full(count, seqs[0], dtype=np.int64)
    seq_of_piece[others] = np.arange(len(others)) + seqs[1]
    return seq_of_piece[piece]


def _not_cut(shape: BaseGeometry, seq: int, line: BaseGeometry) -> EditError:
    ends = [Point(point) for part in shapely.get_parts(line) for point in (part.coords[0], part.coords[-1])]
    inner = [end for end in ends if shape.intersects(end)]
    if inner:
        return refuse("not_cut", f"the line ends inside grid {seq} and does not cut it", shapely.union_all(inner))
    return refuse("not_cut", f"the line does not cut grid {seq} in two", line)
