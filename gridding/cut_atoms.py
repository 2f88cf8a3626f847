"""Atoms cut by the borders in force: a border that need not move stays as it is, vertex for vertex."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from scipy.spatial import cKDTree

from gridding.atoms import Atoms, build_atoms
from gridding.barriers import Barriers
from gridding.errors import Fault
from gridding.lattice import Bools, Floats, Ints, Shapes, lattice_keys
from gridding.linework import NOT_FOUND
from gridding.overlay import ON_BORDER_M
from gridding.segments import edges_of, rings_of, shared_edges, undirected_keys
from gridding.village import Village

__all__ = ["CutAtoms", "cut_atoms"]

# A cell's end this near to a vertex of a border in force is that vertex: it came from the same two buildings.
SAME_VERTEX_M = 1e-3


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
    faces = _sewn(_onto_vertices(together.faces, known))
    edges = shared_edges(faces)
    outside = np.where(together.atom == NOT_FOUND, together.face_grid, NOT_FOUND)
    atoms = Atoms(
        faces, together.atom, outside, together.load, edges, Barriers.along(edges, village), together.warnings
    )
    return CutAtoms(atoms, together.grid)


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
    """Give the faces with vertices that miss a known one (n x 2) by less than a millimetre laid onto it."""
    tree = cKDTree(known)

    def pull(coordinates: Floats) -> Floats:
        distance_m, nearest = tree.query(coordinates, distance_upper_bound=SAME_VERTEX_M)
        near = np.isfinite(distance_m)
        pulled = coordinates.copy()
        pulled[near] = known[nearest[near]]
        return pulled

    pulled = shapely.remove_repeated_points(shapely.transform(faces, pull))
    # Land thinner than the millimetre may fold: then ends beside vertices are the smaller evil.
    return pulled if shapely.is_valid(pulled).all() and (shapely.area(pulled) > 0).all() else faces


def _sewn(faces: Shapes) -> Shapes:
    """Give the faces with the vertices that a neighbour has on their edges and they have not."""
    edges, _ = edges_of(faces)
    _, same, uses = np.unique(undirected_keys(edges), axis=0, return_inverse=True, return_counts=True)
    ends = np.flatnonzero(uses[same.ravel()] == 1)
    points = np.unique(edges[ends].reshape(-1, 2), axis=0)
    lines = shapely.linestrings(edges[ends].reshape(-1, 2, 2))
    point, line = shapely.STRtree(lines).query(shapely.points(points), predicate="dwithin", distance=ON_BORDER_M)
    own = _is_end(points[point], edges[ends[line]])
    point, edge = point[~own], ends[line[~own]]
    along_m = shapely.line_locate_point(lines[line[~own]], shapely.points(points[point]))
    rings, face = rings_of(faces)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    after = np.flatnonzero(ring[1:] == ring[:-1])[edge] + 1
    order = np.lexsort((along_m, after))
    together = np.insert(coordinates, after[order], points[point[order]], axis=0)
    sewn = shapely.linearrings(together, indices=np.insert(ring, after[order], ring[after[order]]))
    return np.asarray(shapely.polygons(sewn, indices=face), dtype=object)


def _is_end(points: Floats, edges: Floats) -> Bools:
    keys, ends = lattice_keys(points), lattice_keys(edges)
    return np.asarray((keys == ends[:, :2]).all(axis=1) | (keys == ends[:, 2:]).all(axis=1))
