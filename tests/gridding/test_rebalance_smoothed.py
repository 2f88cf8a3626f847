"""Rebalance of plans as `divide` gives them: their borders are smoothed and cut the cells that they were made of."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point, box

from gridding import Target, Village, check, compare, divide, rebalance
from gridding.cut_atoms import cut_atoms
from gridding.lattice import snap

SIDE_M = 1000


def houses(seed, count=400, name="h"):
    """Houses anywhere in the square, of one to three households each."""
    random = np.random.default_rng(seed)
    places = random.uniform(1, SIDE_M - 1, (count, 2))
    ids = [f"{name}{row:03}" for row in range(count)]
    loads = random.integers(1, 4, count)
    return gpd.GeoDataFrame({"id": ids, "load": loads}, geometry=[Point(place) for place in places])


def village(seed, more=0, **land):
    """The village of a seed, with so many houses more."""
    table = houses(seed)
    if more:
        table = pd.concat([table, houses(seed + 1000, more, "n")], ignore_index=True)
    return Village(box(0, 0, SIDE_M, SIDE_M), gpd.GeoDataFrame(table), **land)


def banded(land, k, share=0.04):
    mean = land.loads.sum() / k
    return Target(load=round(mean), band=(int(np.ceil(mean * (1 - share))), int(mean * (1 + share))), k=k)


def sound(plan, land):
    return [fault for fault in check(plan, land).faults if fault.severity == "fault"] == []


@pytest.mark.parametrize("seed", range(1, 7))
def test_atoms_keep_the_load_and_the_land_of_their_grid(seed):
    land = village(seed)
    plan = divide(land, banded(land, 8))
    shapes = snap(plan.grids.geometry.to_numpy())
    at = plan.labels.reindex(land.houses["id"]).to_numpy(dtype=np.int64) - 1
    cut = cut_atoms(shapes, np.ones(8, dtype=bool), at, np.arange(8), land)
    assert len(cut.grid) == 400
    assert np.bincount(cut.grid, weights=cut.atoms.load).tolist() == plan.grids["load"].tolist()
    area_m2 = np.bincount(cut.grid[cut.atoms.atom], weights=shapely.area(cut.atoms.faces))
    assert area_m2 == pytest.approx(plan.grids.area.to_numpy(), abs=0.01)


@pytest.mark.parametrize("seed", range(1, 4))
def test_less_is_moved_than_by_dividing_anew_and_every_house_keeps_a_grid(seed):
    after = village(seed, more=40)
    plan = divide(village(seed), banded(village(seed), 8))
    target = banded(after, 8)
    found, diff = rebalance(plan, after, target)
    assert sound(found, after)
    assert len(found.labels) == 440
    assert found.grids["load"].between(*target.band).all()
    assert diff.moved_load <= compare(plan, divide(after, target), after).moved_load
