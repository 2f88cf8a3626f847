"""A building handed over to the neighbouring grid, with the land around it."""

import numpy as np
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from gridding.barriers import Barriers
from gridding.edit.accept import accept, refuse, whole
from gridding.edit.cell import cell_of
from gridding.edit.grids import basic_grids
from gridding.edit.hood import grid_of_each_house
from gridding.edit.land import Land, Redrawn, cut, redraw, settled
from gridding.lattice import Bools, Ints, Shapes, array_of
from gridding.linework import NOT_FOUND
from gridding.segments import SharedEdges, shared_edges
from gridding.tessellate import OVERLAP_M2, SAME_PLACE_M
from gridding.types import Plan
from gridding.village import Village

__all__ = ["group_of", "hand_over"]

# The land handed over must touch the grid that takes it by a way this wide.
LEAST_WAY_M = 1.0
# What a river leaves beside the border that follows it is no land.
LEAST_WIDTH_M = 0.01


def hand_over(plan: Plan, village: Village, house_id: str, seq: int) -> Plan:
    """Give the plan with a building in the neighbouring basic grid `seq`.

    With it goes the land nearer to it than to any other building of its grid (its footprint at least; where the village
    has given atoms, its atom), and every building of its grid that is tied to it or drawn over it. Land without
    buildings that would be cut off from the grid it leaves goes too.

    Raises: EditError: house_unknown, house_there, not_beside (its land does not reach the grid along a metre), and as
    `accept`: disconnected where other buildings would be cut off.
    """
    plan = whole(plan, village)
    land, given = _handed_land(plan, village, house_id, seq)
    home = settled(land, np.where(given, seq, land.seq), LEAST_WIDTH_M)
    gone = frozenset(np.unique(land.seq).tolist()) - set(np.unique(home).tolist())
    shapes = redraw(plan, land, home, array_of([]), village.boundary)
    return accept(plan, village, Redrawn(shapes, gone))


def _handed_land(plan: Plan, village: Village, house_id: str, seq: int) -> tuple[Land, Bools]:
    """Give the faces of the grid that hands a building over and of the one that takes it, and which change hands.

    Raises: EditError as `hand_over` before anything is drawn.
    """
    giver, mine, group = group_of(village, house_id, seq, grid_of_each_house(plan, village))
    shapes = basic_grids(plan, [giver, seq])
    cell = cell_of(village, shapes[giver], mine, group)
    land = cut(shapes, np.concatenate([cell.lines, village.hard]))
    edges = shared_edges(land.faces)
    edges = edges.where(~Barriers.along(edges, village).hard)
    given = (land.seq == giver) & cell.holds(land.faces)
    given &= _reached(given, edges, land.faces, *village.places[mine[group]])
    across = given[edges.first] != given[edges.second]
    beside = across & ((land.seq[edges.first] == seq) | (land.seq[edges.second] == seq))
    if edges.length_m[beside].sum() < LEAST_WAY_M:
        raise refuse(
            "not_beside",
            f"the land of house {house_id!r} does not lie beside grid {seq}",
            village.places[mine[group]][0],
        )
    rest = (land.seq == giver) & ~given
    held = _reached(rest, edges, land.faces, *village.places[mine[~group]], *village.links)
    return land, given | (rest & ~held if held.any() else False)


def group_of(village: Village, house_id: str, seq: int, held_by: Ints) -> tuple[int, Ints, Bools]:
    """Give the grid that hands a building over, the rows of its houses, and which of them go along.

    `held_by` is the grid of each house.

    Raises: EditError: house_unknown, house_there.
    """
    rows = np.flatnonzero(village.houses["id"] == house_id)
    if not len(rows) or held_by[rows[0]] == NOT_FOUND:
        raise refuse("house_unknown", f"no grid of the plan holds a house {house_id!r}", village.boundary)
    house, giver = int(rows[0]), int(held_by[rows[0]])
    if giver == seq:
        raise refuse("house_there", f"house {house_id!r} is in grid {seq} already", village.places[house])
    mine = np.flatnonzero(held_by == giver)
    return giver, mine, _together(village, house, mine)


def _together(village: Village, house: int, mine: Ints) -> Bools:
    """Give which of the houses of the grid go with one house: itself, those tied to it, those drawn over it."""
    shapes = village.houses.geometry.to_numpy()[mine]
    tie = village.ties[house]
    group = np.array([row == house or (tie is not None and village.ties[row] == tie) for row in mine.tolist()])
    while True:
        ground = shapely.union_all(shapes[group])
        over = shapely.area(shapely.intersection(shapes, ground)) > OVERLAP_M2
        over |= shapely.dwithin(ground, village.places[mine], SAME_PLACE_M)
        if not (over & ~group).any():
            return group
        group |= over


def _reached(within: Bools, edges: SharedEdges, faces: Shapes, *from_: BaseGeometry) -> Bools:
    """Give which of the faces lie in one piece, among those `within`, with a face that meets one of the geometries."""
    both = within[edges.first] & within[edges.second]
    ends = (np.ones(int(both.sum())), (edges.first[both], edges.second[both]))
    piece = connected_components(scipy.sparse.coo_array(ends, shape=(len(faces),) * 2), directed=False)[1]
    met = np.unique(shapely.STRtree(faces).query(array_of(list(from_)), predicate="intersects")[1])
    return np.asarray(within & np.isin(piece, piece[met[within[met]]]))
