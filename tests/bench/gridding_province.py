"""A synthetic province in one run: 14,888 villages with 15 M households, made on the fly, two worker processes."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from bench.gridding_data import village_frame, wide
from bench.gridding_tables import table

from gridding import Village, divide

__all__ = ["province_table"]

VILLAGES = 14_888
# Log-normal: half of all villages have fewer than 500 houses, the largest some 6,000; 1.69 households a house.
MEDIAN_HOUSES, SPREAD = 502, 0.6
SMALLEST, LARGEST = 20, 8_000
TARGET, WORKERS = 150, 2
WARM_UP = 25


@dataclass(frozen=True)
class Done:
    """One village: where the seconds went, what came out, and the worker's memory afterwards."""

    generated_s: float
    divided_s: float
    households: int
    grids: int
    over: int
    unexplained: int
    valid: bool
    worker: int
    resident_mb: float


def sizes(villages: int) -> list[int]:
    """Give the number of houses of each village, the same for the same count."""
    drawn = np.random.default_rng(1).lognormal(np.log(MEDIAN_HOUSES), SPREAD, VILLAGES)
    return np.clip(drawn, SMALLEST, LARGEST).astype(np.int64)[:villages].tolist()


def divide_one(job: tuple[int, int]) -> Done:
    """Make one village and divide it."""
    houses, seed = job
    begun = time.process_time()
    frame = village_frame(houses, seed)
    made = time.process_time()
    plan = divide(Village(*frame), wide(TARGET))
    done = time.process_time()
    off = plan.report.grids["deviation"].abs()
    out = set(off.index[off > 0.05])
    explained = {reason.seq for reason in plan.report.reasons if reason.kind != "not_found"}
    return Done(
        made - begun,
        done - made,
        int(plan.grids["load"].sum()),
        len(plan.grids),
        len(out),
        len(out - explained),
        bool(shapely.coverage_is_valid(plan.grids.geometry.to_numpy())),
        os.getpid(),
        _resident_mb(),
    )


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def province_table(villages: int) -> str:
    """Divide that many villages of the province; give what it took."""
    jobs = [(houses, seed) for seed, houses in enumerate(sizes(villages), start=1)]
    begun = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        found = []
        for done in pool.imap_unordered(divide_one, jobs, chunksize=8):
            found.append(done)
            if len(found) % 500 == 0:
                print(f"  {len(found):,} of {villages:,} villages, {time.perf_counter() - begun:,.0f} s", flush=True)
    wall_s = time.perf_counter() - begun
    return table(("of the province", "measured"), _rows(found, wall_s))


def _rows(found: list[Done], wall_s: float) -> list[list[str]]:
    divided_s, generated_s = (sum(getattr(done, name) for done in found) for name in ("divided_s", "generated_s"))
    grids = sum(done.grids for done in found)
    over, unexplained = sum(done.over for done in found), sum(done.unexplained for done in found)
    return [
        ["villages, households, grids", f"{len(found):,}, {sum(done.households for done in found):,}, {grids:,}"],
        ["CPU minutes of dividing, all workers", f"{divided_s / 60:.2f}"],
        ["CPU ms a village", f"{1000 * divided_s / len(found):.1f}"],
        [
            f"wall minutes of dividing on {WORKERS} cores of their own (CPU / {WORKERS})",
            f"{divided_s / 60 / WORKERS:.2f}",
        ],
        ["CPU minutes of making the data, counted apart", f"{generated_s / 60:.2f}"],
        ["wall minutes of the run with both, on the shared machine", f"{wall_s / 60:.2f}"],
        ["resident memory of each worker, MB: after 25 villages, at the end, highest", _memory(found)],
        ["plans that are no valid coverage", str(sum(not done.valid for done in found))],
        ["grids beyond 5 %; of these without a reason that bounds them", f"{over:,}; {unexplained:,}"],
    ]


def _memory(found: list[Done]) -> str:
    """Give what each worker held at the start and at the end."""
    told = []
    for worker in sorted({done.worker for done in found}):
        held = [done.resident_mb for done in found if done.worker == worker]
        told.append(f"{held[min(WARM_UP, len(held)) - 1]:.0f}, {held[-1]:.0f}, {max(held):.0f}")
    return "; ".join(told)
