"""Heat over HTTP: cells as the page asks for them and as JSON, points, and tiles, from the incidents in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from bench.layers_client import ask
from bench.layers_data import Land
from bench.layers_paths import places, tile_of
from bench.layers_reads import answered
from bench.layers_rows import Missing, Row
from bench.layers_servers import Server, ours
from bench.layers_tiles import Bench

__all__ = ["heat", "heat_tiles"]

Box = tuple[float, float, float, float]
# Windows of the five years, and kinds, that questions are drawn from.
WINDOWS = (("2025-11-01", "2025-12-01"), ("2025-01-01", "2026-01-01"), ("2021-11-01", "2026-11-01"))
KIND_LISTS = ("", "noise", "dispute,hazard,street_order")
COUNTY_WIDE = 0.06
METRES_A_DEGREE = 100_000
"""Of longitude, in Yunnan."""
PATIENCE_S = 900.0


@dataclass(frozen=True)
class _View:
    """What a page shows: boxes, the cell it asks for (metres), and milliseconds within which it must have it."""

    name: str
    boxes: tuple[Box, ...]
    cell_m: int
    within_ms: int


def heat(bench: Bench) -> Iterator[Row]:
    """Heat as cells for windows, kinds and places of chance: boxes of a county's size, and all there is."""
    total = bench.store.city.recipe.incidents
    with _current(bench) as (server, ready_s):
        for view in _views(bench.store.city.land):
            for form in ("columns", "json"):
                paths = [_path(view, box, at) + f"&f={form}" for at, box in enumerate(view.boxes)]
                bench.store.forget_asked()
                found = answered(bench, server, paths, bench.cookie() | {"Accept-Encoding": "gzip"}, bench.rounds)
                by_sql = _read_incidents(bench)
                note = (
                    f"In memory: {server.memory_mb():,.0f} MB of the whole server (13 bytes an incident),"
                    f" read {ready_s:.0f} s after its start;"
                    f" {by_sql} of the answers asked the tables. Any bandwidth is drawn from the cells."
                )
                yield Row(f"heat of {total:,} incidents, {view.name}, any window and kinds, {form}",
                          f"p95 ≤ {view.within_ms} ms", str(found), "", "", found.p95_ms <= view.within_ms,
                          note if (form, view.name) == ("columns", "county") else "", cost=found.cpu_ms,
                          size=float(np.mean([len(answer.body) for answer in found.answers])))  # fmt: skip


def _views(land: Land) -> tuple[_View, _View]:
    west, south, east, north = land.box
    lefts = np.random.default_rng(23).uniform(west, east - COUNTY_WIDE, 24).tolist()
    county = tuple((left, south, left + COUNTY_WIDE, north) for left in lefts)
    # As the page does: no cell is smaller than two pixels of a map that shows all, some 800 wide.
    cell_m = max(1000, round((east - west) * METRES_A_DEGREE / 400))
    return _View("county", county, 250, 50), _View("province", (land.box,) * 12, cell_m, 150)


def _path(view: _View, box: Box, at: int) -> str:
    since, until = WINDOWS[at % len(WINDOWS)]
    kinds = KIND_LISTS[at // len(WINDOWS) % len(KIND_LISTS)]
    text = ",".join(f"{value:.6f}" for value in box)
    return f"/api/heat?from={since}&to={until}&bbox={text}&cell={view.cell_m}{f'&kind={kinds}' if kinds else ''}"


def heat_tiles(bench: Bench) -> Iterator[Row]:
    """Tiles of heat, z10 to z14: each for the first time, and asked for before."""
    drawn = places(bench.store.city, 40, 24)
    since, until = WINDOWS[1]
    tiles = dict.fromkeys((z, *tile_of(lon, lat, z)) for z in (10, 12, 14) for lon, lat in drawn)
    paths = [f"/api/heat/tiles/{z}/{x}/{y}.png?from={since}&to={until}" for z, x, y in tiles]
    with _current(bench) as (server, _):
        first = ask(server.port, paths, bench.cookie())
        if any(answer.status != 200 for answer in first):
            raise Missing(f"a tile of heat is answered {first[0].status}")
        new_ms = float(np.median([answer.seconds for answer in first])) * 1000
        found = answered(bench, server, paths, bench.cookie(), bench.rounds)
    told = f"{found}; the first time p50 {new_ms:.1f} ms"
    yield Row(f"a heat tile, {len(paths)} of z10–z14, warm", "≤ 5 ms", told, "", "", found.p95_ms <= 5,
              "The 95th percentile must be within.", cost=found.cpu_ms)  # fmt: skip


@contextmanager
def _current(bench: Bench) -> Iterator[tuple[Server, float]]:
    """Our server once it answers from memory, and how many seconds that took."""
    with ours(bench.store, bench.folder) as server:
        begun = time.monotonic()
        # A little question, so that waiting costs little.
        west, south, _, _ = bench.store.city.land.box
        near = (west, south, west + 0.01, south + 0.01)
        path = _path(_View("", (near,), 1000, 0), near, 0)
        while True:
            bench.store.forget_asked()
            [answer] = ask(server.port, [path], bench.cookie())
            if answer.status != 200:
                raise Missing(f"heat is answered {answer.status}: {answer.body[:160].decode(errors='replace')}")
            spent = time.monotonic() - begun
            # Reading everything may end while nothing is answered from the tables.
            if not _read_incidents(bench):
                break
            if spent > PATIENCE_S:
                raise Missing("the incidents are not in memory")
            time.sleep(0.5)
        yield server, spent


def _read_incidents(bench: Bench) -> int:
    """How many statements read incidents since they were counted anew."""
    return sum(calls for text, calls in bench.store.asked().items() if "incident" in text)
