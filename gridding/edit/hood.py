"""The part of a village that an edit can change: so that an edit costs what it touches, not what the village holds."""

import copy

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gridding.lattice import Ints, Shapes, array_of
from gridding.linework import NOT_FOUND
from gridding.types import Plan
from gridding.village import Village

__all__ = ["grid_of_each_house", "houses_at", "nearby", "with_exclusive"]

# A place may lie beside a border by the rounding of both.
MARGIN_M = 1e-3


def with_exclusive(village: Village, plan: Plan) -> Village:
    """Give the village with the exclusive grids of the plan as its own, by name: those given and those set apart.

    `check(plan, with_exclusive(village, plan))` checks an edited plan. A draft is stored as its grids alone: the rows
    of kind exclusive, with their names, are all that is needed to give the village back.
    """
    rows = zip(plan.grids["kind"], plan.grids["name"], plan.grids.geometry.to_numpy(), strict=True)
    drawn = {name: shape for kind, name, shape in rows if kind == "exclusive"}
    changed = copy.copy(village)
    changed.exclusive_names = sorted(drawn)
    changed.exclusive = array_of([drawn[name] for name in changed.exclusive_names])
    return changed


def grid_of_each_house(plan: Plan, village: Village) -> Ints:
    """Give for each house of the village the seq of the grid that holds it, NOT_FOUND for none."""
    row = plan.labels.index.get_indexer(pd.Index(village.houses["id"]))
    return np.append(plan.labels.to_numpy(dtype=np.int64), NOT_FOUND)[row]


def houses_at(shapes: list[BaseGeometry], village: Village) -> Ints:
    """Give the rows of the houses that stand in the bounds of one of the shapes."""
    x, y = shapely.get_coordinates(village.places).T
    west, south, east, north = shapely.bounds(array_of(shapes)).T[:, :, None]
    within = (x >= west - MARGIN_M) & (x <= east + MARGIN_M) & (y >= south - MARGIN_M) & (y <= north + MARGIN_M)
    return np.flatnonzero(within.any(axis=0)).astype(np.int64)


def nearby(village: Village, rows: Ints, lines: BaseGeometry, land: BaseGeometry) -> tuple[Village, Ints]:
    """Give the village with those of the houses (by row) that new border lines meet, their rows, and what else is near.

    Barriers, exclusive grids and given atoms are near when their bounds meet those of the land.
    """
    part = copy.copy(village)
    met = rows[shapely.intersects(village.houses.geometry.to_numpy()[rows], lines)]
    part.houses = village.houses.iloc[met].reset_index(drop=True)
    part.places = village.places[met]
    part.ties = [village.ties[row] for row in met.tolist()]
    part.hard, part.exclusive, part.atoms = (_at(shapes, land) for shapes in (part.hard, part.exclusive, part.atoms))
    return part, met


def _at(shapes: Shapes, land: BaseGeometry) -> Shapes:
    return shapes[np.sort(shapely.STRtree(shapes).query(land))]
