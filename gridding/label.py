"""Which grid holds a house: the one rule."""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from gridding.types import place_of

__all__ = ["label_houses", "with_load"]


def label_houses(grids: GeoDataFrame, houses: GeoDataFrame, column: str = "seq") -> "pd.Series[int]":
    """Give house id -> value of `column` of the grid that covers the house, the lowest on a shared border.

    A footprint lies where its representative point lies. Houses that no grid covers are left out.
    """
    order = np.argsort(grids[column].to_numpy(), kind="stable")
    places = np.array([*(place_of(shape) for shape in houses.geometry), None], dtype=object)[:-1]
    tree = shapely.STRtree(grids.geometry.to_numpy()[order])
    house, grid = tree.query(places, predicate="covered_by")
    lowest = pd.Series(grid, index=house).groupby(level=0).min()
    values = grids[column].to_numpy()[order][lowest.to_numpy(dtype=np.int64)]
    ids = houses["id"].to_numpy()[lowest.index.to_numpy(dtype=np.int64)]
    return pd.Series(values, index=pd.Index(ids, name="id"), name=column)


def with_load(grids: GeoDataFrame, labels: "pd.Series[int]", houses: GeoDataFrame) -> GeoDataFrame:
    """Give the grids (seq, kind, name, geometry) with the load of the houses labelled with each."""
    load = houses.set_index("id")["load"].reindex(labels.index)
    by_seq = load.groupby(labels).sum().reindex(grids["seq"], fill_value=0)
    return grids.assign(load=by_seq.to_numpy(dtype=np.int64))[["seq", "kind", "name", "load", "geometry"]]
