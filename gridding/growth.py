"""Which grid takes which face of an overlay: grids keep what is theirs, and take what lies beside them."""

import numpy as np
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components
from shapely import LineString

from gridding.atoms import absorb_orphans
from gridding.errors import Fault, VillageError
from gridding.lattice import Bools, Ints, Shapes, array_of
from gridding.linework import NOT_FOUND, first_covering
from gridding.overlay import Overlay, narrow
from gridding.segments import SharedEdges, sum_by_pair
from gridding.types import Link
from gridding.village import Village

__all__ = ["grow"]

# What is left of a grid must be wider than this to be a grid.
LEAST_WIDTH_M = 1e-3


def grow(land: Overlay, basic: Ints, ways: list[LineString], village: Village) -> tuple[Ints, tuple[Link, ...]]:
    """Give the row of the grid that holds each face, and the links made for land without another way to its grid.

    `basic` are the rows of the basic grids, `ways` the links over which a grid may lie on both sides of a barrier.
    The part of a grid with most load (then most land) stays, and so do the parts that links join to it; each other
    part, and each added face, joins the basic grid with the longest common border: first by the footprint they share,
    then by what can be walked across, round by round.

    Raises: VillageError when no basic grid is left.
    """
    kept = _without_remains(land)
    piece = _pieces(land, kept, basic, ways, village)
    free = piece < 0
    if free.any() and not np.isin(piece, basic).any():
        raise VillageError([Fault("nothing_left", "no basic grid of the plan lies inside the boundary any more")])
    # Pieces without a grid are numbered after the grids.
    piece[free] = max(kept.max(initial=NOT_FOUND), basic.max(initial=NOT_FOUND)) - piece[free]
    exclusive = ~np.isin(kept, basic) & (kept != NOT_FOUND)
    open_land = ~exclusive[land.edges.first] & ~exclusive[land.edges.second]
    shared = land.footprint[land.edges.first] == land.footprint[land.edges.second]
    shared &= land.footprint[land.edges.first] != NOT_FOUND
    links: list[Link] = []
    while True:
        settled = np.intersect1d(piece, basic)
        for crossable in (~land.hard & shared, land.passable):
            piece = absorb_orphans(piece, settled, land.edges.where(crossable & open_land))
        orphans = ~np.isin(piece, basic) & ~exclusive
        if not orphans.any():
            return piece, tuple(links)
        piece, link = _linked(piece, orphans, settled, land, land.edges.where(open_land))
        links.append(link)


def _without_remains(land: Overlay) -> Ints:
    """Give the grid of each face, none for the faces of a grid of which hardly anything is left."""
    grid = land.grid.copy()
    for row in np.unique(grid[grid != NOT_FOUND]):
        rest = shapely.coverage_union_all(land.faces[grid == row])
        if narrow(np.array([rest], dtype=object), LEAST_WIDTH_M)[0]:
            grid[grid == row] = NOT_FOUND
    return grid


def _pieces(land: Overlay, kept: Ints, basic: Ints, ways: list[LineString], village: Village) -> Ints:
    """Give the grid of each face that stays with it, else a negative number: one for each part and each added face."""
    parts = _parts(land, kept, ways)
    at = first_covering(land.faces, village.places)
    load = np.bincount(parts[at[at >= 0]], weights=village.loads[at >= 0], minlength=parts.max() + 1)
    area_m2 = np.bincount(parts, weights=shapely.area(land.faces))
    piece = -2 - parts
    for row in np.unique(kept[kept != NOT_FOUND]).tolist():
        own = np.unique(parts[kept == row])
        main = own[np.lexsort((own, -area_m2[own], -load[own]))[0]]
        stays = (kept == row) & ((parts == main) | (row not in basic))
        piece[stays] = row
    return piece


def _parts(land: Overlay, kept: Ints, ways: list[LineString]) -> Ints:
    """Give the connected part of each face among those of its grid; an added face is a part of its own."""
    edges = land.edges.where(land.passable)
    same = (kept[edges.first] == kept[edges.second]) & (kept[edges.first] != NOT_FOUND)
    pairs = [np.column_stack([edges.first[same], edges.second[same]])]
    way, face = shapely.STRtree(land.faces).query(array_of(ways), "intersects")
    for row in np.unique(way):
        hit = np.sort(face[(way == row) & (kept[face] != NOT_FOUND)])
        order = hit[np.argsort(kept[hit], kind="stable")]
        joined = kept[order[1:]] == kept[order[:-1]]
        pairs.append(np.column_stack([order[:-1][joined], order[1:][joined]]))
    ends = np.vstack(pairs)
    count = len(land.faces)
    graph = scipy.sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _linked(piece: Ints, orphans: Bools, settled: Ints, land: Overlay, edges: SharedEdges) -> tuple[Ints, Link]:
    """Give the largest piece without a grid to a basic one it touches over a barrier, or else to the nearest."""
    names = np.unique(piece[orphans])
    area_m2 = [shapely.area(land.faces[piece == name]).sum() for name in names]
    largest = int(names[int(np.argmax(area_m2))])
    goal = _across(piece, largest, settled, edges)
    others = np.flatnonzero(np.isin(piece, settled) if goal is None else piece == goal)
    mine = np.flatnonzero(piece == largest)
    one, other = _closest(land.faces, mine, others)
    ends = shapely.point_on_surface(land.faces[[one, other]])
    message = f"{max(area_m2):.1f} m2 of new land had no way to a neighbour"
    joined = np.where(piece == largest, piece[other], piece)
    return joined, Link(LineString(ends.tolist()), True, message)


def _across(piece: Ints, orphan: int, settled: Ints, edges: SharedEdges) -> int | None:
    between = edges.relabelled(piece)
    pairs, (length_m,) = sum_by_pair(between.first, between.second, between.length_m)
    touching = (pairs == orphan).any(axis=1) & np.isin(pairs, settled).any(axis=1)
    if not touching.any():
        return None
    longest = np.flatnonzero(touching)[int(np.argmax(length_m[touching]))]
    return int(pairs[longest].sum() - orphan)


def _closest(faces: Shapes, mine: Ints, others: Ints) -> tuple[int, int]:
    found, distance_m = shapely.STRtree(faces[others]).query_nearest(faces[mine], return_distance=True)
    pairs = np.column_stack([mine[found[0]], others[found[1]]])
    best = np.lexsort((pairs[:, 1], pairs[:, 0], distance_m))[0]
    return int(pairs[best, 0]), int(pairs[best, 1])
