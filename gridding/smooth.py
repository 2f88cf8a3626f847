"""Borders between finished grids without their zigzags, and every building on the side where it was."""

from collections.abc import Iterable

import numpy as np
import shapely

from gridding.cells import LONGEST_EDGE_M
from gridding.dissolve import Cover, thin
from gridding.lattice import Bools, Floats, Ints, Shapes, array_of, lattice_keys
from gridding.segments import distance_at_most, edges_of, place_keys, rings_of
from gridding.shortcut import shortcut
from gridding.types import Link
from gridding.village import Village

__all__ = ["smooth", "smooth_shapes"]

# The tolerance as a share of the side of a square grid: dense and sparse villages are smoothed alike.
SHARE = 0.1
# Buildings and other borders stay at least this far from a border that is moved, where they are not nearer already.
CLEAR_M = 1.0
LEAST_CLEAR_M = 0.1
CLEAR_SHARE = 0.02


def smooth(cover: Cover, village: Village, links: Iterable[Link] = ()) -> Cover:
    """Give the grids (on the lattice, sharing their borders) with fewer bends in these.

    Vertices are taken out, none is moved or added. The village's border, exclusive outlines, places where three grids
    meet and borders on hard or soft barriers stay; no place of a building, no footprint and no end of a link comes to
    lie in another grid, and no grid is parted. Grids in a village with given atoms are left as they are.

    Cost: n log n in vertices and buildings.
    """
    keep = array_of(link.line for link in links)
    shapes = smooth_shapes(cover.shapes, cover.basic, village, keep)
    if shapes is cover.shapes:
        return cover
    return Cover.in_order(shapely.normalize(shapes), cover.basic, cover.names)


def smooth_shapes(shapes: Shapes, basic: Bools, village: Village, keep: Shapes) -> Shapes:
    """Give the shapes of the grids with fewer bends in the borders between `basic` ones, or themselves.

    `keep` are lines whose vertices stay on their side of every border.
    """
    if len(village.atoms) or basic.sum() < 2:
        return shapes
    edges, grid = edges_of(shapes)
    vertices, ends, grids = _borders(edges, grid)
    beside, direct = _chains(vertices, ends, grids, basic, village)
    if not (beside[:, 0] >= 0).any():
        return shapes
    tolerance_m = SHARE * float(np.sqrt(np.median(shapely.area(shapes[basic]))))
    clear_m = max(LEAST_CLEAR_M, min(CLEAR_M, CLEAR_SHARE * tolerance_m))
    others = np.vstack([vertices, _standing(village, keep)])
    beside = np.vstack([beside, np.full((len(others) - len(vertices), 2), -1)])
    limits = (tolerance_m**2, clear_m, LONGEST_EDGE_M)
    alive = shortcut(others, beside, direct, _buckets(others, tolerance_m), limits)[: len(vertices)]
    if alive.all():
        return shapes
    keys = set(map(tuple, lattice_keys(vertices[alive]).tolist()))
    smoothed = array_of(thin(shape, keys) for shape in shapes)
    sound = shapely.is_valid(smoothed).all() and shapely.coverage_is_valid(smoothed)
    return smoothed if sound else shapes


def _borders(edges: Floats, grid: Ints) -> tuple[Floats, Ints, Ints]:
    """Give the vertices (n x 2), the distinct edges between them (m x 2) and the grids beside each, -1 for none."""
    points = edges.reshape(-1, 2)
    _, first, place = np.unique(place_keys(points), return_index=True, return_inverse=True)
    ends = np.sort(place.reshape(-1, 2), axis=1)
    order = np.lexsort((grid, ends[:, 1], ends[:, 0]))
    ends, grid = ends[order], grid[order]
    new = np.ones(len(ends), dtype=bool)
    new[1:] = (ends[1:] != ends[:-1]).any(axis=1)
    start = np.flatnonzero(new)
    shared = np.diff(np.append(start, len(ends))) > 1
    second = np.where(shared, grid[np.minimum(start + 1, len(grid) - 1)], -1)
    return points[first], ends[start], np.column_stack([grid[start], second])


def _chains(vertices: Floats, ends: Ints, grids: Ints, basic: Bools, village: Village) -> tuple[Ints, Ints]:
    """Give for each vertex that may go its two neighbours (others: -1), and the edges between two that stay."""
    inner = (grids[:, 1] >= 0) & basic[grids[:, 0]] & basic[grids[:, 1]]
    lines = np.concatenate([village.hard, village.soft])
    inner &= distance_at_most(lines, (vertices[ends[:, 0]] + vertices[ends[:, 1]]) / 2) < 0
    free = np.bincount(ends[inner].ravel(), minlength=len(vertices)) == 2
    free &= np.bincount(ends.ravel(), minlength=len(vertices)) == 2
    free &= distance_at_most(lines, vertices) < 0
    beside = np.full((len(vertices), 2), -1, dtype=np.int64)
    both = np.concatenate([ends, ends[:, ::-1]])
    both = both[free[both[:, 0]]]
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    beside[both[::2, 0]] = np.column_stack([both[::2, 1], both[1::2, 1]])
    return beside, ends[~free[ends].any(axis=1)]


def _standing(village: Village, keep: Shapes) -> Floats:
    """Give the points (n x 2) that must not change sides: of buildings, barriers and lines to keep."""
    footprints, _ = rings_of(village.houses.geometry.to_numpy()[_areal(village)])
    return np.vstack(
        [
            shapely.get_coordinates(shapes)
            for shapes in (village.places, footprints, village.hard, village.soft, village.links, keep)
        ]
    )


def _areal(village: Village) -> Bools:
    return np.asarray(shapely.get_dimensions(village.houses.geometry.to_numpy()) == 2)


def _buckets(places: Floats, size_m: float) -> tuple[Ints, Ints, Floats]:
    """Give the places sorted into squares: where each square starts, the rows, and the frame of the squares."""
    low = places.min(axis=0)
    # No more squares than places, however far apart these are.
    size_m = max(size_m / 2, float(np.sqrt(np.prod(np.ptp(places, axis=0)) / len(places))), 1e-3)
    cell = ((places - low) / size_m).astype(np.int64)
    wide, high = (cell.max(axis=0) + 1).tolist()
    number = cell[:, 0] * high + cell[:, 1]
    starts = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=wide * high))])
    frame = np.array([low[0], low[1], size_m, wide, high], dtype=np.float64)
    return starts.astype(np.int64), np.argsort(number, kind="stable").astype(np.int64), frame
