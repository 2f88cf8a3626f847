"""What is measured inside the database: tiles' SQL beside Martin's, a choropleth, placing points."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import psycopg
from bench.layers_paths import Tile, mix
from bench.layers_rows import Missing, Row
from bench.layers_servers import cpu_s, postgres_cpu_s
from bench.layers_store import Store
from bench.layers_tiles import Bench
from bench.layers_writes import SET_SCOPE

from layers.assign import _assign_by_point
from layers.catalog import CATALOG
from layers.codes import WIDTH
from layers.counting import Question, incident_query
from layers.db import API_ROLE, READ_ROLE
from layers.queries import read_sql
from layers.scope import Scope

__all__ = ["choropleth", "martin", "placing"]

READ_OPTIONS = "-c jit=off -c max_parallel_workers_per_gather=0 -c timezone=Asia/Shanghai"
# What Martin sends for a table of points or polygons in EPSG:3857, put together by hand after its source: no transform,
# and the boxes as sub-selects, so that they are made once. A uuid is no feature id for it, so it is a property.
# Source: github maplibre/martin at 0406d0425ed9 (2026),
# martin/src/config/file/tiles/postgres/resolver/query_tables.rs, mvt_query and grid_sql.
MARTIN = """SELECT ST_AsMVT(tile, '{layer}', 4096, 'geom')
FROM (
  SELECT ST_AsMVTGeom("geom"::geometry, (SELECT ST_TileEnvelope({tile})), 4096, 64, true) AS geom, {columns}
  FROM "peer"."{layer}"
  WHERE "geom" && (SELECT ST_Transform(ST_TileEnvelope({tile}, margin => 0.015625), 3857))
) AS tile"""
TILE = "%(z)s::integer, %(x)s::integer, %(y)s::integer"
COLUMNS = {"house": '"id", "grid_no"', "grid": '"grid_no", "kind", "name", "load", "village", "deviation"'}
NATURAL_JOIN = """select count(*), sum(g.grid_no::bigint) from peer.house_feature h
    join peer.grid_feature g on st_contains(g.geom, h.geom)"""
PLACING_NOTE = (
    "Ours is what an import runs, behind row-level security: it copies the points out, joins, and looks who must move."
    " The natural join runs on tables without policies, both with an index on their EPSG:4326 column, and only counts."
    " Judged by PostgreSQL's CPU."
)
MONTHS = 48
Connection = psycopg.Connection[tuple[object, ...]]


def _reader(store: Store) -> Connection:
    connection = psycopg.connect(store.database.conninfo(READ_ROLE, READ_OPTIONS), autocommit=True)
    connection.prepare_threshold = 2
    connection.execute(SET_SCOPE, Scope.everything().as_settings())
    return connection


def _times(run: Callable[[], object], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        found.append(time.perf_counter() - begun)
    return found


def martin(bench: Bench) -> Iterator[Row]:
    """The mix of tiles, each by our SQL and by Martin's in turn, prepared, binary, on one connection each."""
    if not bench.peers:
        raise Missing("without peers their tables are not there")
    for zooms in ((13, 14, 15, 16), (14, 15, 16)):
        tiles = mix(bench.store.city, 400, 1, zooms)
        peer = psycopg.connect(bench.store.database.conninfo("wangge_peer", READ_OPTIONS), autocommit=True)
        with _reader(bench.store) as mine, peer:
            peer.prepare_threshold = 2
            both = _Timed(mine, _own_sql), _Timed(peer, lambda tile: _martin_sql(tile[0]))
            for one in both:
                one.draw(tiles)
                one.begin()
            for _ in range(bench.rounds):
                # In turn, so that a busy moment of the machine hits both.
                for tile in tiles:
                    for one in both:
                        one.draw([tile])
            yield _martin_row(*both, len(tiles), zooms)


class _Timed:
    """A connection that draws tiles: milliseconds of each, and its process's CPU."""

    def __init__(self, connection: Connection, text: Callable[[Tile], str]) -> None:
        self._connection, self._text = connection, text
        self.begin()

    def begin(self) -> None:
        """Forget what was measured."""
        self.wall_ms: list[float] = []
        self._before = cpu_s(self._connection.info.backend_pid)

    def draw(self, tiles: Sequence[Tile]) -> None:
        """Draw them one after the other."""
        self.wall_ms += [1000 * _tile_s(self._connection, self._text(tile), tile) for tile in tiles]

    @property
    def cpu_ms(self) -> float:
        """Of PostgreSQL, for a tile."""
        return 1000 * (cpu_s(self._connection.info.backend_pid) - self._before) / len(self.wall_ms)

    def __str__(self) -> str:
        p50, p95 = np.percentile(self.wall_ms, (50, 95))
        return f"CPU {self.cpu_ms:.2f} ms; mean {np.mean(self.wall_ms):.2f}, p50 {p50:.2f}, p95 {p95:.2f} ms"


def _martin_row(ours: _Timed, theirs: _Timed, count: int, zooms: Sequence[int]) -> Row:
    ratio = ours.cpu_ms / theirs.cpu_ms
    shown = f"{ratio:.2f} × its CPU, {np.mean(ours.wall_ms) / np.mean(theirs.wall_ms):.2f} × its mean"
    name = f"SQL of {count} tiles z{zooms[0]}–z{zooms[-1]}, Martin's text beside ours"
    note = "Judged by the mean CPU of the PostgreSQL process that draws."
    return Row(name, "mean ≤ Martin's", str(ours), str(theirs), shown, ratio <= 1, note, 1 / ratio, 1)


def _own_sql(tile: Tile) -> str:
    spec = CATALOG[tile[0]]
    cells_to = getattr(spec, "cells_to", None)
    return read_sql("tiles/cells.sql" if cells_to is not None and tile[1] <= cells_to else f"tiles/{spec.sql}")


def _martin_sql(layer: str) -> str:
    return MARTIN.format(layer=layer, tile=TILE, columns=COLUMNS[layer])


def _tile_s(connection: Connection, query: str, tile: Tile) -> float:
    layer, z, x, y = tile
    values = {"layer": layer, "z": z, "x": x, "y": y} | Scope.everything().params()
    begun = time.perf_counter()
    connection.execute(query, values, binary=True).fetchone()
    return time.perf_counter() - begun


def choropleth(bench: Bench) -> Iterator[Row]:
    """Incidents of each month and of one kind by grid, over everything, as the server asks."""
    everything, spent, rows = Scope.everything(), [], 0
    with _reader(bench.store) as connection:
        for at in range(12 + MONTHS):
            if at == 12:
                before, rows = cpu_s(connection.info.backend_pid), 0
            since = date(2021 + at // 12, at % 12 + 1, 1)
            until = date(since.year + since.month // 12, since.month % 12 + 1, 1)
            question = Question(everything.lo, everything.hi, since, until, ("noise",), everything)
            text, values = incident_query("incidents", question, WIDTH)
            begun = time.perf_counter()
            [(numbers, _)] = connection.execute(text, values).fetchall()
            rows += len(numbers)
            spent.append((time.perf_counter() - begun) * 1000)
        cost = 1000 * (cpu_s(connection.info.backend_pid) - before) / MONTHS
    middle, p95 = np.percentile(spent[12:], (50, 95))
    told = f"CPU {cost:.1f} ms; p50 {middle:.1f}, p95 {p95:.1f} ms with a client; {rows // MONTHS:,} rows"
    yield Row(f"choropleth of a month and kind, {bench.store.city.recipe.grids:,} grids", "≤ 3 ms in SQL", told,
              met=cost <= 3, note="Judged by the CPU of the PostgreSQL process: planning, running and sending.",
              cost=cost, size=rows / MONTHS)  # fmt: skip


def placing(bench: Bench) -> Iterator[Row]:
    """All houses put in their grids: our statement, which finds nothing to move, and two ways to join."""
    store = bench.store
    name = f"place {store.city.recipe.houses:,} stored points in {store.city.recipe.grids:,} grids"
    if not bench.peers:
        cpu, mine = _cpu_and_s(store, lambda: _assign(store), bench.rounds)
        yield Row(name, "", f"{mine:.2f} s (CPU {cpu:.2f} s)", cost=1000 * cpu, size=store.city.recipe.houses)
        return

    def naturally() -> None:
        with store.admin() as connection:
            connection.execute(NATURAL_JOIN)

    cpu, mine = _cpu_and_s(store, lambda: _assign(store), bench.rounds)
    natural_cpu, natural = _cpu_and_s(store, naturally, 1)
    sjoin, whole = _sjoin(store)
    houses = store.city.recipe.houses
    told = f"{natural:.1f} s (CPU {natural_cpu:.1f} s); geopandas.sjoin {sjoin:.2f} s, {whole:.1f} s with reading"
    ratio = natural_cpu / cpu
    shown = f"{natural / mine:.1f} ×, {ratio:.1f} × less CPU"
    yield Row(name, "≤ 2.5 s, ≥ 5 × the natural join", f"{mine:.2f} s (CPU {cpu:.2f} s)", f"natural join {told}", shown,
              cpu <= 2.5 and ratio >= 5, PLACING_NOTE, ratio, 5, 1000 * cpu, houses)  # fmt: skip


def _assign(store: Store) -> None:
    everything = Scope.everything()
    values = {"villages": None, "import_id": None, "los": [everything.lo], "his": [everything.hi]}
    with psycopg.connect(store.database.conninfo(API_ROLE, "-c jit=off")) as connection:
        connection.execute(SET_SCOPE.replace("false", "true"), everything.as_settings())
        moved = _assign_by_point(connection, "house", values)
        connection.rollback()
    if moved:
        raise Missing(f"{moved} houses were not in their place")


def _cpu_and_s(store: Store, run: Callable[[], None], rounds: int) -> tuple[float, float]:
    """Median CPU seconds of PostgreSQL and median wall seconds."""
    cpu, wall = [], []
    for _ in range(rounds):
        before = postgres_cpu_s(store)
        wall += _times(run, 1)
        cpu.append(postgres_cpu_s(store) - before)
    return float(np.median(cpu)), float(np.median(wall))


def _sjoin(store: Store) -> tuple[float, float]:
    begun = time.perf_counter()
    engine = store.database.engine
    with engine.connect() as connection:
        for name, value in Scope.everything().as_settings().items():
            connection.exec_driver_sql("select set_config(%s, %s, false)", (f"wangge.{name}", value))
        houses = gpd.read_postgis("select id, point from house", connection, geom_col="point")
        grids = gpd.read_postgis("select grid_no, geom from grid where upper_inf(validity)", connection)
        connection.rollback()
    joining = time.perf_counter()
    gpd.sjoin(houses, grids, predicate="within")
    ended = time.perf_counter()
    return ended - joining, ended - begun
