"""From runs to a drawing: dissolved grids, colours that differ between neighbours, titles with the scores."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from bench.gridding_race import HERE, OURS, PEERS_PYTHON, Run, Runner
from bench.gridding_scores import parts_of_grids

from gridding import divide

__all__ = ["colour", "draw_plans"]

NEAR_M = 0.5


def draw_plans(runner: Runner, runs: Sequence[Run], target: Path) -> None:
    """Write a picture of each run that has labels, and of our finished plan with its smoothed borders."""
    panels = [_panel(runner, run) for run in runs if run.score]
    # Borders of atoms that were given are never smoothed: the finished plan would be the same picture again.
    if any(run.method == OURS for run in runs) and not len(runner.case.village.atoms):
        panels.insert(1, _finished(runner))
    water = shapely.union_all(runner.case.village.hard)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        drawing = f"{folder}/drawing.npz"
        np.savez(drawing, headline=_headline(runner), panels=json.dumps(panels), water=shapely.to_wkb(water, hex=True))
        script = str(HERE / "gridding_pictures.py")
        subprocess.run([str(PEERS_PYTHON), "-W", "ignore", script, drawing, str(target)], check=True)


def _headline(runner: Runner) -> str:
    case = runner.case
    told = [f"{case.name}: {len(runner.board.load):,} atoms, {case.k} grids of about {case.target.load:,}"]
    told += ["blue: the river, to be crossed at its bridges only"] if len(case.village.hard) else []
    return "; ".join([*told, "outlined in red: a grid in several parts"])


def _panel(runner: Runner, run: Run) -> dict[str, object]:
    if run.score is None or run.label is None:
        raise ValueError(f"{run.method} has no plan to draw")
    grids = np.unique(run.label)
    shapes = np.array([shapely.coverage_union_all(runner.board.land[run.label == grid]) for grid in grids])
    found = run.score
    faults = f"{found.broken} broken" + (f", {found.empty} empty" if found.empty else "")
    title = f"{run.method}\nmax dev {found.deviation:.1%}, PP {found.compactness:.3f}, {faults}"
    parts = parts_of_grids(runner.board, run.label)[grids]
    return _drawn(runner, shapes, title, np.flatnonzero(parts > 1).tolist())


def _finished(runner: Runner) -> dict[str, object]:
    plan = divide(runner.case.village, runner.case.target)
    report = plan.report
    title = f"{OURS}, finished plan\nmax dev {report.deviation:.1%}, PP {report.compactness:.3f}, smoothed borders"
    return _drawn(runner, plan.grids.geometry.to_numpy(), title, [])


def _drawn(runner: Runner, shapes: np.ndarray, title: str, broken: Sequence[int]) -> dict[str, object]:
    small = shapely.simplify(shapes, 0)
    return {
        "title": title,
        "grids": [shapely.to_wkb(shape, hex=True) for shape in small],
        "colours": colour(shapes),
        "broken": list(broken),
        "outline": shapely.to_wkb(runner.case.village.boundary, hex=True),
    }


def colour(shapes: np.ndarray) -> list[int]:
    """Give each shape the colour used least so far among those that no neighbour has, from west to east.

    Source: greedy colouring (Welsh and Powell 1967) in the order of places.
    """
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="dwithin", distance=NEAR_M)
    near = [set(other[one == row].tolist()) - {row} for row in range(len(shapes))]
    centre = shapely.centroid(shapes)
    found: dict[int, int] = {}
    for row in np.lexsort((shapely.get_y(centre), shapely.get_x(centre))).tolist():
        taken = {found[other] for other in near[row] if other in found}
        used = list(found.values())
        found[row] = min((c for c in range(len(shapes) + 1) if c not in taken), key=lambda c: (c > 5, used.count(c), c))
    return [found[row] for row in range(len(shapes))]
