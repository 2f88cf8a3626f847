"""Numbers of grids: given once, kept while a grid goes on, never given again."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from gridding.errors import Fault, NumberError
from gridding.label import label_houses
from gridding.types import Plan
from gridding.village import Village

__all__ = ["best_partners", "common_shares", "number", "succeed"]

# 000 is kept for records whose village is known and whose grid is not.
FREE = {"basic": range(1, 900), "exclusive": range(900, 1000)}


def number(plan: Plan, used: Iterable[int], goes_on: "pd.Series[int] | None" = None) -> "pd.Series[int]":
    """Give seq -> three-digit number for the grids of a plan.

    `goes_on` is what `succeed` gives: seq -> number in force that the grid keeps, or missing. All others get the lowest
    numbers never `used`, in the order of seq, which is rows from north to south, each from west to east: basic grids
    from 001, exclusive ones from 900.

    Raises: NumberError when a kept number is claimed twice or the numbers are used up.
    Source: DB11/T 2157-2023 and CJ/T 349-2010 (from west to east and from north to south; codes are not used again).
    """
    known = pd.Series(dtype="int64") if goes_on is None else goes_on.dropna()
    kept = dict(zip(known.index.tolist(), known.astype("int64").tolist(), strict=True))
    taken = set(used) | set(kept.values())
    if len(set(kept.values())) < len(kept):
        raise NumberError([Fault("number_twice", f"two grids go on with one number: {sorted(kept.values())}")])
    numbers = dict(kept)
    for kind, free in FREE.items():
        new = plan.grids.loc[(plan.grids["kind"] == kind) & ~plan.grids["seq"].isin(kept), "seq"].sort_values()
        left = [value for value in free if value not in taken]
        if len(left) < len(new):
            message = f"{len(new)} {kind} grids need numbers and {len(left)} of {free[0]}-{free[-1]} are left"
            raise NumberError([Fault("numbers_used_up", message)])
        numbers.update(zip(new.tolist(), left, strict=False))
    return pd.Series(numbers, dtype="int64", name="number").rename_axis("seq").sort_index()


def succeed(plan: Plan, in_force: GeoDataFrame, village: Village) -> "pd.Series[int]":
    """Give seq -> number of the grid in force that each grid of the plan goes on from, or missing for a new one.

    `in_force`: number, kind, geometry in the village's plane. A grid goes on from the one with which it shares most
    load, if that one too shares most load with it; without load in common, area decides. Kinds never change.

    Limit: of two halves of a grid that is split evenly the one with the lower seq goes on.
    """
    shared = common_shares(plan.grids, in_force, village)
    best_old, best_new = best_partners(shared, 0), best_partners(shared, 1)
    heirs = {seq: old for seq, (_, old) in best_old.items() if best_new[old] == (seq, old)}
    seqs = pd.Index(plan.grids["seq"], name="seq")
    return pd.Series([heirs.get(int(seq)) for seq in seqs], index=seqs, dtype="Int64", name="number")


def common_shares(
    grids: GeoDataFrame, in_force: GeoDataFrame, village: Village
) -> dict[tuple[int, int], tuple[int, float]]:
    """Give (seq, number) -> (load, area in m2) that two grids of one kind have in common, for all pairs that meet."""
    old_labels = label_houses(in_force, village.houses, "number")
    new_labels = label_houses(grids, village.houses)
    load = village.houses.set_index("id")["load"]
    both = pd.DataFrame({"seq": new_labels, "number": old_labels, "load": load}).dropna()
    sums = both.groupby(["seq", "number"])["load"].sum().reset_index()
    seqs_and_numbers = zip(sums["seq"].astype(int), sums["number"].astype(int), strict=True)
    common_load = dict(zip(seqs_and_numbers, sums["load"].astype(int), strict=True))
    return {pair: (common_load.get(pair, 0), area_m2) for pair, area_m2 in _common_areas(grids, in_force).items()}


def _common_areas(grids: GeoDataFrame, in_force: GeoDataFrame) -> dict[tuple[int, int], float]:
    new, old = grids.geometry.to_numpy(), in_force.geometry.to_numpy()
    rows = shapely.STRtree(old).query(new, predicate="intersects")
    # Rounded, so that halves are equal whichever of two plans is the old one.
    area_m2 = np.round(shapely.area(shapely.intersection(new[rows[0]], old[rows[1]])), 3)
    same_kind = grids["kind"].to_numpy()[rows[0]] == in_force["kind"].to_numpy()[rows[1]]
    wanted = np.flatnonzero(same_kind & (area_m2 > 0))
    seqs, numbers = grids["seq"].to_numpy()[rows[0]], in_force["number"].to_numpy()[rows[1]]
    return {(int(seqs[row]), int(numbers[row])): float(area_m2[row]) for row in wanted}


def best_partners(shared: dict[tuple[int, int], tuple[int, float]], side: int) -> dict[int, tuple[int, int]]:
    """Give for each grid of one side the pair in which it shares most; of equal ones the lowest."""
    best: dict[int, tuple[int, int]] = {}
    for pair in sorted(shared):
        if pair[side] not in best or shared[pair] > shared[best[pair[side]]]:
            best[pair[side]] = pair
    return best
