"""Grids from labelled faces: exact union, canonical order."""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely import MultiPolygon, Polygon

from gridding.atoms import Atoms
from gridding.lattice import Bools, Ints, Shapes, lattice_keys
from gridding.linework import NOT_FOUND
from gridding.segments import edges_of, undirected_keys
from gridding.village import Village

__all__ = ["dissolve", "page_order", "reading_order", "thin"]


def dissolve(atoms: Atoms, label: Ints, village: Village) -> GeoDataFrame:
    """Give the grids of a plan: seq, kind, name, geometry; `label` is the basic grid of each atom.

    Neighbouring grids share their borders vertex for vertex. On the village border only the vertices given and the
    ends of inner borders are left.
    """
    face_grid = np.append(label, NOT_FOUND)[atoms.atom]
    basic = [
        shapely.coverage_union_all(atoms.faces[face_grid == grid]) for grid in np.unique(face_grid[face_grid >= 0])
    ]
    given = np.unique(atoms.exclusive[atoms.exclusive >= 0]).tolist()
    exclusive = [shapely.coverage_union_all(atoms.faces[atoms.exclusive == row]) for row in given]
    shapes = np.array([*basic, *exclusive, None], dtype=object)[:-1]
    shapes = shapely.normalize(_without_border_nodes(shapes, village))
    basic_first = np.arange(len(shapes)) < len(basic)
    names = [*[None] * len(basic), *[village.exclusive_names[row] for row in given]]
    order = page_order(shapes, basic_first)
    return GeoDataFrame(
        {
            "seq": np.arange(1, len(shapes) + 1),
            "kind": np.where(basic_first, "basic", "exclusive")[order],
            "name": pd.Series([names[row] for row in order], dtype=object),
        },
        geometry=shapes[order],
        crs=village.crs,
    )


def page_order(shapes: Shapes, basic: Bools) -> Ints:
    """Give the rows of the shapes in reading order, basic grids before exclusive ones."""
    rows = [np.flatnonzero(kind) for kind in (basic, ~basic)]
    return np.concatenate([some[reading_order(shapes[some])] for some in rows]).astype(np.int64)


def _without_border_nodes(shapes: Shapes, village: Village) -> Shapes:
    """Give the shapes without the vertices that noding put into the village border and no inner border needs."""
    edges, _ = edges_of(shapes)
    _, edge, uses = np.unique(undirected_keys(edges), axis=0, return_inverse=True, return_counts=True)
    inner = edges[uses[edge.ravel()] > 1]
    needed = np.vstack([inner[:, :2], inner[:, 2:], shapely.get_coordinates(village.boundary)])
    keys = set(map(tuple, lattice_keys(needed).tolist()))
    thinned = np.array([*(thin(shape, keys) for shape in shapes), None], dtype=object)[:-1]
    # Where two borders pinch the village at one point, a vertex may be needed that looks idle.
    sound = shapely.is_valid(thinned).all() and shapely.coverage_is_valid(thinned)
    return thinned if sound else shapes


def thin(shape: Polygon | MultiPolygon, keys: set[tuple[int, ...]]) -> Polygon | MultiPolygon:
    """Give the shape with no other vertices than those at these lattice places."""
    if isinstance(shape, MultiPolygon):
        return MultiPolygon([polygon for part in shape.geoms if isinstance(polygon := thin(part, keys), Polygon)])
    rings = [shapely.get_coordinates(ring) for ring in (shape.exterior, *shape.interiors)]
    shell, *holes = (
        [
            point
            for point, key in zip(ring.tolist(), map(tuple, lattice_keys(ring).tolist()), strict=True)
            if key in keys
        ]
        for ring in rings
    )
    return Polygon(shell, holes)


def reading_order(shapes: Shapes) -> Ints:
    """Give the rows of the shapes as one reads a page: lines from north to south, each from west to east.

    A line is as high as the middle one of the shapes; a shape stands where its centroid lies.
    """
    if not len(shapes):
        return np.array([], dtype=np.int64)
    centre = shapely.get_coordinates(shapely.centroid(shapes))
    bounds = shapely.bounds(shapes)
    height_m = float(np.median(bounds[:, 3] - bounds[:, 1]))
    from_north_m = centre[:, 1].max() - centre[:, 1]
    line = np.rint(from_north_m / height_m).astype(np.int64)
    return np.lexsort((from_north_m, centre[:, 0], line)).astype(np.int64)
