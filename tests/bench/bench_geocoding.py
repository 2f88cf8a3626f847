"""How well addresses are found in a province of houses: right, honest, fast, beside its peers (docs/geocoding.md).

The gazetteer is `geocoding_gazetteer.build` in a PostgreSQL of its own: all regions of Yunnan by their real names,
streets, estates, hamlets and houses invented. The texts are of noise generator B, whose author has not read the parser;
x % typos means that x % of the texts carry one edit. Speed is CPU of Python and of its PostgreSQL process together.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import random
import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from bench.geocoding_gazetteer import build, read_regions
from bench.geocoding_noise_b import Written, write, write_less
from bench.geocoding_peers import PEERS_PYTHON, folk_table, regions_table
from bench.geocoding_pictures import confusion_picture, reliability_picture
from bench.geocoding_scores import Pair, bins
from bench.geocoding_store import store
from bench.geocoding_tables import failures_tables, quality_table, texts_a_second
from bench.geocoding_truth import Register
from bench.geocoding_work import Batch, Text, batch, begin_work, one_by_one
from bench.gridding_tables import replace_between, table

from layers.db import Database

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "geocoding.md"
PICTURES = ROOT / "docs" / "pictures"
SEED = 1
RATES = (0, 12, 30)
WORKERS = 2
LEVELS = ("house", "building", "street", "hamlet", "village", "township", "county", "unplaced")
QUICK_COUNTIES = ("530102", "532901", "532504")
# A server has been up for some time: so many other texts come first.
WARM_UP = 2_000
Workers = list[ProcessPoolExecutor]


@dataclass(frozen=True)
class Bench:
    """The gazetteer, its houses by what is said of them, the worker processes, and what was asked for."""

    houses: pd.DataFrame
    register: Register
    database: Database
    workers: Workers
    given: argparse.Namespace

    def texts(self, count: int, rate: int, seed: int) -> list[Written]:
        """Texts of houses drawn evenly; exactly `rate` % of them with one edit."""
        rng = random.Random(seed)
        marks = [at * 100 < rate * count for at in range(count)]
        rng.shuffle(marks)
        return [write(self.register.house(rng.randrange(len(self.houses))), self.register, rng, typo) for typo in marks]


def main() -> None:
    """Measure, print the tables, and write them into the page if asked to."""
    given = _options()
    begun = time.process_time()
    counties = QUICK_COUNTIES if given.quick else None
    houses, regions = build(given.houses, SEED, counties), read_regions()
    print(f"made {len(houses):,} houses: {time.process_time() - begun:.0f} CPU s", flush=True)
    with store(houses, regions) as (root, database), _workers(root) as workers:
        print("filled the database", flush=True)
        bench = Bench(houses, Register(houses, regions), database, workers, given)
        for name, text in _tables(bench):
            whole = f"{_made(given)}\n\n{text}"
            print(f"\n## {name}\n\n{whole}", flush=True)
            if given.write:
                PAGE.write_text(replace_between(PAGE.read_text(), name, whole))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--houses", type=int, help="how many houses (1,000,000)")
    options.add_argument("--queries", type=int, help="how many texts of each share of typos (50,000)")
    options.add_argument("--quick", action="store_true", help="20,000 houses of three counties and 3,000 texts")
    options.add_argument("--failures", type=int, default=0, help="print so many texts that went wrong")
    options.add_argument("--no-peers", action="store_true", help="only ours")
    options.add_argument("--write", action="store_true", help="put tables and pictures into docs")
    given = options.parse_args()
    given.houses = given.houses or (20_000 if given.quick else 1_000_000)
    given.queries = given.queries or (3_000 if given.quick else 50_000)
    if not given.no_peers and not PEERS_PYTHON.exists():
        raise SystemExit("the peers' environment is missing: `./run bench geocoding` makes it")
    return given


def _made(given: argparse.Namespace) -> str:
    words = [word for word in sys.argv[1:] if word != "--write"]
    command = " ".join(["./run bench geocoding", *map(shlex.quote, words)])
    machine = f"{os.cpu_count()} shared cores, Python {platform.python_version()}"
    data = f"{given.houses:,} houses, {given.queries:,} texts of each share of typos, seed {SEED}"
    return f"`{command}`, {datetime.now(UTC):%Y-%m-%d}, {machine}; {data}."


@contextmanager
def _workers(root: Path) -> Iterator[Workers]:
    """Processes that keep what they have read, as a server's do."""
    context = multiprocessing.get_context("spawn")
    workers = [ProcessPoolExecutor(1, context, begin_work, (root,)) for _ in range(WORKERS)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.shutdown()


def _tables(bench: Bench) -> Iterator[tuple[str, str]]:
    count = bench.given.queries
    _share_out(bench.workers, batch, _asked(bench.texts(min(WARM_UP, count), 12, SEED + 100)))
    written = {rate: bench.texts(count, rate, SEED + rate) for rate in RATES}
    # Those that are asked again come last: a process keeps the answers of some lists, not of all.
    done = {rate: _share_out(bench.workers, batch, _asked(written[rate])) for rate in (0, 30, 12)}
    pairs = {rate: _paired(written[rate], done[rate]) for rate in RATES}
    again = _share_out(bench.workers, batch, _asked(written[12]))
    yield "quality", quality_table(pairs)
    _show_failures([*pairs[0], *(pair for pair in pairs[30] if pair[0].edit)], bench)
    yield "failures", failures_tables(pairs)
    yield "speed", _speed(bench, done, again)
    yield "levels", _levels(bench)
    _draw_reliability(pairs, bench.given)
    if not bench.given.no_peers:
        yield "regions", _regions(bench)
        yield "folk", folk_table(bench.database, written[12], 60 if bench.given.quick else 300)


def _asked(written: Sequence[Written]) -> list[Text]:
    return [(one.text, one.within) for one in written]


def _share_out(workers: Workers, work: Callable[[Sequence[Text]], Batch], texts: Sequence[Text]) -> list[Batch]:
    """Give every worker an equal run of the texts, at the same time."""
    size = -(-len(texts) // len(workers))
    runs = [texts[start : start + size] for start in range(0, len(texts), size)]
    futures = [worker.submit(work, run) for worker, run in zip(workers, runs, strict=False)]
    return [future.result() for future in futures]


def _paired(written: Sequence[Written], done: Sequence[Batch]) -> list[Pair]:
    return list(zip(written, (answer for part in done for answer in part.answers), strict=True))


def _show_failures(pairs: Sequence[Pair], bench: Bench) -> None:
    wrong = [(one, said) for one, said in pairs if not one.lost and said.house != one.truth and len(one.fits) == 1]
    for one, said in wrong[: bench.given.failures]:
        address = bench.houses["address"]
        found = "" if said.house is None else address[said.house]
        print(f"  {one.text!r} in {one.within}: {address[one.truth]}; {one.edit} {one.struck} -> {said.level} {found}"
              f" {said.confidence:.2f} {said.reasons}")  # fmt: skip


def _speed(bench: Bench, done: dict[int, list[Batch]], again: list[Batch]) -> str:
    single = bench.texts(min(bench.given.queries, 10_000), 12, SEED + 200)
    _share_out(bench.workers[:1], one_by_one, _asked(bench.texts(min(WARM_UP, len(single)), 12, SEED + 201)))
    (each,) = _share_out(bench.workers[:1], one_by_one, _asked(single))
    p50, p99, p999 = np.percentile(each.each_s, (50, 99, 99.9)) * 1000
    peak = " + ".join(f"{part.peak_mb:,.0f}" for part in again)
    rows = [
        [
            "single query at 12 % typos: p50, p99, p99.9, highest CPU ms",
            f"{p50:.2f}, {p99:.2f}, {p999:.2f}, {max(each.each_s) * 1000:.1f}",
        ],
        ["texts a second on two cores, 12 % typos", texts_a_second(done[12])],
        ["texts a second on two cores, 30 % typos", texts_a_second(done[30])],
        ["texts a second on two cores, clean and unseen", texts_a_second(done[0])],
        ["texts a second on two cores, seen before", texts_a_second(again)],
        ["highest memory of the two processes, MB", peak],
    ]
    return table(("of speed", "measured"), rows)


def _levels(bench: Bench) -> str:
    """Texts that tell less than a house: down to which level is answered?"""
    rng = random.Random(SEED + 300)
    count = max(1_000, bench.given.queries // 10)
    drawn = [bench.register.house(rng.randrange(len(bench.houses))) for _ in range(count)]
    less = [write_less(house, bench.register, rng) for house in drawn]
    whole = bench.texts(count // 4, 12, SEED + 301)
    asked = [(text, within) for text, within, _ in less] + _asked(whole)
    told = [level for _, _, level in less] + ["house"] * len(whole)
    answers = [answer for part in _share_out(bench.workers, batch, asked) for answer in part.answers]
    counts = Counter((level, answer.level) for level, answer in zip(told, answers, strict=True))
    if bench.given.write:
        title = "Level answered for what the text tells"
        (PICTURES / "geocoding-levels.svg").write_text(confusion_picture(counts, LEVELS, title), encoding="utf-8")
    rows = [
        [level, *(f"{counts[level, answered]:,}" for answered in LEVELS)]
        for level in LEVELS
        if any(one == level for one, _ in counts)
    ]
    return table(("told down to", *LEVELS), rows)


def _draw_reliability(pairs: dict[int, list[Pair]], given: argparse.Namespace) -> None:
    if given.write:
        series = {f"{rate} % typos": bins([p for p in found if not p[0].lost]) for rate, found in pairs.items()}
        picture = reliability_picture(series, f"Confidence and truth, {given.queries:,} texts each")
        (PICTURES / "geocoding-reliability.svg").write_text(picture, encoding="utf-8")


def _regions(bench: Bench) -> str:
    """Only texts that name their county, and no office is told."""
    written = [one for one in bench.texts(4_000, 12, SEED + 400) if "county" in one.states][:2_000]
    done = _share_out(bench.workers, batch, [(one.text, None) for one in written])
    return regions_table(_paired(written, done), sum(part.cpu_s for part in done), bench.register)


if __name__ == "__main__":
    main()
