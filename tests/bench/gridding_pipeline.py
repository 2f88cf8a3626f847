"""CPU of the whole way from houses to valid polygons, stage by stage, in villages of average size."""

from __future__ import annotations

import importlib
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

import shapely
from bench.gridding_data import village_frame, wide
from bench.gridding_tables import table

from gridding import Village, divide

__all__ = ["pipeline_table"]

HOUSES = 680
TARGETS = (400, 150)


def pipeline_table(villages: int) -> str:
    """Give median and highest CPU milliseconds over villages of 680 houses, whole and by stage."""
    rows = []
    for load in TARGETS:
        spent: dict[str, list[float]] = defaultdict(list)
        for seed in range(1, villages + 1):
            for stage, seconds in _measure(seed, load).items():
                spent[stage].append(1000 * seconds)
        for stage, ms in spent.items():
            rows.append([str(load), stage, f"{statistics.median(ms):.1f}", f"{max(ms):.1f}"])
    return table(("target", "stage", "median CPU ms", "highest"), rows)


def _measure(seed: int, load: int) -> dict[str, float]:
    """Give CPU seconds of one village; the stages are taken in a second run, so that they do not slow the first."""
    frame = village_frame(HOUSES, seed)
    begun = time.process_time()
    village = Village(*frame)
    made = time.process_time()
    plan = divide(village, wide(load))
    done = time.process_time()
    if not shapely.coverage_is_valid(plan.grids.geometry.to_numpy()):
        raise AssertionError(f"village {seed} has no valid coverage")
    spent = {"whole": done - begun, "Village": made - begun, "divide": done - made}
    with _stopwatch() as stages:
        divide(village, wide(load))
    return spent | {f"divide: {name}": seconds for name, seconds in stages.items()}


@contextmanager
def _stopwatch() -> Iterator[dict[str, float]]:
    """Count the CPU seconds of each function that `divide` calls from another module of gridding."""
    module = importlib.import_module("gridding.divide")
    spent: dict[str, float] = {}
    stages = {
        name: found
        for name, found in vars(module).items()
        if isinstance(found, FunctionType)
        and found.__module__.startswith("gridding.")
        and found.__module__ != "gridding.divide"
    }
    for name, found in stages.items():
        setattr(module, name, _timed(name, found, spent))
    try:
        yield spent
    finally:
        for name, found in stages.items():
            setattr(module, name, found)


def _timed(name: str, function: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        begun = time.process_time()
        answer = function(*given, **named)
        spent[name] = spent.get(name, 0.0) + time.process_time() - begun
        return answer

    return timed
