"""Grids drawn anew where their atoms changed; the others stay as they are, byte for byte."""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from gridding.cut_atoms import CutAtoms
from gridding.lattice import Ints, Shapes, array_of
from gridding.linework import NOT_FOUND
from gridding.refit import without_idle_vertices
from gridding.village import Village

__all__ = ["redraw", "with_new_rows"]


def with_new_rows(given: GeoDataFrame, count: int) -> pd.DataFrame:
    """Give seq, kind and name of `count` grids: the given ones, then basic ones with the next seqs above the basic."""
    taken = set(given["seq"].tolist())
    highest = max(given.loc[given["kind"] == "basic", "seq"], default=0)
    free = (seq for seq in range(highest + 1, highest + 1 + len(taken) + count) if seq not in taken)
    new = [(next(free), "basic", None) for _ in range(count - len(given))]
    rows = [*given[["seq", "kind", "name"]].itertuples(index=False, name=None), *new]
    return pd.DataFrame(rows, columns=["seq", "kind", "name"]).astype({"name": object})


def redraw(
    table: pd.DataFrame, given: GeoDataFrame, shapes: Shapes, cut: CutAtoms, label: Ints, village: Village
) -> GeoDataFrame:
    """Give the grids (seq, kind, name, geometry) that the atoms make when `label` is the row of each one's grid.

    `table` is that of `with_new_rows`; `given` are the grids in force, by row, `shapes` theirs on the lattice. A grid
    keeps its geometry as given unless its atoms changed, or a border that moved ends in the middle of one of its
    edges: then it has that end as a vertex.
    """
    face_row = np.where(cut.atoms.atom == NOT_FOUND, cut.atoms.exclusive, np.append(label, NOT_FOUND)[cut.atoms.atom])
    rows = np.unique(face_row)
    whole = [shapely.coverage_union_all(cut.atoms.faces[face_row == row]) for row in rows]
    drawn = without_idle_vertices(array_of(whole), shapes, village)
    kept = [
        given.geometry.iloc[row] if row < len(given) and _same(shape, shapes[row]) else shapely.normalize(shape)
        for row, shape in zip(rows.tolist(), drawn, strict=True)
    ]
    grids = GeoDataFrame(table.iloc[rows], geometry=kept, crs=village.crs)
    return grids.sort_values("seq", ignore_index=True)


def _same(one: BaseGeometry, other: BaseGeometry) -> bool:
    parts = [shapely.get_parts(shapely.normalize(shape)) for shape in (one, other)]
    return len(parts[0]) == len(parts[1]) and bool(shapely.equals_identical(*parts).all())
