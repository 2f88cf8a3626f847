"""Our division of villages into grids beside everybody's: balance, shape, speed, stability, edits (docs/gridding.md).

Everybody divides the same atoms with the same barriers; each peer runs in a process of its own in the peers'
environment (`.setup/peers`, pinned by tests/bench/peers.lock) and is ended when it has used `--limit` CPU seconds.
CPU seconds of the solve alone, one thread. Without options a short run; `--all` is the whole.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.gridding_data import SETS, cases_of, village_of, wide
from bench.gridding_drawings import draw_plans
from bench.gridding_edits import edits_table, preview_table
from bench.gridding_heavy import heavy_table, many_villages, towers
from bench.gridding_pipeline import pipeline_table
from bench.gridding_province import VILLAGES, province_table
from bench.gridding_race import PEERS_PYTHON, Run, prepare, run_ours, run_peer
from bench.gridding_stability import stability_table
from bench.gridding_tables import calls_table, race_table, replace_between

from gridding import divide

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "gridding.md"
PICTURES = ROOT / "docs" / "pictures"
DRAWN = ("v2000", "blk", "brown")
METIS = ("pymetis-30", "pymetis-5")
# The slow ones run on the first case only of the sets named.
SLOW = {
    "gerrychain": ("v500", "v2000", "v10000", "blk", "brown"),
    "skater": ("v500", "v2000"),
    "region-kmeans": ("v500", "v2000"),
    "maxp": ("v500", "v2000"),
}
PEERS = (*METIS, "kahip-eco", "kmeans", *SLOW)
PARTS = ("race", "heavy", "stability", "edits", "preview", "pipeline", "province")


def main() -> None:
    """Measure the parts asked for, print their tables, and write them into the page if asked to."""
    given = _options()
    if not PEERS_PYTHON.exists():
        raise SystemExit("the peers' environment is missing: `./run bench gridding` makes it")
    divide(village_of(60, 1), wide(40))  # what is compiled at first use is compiled now
    parts: dict[str, Callable[[argparse.Namespace], str]] = {
        "race": race,
        "heavy": heavy,
        "stability": lambda given: stability_table(given.sets, given.seeds, given.limit),
        "edits": lambda given: edits_table(given.edits),
        "preview": lambda given: preview_table(given.previews),
        "pipeline": lambda given: pipeline_table(given.villages),
        "province": lambda given: province_table(given.province),
    }
    for name in given.parts:
        text = f"{_made(given)}\n\n{parts[name](given)}"
        print(f"\n## {name}\n\n{text}", flush=True)
        if given.write:
            PAGE.write_text(replace_between(PAGE.read_text(), name, text))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--all", action="store_true", help="every set and part with 10 seeds, and the whole province")
    options.add_argument("--parts", type=_names(PARTS), help=f"of {','.join(PARTS)}")
    options.add_argument("--sets", type=_names(SETS), help=f"of {','.join(SETS)}")
    options.add_argument("--peers", type=_names(PEERS), help=f"of {','.join(PEERS)}")
    options.add_argument("--seeds", type=int, help="cases of each generated set")
    options.add_argument("--villages", type=int, help="villages of the pipeline and of the small targets")
    options.add_argument("--edits", type=int, help="accepted random edits")
    options.add_argument("--previews", type=int, help="previews of each kind")
    options.add_argument("--province", type=int, help="how many villages of the province")
    options.add_argument("--limit", type=int, default=60, help="CPU seconds that a peer may use")
    options.add_argument("--pictures", action="store_true", help="draw the plans into docs/pictures")
    options.add_argument("--write", action="store_true", help="put the tables into docs/gridding.md")
    given = options.parse_args()
    short = {"parts": PARTS[:-1], "sets": ("v2000", "blk"), "peers": (*METIS, "kahip-eco", "kmeans")}
    short |= {"seeds": 3, "villages": 10, "edits": 100}
    short |= {"previews": 30, "province": 100}
    whole = {"parts": PARTS, "sets": SETS, "peers": PEERS, "seeds": 10, "villages": 150, "edits": 10_000}
    whole |= {"previews": 1_000, "province": VILLAGES}
    for name, value in (whole if given.all else short).items():
        if getattr(given, name) is None:
            setattr(given, name, value)
    return given


def _names(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        names = tuple(text.split(","))
        if unknown := set(names) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not of {', '.join(known)}")
        return names

    return read


def _made(given: argparse.Namespace) -> str:
    command = " ".join(
        ["./run bench gridding", *map(shlex.quote, (word for word in sys.argv[1:] if word != "--write"))]
    )
    machine = f"{os.cpu_count()} shared cores, Python {platform.python_version()}"
    return f"`{command}`, {datetime.now(UTC):%Y-%m-%d}, {machine}."


def race(given: argparse.Namespace) -> str:
    """Everybody on every set."""
    runs: list[Run] = []
    for name in given.sets:
        for run in _race_set(name, given):
            print(f"  {run.case:24} {run.method:14} {run.seconds:7.3f} s  {run.failed or run.score}", flush=True)
            runs.append(run)
    order = {method: place for place, method in enumerate(("", *given.peers))}
    runs.sort(key=lambda run: (given.sets.index(run.case.split("/")[0]), order.get(run.method, 0)))
    return f"{race_table(runs)}\n\n{calls_table(runs)}"


def _race_set(name: str, given: argparse.Namespace) -> Iterator[Run]:
    for place, case in enumerate(cases_of(name, given.seeds)):
        runner = prepare(case)
        peers = [peer for peer in given.peers if peer not in SLOW or (place == 0 and name in SLOW[peer])]
        runs = [run_ours(runner), *(run_peer(runner, peer, given.limit) for peer in peers)]
        yield from runs
        if given.pictures and place == 0 and name in DRAWN:
            draw_plans(runner, runs, PICTURES / f"gridding-{name}.png")


def heavy(given: argparse.Namespace) -> str:
    """Atoms heavier than a grid."""
    names = [name for name in ("v2000", "v10000") if name in given.sets]

    def cases():
        yield from towers(names, given.seeds)
        yield from many_villages(given.villages)

    return heavy_table(cases(), [peer for peer in METIS if peer in given.peers], given.limit)


if __name__ == "__main__":
    main()
