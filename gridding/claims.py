"""Who gets land that drawn grids leave out, or claim together."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components

from gridding.atoms import absorb_orphans
from gridding.barriers import Barriers
from gridding.lattice import Bools, Floats, Ints, Shapes, array_of
from gridding.linework import NOT_FOUND, faces_of, first_covering, node
from gridding.overlay import cut_lines, narrow, through
from gridding.segments import SharedEdges, rings_of, shared_edges
from gridding.village import Village

__all__ = ["Claims", "Standing", "claimed_by", "connected", "settle"]

# Who would lose more than this share of its land to others keeps it: a grid drawn inside another is meant.
MEANT_SHARE = 0.5


@dataclass(frozen=True)
class Standing:
    """For each grid, by row, whether it is exclusive, and whether its land is `given` with the village and stands."""

    exclusive: Bools
    given: Bools


@dataclass(frozen=True)
class Claims:
    """Pairs of a `face` and a `grid` whose outline encloses it, in rising order; `faces` is the number of faces."""

    face: Ints
    grid: Ints
    faces: int
    standing: Standing

    def sets(self) -> list[tuple[int, ...]]:
        """Give the grids that claim each face."""
        found: list[list[int]] = [[] for _ in range(self.faces)]
        for face, grid in zip(self.face.tolist(), self.grid.tolist(), strict=True):
            found[face].append(grid)
        return [tuple(grids) for grids in found]


def claimed_by(faces: Shapes, rings: Shapes, row: Ints) -> tuple[Ints, Ints]:
    """Give pairs of face and grid (`row` of each ring) whose rings enclose the face by the even-odd rule."""
    inner = shapely.point_on_surface(faces)
    enclosed = np.asarray(shapely.polygons(rings))
    face, ring = shapely.STRtree(enclosed).query(inner, predicate="intersects")
    pairs, depth = np.unique(np.column_stack([face, row[ring]]), axis=0, return_counts=True)
    odd = pairs[depth % 2 == 1].astype(np.int64)
    return odd[:, 0], odd[:, 1]


def settle(rings: Shapes, row: Ints, standing: Standing, village: Village, least_m: float) -> Shapes:
    """Give the land of each grid after every place in the village went to one: rows as in `row`, None for no land.

    `rings` are those of drawn grids; land of given exclusive grids stands. Land claimed twice goes to an exclusive
    grid, to one drawn inside another, or to the one with the longest border with it; land that nobody claims, and
    pieces narrower than `least_m`, to the basic grid with the longest border, cut where borders between grids reach it.
    """
    border = through(rings_of(np.array([village.boundary], dtype=object))[0], shapely.get_coordinates(rings))
    lines = [border, rings]
    faces = _inside(node(*lines), village)
    face, grid = claimed_by(faces, rings, row)
    claims = Claims(face, grid, len(faces), standing)
    exclusive = np.flatnonzero(standing.exclusive)
    owner = _undisputed(claims, faces)
    owner = _without_slivers(faces, owner, exclusive, least_m)
    free = owner == NOT_FOUND
    if free.any():
        before, held = faces, owner
        faces = _inside(node(*lines, village.hard, cut_lines(faces, owner, village)), village)
        owner = held[first_covering(before, shapely.point_on_surface(faces))]
        owner = _absorbed(faces, owner, exclusive, village)
    count = len(standing.exclusive)
    land = [shapely.coverage_union_all(faces[owner == one]) if (owner == one).any() else None for one in range(count)]
    return array_of(land)


def _inside(noded: Shapes, village: Village) -> Shapes:
    faces = faces_of(noded)
    shapely.prepare(village.boundary)
    return faces[shapely.intersects(village.boundary, shapely.point_on_surface(faces))]


def _undisputed(claims: Claims, faces: Shapes) -> Ints:
    """Give the grid of each face; NOT_FOUND where nobody claims it."""
    sets = claims.sets()
    owner = np.array([some[0] if len(some) == 1 else NOT_FOUND for some in sets], dtype=np.int64)
    for face, some in enumerate(sets):
        owner[face] = next((grid for grid in some if claims.standing.given[grid]), owner[face])
    disputed = np.array([len(some) > 1 for some in sets], dtype=bool) & (owner == NOT_FOUND)
    if not disputed.any():
        return owner
    edges = shared_edges(faces)
    lost = _lost_share(claims, faces, disputed)
    names = {some: name for name, some in enumerate(sorted(set(sets)))}
    name = np.where(disputed, [names[some] for some in sets], NOT_FOUND)
    part = connected(edges, name)
    decided = owner.copy()
    for one in np.unique(part[disputed]).tolist():
        mine = part == one
        some = sets[int(np.flatnonzero(mine)[0])]
        border_m = _borders_m(edges, mine, owner, some)
        decided[mine] = min(some, key=lambda grid: _rank(grid, claims, lost, border_m))
    return decided


def _rank(
    grid: int, claims: Claims, lost: dict[int, float], border_m: dict[int, float]
) -> tuple[bool, bool, float, int]:
    return not claims.standing.exclusive[grid], lost[grid] <= MEANT_SHARE, -border_m[grid], grid


def _lost_share(claims: Claims, faces: Shapes, disputed: Bools) -> dict[int, float]:
    """Give the share of each grid's drawn land that others claim as well."""
    area_m2 = shapely.area(faces)[claims.face]
    whole = np.bincount(claims.grid, weights=area_m2)
    shared = np.bincount(claims.grid, weights=area_m2 * disputed[claims.face], minlength=len(whole))
    return {grid: float(shared[grid] / whole[grid]) for grid in np.unique(claims.grid).tolist()}


def _borders_m(edges: SharedEdges, mine: Bools, owner: Ints, grids: Iterable[int]) -> dict[int, float]:
    """Give the length along which the faces touch undisputed land of each grid."""
    leaving = mine[edges.first] != mine[edges.second]
    beyond = np.where(mine[edges.first], owner[edges.second], owner[edges.first])
    return {grid: float(edges.length_m[leaving & (beyond == grid)].sum()) for grid in grids}


def connected(edges: SharedEdges, name: Ints) -> Ints:
    """Give the connected part of each face among those of its name; a face named NOT_FOUND is a part of its own."""
    same = (name[edges.first] == name[edges.second]) & (name[edges.first] != NOT_FOUND)
    ends = edges.first[same], edges.second[same]
    graph = scipy.sparse.coo_array((np.ones(len(ends[0])), ends), shape=(len(name), len(name)))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _without_slivers(faces: Shapes, owner: Ints, exclusive: Ints, least_m: float) -> Ints:
    """Give the owners without pieces of basic grids that are narrower than `least_m` throughout."""
    part = connected(shared_edges(faces), owner)
    area_m2 = np.bincount(part, weights=shapely.area(faces))
    owner = owner.copy()
    # Half the outline of its faces is more than that of a piece: only small pieces are worth their union.
    likely = np.flatnonzero(area_m2 <= np.bincount(part, weights=shapely.length(faces)) / 2 * least_m)
    for one in likely.tolist():
        mine = part == one
        held = owner[mine][0]
        whole = np.array([shapely.coverage_union_all(faces[mine])], dtype=object)
        if held != NOT_FOUND and held not in exclusive and narrow(whole, least_m)[0]:
            owner[mine] = NOT_FOUND
    return owner


def _absorbed(faces: Shapes, owner: Ints, exclusive: Ints, village: Village) -> Ints:
    """Give the owners with land of nobody gone to basic grids: on its own side of hard barriers, where there is one."""
    edges = shared_edges(faces)
    hard = Barriers.along(edges, village).hard
    free = owner == NOT_FOUND
    piece = owner.copy()
    piece[free] = owner.max(initial=NOT_FOUND) + 1 + np.arange(free.sum())
    basic = np.setdiff1d(owner[~free], exclusive)
    special = np.isin(piece, exclusive)
    open_land: Bools = ~special[edges.first] & ~special[edges.second]
    for crossable in (~hard & open_land, open_land):
        piece = absorb_orphans(piece, basic, edges.where(crossable))
    orphans = ~np.isin(piece, basic) & ~special
    if orphans.any():
        _take_nearest(piece, faces, orphans, np.isin(piece, basic))
    return piece


def _take_nearest(piece: Ints, faces: Shapes, orphans: Bools, settled: Bools) -> None:
    """Give what touches no basic grid to the nearest one."""
    homes = np.flatnonzero(settled)
    found: tuple[Ints, Floats] = shapely.STRtree(faces[homes]).query_nearest(faces[orphans], return_distance=True)
    rows, _ = found
    order = np.lexsort((-rows[1], rows[0]))
    piece[np.flatnonzero(orphans)[rows[0][order]]] = piece[homes[rows[1][order]]]
