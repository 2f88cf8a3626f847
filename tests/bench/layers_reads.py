"""Reads other than maps over HTTP: pages of features, which grid is here."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from bench.layers_client import Answer, ask, pace
from bench.layers_paths import boxes, places
from bench.layers_rows import Missing, Row
from bench.layers_servers import Server, mapserver, ours, postgres_cpu_s, pygeoapi, tipg
from bench.layers_tiles import NO_HEAT, Bench, Start, without_heat

__all__ = ["answered", "deep_page", "features", "here"]

PAGE = 1000
DEEP = 900_000
HERE_PER_S = 100
HERE_S = 20


@dataclass(frozen=True)
class Timed:
    """Answers one after the other, and what each cost the server and PostgreSQL in CPU milliseconds."""

    answers: list[Answer]
    server_ms: float
    postgres_ms: float

    @property
    def middle_ms(self) -> float:
        """The median wall time."""
        return statistics.median(answer.seconds for answer in self.answers) * 1000

    @property
    def p95_ms(self) -> float:
        """The 95th percentile of wall times."""
        return float(np.percentile([answer.seconds for answer in self.answers], 95)) * 1000

    @property
    def cpu_ms(self) -> float:
        """CPU of both."""
        return self.server_ms + self.postgres_ms

    def __str__(self) -> str:
        size = statistics.mean(len(answer.body) for answer in self.answers) / 1000
        cpu = f"CPU {self.server_ms:.1f} + {self.postgres_ms:.1f} ms"
        return f"p50 {self.middle_ms:.1f}, p95 {self.p95_ms:.1f} ms; {cpu}; {size:,.0f} KB"


def answered(bench: Bench, server: Server, paths: Sequence[str], headers: Mapping[str, str], rounds: int = 1) -> Timed:
    """The answers to each path `rounds` times, after it was asked for once.

    Raises:
        Missing: when one is refused.
    """
    for answer in ask(server.port, paths, headers):
        if answer.status not in (200, 204):
            raise Missing(f"{server.name} answers {answer.status}: {answer.body[:160].decode(errors='replace')}")
    before = server.cpu_s(), postgres_cpu_s(bench.store)
    answers = ask(server.port, list(paths) * rounds, headers)
    spent = server.cpu_s() - before[0], postgres_cpu_s(bench.store) - before[1]
    return Timed(answers, *(1000 * seconds / len(answers) for seconds in spent))


def features(bench: Bench) -> Iterator[Row]:
    """A thousand houses of a box as GeoJSON, boxes around houses of chance, one after the other."""
    side = 0.05 * (1_000_000 / bench.store.city.recipe.houses) ** 0.5
    texts = [",".join(f"{value:.6f}" for value in box) for box in boxes(bench.store.city, 20, side, 21)]
    paths = {"wangge": "/ogc/collections/house/items?limit=1000&bbox={}"}
    servers: dict[str, Start] = {"wangge": without_heat}
    if bench.peers:
        servers |= {"TiPg": tipg, "pygeoapi": pygeoapi, "MapServer": mapserver}
        paths |= {"TiPg": "/collections/peer.house_feature/items?limit=1000&f=geojson&bbox={}"}
        paths |= {"pygeoapi": "/collections/house_feature/items?limit=1000&f=json&bbox={}"}
        paths |= {"MapServer": "/bench/ogcapi/collections/house_feature/items?limit=1000&f=json&bbox={}"}
    found = {}
    for name, start in servers.items():
        headers = bench.cookie() if name == "wangge" else {}
        with start(bench.store, bench.folder) as server:
            found[name] = answered(bench, server, [paths[name].format(text) for text in texts], headers, bench.rounds)
    mine = found.pop("wangge")
    for name, answers in found.items():
        ratio = answers.middle_ms / mine.middle_ms
        must = "" if name == "MapServer" else "≥ 4 ×"
        yield Row(f"features page in a box, {_full(mine):,.0f} houses, {name} {_full(answers):,.0f}", must, str(mine),
                  str(answers), f"{ratio:.1f} × p50, {answers.cpu_ms / mine.cpu_ms:.1f} × less CPU",
                  ratio >= 4 if must else None, "", ratio, 4 if must else None, mine.cpu_ms)  # fmt: skip
    if not found:
        yield Row("features page in a box", "≥ 4 × TiPg, pygeoapi", str(mine))


def _full(timed: Timed) -> float:
    """How many features a page has."""
    return statistics.mean(len(json.loads(answer.body)["features"]) for answer in timed.answers)


def deep_page(bench: Bench) -> Iterator[Row]:
    """From `next` to `next`, a thousand houses at a time; then the first pages beside those 900,000 deep."""
    depth = min(DEEP, bench.store.city.recipe.houses * 9 // 10)
    path, paths = f"/ogc/collections/house/items?limit={PAGE}", []
    with ours(bench.store, bench.folder, NO_HEAT) as server:
        headers = bench.cookie()
        while len(paths) < depth // PAGE and path:
            paths.append(path)
            [answer] = ask(server.port, [path], headers)
            if answer.status != 200:
                raise Missing(f"{answer.status}: {answer.body[:160].decode(errors='replace')}")
            onward = [one["href"] for one in json.loads(answer.body)["links"] if one["rel"] == "next"]
            path = onward[0].split(f":{server.port}", 1)[-1] if onward else ""
        first = answered(bench, server, paths[:10], headers, bench.rounds)
        deep = answered(bench, server, paths[-10:], headers, bench.rounds)
    ratio = deep.cpu_ms / first.cpu_ms
    yield Row(f"a page {depth:,} rows deep", "as the first", str(deep), f"the first: {first}",
              f"{ratio:.2f} × CPU", ratio <= 1.2, cost=deep.cpu_ms)  # fmt: skip


def here(bench: Bench) -> Iterator[Row]:
    """Which grid is here, a hundred times a second whether or not answers come back."""
    drawn = places(bench.store.city, HERE_PER_S * HERE_S, 22)
    paths = [f"/api/here?lon={lon:.6f}&lat={lat:.6f}" for lon, lat in drawn]
    with ours(bench.store, bench.folder, NO_HEAT) as server:
        answered(bench, server, paths[:100], bench.cookie())
        run = pace(bench.store, server, paths, bench.cookie(), HERE_PER_S)
    if run.refused:
        raise Missing(f"/api/here refuses: {run.statuses}")
    yield Row(f"which grid is here, open loop {HERE_PER_S}/s for {HERE_S} s", "p99 ≤ 10 ms",
              f"p50 {run.p50_ms:.1f}, p95 {run.p95_ms:.1f}, p99 {run.p99_ms:.1f} ms; CPU {run.server_ms:.2f} +"
              f" {run.postgres_ms:.2f} ms", "", "", run.p99_ms <= 10, cost=run.cpu_ms)  # fmt: skip
