"""Random edits by the thousand: what must hold after each, and what a preview costs in a large village."""

from __future__ import annotations

import hashlib
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from bench.gridding_tables import table
from random_edits import clustered_village, random_edit
from shapely import LineString

from gridding import GriddingError, Plan, Target, Village, divide
from gridding.edit import Log
from gridding.edit.preview import Preview

__all__ = ["edits_table", "preview_table"]

HOUSES, LOAD = 340, 80
PREVIEW_HOUSES, PREVIEW_LOAD = 10_000, 400
# So many accepted edits are undone and redone together; then a new log begins, so that memory stays flat.
LOG_LENGTH = 200
COVER_M2_PER_M = 1e-5


@dataclass
class Tally:
    """What happened."""

    accepted: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)


def edits_table(wanted: int, seed: int = 1) -> str:
    """Make that many accepted edits; give the counts, the faults found and the CPU of an edit."""
    rng = np.random.default_rng(seed)
    tally = Tally()
    while sum(tally.accepted.values()) < wanted:
        village = clustered_village(rng, HOUSES)
        plan = divide(village, Target(load=LOAD, band=(1, 10**6)))
        _run_log(rng, Log(plan, village), min(LOG_LENGTH, wanted - sum(tally.accepted.values())), tally)
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in tally.accepted.most_common())
    rows = [
        ["edits accepted", f"{sum(tally.accepted.values()):,} ({kinds})"],
        ["edits refused", f"{tally.refused:,}"],
        *[
            [fault, f"{tally.faults[fault]:,}"]
            for fault in (
                "coverage invalid",
                "village border moved",
                "households lost",
                "undo or redo gave other bytes",
            )
        ],
        [
            f"CPU ms of an accepted edit in a village of {HOUSES} houses, median and highest",
            f"{statistics.median(tally.ms):.1f}, {max(tally.ms):.1f}",
        ],
    ]
    return table(("of the edits", "measured"), rows)


def preview_table(wanted: int, seed: int = 1) -> str:
    """Ask for that many previews of each kind in a village of 10,000 houses; give their CPU milliseconds."""
    rng = np.random.default_rng(seed)
    village = clustered_village(rng, PREVIEW_HOUSES)
    plan = divide(village, Target(load=PREVIEW_LOAD, band=(1, 10**6)))
    begun = time.process_time()
    preview = Preview(plan, village)
    made_ms = 1000 * (time.process_time() - begun)
    asked = {"move": preview.move, "split": preview.split, "hand_over": preview.hand_over}
    ms = {kind: _spent(rng, plan, village, kind, ask, wanted) for kind, ask in asked.items()}
    rows = [["made once, before the first", f"{made_ms:.1f}", "", ""]]
    for kind, spent in ms.items():
        rows.append(
            [kind, *(f"{value:.1f}" for value in (statistics.median(spent), np.quantile(spent, 0.95), max(spent)))]
        )
    return table(
        (f"preview, {len(village.houses):,} houses, {len(plan.grids)} grids", "median CPU ms", "p95", "highest"), rows
    )


def _spent(
    rng: np.random.Generator, plan: Plan, village: Village, kind: str, ask: Callable[..., object], wanted: int
) -> list[float]:
    """Give the CPU milliseconds of so many previews that were not refused."""
    ms: list[float] = []
    while len(ms) < wanted:
        given = _halving(rng, plan) if kind == "split" else _drawn(rng, plan, village, kind)
        begun = time.process_time()
        try:
            ask(**given)
        except GriddingError:
            continue
        ms.append(1000 * (time.process_time() - begun))
    return ms


def _drawn(rng: np.random.Generator, plan: Plan, village: Village, kind: str) -> dict[str, Any]:
    while (operation := random_edit(rng, plan, village)).kind != kind:
        pass
    return operation.arguments


def _halving(rng: np.random.Generator, plan: Plan) -> dict[str, Any]:
    """Give a line through a grid at any angle: `random_edit` draws none in a plan of so many grids."""
    row = plan.grids.iloc[int(rng.integers(len(plan.grids)))]
    middle = row["geometry"].representative_point()
    angle = rng.uniform(0, 2 * np.pi)
    east_m, north_m = row["geometry"].length * np.array([np.cos(angle), np.sin(angle)])
    ends = [(middle.x - east_m, middle.y - north_m), (middle.x + east_m, middle.y + north_m)]
    return {"seq": int(row["seq"]), "line": LineString(ends)}


def _run_log(rng: np.random.Generator, log: Log, wanted: int, tally: Tally) -> None:
    digests = [_digest(log.plan)]
    while len(digests) <= wanted:
        operation = random_edit(rng, log.plan, log.village)
        begun = time.process_time()
        try:
            plan = log.apply(operation)
        except GriddingError:
            tally.refused += 1
            continue
        tally.ms.append(1000 * (time.process_time() - begun))
        tally.accepted[operation.kind] += 1
        tally.faults.update(_faults(plan, log.village))
        digests.append(_digest(plan))
    back = [_digest(log.undo()) for _ in range(wanted)]
    forth = [_digest(log.redo()) for _ in range(wanted)]
    tally.faults["undo or redo gave other bytes"] += back != digests[-2::-1]
    tally.faults["undo or redo gave other bytes"] += forth != digests[1:]


def _faults(plan: Plan, village: Village) -> list[str]:
    """Give what does not hold, found by other means than the edits'."""
    shapes = plan.grids.geometry.to_numpy()
    faults = []
    if not (shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)):
        faults.append("coverage invalid")
    given = set(map(tuple, shapely.get_coordinates(village.boundary).tolist()))
    kept = given <= set(map(tuple, shapely.get_coordinates(shapes).tolist()))
    missed_m2 = shapely.union_all(shapes).symmetric_difference(village.boundary).area
    if not kept or missed_m2 > village.boundary.length * COVER_M2_PER_M:
        faults.append("village border moved")
    counted = plan.grids["load"].sum(), village.houses.set_index("id")["load"][plan.labels.index].sum()
    if counted != (village.loads[village.inside].sum(),) * 2:
        faults.append("households lost")
    return faults


def _digest(plan: Plan) -> bytes:
    """Give the plan's bytes in short: shapes, loads, labels."""
    found = hashlib.sha256(b"".join(shapely.to_wkb(plan.grids.geometry.to_numpy()).tolist()))
    found.update(plan.grids[["seq", "kind", "name", "load"]].to_json().encode())
    found.update(plan.labels.to_json().encode())
    return found.digest()
