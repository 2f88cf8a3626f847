"""Atoms heavier than a grid: who leaves grids empty, who breaks them, and how near the bound the worst grid comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from bench.gridding_data import Case, cases_of, village_of, wide, with_tower
from bench.gridding_race import OURS, Run, prepare, run_ours, run_peer
from bench.gridding_tables import table

from gridding.bound import least_deviation

__all__ = ["heavy_table", "many_villages", "towers"]

TOWER_LOADS = 1.6
SMALL_TARGET, SMALL_HOUSES = 40, 680


@dataclass(frozen=True)
class Heavy:
    """One run with the deviation that nobody can beat there."""

    run: Run
    bound: float


def towers(names: Sequence[str], seeds: int) -> Iterator[Case]:
    """Give the cases of the sets with one building of 1.6 targets in the middle."""
    for name in names:
        for case in cases_of(name, seeds):
            village = with_tower(case.village, round(TOWER_LOADS * case.target.load))
            yield replace(case, name=f"{name} with a tower/{case.name}", village=village)


def many_villages(count: int) -> Iterator[Case]:
    """Give villages of 680 houses with a target of 40 and buildings of up to 60."""
    for seed in range(1, count + 1):
        yield Case(f"{count} villages, target 40/{seed}", village_of(SMALL_HOUSES, seed), wide(SMALL_TARGET))


def run_heavy(case: Case, peers: Sequence[str], limit_s: int) -> Iterator[Heavy]:
    """Give our run and the peers'."""
    runner = prepare(case)
    bound = least_deviation(runner.graph.load, runner.graph.component, case.k)
    yield Heavy(run_ours(runner), bound)
    for name in peers:
        yield Heavy(run_peer(runner, name, limit_s), bound)


def heavy_table(cases: Iterator[Case], peers: Sequence[str], limit_s: int) -> str:
    """Run everybody; give a row for each set and method."""
    groups: dict[tuple[str, str], list[Heavy]] = {}
    for case in cases:
        for heavy in run_heavy(case, peers, limit_s):
            groups.setdefault((case.name.split("/")[0], heavy.run.method), []).append(heavy)
    head = (
        "set",
        "method",
        "plans",
        "plans with empty grids",
        "empty",
        "broken",
        "worst dev %",
        "its bound %",
        "most above the bound, points",
    )
    return table(head, [_row(*group, found) for group, found in groups.items()])


def _row(name: str, method: str, found: Sequence[Heavy]) -> list[str]:
    good = [heavy for heavy in found if heavy.run.score]
    title = f"**{method}**" if method == OURS else method
    if not good:
        return [name, title, f"0 of {len(found)}", *[""] * 6]
    scores = [heavy.run.score for heavy in good if heavy.run.score]
    off = np.array([score.deviation for score in scores])
    bound = np.array([heavy.bound for heavy in good])
    return [
        name,
        title,
        str(len(good)) if len(good) == len(found) else f"{len(good)} of {len(found)}",
        str(sum(score.empty > 0 for score in scores)),
        str(sum(score.empty for score in scores)),
        str(sum(score.broken for score in scores)),
        f"{100 * off.max():.1f}",
        f"{100 * bound[off.argmax()]:.1f}",
        f"{100 * (off - bound).max():.1f}",
    ]
