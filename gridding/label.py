"""Which grid holds a house: the one rule."""

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from gridding.linework import first_covering
from gridding.places import places_of

__all__ = ["label_houses", "with_load"]


def label_houses(grids: GeoDataFrame, houses: GeoDataFrame, column: str = "seq") -> "pd.Series[int]":
    """Give house id -> value of `column` of the grid that covers the house, the lowest on a shared border.

    A footprint lies where the point that stands for it lies (`places_of`). Houses that no grid covers are left out.
    """
    values = grids[column].to_numpy()
    order = np.argsort(values, kind="stable")
    grid = first_covering(grids.geometry.to_numpy()[order], places_of(houses.geometry.to_numpy()))
    held = grid >= 0
    ids = houses["id"].to_numpy(dtype=object)[held]
    return pd.Series(values[order][grid[held]], index=pd.Index(ids, name="id"), name=column)


def with_load(grids: GeoDataFrame, labels: "pd.Series[int]", houses: GeoDataFrame) -> GeoDataFrame:
    """Give the grids (seq, kind, name, geometry) with the load of the houses labelled with each."""
    row = pd.Index(houses["id"].to_numpy(dtype=object)).get_indexer(labels.index.to_numpy(dtype=object))
    seqs = grids["seq"].to_numpy()
    order = np.argsort(seqs)
    grid = order[np.searchsorted(seqs, labels.to_numpy(), sorter=order)]
    load = np.zeros(len(grids), dtype=np.int64)
    np.add.at(load, grid, houses["load"].to_numpy(dtype=np.int64)[row])
    return grids.assign(load=load)[["seq", "kind", "name", "load", "geometry"]]
