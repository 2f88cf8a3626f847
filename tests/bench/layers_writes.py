"""Writing incidents with all that is kept up to date meanwhile, by COPY and one by one; then counts are compared."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Sequence

import numpy as np
import psycopg
from bench.layers_copy import copy_pieces
from bench.layers_data import Chunk
from bench.layers_fill import incident_columns
from bench.layers_rows import Row
from bench.layers_servers import postgres_cpu_s
from bench.layers_store import Store
from bench.layers_tiles import Bench

from layers.db import API_ROLE
from layers.new_ids import new_ids
from layers.scope import Scope

__all__ = ["SET_SCOPE", "copying", "singles"]

SET_SCOPE = (
    "select set_config('wangge.lo', %(lo)s, false), set_config('wangge.hi', %(hi)s, false),"
    " set_config('wangge.grids', %(grids)s, false)"
)
SINGLES = 2_000
WRITERS = 4
INSERT = """insert into incident (id, kind, text, occurred_at, point, level, source, handled_grid_no, grid_no)
    select %(id)s, 'noise', 'bench', now(), p.point, 'house', 'bench', place_of(p.point), place_of(p.point)
    from (select st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326) as point) p"""
# Sums, since a count may lie in parts, of which one may be below nothing: then they add up to a count that is gone.
COMPARED = """
with kept as (
    select 'incident_day' as kept, grid_no, begins_on, kind, sum(n) as n from incident_day group by 2, 3, 4
    union all select 'incident_month', grid_no, begins_on, kind, sum(n) from incident_month group by 2, 3, 4
    union all select 'county_day', grid_no, begins_on, kind, sum(n) from county_day group by 2, 3, 4
    union all select 'county_month', grid_no, begins_on, kind, sum(n) from county_month group by 2, 3, 4
)
select coalesce(k.kept, r.kept), count(*)
from kept k full join recounted_incidents() r using (kept, grid_no, begins_on, kind)
where coalesce(k.n, 0) <> coalesce(r.n, 0) group by 1
union all
select 'cell_count', count(*)
from (select register, cell, grid_no, sum(n) as n from cell_count group by 1, 2, 3) k
full join recount_cells() r using (register, cell, grid_no)
where coalesce(k.n, 0) <> coalesce(r.n, 0) having count(*) > 0
"""
Connection = psycopg.Connection[tuple[object, ...]]


def copying(bench: Bench) -> Iterator[Row]:
    """A chunk of incidents by one COPY with all triggers on; then it is undone.

    As an import brings rows: with ids in order of time, and in order of their grids (of each kind and level).
    """
    pieces = _as_imported(next(bench.store.city.incidents()))
    rows = sum(count for count, _ in pieces)
    before, begun = postgres_cpu_s(bench.store), time.perf_counter()
    with bench.store.admin() as connection, connection.transaction(force_rollback=True):
        copy_pieces(connection, "incident", pieces)
        spent, cpu = time.perf_counter() - begun, postgres_cpu_s(bench.store) - before
        wrong = wrong_counts(connection)
    told = f"{rows / spent:,.0f} rows/s (CPU {1e6 * cpu / rows:.0f} µs each); {judged(wrong)}"
    met = rows / spent >= 20_000 and not wrong
    yield Row(
        f"{rows:,} incidents by COPY with roll-ups", "≥ 20,000 rows/s, exact", told, met=met, cost=1e3 * cpu / rows
    )


def _as_imported(chunk: Chunk) -> list[tuple[int, dict[str, object]]]:
    ids = np.frombuffer(b"".join(one.bytes for one in new_ids(len(chunk))), dtype=np.uint8).reshape(-1, 16)
    pieces = []
    done = 0
    for count, columns in incident_columns(chunk):
        order = np.argsort(np.asarray(columns["grid_no"]), kind="stable")
        rows = columns | {"id": ids[done : done + count]}
        pieces.append(
            (count, {name: one if isinstance(one, str) else np.asarray(one)[order] for name, one in rows.items()})
        )
        done += count
    return pieces


def judged(wrong: dict[str, int]) -> str:
    """What comparing the counts with a recount gave, in words."""
    told = ", ".join(f"{count:,} rows of {table}" for table, count in sorted(wrong.items()))
    return f"{told} differ from a recount" if wrong else "no count differs from a recount"


def wrong_counts(connection: Connection) -> dict[str, int]:
    """How many counts of incidents by place and day, and of cells, differ from a full recount, by table."""
    return {str(table): int(str(count)) for table, count in connection.execute(COMPARED).fetchall()}


def singles(bench: Bench) -> Iterator[Row]:
    """One incident a transaction behind row-level security, by one writer and by four; then they are deleted."""
    city = bench.store.city
    points = city.house_points[np.random.default_rng(32).integers(0, city.recipe.houses, SINGLES)].tolist()
    (one, cost), (four, _) = (_written(bench.store, points, writers) for writers in (1, WRITERS))
    with bench.store.admin() as connection:
        wrong = wrong_counts(connection)
        connection.execute("delete from incident where source = 'bench' and text = 'bench'")
    told = f"{one:,.0f}/s by one writer, {four:,.0f}/s by {WRITERS}; CPU {cost:.2f} ms each; {judged(wrong)}"
    met = max(one, four) >= 500 and not wrong
    yield Row("single incidents, each its transaction", "≥ 500/s, exact", told, met=met, cost=cost)


def _written(store: Store, points: Sequence[Sequence[float]], writers: int) -> tuple[float, float]:
    """Incidents a second by so many writers, and PostgreSQL's CPU milliseconds for each."""
    before, begun = postgres_cpu_s(store), time.perf_counter()
    threads = [threading.Thread(target=_write, args=(store, points[at::writers])) for at in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    return len(points) / spent, 1000 * (postgres_cpu_s(store) - before) / len(points)


def _write(store: Store, points: Sequence[Sequence[float]]) -> None:
    with psycopg.connect(store.database.conninfo(API_ROLE, "-c jit=off"), autocommit=True) as connection:
        connection.execute(SET_SCOPE, Scope.everything().as_settings())
        for lon, lat in points:
            connection.execute(INSERT, {"id": uuid.uuid4(), "lon": lon, "lat": lat})
