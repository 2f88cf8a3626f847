"""What is measured inside the database: tiles' SQL beside Martin's, a choropleth, placing points, writing incidents."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import psycopg
from bench.layers_copy import copy
from bench.layers_paths import Tile, mix
from bench.layers_rows import Missing, Row
from bench.layers_servers import postgres_cpu_s
from bench.layers_store import Store, incident_columns
from bench.layers_tiles import Bench

from layers.assign import _assign_by_point
from layers.catalog import CATALOG
from layers.db import API_ROLE, READ_ROLE
from layers.queries import load, read_sql
from layers.scope import Scope

__all__ = ["sql_rows"]

READ_OPTIONS = "-c jit=off -c max_parallel_workers_per_gather=0 -c timezone=Asia/Shanghai"
SET_SCOPE = (
    "select set_config('wangge.lo', %(lo)s, false), set_config('wangge.hi', %(hi)s, false),"
    " set_config('wangge.grids', %(grids)s, false)"
)
# The text that Martin sends for a table, from its source (martin/src/config/file/tiles/postgres/resolver/table.rs).
MARTIN = """SELECT ST_AsMVT(tile, '{layer}', 4096, 'geom') FROM (
  SELECT ST_AsMVTGeom(ST_Transform(ST_CurveToLine("geom"::geometry), 3857),
                      ST_TileEnvelope(%(z)s::integer, %(x)s::integer, %(y)s::integer), 4096, 64, true) AS geom,
         {columns}
  FROM "peer"."{layer}"
  WHERE "geom" && ST_Transform(
      ST_TileEnvelope(%(z)s::integer, %(x)s::integer, %(y)s::integer, margin => 0.015625), 3857)
) AS tile"""
COLUMNS = {"house": '"id"::text, "grid_no"', "grid": '"grid_no", "kind", "name", "load", "village", "deviation"'}
NATURAL_JOIN = "select count(*), sum(g.grid_no) from house h join grid g on st_contains(g.geom, h.point)"
SINGLES = 1_000
WRITERS = 4
INSERT = """insert into incident (id, kind, text, occurred_at, point, level, source, handled_grid_no, grid_no)
    select %(id)s, 'noise', 'bench', now(), p.point, 'house', 'bench', place_of(p.point), place_of(p.point)
    from (select st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326) as point) p"""
Connection = psycopg.Connection[tuple[object, ...]]


def sql_rows(bench: Bench) -> Iterator[Row]:
    """All of them."""
    yield from martin(bench)
    yield from choropleth(bench)
    yield from placing(bench)
    yield from copying(bench)
    yield from singles(bench)


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
    for zooms in ((13, 14, 15, 16), (14, 15, 16)):
        tiles = mix(bench.store.city, 400, 1, zooms)
        spent: dict[str, list[float]] = {"ours": [], "martin": []}
        peer = psycopg.connect(bench.store.database.conninfo("wangge_peer", READ_OPTIONS), autocommit=True)
        with _reader(bench.store) as mine, peer:
            peer.prepare_threshold = 2
            for _ in range(1 + bench.rounds):
                for tile in tiles:
                    spent["ours"].append(_tile_s(mine, _own_sql(tile), tile))
                    spent["martin"].append(_tile_s(peer, _martin_sql(tile[0]), tile))
        yield _martin_row(spent, len(tiles), zooms)


def _martin_row(spent: Mapping[str, Sequence[float]], count: int, zooms: Sequence[int]) -> Row:
    ours, theirs = (np.array(some[count:]) * 1000 for some in (spent["ours"], spent["martin"]))
    words = [f"mean {x.mean():.2f}, p50 {np.median(x):.2f}, p95 {np.percentile(x, 95):.2f} ms" for x in (ours, theirs)]
    ratio = ours.mean() / theirs.mean()
    return Row(f"SQL of {count} tiles z{zooms[0]}–z{zooms[-1]}, Martin's text beside ours", "mean ≤ Martin's", words[0],
               words[1], f"{ratio:.2f} × its mean", ratio <= 1, "", 1 / ratio, 1)  # fmt: skip


def _own_sql(tile: Tile) -> str:
    spec = CATALOG[tile[0]]
    cells_to = getattr(spec, "cells_to", None)
    return read_sql("tiles/cells.sql" if cells_to is not None and tile[1] <= cells_to else f"tiles/{spec.sql}")


def _martin_sql(layer: str) -> str:
    return MARTIN.format(layer=layer, columns=COLUMNS[layer])


def _tile_s(connection: Connection, query: str, tile: Tile) -> float:
    layer, z, x, y = tile
    values = {"layer": layer, "z": z, "x": x, "y": y} | Scope.everything().params()
    begun = time.perf_counter()
    connection.execute(query, values, binary=True).fetchone()
    return time.perf_counter() - begun


def choropleth(bench: Bench) -> Iterator[Row]:
    """Incidents of each month and of one kind by grid, over everything."""
    if "months" not in load("counts.sql") and not _has_months(bench.store):
        raise Missing("there is no roll-up by month")
    query = load("counts.sql")["incidents"]
    values = {"first": 0, "last": Scope.everything().hi} | Scope.everything().params()
    spent, rows = [], 0
    with _reader(bench.store) as connection:
        for at in range(3 + 36):
            since = date(2022 + at // 12, at % 12 + 1, 1)
            until = date(since.year + since.month // 12, since.month % 12 + 1, 1)
            asked = values | {"since": since, "until": until, "kinds": ["noise"]}
            begun = time.perf_counter()
            rows += len(connection.execute(query, asked, binary=True).fetchall())
            spent.append((time.perf_counter() - begun) * 1000)
    middle, p95 = np.percentile(spent[3:], (50, 95))
    yield Row(f"choropleth of a month and kind, {bench.store.city.recipe.grids:,} grids", "≤ 3 ms in SQL",
              f"p50 {middle:.1f}, p95 {p95:.1f} ms; {rows // len(spent):,} rows", "", "", middle <= 3)  # fmt: skip


def _has_months(store: Store) -> bool:
    with store.admin() as connection:
        row = connection.execute("select to_regclass('incident_month') is not null").fetchone()
    return bool(row and row[0])


def placing(bench: Bench) -> Iterator[Row]:
    """All houses put in their grids: our statement, which finds nothing to move, and two ways to join."""
    store = bench.store
    everything = Scope.everything()
    values = {"villages": None, "import_id": None, "los": [everything.lo], "his": [everything.hi]}

    def by_assign() -> None:
        with psycopg.connect(store.database.conninfo(API_ROLE, "-c jit=off")) as connection:
            connection.execute(SET_SCOPE.replace("false", "true"), everything.as_settings())
            moved = _assign_by_point(connection, "house", values)
            connection.rollback()
        if moved:
            raise Missing(f"{moved} houses were not in their place")

    def naturally() -> None:
        with store.admin() as connection:
            connection.execute(NATURAL_JOIN)

    with store.admin() as connection:
        connection.execute("create index if not exists bench_house_point on house using gist (point)")
        connection.execute("analyze house")
    cpu, mine = _cpu_and_s(store, by_assign, bench.rounds)
    _, natural = _cpu_and_s(store, naturally, 1)
    with store.admin() as connection:
        connection.execute("drop index bench_house_point")
    sjoin, whole = _sjoin(store)
    name = f"place {store.city.recipe.houses:,} stored points in {store.city.recipe.grids:,} grids"
    yield Row(name, "≤ 2.5 s, ≥ 5 × the natural join", f"{mine:.2f} s (CPU {cpu:.2f} s)",
              f"natural join {natural:.1f} s; geopandas.sjoin {sjoin:.2f} s, with reading {whole:.1f} s",
              f"{natural / mine:.1f} ×", mine <= 2.5 and natural / mine >= 5, "", natural / mine, 5)  # fmt: skip


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
        scope = {name: value for name, value in Scope.everything().as_settings().items()}
        for name, value in scope.items():
            connection.exec_driver_sql("select set_config(%s, %s, false)", (f"wangge.{name}", value))
        houses = gpd.read_postgis("select id, point from house", connection, geom_col="point")
        grids = gpd.read_postgis("select grid_no, geom from grid where upper_inf(validity)", connection)
        connection.rollback()
    joining = time.perf_counter()
    gpd.sjoin(houses, grids, predicate="within")
    ended = time.perf_counter()
    return ended - joining, ended - begun


def copying(bench: Bench) -> Iterator[Row]:
    """A chunk of incidents by COPY with all triggers on, in one transaction; then it is undone."""
    chunk = next(bench.store.city.incidents())
    ids = np.random.default_rng(31).integers(0, 256, chunk.ids.shape, dtype=np.uint8)
    pieces = incident_columns(chunk)
    rows, begun = 0, time.perf_counter()
    with bench.store.admin() as connection, connection.transaction(force_rollback=True):
        for count, columns in pieces:
            copy(connection, "incident", count, columns | {"id": ids[rows : rows + count]})
            rows += count
        spent = time.perf_counter() - begun
        wrong = _wrong_counts(connection)
    yield Row(f"{rows:,} incidents by COPY with roll-ups", "≥ 20,000 rows/s, exact", f"{rows / spent:,.0f} rows/s;"
              f" {_judged(wrong)}", "", "", rows / spent >= 20_000 and not wrong)  # fmt: skip


def _judged(wrong: int | None) -> str:
    return "roll-ups not compared" if wrong is None else f"{wrong} roll-up rows differ from a recount"


def _wrong_counts(connection: Connection) -> int | None:
    """How many roll-up rows of incidents differ from a full recount."""
    exists = connection.execute("select to_regproc('recounted_incidents') is not null").fetchone()
    if not exists or not exists[0]:
        return None
    row = connection.execute(COMPARED).fetchone()
    return int(str(row[0])) if row else None


COMPARED = """
with kept as (
    select 'incident_day' as kept, grid_no, begins_on, kind, sum(n) as n from incident_day group by 2, 3, 4
    union all select 'incident_month', grid_no, begins_on, kind, sum(n) from incident_month group by 2, 3, 4
    union all select 'county_day', grid_no, begins_on, kind, sum(n) from county_day group by 2, 3, 4
    union all select 'county_month', grid_no, begins_on, kind, sum(n) from county_month group by 2, 3, 4
)
select count(*) from kept full join recounted_incidents() r using (kept, grid_no, begins_on, kind)
where kept.n is distinct from r.n
"""


def singles(bench: Bench) -> Iterator[Row]:
    """One incident a transaction behind row-level security, by one writer and by four; then they are deleted."""
    city = bench.store.city
    rng = np.random.default_rng(32)
    points = city.house_points[rng.integers(0, city.recipe.houses, SINGLES)].tolist()
    rates = []
    for writers in (1, WRITERS):
        before, begun = postgres_cpu_s(bench.store), time.perf_counter()
        threads = [threading.Thread(target=_write, args=(bench.store, points[at::writers])) for at in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rates.append((SINGLES / (time.perf_counter() - begun), 1000 * (postgres_cpu_s(bench.store) - before) / SINGLES))
    with bench.store.admin() as connection:
        wrong = _wrong_counts(connection)
        connection.execute("delete from incident where source = 'bench' and text = 'bench'")
    (one, one_cpu), (four, _) = rates
    told = f"{one:,.0f}/s by one writer, {four:,.0f}/s by {WRITERS}; CPU {one_cpu:.2f} ms each; {_judged(wrong)}"
    name, met = "single incidents, each its transaction", max(one, four) >= 500 and not wrong
    yield Row(name, "≥ 500/s, exact", told, "", "", met)


def _write(store: Store, points: Sequence[Sequence[float]]) -> None:
    with psycopg.connect(store.database.conninfo(API_ROLE, "-c jit=off"), autocommit=True) as connection:
        connection.execute(SET_SCOPE, Scope.everything().as_settings())
        for lon, lat in points:
            connection.execute(INSERT, {"id": uuid.uuid4(), "lon": lon, "lat": lat})
