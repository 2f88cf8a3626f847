"""Reads other than tiles over HTTP: pages of features, which grid is here, heat."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from bench.layers_client import Answer, ask, pace
from bench.layers_data import BOX
from bench.layers_paths import boxes, places, tile_of
from bench.layers_rows import Missing, Row
from bench.layers_servers import Server, ours, postgres_cpu_s, pygeoapi, tipg
from bench.layers_tiles import Bench

__all__ = ["features", "heat", "here", "read_rows"]

PAGE = 1000
DEEP = 900_000
HERE_PER_S = 100
HERE_S = 20
# Windows of the five years, and kinds, that questions of heat are drawn from.
WINDOWS = (("2025-11-01", "2025-12-01"), ("2025-01-01", "2026-01-01"), ("2021-11-01", "2026-11-01"))
KIND_LISTS = ("", "noise", "dispute,hazard,street_order")


def read_rows(bench: Bench) -> Iterator[Row]:
    """All of them."""
    yield from features(bench)
    yield from deep_page(bench)
    yield from here(bench)
    yield from heat(bench)
    yield from heat_tiles(bench)


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


def asked(bench: Bench, server: Server, paths: Sequence[str], headers: Mapping[str, str], rounds: int = 1) -> Timed:
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
    servers = {"wangge": ours}
    if bench.peers:
        servers |= {"TiPg": tipg, "pygeoapi": pygeoapi}
        paths |= {"TiPg": "/collections/peer.house_feature/items?limit=1000&f=geojson&bbox={}"}
        paths |= {"pygeoapi": "/collections/house_feature/items?limit=1000&f=json&bbox={}"}
    found = {}
    for name, start in servers.items():
        headers = bench.cookie() if name == "wangge" else {}
        with start(bench.store, bench.folder) as server:
            found[name] = asked(bench, server, [paths[name].format(text) for text in texts], headers, bench.rounds)
    mine = found.pop("wangge")
    full = statistics.mean(len(json.loads(answer.body)["features"]) for answer in mine.answers)
    for name, answers in found.items():
        ratio = answers.middle_ms / mine.middle_ms
        yield Row(f"features page of {full:,.0f} in a box, {name}", "≥ 4 ×", str(mine), str(answers),
                  f"{ratio:.1f} × p50, {answers.cpu_ms / mine.cpu_ms:.1f} × less CPU", ratio >= 4,
                  "", ratio, 4)  # fmt: skip
    if not found:
        yield Row("features page in a box", "≥ 4 × TiPg, pygeoapi", str(mine))


def deep_page(bench: Bench) -> Iterator[Row]:
    """From `next` to `next`, a thousand houses at a time; then the first pages beside those 900,000 deep."""
    depth = min(DEEP, bench.store.city.recipe.houses * 9 // 10)
    path, paths = f"/ogc/collections/house/items?limit={PAGE}", []
    with ours(bench.store, bench.folder) as server:
        headers = bench.cookie()
        while len(paths) < depth // PAGE and path:
            paths.append(path)
            [answer] = ask(server.port, [path], headers)
            if answer.status != 200:
                raise Missing(f"{answer.status}: {answer.body[:160].decode(errors='replace')}")
            onward = [one["href"] for one in json.loads(answer.body)["links"] if one["rel"] == "next"]
            path = onward[0].split(f":{server.port}", 1)[-1] if onward else ""
        first = asked(bench, server, paths[:10], headers, bench.rounds)
        deep = asked(bench, server, paths[-10:], headers, bench.rounds)
    ratio = deep.cpu_ms / first.cpu_ms
    yield Row(f"a page {depth:,} rows deep", "as the first", str(deep), f"the first: {first}",
              f"{ratio:.2f} × CPU", ratio <= 1.2)  # fmt: skip


def here(bench: Bench) -> Iterator[Row]:
    """Which grid is here, a hundred times a second whether or not answers come back."""
    drawn = places(bench.store.city, HERE_PER_S * HERE_S, 22)
    paths = [f"/api/here?lon={lon:.6f}&lat={lat:.6f}" for lon, lat in drawn]
    with ours(bench.store, bench.folder) as server:
        asked(bench, server, paths[:100], bench.cookie())
        run = pace(bench.store, server, paths, bench.cookie(), HERE_PER_S)
    if run.refused:
        raise Missing(f"/api/here refuses: {run.statuses}")
    yield Row(f"which grid is here, open loop {HERE_PER_S}/s for {HERE_S} s", "p99 ≤ 10 ms",
              f"p50 {run.p50_ms:.1f}, p95 {run.p95_ms:.1f}, p99 {run.p99_ms:.1f} ms; CPU {run.server_ms:.2f} +"
              f" {run.postgres_ms:.2f} ms", "", "", run.p99_ms <= 10)  # fmt: skip


def heat(bench: Bench) -> Iterator[Row]:
    """Heat as cells for windows, kinds and places of chance: boxes of a county's size, and all there is."""
    rng = np.random.default_rng(23)
    west, south, east, north = BOX
    whole = [BOX] * 12
    county = [(west + left, south, west + left + 0.06, north) for left in rng.uniform(0, east - west - 0.06, 24)]
    total = bench.store.city.recipe.incidents
    with ours(bench.store, bench.folder) as server:
        for name, some, bar, cell in (("county", county, 50, 250), ("province", whole, 150, 1000)):
            paths = [_heat_path(box, at, cell) for at, box in enumerate(some)]
            found = asked(bench, server, paths, bench.cookie(), bench.rounds)
            yield Row(f"heat of {total:,} incidents, {name}, any window and kinds", f"p95 ≤ {bar} ms",
                      str(found), "", "", found.p95_ms <= bar)  # fmt: skip


def _heat_path(box: tuple[float, float, float, float], at: int, cell: int) -> str:
    since, until = WINDOWS[at % len(WINDOWS)]
    kinds = KIND_LISTS[at // len(WINDOWS) % len(KIND_LISTS)]
    text = ",".join(f"{value:.6f}" for value in box)
    wanted = f"&kind={kinds}" if kinds else ""
    return f"/api/heat?from={since}&to={until}&bbox={text}&cell={cell}{wanted}"


def heat_tiles(bench: Bench) -> Iterator[Row]:
    """Tiles of heat, z10 to z14, asked for before."""
    drawn = places(bench.store.city, 40, 24)
    since, until = WINDOWS[1]
    tiles = [(z, *tile_of(lon, lat, z)) for z in (10, 12, 14) for lon, lat in drawn]
    paths = [f"/tiles/heat/{z}/{x}/{y}.png?from={since}&to={until}" for z, x, y in dict.fromkeys(tiles)]
    with ours(bench.store, bench.folder) as server:
        found = asked(bench, server, paths, bench.cookie(), bench.rounds)
    yield Row("a heat tile, warm", "≤ 5 ms", str(found), "", "", found.middle_ms <= 5)
