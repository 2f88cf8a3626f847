"""What others make of the same texts: the regions by three libraries, the house by pg_trgm over whole addresses."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psycopg
from bench.geocoding_noise_b import Written
from bench.geocoding_scores import Pair
from bench.geocoding_store import house_at
from bench.geocoding_truth import Register, bare_region
from bench.gridding_tables import table

from layers.cluster import SUPERUSER
from layers.db import Database

__all__ = ["PEERS_PYTHON", "folk_table", "regions_table"]

PEERS_PYTHON = Path(__file__).parents[2] / ".setup" / "geocoding-peers" / "bin" / "python"
PEERS = ("cpca", "addressparser", "jionlp")
LEVELS = (("county", 6), ("township", 9), ("village", 12))
FOLK = "select id from house order by address <-> %s limit 1"


def regions_table(pairs: Sequence[Pair], our_cpu_s: float, register: Register) -> str:
    """How often county, township and village are right where the text names them, and texts a second of one core."""
    written = [pair[0] for pair in pairs]
    ours = [
        [answer.region[:length] if len(answer.region) >= length else None for _, length in LEVELS]
        for _, answer in pairs
    ]
    truth = [[register.villages[one.truth][:length] for _, length in LEVELS] for one in written]
    rows = [
        [
            "**wangge**",
            *_shares(written, ours, truth),
            f"{len(pairs) / our_cpu_s:,.0f}",
            "`geocode_many(session, texts)`",
        ]
    ]
    names = [[_bare(register.names[code]) for code in codes] for codes in truth]
    for peer in PEERS:
        told = _ask(peer, [one.text for one in written])
        said = [[None if name is None else _bare(name) for name in answer] for answer in told["answers"]]
        rows.append([peer, *_shares(written, said, names), f"{len(pairs) / told['seconds']:,.0f}", f"`{told['call']}`"])
    return table(("who", "county", "township", "village", "texts a CPU second", "call"), rows)


def _bare(name: str) -> str:
    """Give what peers may name in other words: 水源村 is 水源村民委员会."""
    return bare_region(name).removesuffix("村")


def _ask(peer: str, texts: list[str]) -> dict:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        source, target = Path(folder) / "texts.json", Path(folder) / "answers.json"
        source.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        script = Path(__file__).with_name("geocoding_peer.py")
        subprocess.run([PEERS_PYTHON, "-W", "ignore", script, peer, source, target], check=True, capture_output=True)
        return json.loads(target.read_text(encoding="utf-8"))


def _shares(written: Sequence[Written], said: Sequence[list], truth: Sequence[list]) -> list[str]:
    told = []
    for at, (level, _) in enumerate(LEVELS):
        held = [
            answer[at] == true[at]
            for one, answer, true in zip(written, said, truth, strict=True)
            if level in one.states and not one.lost
        ]
        told.append(f"{sum(held) / max(len(held), 1):.1%}" if any(answer[at] for answer in said) else "")
    return told


def folk_table(database: Database, written: Sequence[Written], count: int) -> str:
    """The nearest whole address by trigrams, in the same database: houses right and milliseconds a query."""
    sample = random.Random(5).sample(list(written), min(count, len(written)))
    with psycopg.connect(database.conninfo(SUPERUSER), autocommit=True) as connection:
        connection.execute("create extension if not exists pg_trgm")
        connection.execute("create index bench_trgm on house using gist (address gist_trgm_ops)")
        right, seconds = [], []
        for one in sample:
            begun = time.perf_counter()
            row = connection.execute(FOLK, (one.text,)).fetchone()
            seconds.append(time.perf_counter() - begun)
            right.append(row is not None and house_at(row[0]) == one.truth)
        connection.execute("drop index bench_trgm")
    kept = [held for held, one in zip(right, sample, strict=True) if not one.lost]
    middle, late = np.percentile(seconds, (50, 95)) * 1000
    line = ["pg_trgm", f"{sum(kept) / len(kept):.1%} of {len(kept)}", f"{middle:.0f}", f"{late:.0f}", f"`{FOLK}`"]
    return table(("who", "house right", "p50 ms", "p95 ms", "call"), [line])
