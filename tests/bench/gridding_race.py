"""Everybody on the same atoms: ours in this process, each peer in a process of its own in the peers' environment."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from bench.gridding_data import Case
from bench.gridding_scores import Board, Score, score

from gridding import divide
from gridding.atoms import Atoms, build_atoms
from gridding.graph import Graph, build_graph, join_components
from gridding.solve import solve

__all__ = ["OURS", "Run", "Runner", "board_of", "prepare", "run_ours", "run_peer"]

OURS = "wangge"
HERE = Path(__file__).parent
PEERS_PYTHON = HERE.parents[1] / ".setup" / "peers" / "bin" / "python"


@dataclass(frozen=True)
class Run:
    """What one method did with one case; `failed` says why there is no label."""

    method: str
    case: str
    seconds: float = 0.0
    label: np.ndarray | None = None
    score: Score | None = None
    failed: str = ""
    call: str = ""
    smoothed: float | None = None


@dataclass(frozen=True)
class Runner:
    """A case made ready: the same atoms and the same graph for everybody."""

    case: Case
    atoms: Atoms
    graph: Graph
    board: Board


def prepare(case: Case) -> Runner:
    """Give the case with its atoms; small components are joined for everybody alike."""
    atoms = build_atoms(case.village)
    graph = build_graph(atoms, case.village)
    graph, _ = join_components(graph, atoms, atoms.load.sum() / case.k / 2, case.k)
    return Runner(case, atoms, graph, board_of(atoms, graph, case.k))


def board_of(atoms: Atoms, graph: Graph, k: int) -> Board:
    """Give what the peers and the scorer see."""
    order = np.argsort(atoms.atom, kind="stable")
    order = order[atoms.atom[order] >= 0]
    ends = np.flatnonzero(np.diff(atoms.atom[order])) + 1
    land = [shapely.coverage_union_all(faces) for faces in np.split(atoms.faces[order], ends)]
    return Board(
        graph.load, graph.place, graph.start, graph.other, graph.length_m, np.array([*land, None], dtype=object)[:-1], k
    )


def run_ours(runner: Runner) -> Run:
    """Give our division: seconds of the search alone, and what the finished plan's smoothed borders measure."""
    case, graph = runner.case, runner.graph
    begun = time.process_time()
    label = solve(graph, graph.load, case.k, case.target.tolerance)
    seconds = time.process_time() - begun
    plan = divide(case.village, case.target)
    call = f"solve(graph, load, k, {case.target.tolerance})"
    return Run(OURS, case.name, seconds, label, score(runner.board, label), "", call, plan.report.compactness)


def run_peer(runner: Runner, name: str, limit_s: int) -> Run:
    """Give a peer's division, or why there is none: it erred, or used more than `limit_s` CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        board, answer = f"{folder}/board.npz", f"{folder}/answer.npz"
        runner.board.save(board)
        words = [str(PEERS_PYTHON), "-W", "ignore", str(HERE / "gridding_peer.py"), name, board, answer]
        threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            preexec_fn=partial(_limit, limit_s),
            env={"PATH": os.environ["PATH"], "HOME": folder, **threads},
            check=False,
        )
        if done.returncode < 0:
            return Run(name, runner.case.name, failed=f"over {limit_s} CPU-s")
        if done.returncode:
            return Run(name, runner.case.name, failed=_last_line(done.stderr))
        with np.load(answer) as found:
            label, seconds, call = found["label"], float(found["seconds"]), f"{found['library']}: {found['call']}"
    if label.min() < 0 or label.max() >= runner.board.k:
        return Run(name, runner.case.name, failed=f"{label.max() + 1} grids instead of {runner.board.k}", call=call)
    return Run(name, runner.case.name, seconds, label, score(runner.board, label), call=call)


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:80] if lines else "it ended without a word"
