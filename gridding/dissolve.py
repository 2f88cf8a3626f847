"""Grids from labelled faces: exact union, canonical order."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely import MultiPolygon, Polygon

from gridding.atoms import Atoms
from gridding.lattice import Bools, Ints, Shapes, array_of, lattice_keys
from gridding.linework import NOT_FOUND
from gridding.segments import edges_of, place_keys
from gridding.village import Village

__all__ = ["Cover", "dissolve", "reading_order", "thin"]


@dataclass(frozen=True)
class Cover:
    """Grids as polygons in reading order, basic ones before exclusive ones, with the names of the latter."""

    shapes: Shapes
    basic: Bools
    names: Shapes

    @classmethod
    def in_order(cls, shapes: Shapes, basic: Bools, names: Shapes) -> "Cover":
        """Give polygons in any order as a cover."""
        rows = [np.flatnonzero(kind) for kind in (basic, ~basic)]
        order = np.concatenate([some[reading_order(shapes[some])] for some in rows]).astype(np.int64)
        return cls(shapes[order], basic[order], names[order])

    def table(self, load: Ints, village: Village) -> GeoDataFrame:
        """Give the grids with their loads as a plan has them: seq, kind, name, load, geometry."""
        columns = {
            "seq": np.arange(1, len(self.shapes) + 1),
            "kind": np.where(self.basic, "basic", "exclusive"),
            "name": pd.Series(self.names, dtype=object),
            "load": load,
        }
        return GeoDataFrame(columns, geometry=self.shapes, crs=village.crs)


def dissolve(atoms: Atoms, label: Ints, village: Village) -> Cover:
    """Give the grids that atoms make; `label` is the basic grid of each.

    Neighbouring grids share their borders vertex for vertex. On the village border only the vertices given and the
    ends of inner borders are left.
    """
    basic = _united(atoms.faces, np.append(label, NOT_FOUND)[atoms.atom])
    exclusive = _united(atoms.faces, atoms.exclusive)
    shapes = shapely.normalize(_without_border_nodes(np.concatenate([basic, exclusive]), village))
    names = np.array([None] * len(shapes), dtype=object)
    given = np.unique(atoms.exclusive[atoms.exclusive >= 0]).tolist()
    names[len(basic) :] = [village.exclusive_names[row] for row in given]
    return Cover.in_order(shapes, np.arange(len(shapes)) < len(basic), names)


def _united(faces: Shapes, grid: Ints) -> Shapes:
    """Give for each grid, in rising order, its faces in one; those with a negative one are left out."""
    order = np.argsort(grid, kind="stable")
    order = order[grid[order] >= 0]
    starts = np.flatnonzero(np.diff(grid[order], prepend=NOT_FOUND))
    united = [shapely.coverage_union_all(faces[rows]) for rows in np.split(order, starts)[1:]]
    return array_of(united)


def _without_border_nodes(shapes: Shapes, village: Village) -> Shapes:
    """Give the shapes without the vertices that noding put into the village border and no inner border needs."""
    edges, _ = edges_of(shapes)
    place = np.unique(place_keys(edges), return_inverse=True)[1].reshape(-1, 2)
    number = place.min(axis=1) * (place.max(initial=0) + 1) + place.max(axis=1)
    _, edge, uses = np.unique(number, return_inverse=True, return_counts=True)
    inner = edges[uses[edge] > 1]
    needed = np.vstack([inner[:, :2], inner[:, 2:], shapely.get_coordinates(village.boundary)])
    keys = set(map(tuple, lattice_keys(needed).tolist()))
    thinned = array_of(thin(shape, keys) for shape in shapes)
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
