"""Tiles over HTTP: cold beside the peers, warm, not modified, dense, scoped, and how soon an edit is seen."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from bench.layers_client import Run, ask, hammer, sweep
from bench.layers_data import CHUNK
from bench.layers_paths import Tile, boxes, dense_tiles, mix, tile_box, tile_of
from bench.layers_rows import Missing, Row
from bench.layers_servers import Server, mapserver, ours, postgres_cpu_s, tipg
from bench.layers_store import Store

__all__ = ["NO_HEAT", "Bench", "Start", "cold", "dense", "edits", "scoped", "warm", "without_heat"]

ZOOMS = (13, 14, 15, 16)
# The incidents, which the server would read into memory when it starts, are another part's.
NO_HEAT = {"WANGGE_HEAT_IN_MEMORY": "false"}
NO_CACHE = {"WANGGE_TILE_CACHE_BYTES": "0"} | NO_HEAT
EDITS = 30
PATIENCE_S = 5.0
STEP = 0.00005
"""Degrees east and north by which an edit moves a house."""
PUT = "update house set point = st_setsrid(st_makepoint(%s, %s), 4326) where id = %s::uuid"
Connection = psycopg.Connection[tuple[object, ...]]
Start = Callable[[Store, Path], AbstractContextManager[Server]]


@dataclass(frozen=True)
class Bench:
    """What all measurements share: the data, a folder for logs, how much and how often."""

    store: Store
    folder: Path
    tiles: int
    rounds: int
    seconds: float
    peers: bool

    def cookie(self, role: str = "officer", region: str = "53") -> dict[str, str]:
        """The header of a session with that role and region."""
        return {"Cookie": f"wangge_session={self.store.session_of(role, region)}"}


def own_path(tile: Tile) -> str:
    """The path of a tile at our server."""
    layer, z, x, y = tile
    return f"/tiles/{layer}/{z}/{x}/{y}.mvt"


def tipg_path(tile: Tile) -> str:
    """The path of a tile at TiPg's, with the columns that ours has and no others."""
    layer, z, x, y = tile
    columns = {"house": "id,grid_no", "grid": "grid_no,kind,name,load,village,deviation"}[layer]
    return f"/collections/peer.{layer}/tiles/WebMercatorQuad/{z}/{x}/{y}?f=mvt&properties={columns}"


def mapserver_path(tile: Tile) -> str:
    """The path of a tile at MapServer's."""
    layer, z, x, y = tile
    return f"/?mode=tile&tilemode=gmap&tile={x}+{y}+{z}&layers={layer}&map.imagetype=mvt"


def cold(bench: Bench) -> Iterator[Row]:
    """Every tile once, ours without its cache; rounds interleaved, medians of them."""
    tiles = mix(bench.store.city, bench.tiles, 1)
    warm_up = mix(bench.store.city, 80, 2)
    starts: dict[str, tuple[Start, Callable[[Tile], str]]] = {"wangge": (_without_cache, own_path)}
    if bench.peers:
        starts |= {"TiPg": (tipg, tipg_path), "MapServer": (mapserver, mapserver_path)}
    runs: dict[str, list[Run]] = {name: [] for name in starts}
    with ExitStack() as stack:
        servers = {}
        for name, (start, path) in starts.items():
            servers[name] = stack.enter_context(start(bench.store, bench.folder))
            sweep(bench.store, servers[name], [path(tile) for tile in warm_up], _headers(bench, name))
        for _ in range(bench.rounds):
            for name, (_, path) in starts.items():
                paths = [path(tile) for tile in tiles]
                runs[name].append(sweep(bench.store, servers[name], paths, _headers(bench, name)))
    yield from _cold_rows(runs, len(tiles))


def without_heat(store: Store, folder: Path) -> AbstractContextManager[Server]:
    """Ours without the incidents in memory."""
    return ours(store, folder, NO_HEAT)


def _without_cache(store: Store, folder: Path) -> AbstractContextManager[Server]:
    return ours(store, folder, NO_CACHE)


def _headers(bench: Bench, name: str) -> dict[str, str]:
    return bench.cookie() if name == "wangge" else {}


def middle(runs: Sequence[Run]) -> Run:
    """The run with the median of answers a second."""
    return sorted(runs, key=lambda run: run.per_s)[len(runs) // 2]


def told(run: Run) -> str:
    """A run in words."""
    refused = f", {run.refused} refused" if run.refused else ""
    return (
        f"{run.per_s:,.0f}/s; p50 {run.p50_ms:.1f}, p95 {run.p95_ms:.1f} ms; CPU {run.server_ms:.2f} + "
        f"{run.postgres_ms:.2f} ms; {run.bytes / run.count / 1000:.0f} KB{refused}"
    )


def _cold_rows(runs: dict[str, list[Run]], count: int) -> Iterator[Row]:
    name = f"cold tiles, z13–z16, {count} different, login on"
    best = {who: middle(some) for who, some in runs.items()}
    mine = best.pop("wangge")
    if not best:
        yield Row(name, "≥ 2.5 × TiPg", told(mine))
    for who, run in best.items():
        if run.refused:
            raise Missing(f"{who} refuses: {run.statuses}")
        ratio = mine.per_s / run.per_s
        must = "≥ 2.5 ×" if who == "TiPg" else ""
        met = ratio >= 2.5 and not mine.refused if must else None
        shown = f"{ratio:.2f} × tiles/s, {run.cpu_ms / mine.cpu_ms:.2f} × less CPU"
        note = (
            "CPU is milliseconds of server + PostgreSQL for a tile. Up to zoom 13 ours draws cells with counts where"
            " the peers send every house."
        )
        yield Row(f"{name}, {who}", must, told(mine), told(run), shown, met, note if must else "",
                  ratio, 2.5 if must else None)  # fmt: skip


def warm(bench: Bench) -> Iterator[Row]:
    """The same 400 tiles again and again as a browser asks (gzip), and with the tags of what it has."""
    tiles = mix(bench.store.city, min(bench.tiles, 400), 1)
    gzip = {"Accept-Encoding": "gzip"}
    with ExitStack() as stack:
        mine = stack.enter_context(ours(bench.store, bench.folder, NO_HEAT))
        headers = bench.cookie() | gzip
        answers = ask(mine.port, [own_path(tile) for tile in tiles], headers)
        tags = [(own_path(tile), found.headers.get("etag", "")) for tile, found in zip(tiles, answers, strict=True)]
        peer = stack.enter_context(tipg(bench.store, bench.folder)) if bench.peers else None
        runs: dict[str, list[Run]] = {"ours": [], "known": [], "peer": []}
        bench.store.forget_asked()
        for _ in range(bench.rounds):
            plain = [(path, "") for path, _ in tags]
            runs["ours"].append(hammer(bench.store, mine, plain, headers, bench.seconds, bench.folder))
            runs["known"].append(hammer(bench.store, mine, tags, headers, bench.seconds, bench.folder))
            if peer is not None:
                runs["peer"].append(_best_peer(bench, peer, [(tipg_path(tile), "") for tile in tiles]))
        asked = bench.store.asked()
    yield from _warm_rows(runs, asked)


def _best_peer(bench: Bench, peer: Server, paths: Sequence[tuple[str, str]]) -> Run:
    """With gzip, as browsers ask, or without: whichever it answers faster."""
    headers: tuple[dict[str, str], ...] = ({"Accept-Encoding": "gzip"}, {})
    some = [hammer(bench.store, peer, paths, one, bench.seconds / 2, bench.folder) for one in headers]
    return max(some, key=lambda run: run.per_s)


def _warm_rows(runs: dict[str, list[Run]], asked: dict[str, int]) -> Iterator[Row]:
    mine, known = middle(runs["ours"]), middle(runs["known"])
    if runs["peer"]:
        peer = middle(runs["peer"])
        ratio, known_ratio = mine.per_s / peer.per_s, known.per_s / peer.per_s
        shown = f"{ratio:.1f} × tiles/s, {peer.cpu_ms / mine.cpu_ms:.1f} × less CPU"
        yield Row("repeated tiles, login on, TiPg", "≥ 20 × (aim 60 ×)", told(mine), told(peer), shown,
                  ratio >= 20 and not mine.refused, "", ratio, 20)  # fmt: skip
        shown = f"{known_ratio:.1f} × tiles/s, {peer.cpu_ms / known.cpu_ms:.1f} × less CPU"
        yield Row("not modified (304), TiPg sends it again", "", told(known), told(peer), shown, factor=known_ratio)
    else:
        yield Row("repeated tiles, login on", "≥ 20 × TiPg", told(mine))
    answers = sum(run.count for run in runs["ours"] + runs["known"])
    texts = "; ".join(" ".join(text.split())[:60] for text in asked)
    yield Row("repeated tiles and 304s without touching PostgreSQL", "none",
              f"{sum(asked.values())} statements for {answers:,} answers {texts}", "", "", not asked,
              "Counted by PostgreSQL (pg_stat_statements); beside them one look into the outbox a second, whatever is"
              " asked, by which the server hears of changes.")  # fmt: skip


def dense(bench: Bench) -> Iterator[Row]:
    """The fullest tiles of all houses at each low zoom, ours without its cache, one after the other."""
    with _without_cache(bench.store, bench.folder) as server:
        headers = bench.cookie()
        times, sizes, shown, cost = [], [], [], 0.0
        for z in range(8, 13):
            tiles = dense_tiles(bench.store.city, z, 6)
            ask(server.port, [own_path(tile) for tile in tiles], headers)
            before = server.cpu_s() + postgres_cpu_s(bench.store)
            answers = ask(server.port, [own_path(tile) for tile in tiles] * 5, headers)
            spent = 1000 * (server.cpu_s() + postgres_cpu_s(bench.store) - before) / len(answers)
            cost = max(cost, spent)
            if any(answer.status != 200 for answer in answers):
                raise Missing(f"houses are not drawn at zoom {z}: {answers[0].status}")
            waits, size = (
                [answer.seconds * 1000 for answer in answers],
                max(len(answer.body) for answer in answers) / 1000,
            )
            shown.append(f"z{z} {statistics.median(waits):.0f} ms (CPU {spent:.0f}) {size:.0f} KB")
            times += waits
            sizes.append(size)
    p95, largest = float(np.percentile(times, 95)), max(sizes)
    name = f"dense tiles z8–z12 of {bench.store.city.recipe.houses:,} houses"
    yield Row(name, "p95 ≤ 50 ms, ≤ 200 KB", f"p95 {p95:.0f} ms, {largest:.0f} KB; {'; '.join(shown)}", "", "",
              p95 <= 50 and largest <= 200, cost=cost, size=largest)  # fmt: skip


def scoped(bench: Bench) -> Iterator[Row]:
    """The same tiles for the whole province and for one county, ours without its cache, rounds interleaved."""
    county = "530105"
    here = [box for box in boxes(bench.store.city, 4000, 0.0, 3)]
    numbers = _numbers_near(bench.store, [(box[0], box[1]) for box in here], county)
    tiles = list(dict.fromkeys(("house", z, *tile_of(lon, lat, z)) for z in (14, 15, 16) for lon, lat in numbers))[:300]
    runs: dict[str, list[Run]] = {"53": [], county: []}
    with _without_cache(bench.store, bench.folder) as server:
        for at in range(bench.rounds + 1):
            for region, some in runs.items():
                run = sweep(bench.store, server, [own_path(tile) for tile in tiles], bench.cookie(region=region))
                some.extend([run] if at else [])
    whole, own = middle(runs["53"]), middle(runs[county])
    ratio = own.cpu_ms / whole.cpu_ms
    yield Row(f"a scoped tile: {len(tiles)} of houses z14–z16 in one county", "≤ 1.5 × the unscoped", told(own),
              f"unscoped: {told(whole)}", f"{ratio:.2f} × CPU", ratio <= 1.5 and not own.refused,
              cost=own.cpu_ms, size=own.bytes / own.count)  # fmt: skip


def _numbers_near(store: Store, found: Sequence[tuple[float, float]], county: str) -> list[tuple[float, float]]:
    """Those places that lie in the county."""
    city = store.city
    low, high = int(county) * 10**9, (int(county) + 1) * 10**9
    inside = (city.house_numbers >= low) & (city.house_numbers < high)
    west, east = city.house_points[inside, 0].min(), city.house_points[inside, 0].max()
    return [(lon, lat) for lon, lat in found if west < lon < east]


def edits(bench: Bench) -> Iterator[Row]:
    """A house moves a little; milliseconds from its commit to the first tile that shows it, and tiles drawn anew."""
    city, store = bench.store.city, bench.store
    houses = [city.recipe.houses // EDITS * at for at in range(EDITS)]
    places = [tuple(city.house_points[house].tolist()) for house in houses]
    tiles = [("house", 15, *tile_of(lon, lat, 15)) for lon, lat in places]
    ids = [_house_id(store, house) for house in houses]
    with store.admin() as connection:
        # An earlier run left them where it moved them to.
        connection.cursor().executemany(PUT, [(*place, id_) for place, id_ in zip(places, ids, strict=True)])
    with ours(store, bench.folder, NO_HEAT) as server, store.admin() as connection:
        headers = bench.cookie() | {"Accept-Encoding": "gzip"}
        kept = [own_path(tile) for tile in mix(city, 400, 5, zooms=(14, 15, 16)) if tile not in tiles]
        ask(server.port, kept, headers)
        resting = _drawn(store, server, kept, headers)
        waits = [
            _seen_after(server, own_path(tile), headers, connection, (lon + STEP, lat + STEP, id_))
            for tile, (lon, lat), id_ in zip(tiles, places, ids, strict=True)
        ]
        again = _drawn(store, server, kept, headers)
    worst = max(waits)
    yield Row(f"an edit is visible, {EDITS} edits", "≤ 100 ms", f"median {statistics.median(waits):.0f} ms, worst"
              f" {worst:.0f} ms", "TiPg: max-age=3600", "", worst <= 100)  # fmt: skip
    near = _near(kept, [place for lon, lat in places for place in ((lon, lat), (lon + STEP, lat + STEP))])
    yield Row(f"only touched tiles are drawn anew: {len(kept)} kept, {EDITS} edits", f"the {near} near them",
              f"{again} drawn anew, {resting} before", "", "", again <= near and resting == 0)  # fmt: skip


def _drawn(store: Store, server: Server, paths: Sequence[str], headers: dict[str, str]) -> int:
    """How many tiles the database draws when these are asked for."""
    store.forget_asked()
    ask(server.port, paths, headers)
    return sum(calls for text, calls in store.asked().items() if "st_asmvt(" in text.lower())


def _near(paths: Sequence[str], houses: Sequence[tuple[float, ...]]) -> int:
    """How many of the tiles of houses hold one of the places, or have it within a fiftieth of their side."""
    found = 0
    for path in paths:
        layer, z, x, y = path.removeprefix("/tiles/").removesuffix(".mvt").split("/")
        west, south, east, north = tile_box(int(z), int(x), int(y))
        wide = (east - west) / 50
        found += layer == "house" and any(
            west - wide <= lon <= east + wide and south - wide <= lat <= north + wide for lon, lat in houses
        )
    return found


def _house_id(store: Store, house: int) -> str:
    begin = house // CHUNK * CHUNK
    count = min(CHUNK, store.city.recipe.houses - begin)
    return bytes(store.city.ids(3, begin, count)[house - begin]).hex()


def _seen_after(
    server: Server, path: str, headers: dict[str, str], connection: Connection, put: tuple[float, float, str]
) -> float:
    """Milliseconds from the commit of a house's move to the first answer that differs; infinity when none does."""
    before = ask(server.port, [path] * 2, headers)[-1].body
    connection.execute(PUT, put)
    committed = time.perf_counter()
    while time.perf_counter() - committed < PATIENCE_S:
        if ask(server.port, [path], headers)[0].body != before:
            return (time.perf_counter() - committed) * 1000
    return float("inf")
