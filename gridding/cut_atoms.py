"""Atoms cut by the borders in force: a border that need not move stays as it is, vertex for vertex."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries

from gridding.atoms import Atoms, build_atoms
from gridding.barriers import Barriers
from gridding.errors import Fault
from gridding.lattice import ON_LINE_M, Bools, Floats, Ints, Shapes
from gridding.linework import NOT_FOUND, cut_at, faces_of, first_covering, node, onto
from gridding.overlay import ON_BORDER_M
from gridding.segments import edges_of, lines_of, shared_edges, undirected_keys
from gridding.village import Village

__all__ = ["CutAtoms", "cut_atoms"]


@dataclass(frozen=True)
class CutAtoms:
    """Atoms that lie in one grid each: `grid` is the row of the grid in force that each atom lies in."""

    atoms: Atoms
    grid: Ints


@dataclass(frozen=True)
class _Pieces:
    """Faces with the grid in force they lie in and their atom, and the load and the grid of each atom."""

    faces: Shapes
    face_grid: Ints
    atom: Ints
    load: Ints
    grid: Ints
    warnings: tuple[Fault, ...]


def cut_atoms(shapes: Shapes, basic: Bools, at: Ints, active: Ints, village: Village) -> CutAtoms:
    """Give the atoms of the grids in force; `shapes` are the grids, a coverage of the village on the lattice.

    `basic` tells the basic from the exclusive ones, `at` is the row of the grid that holds each house (NOT_FOUND for
    none). Grids whose rows are in `active` are cut into the cells of their buildings as `build_atoms` does inside a
    village; each other one is one atom.

    Cost: that of `build_atoms` for the active grids; those that are not active cost next to nothing.
    """
    pieces = [
        _cells(shapes[row], row, at == row, village) if row in active else _whole(shapes[row], row, at == row, village)
        for row in np.flatnonzero(basic).tolist()
    ]
    pieces += [_exclusive(shapes[row], row) for row in np.flatnonzero(~basic).tolist()]
    together = _joined(pieces)
    known = np.vstack([shapely.get_coordinates(shapes), shapely.get_coordinates(village.boundary)])
    faces, piece = _noded_together(_onto_vertices(together.faces, known))
    outside = np.where(together.atom[piece] == NOT_FOUND, together.face_grid[piece], NOT_FOUND)
    # A cell thinner than the lattice beside a straightened border may be gone: atoms without land are left out.
    left = np.unique(together.atom[piece][outside == NOT_FOUND])
    atom = np.where(outside == NOT_FOUND, np.searchsorted(left, together.atom[piece]), NOT_FOUND)
    edges = shared_edges(faces)
    atoms = Atoms(faces, atom, outside, together.load[left], edges, Barriers.along(edges, village), together.warnings)
    return CutAtoms(atoms, together.grid[left])


def _cells(shape: shapely.Polygon | shapely.MultiPolygon, row: int, here: Bools, village: Village) -> _Pieces:
    """Give the cells of one grid: those that it would have as a village of its own."""
    soft = shapely.intersects(shape, village.soft)
    atoms = build_atoms(
        Village(
            shape,
            village.houses[here],
            hard=GeoSeries(village.hard[shapely.intersects(shape, village.hard)]),
            soft=GeoDataFrame({"cost": village.soft_cost[soft]}, geometry=list(village.soft[soft])),
            atoms=GeoSeries(_areal_parts(shapely.intersection(shape, village.atoms))) if len(village.atoms) else None,
        )
    )
    grid, face_grid = np.full(len(atoms.load), row), np.full(len(atoms.faces), row)
    return _Pieces(atoms.faces, face_grid, atoms.atom, atoms.load, grid, atoms.warnings)


def _areal_parts(shapes: Shapes) -> Shapes:
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return np.asarray(parts[shapely.get_dimensions(parts) == 2], dtype=object)


def _whole(shape: shapely.Polygon | shapely.MultiPolygon, row: int, here: Bools, village: Village) -> _Pieces:
    faces = np.asarray(shapely.get_parts(shape), dtype=object)
    load = np.array([village.loads[here].sum()], dtype=np.int64)
    return _Pieces(faces, np.full(len(faces), row), np.zeros(len(faces), dtype=np.int64), load, np.array([row]), ())


def _exclusive(shape: shapely.Polygon | shapely.MultiPolygon, row: int) -> _Pieces:
    faces, none = np.asarray(shapely.get_parts(shape), dtype=object), np.zeros(0, dtype=np.int64)
    return _Pieces(faces, np.full(len(faces), row), np.full(len(faces), NOT_FOUND), none, none, ())


def _joined(pieces: Sequence[_Pieces]) -> _Pieces:
    """Give the pieces as one, their atoms numbered through."""
    before = np.cumsum([0, *(len(piece.load) for piece in pieces)])
    atom = [
        np.where(piece.atom == NOT_FOUND, NOT_FOUND, piece.atom + shift)
        for piece, shift in zip(pieces, before[:-1].tolist(), strict=True)
    ]
    return _Pieces(
        faces=np.concatenate([piece.faces for piece in pieces]),
        face_grid=np.concatenate([piece.face_grid for piece in pieces]).astype(np.int64),
        atom=np.concatenate(atom).astype(np.int64),
        load=np.concatenate([piece.load for piece in pieces]).astype(np.int64),
        grid=np.concatenate([piece.grid for piece in pieces]).astype(np.int64),
        warnings=tuple(fault for piece in pieces for fault in piece.warnings),
    )


def _onto_vertices(faces: Shapes, known: Floats) -> Shapes:
    """Give the faces with vertices that miss a known one (n x 2) by rounding laid onto it.

    A ridge between two cells of one grid mostly ends at a vertex of the border in force: the same buildings made both.
    """
    laid = shapely.transform(faces, lambda coordinates: onto(known, coordinates, ON_BORDER_M))
    return np.asarray(shapely.remove_repeated_points(laid), dtype=object)


def _noded_together(faces: Shapes) -> tuple[Shapes, Ints]:
    """Give faces that share their borders vertex for vertex, and for each the row of the one it is cut from.

    Within one grid the faces given do so already; along the borders in force each grid has its own ends of cells.
    """
    edges, _ = edges_of(faces)
    _, first, uses = np.unique(undirected_keys(edges), axis=0, return_index=True, return_counts=True)
    shared, alone = edges[first[uses > 1]], _bent(edges[np.sort(first[uses == 1])])
    noded, row = _placed(faces_of(np.concatenate([lines_of(shared), node(lines_of(alone))])), faces)
    if not _whole_cover(noded, row, faces):
        noded, row = _placed(faces_of(node(lines_of(np.vstack([shared, alone])))), faces)
    return noded, row


def _bent(edges: Floats) -> Floats:
    """Give the edges (n x 4) cut at each end of another that lies beside them by rounding.

    An end of a cell lies up to 0.7 lattice steps beside the border, which is too far for noding to see on the edge of
    the grid beyond: the ridge from that end would cross it.
    """
    ends = np.unique(edges.reshape(-1, 2), axis=0)
    lines, points = lines_of(edges), np.asarray(shapely.points(ends), dtype=object)
    edge, end = shapely.STRtree(points).query(lines, predicate="dwithin", distance=ON_LINE_M)
    own = np.zeros(len(edge), dtype=bool)
    for side in (edges[:, :2], edges[:, 2:]):
        own |= np.hypot(*(side[edge] - ends[end]).T) <= ON_LINE_M
    return cut_at(edges, edge[~own], ends[end[~own]])


def _placed(noded: Shapes, faces: Shapes) -> tuple[Shapes, Ints]:
    row = first_covering(faces, shapely.point_on_surface(noded))
    return noded[row != NOT_FOUND], row[row != NOT_FOUND]


def _whole_cover(noded: Shapes, row: Ints, faces: Shapes) -> bool:
    """Give whether every face kept its land: lines that cross without a node make two faces one, or lose one."""
    area_m2 = np.bincount(row, weights=shapely.area(noded), minlength=len(faces))
    kept = np.abs(area_m2 - shapely.area(faces)) <= ON_BORDER_M * shapely.length(faces)
    return bool(kept.all() and shapely.coverage_is_valid(noded))
