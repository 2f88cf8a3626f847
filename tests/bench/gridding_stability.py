"""How many households get another grid when the village changes a little: ours brought back into its band, METIS anew.

Source: references/gridding.md, section 3: houses added all over, or an estate at one place.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from bench.gridding_data import SIZES, Case, draw_loads, houses_of, village_frame, village_of, wide
from bench.gridding_race import Runner, prepare, run_peer
from bench.gridding_scores import moved_share
from bench.gridding_tables import table

from gridding import Plan, Target, Village, divide
from gridding.rebalance import rebalance

__all__ = ["SCENARIOS", "stability_table"]

METIS = "pymetis-30"
LOAD = 400
BANDS = (0.05, 0.10, 0.25)
ESTATE_M, HOUSES_APART_M = 60.0, 4.0


@dataclass(frozen=True)
class Scenario:
    """A village and by which share its households grow, all over or at one place."""

    houses: str
    growth: float
    spot: bool


SCENARIOS = (
    Scenario("v2000", 0.0, False),
    Scenario("v2000", 0.044, False),
    Scenario("v2000", 0.023, True),
    Scenario("v10000", 0.053, False),
    Scenario("v10000", 0.027, True),
)


def stability_table(sets: tuple[str, ...], seeds: int, limit_s: int) -> str:
    """Give for each scenario the share of households moved: METIS from the start again, ours by band."""
    head = (
        "change",
        "METIS again",
        *(f"ours, band ±{band:.0%}" for band in BANDS),
        "CPU s",
        "max dev % after, by band",
    )
    rows = []
    for scenario in SCENARIOS:
        if scenario.houses in sets:
            found = pd.DataFrame(_measure(scenario, seed, limit_s) for seed in range(1, seeds + 1)).median()
            rows.append(_row(scenario, found))
    return table(head, rows)


def _row(scenario: Scenario, found: pd.Series) -> list[str]:
    where = "at one place" if scenario.spot else "all over"
    change = f"+{scenario.growth:.1%} {where}" if scenario.growth else "nothing changed"
    return [
        f"{scenario.houses}, {change}",
        f"{found[METIS]:.1%}",
        *(f"{found[f'moved {band}']:.2%}" for band in BANDS),
        f"{found['seconds']:.2f}",
        ", ".join(f"{100 * found[f'off {band}']:.1f}" for band in BANDS),
    ]


def _measure(scenario: Scenario, seed: int, limit_s: int) -> dict[str, float]:
    before = village_of(SIZES[scenario.houses], seed)
    after = _grown(scenario, seed)
    plan = divide(before, wide(LOAD))
    found = {METIS: _metis_moved(before, after, limit_s)}
    mean = after.loads.sum() / len(plan.grids)
    for band in BANDS:
        target = Target(load=round(mean), band=(int(np.ceil(mean * (1 - band))), int(mean * (1 + band))))
        begun = time.process_time()
        again, _ = rebalance(plan, after, target)
        found["seconds"] = time.process_time() - begun
        found[f"moved {band}"] = _plans_moved(plan, again, before)
        found[f"off {band}"] = float(np.abs(again.grids["load"] / mean - 1).max())
    return found


def _plans_moved(before: Plan, after: Plan, village: Village) -> float:
    held = village.houses["id"].to_numpy()
    return moved_share(before.labels[held].to_numpy() - 1, after.labels[held].to_numpy() - 1, village.loads)


def _metis_moved(before: Village, after: Village, limit_s: int) -> float:
    first, again = (_metis_labels(village, limit_s) for village in (before, after))
    held = before.houses["id"].to_numpy()
    return moved_share(first[held].to_numpy(), again[held].to_numpy(), before.loads)


def _metis_labels(village: Village, limit_s: int) -> pd.Series[int]:
    """Give the grid of each house after METIS divided the village from the start."""
    runner = prepare(Case("stability", village, wide(LOAD)))
    run = run_peer(runner, METIS, limit_s)
    if run.label is None:
        raise RuntimeError(f"{METIS}: {run.failed}")
    return pd.Series(run.label[_atom_of_house(runner, village)], index=village.houses["id"].to_numpy())


def _atom_of_house(runner: Runner, village: Village) -> np.ndarray:
    house, atom = shapely.STRtree(runner.board.land).query(village.places, predicate="intersects")
    return pd.Series(atom, index=house).groupby(level=0).min().to_numpy()


def _grown(scenario: Scenario, seed: int) -> Village:
    """Give the village with new houses until its households have grown by the share."""
    boundary, houses = village_frame(SIZES[scenario.houses], seed)
    if not scenario.growth:
        return Village(boundary, houses)
    rng = np.random.default_rng(1000 + seed)
    wanted = scenario.growth * houses["load"].sum()
    loads = draw_loads(rng, len(houses))
    count = int(np.searchsorted(np.cumsum(loads), wanted)) + 1
    places = _new_places(rng, shapely.get_coordinates(houses.geometry), boundary, count, scenario.spot)
    new = houses_of(places, loads[:count], "n")
    return Village(boundary, pd.concat([houses, new], ignore_index=True))


def _new_places(
    rng: np.random.Generator, places: np.ndarray, boundary: shapely.Polygon, count: int, spot: bool
) -> np.ndarray:
    """Give places inside and at least 4 m from all others: near houses drawn by chance, or all near one."""
    tried = places[rng.integers(len(places))] if spot else None
    found: list[np.ndarray] = []
    tree = shapely.STRtree(shapely.points(places))
    while len(found) < count:
        near = tried if tried is not None else places[rng.integers(len(places))]
        spread_m = ESTATE_M if spot else 20.0
        point = near + rng.normal(0, spread_m, 2)
        free = all(np.hypot(*(point - other)) >= HOUSES_APART_M for other in found)
        if free and boundary.contains(shapely.Point(point)) and not _near(tree, point):
            found.append(point)
    return np.array(found)


def _near(tree: shapely.STRtree, point: np.ndarray) -> bool:
    return len(tree.query(shapely.Point(point), predicate="dwithin", distance=HOUSES_APART_M)) > 0
