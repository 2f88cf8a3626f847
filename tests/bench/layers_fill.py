"""How the bench's database is filled: rows by binary COPY while triggers are off, then what triggers keep from them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import psycopg
import shapely
from bench.layers_copy import copy, ewkb_points, times
from bench.layers_data import CHUNK, GRIDS_OF_VILLAGE, Chunk, City
from psycopg import sql

from fixtures.rhythm import KINDS
from layers.cluster import SUPERUSER
from layers.codes import LEVELS
from layers.db import Database
from layers.imports import begin, copy_frame
from layers.models import IncidentKind
from layers.scope import Scope

__all__ = ["fill", "incident_columns", "make_peer", "without_indexes"]

FOLLOWING = ("incident_day", "incident_month", "county_day", "county_month", "cell_count", "occupancy", "residence")
STREETS = 400
HOUSEHOLD_EVERY = 10
PERSONS_OF_HOUSEHOLD = 5
# A key that another table refers to stays.
INDEXES = """select case when k.oid is null then pg_get_indexdef(i.indexrelid)
                    else format('alter table %%s add constraint %%I %%s', t, conname, pg_get_constraintdef(k.oid)) end,
                    case when k.oid is null then format('drop index %%s', i.indexrelid::regclass)
                    else format('alter table %%s drop constraint %%I', t, conname) end
             from (select %s::regclass as t) one join pg_index i on i.indrelid = t
             left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
             where not exists (select from pg_constraint f where f.conindid = i.indexrelid and f.contype = 'f')"""
PEER = (Path(__file__).parent / "layers_peer.sql").read_text(encoding="utf-8")
FILL = (Path(__file__).parent / "layers_fill.sql").read_text(encoding="utf-8")
Connection = psycopg.Connection[tuple[object, ...]]


def fill(database: Database, city: City, filled: dict[str, float], say: Callable[[str], None]) -> None:
    """Fill a new database with a city's rows, and note in `filled` how many seconds each step took.

    Triggers are off meanwhile: what keeping counts up costs is measured elsewhere; here they are made at the end.
    """
    # Made before the transaction begins: one that waits for a province's shapes is ended by the server.
    regions, grids = _regions(city), _grids(city)
    with database.write(Scope.everything()) as session:
        for kind in KINDS:
            session.merge(IncidentKind(code=kind.code, name_zh=kind.name_zh, name_en=kind.name_en, sort=0))
        with begin(session, "bench", repr(city.recipe)) as log:
            log.copy("region", regions)
            for table, rows in grids:
                copy_frame(session, table, rows)
    steps = {"house": _houses, "household": _people, "incident": _incidents, "followed": _followed}
    with psycopg.connect(database.conninfo(SUPERUSER), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        connection.execute("set maintenance_work_mem = '1GB'")
        connection.execute("set work_mem = '256MB'")
        for name, step in (steps | {"vacuum": _vacuum}).items():
            begun = time.perf_counter()
            step(connection, city)
            filled[name] = round(time.perf_counter() - begun, 1)
            say(f"filled {name}: {filled[name]:.0f} s")


@contextmanager
def without_indexes(connection: Connection, *tables: str) -> Iterator[None]:
    """Drop the tables' indexes, and make them again at the end."""
    found = [row for table in tables for row in connection.execute(INDEXES, [table]).fetchall()]
    for _, drop in found:
        connection.execute(str(drop))  # type: ignore[call-overload]
    yield
    for definition, _ in found:
        connection.execute(str(definition))  # type: ignore[call-overload]


def _regions(city: City) -> pd.DataFrame:
    rows = [
        {"code": code, "name": code, "level": LEVELS[len(code)], "parent_code": _parent(code), "geom": shape}
        for code, shape in city.regions()
    ]
    return pd.DataFrame(rows).assign(source="bench", synthetic=True)


def _parent(code: str) -> str | None:
    shorter = [length for length in LEVELS if length < len(code)]
    return code[: max(shorter)] if shorter else None


def _grids(city: City) -> list[tuple[str, pd.DataFrame]]:
    """A plan for each village, and its grids in force."""
    houses = pd.Series(city.house_numbers).value_counts()
    plan_ids = [f"00000000-0000-4000-8000-{code}" for code in city.villages]
    plans = pd.DataFrame({"id": plan_ids, "village_code": city.villages, "status": "published", "target_load": 200})
    plans = plans.assign(band_low=1, band_high=100_000, tolerance=0.05)
    grids = pd.DataFrame({"grid_no": city.numbers, "geom": _multi(city.cells)})
    grids["load"] = houses.reindex(city.numbers, fill_value=0).to_numpy()
    grids["plan_id"] = np.repeat(plan_ids, GRIDS_OF_VILLAGE)
    return [("plan", plans), ("grid", grids.assign(validity="[2021-01-01,)", kind="basic", area_m2=1_000_000.0))]


def _multi(cells: Iterable[shapely.Polygon]) -> list[shapely.MultiPolygon]:
    return [shapely.MultiPolygon([cell]) for cell in cells]


def _houses(connection: Connection, city: City) -> None:
    with without_indexes(connection, "house"):
        _copy_houses(connection, city)


def _copy_houses(connection: Connection, city: City) -> None:
    done = 0
    for chunk in city.houses():
        at = np.arange(done, done + len(chunk))
        street = np.char.add(np.char.mod("S%03d", at % STREETS), " road").astype("S8")
        address = np.char.add(np.char.add(street, b" No. "), np.char.mod("%07d", at).astype("S7")).astype("S20")
        columns = {"id": chunk.ids, "street": street, "address": address, "grid_no": chunk.numbers}
        columns |= {"point": ewkb_points(chunk.points), "level": "house", "source": "bench"}
        copy(connection, "house", len(chunk), columns)
        done += len(chunk)


def _people(connection: Connection, city: City) -> None:
    """A household of five in every tenth house."""
    with without_indexes(connection, "household", "person"):
        _copy_people(connection, city)


def _copy_people(connection: Connection, city: City) -> None:
    done = 0
    for chunk in city.houses():
        homes, numbers = chunk.ids[::HOUSEHOLD_EVERY], chunk.numbers[::HOUSEHOLD_EVERY]
        ids = city.ids(6, done, len(homes))
        copy(connection, "household", len(homes), {"id": ids, "house_id": homes, "grid_no": numbers})
        many = len(homes) * PERSONS_OF_HOUSEHOLD
        columns: dict[str, object] = {"id": city.ids(7, done, many)}
        columns |= {"household_id": np.repeat(ids, PERSONS_OF_HOUSEHOLD, axis=0)}
        columns |= {"grid_no": np.repeat(numbers, PERSONS_OF_HOUSEHOLD), "name": "居民", "residence": "registered"}
        copy(connection, "person", many, columns)
        done += CHUNK


def _incidents(connection: Connection, city: City) -> None:
    with without_indexes(connection, "incident"):
        for chunk in city.incidents():
            with connection.transaction():
                for count, columns in incident_columns(chunk):
                    copy(connection, "incident", count, columns)


def _followed(connection: Connection, _city: City) -> None:
    """What the triggers would have kept: counts, cells, names of places, who lived where."""
    with without_indexes(connection, *FOLLOWING):
        connection.execute(FILL)


def incident_columns(chunk: Chunk) -> list[tuple[int, dict[str, object]]]:
    """Rows and columns of a chunk of incidents, a piece for each kind and level: texts of one length."""
    assert chunk.kinds is not None
    assert chunk.located is not None
    assert chunk.occurred_us is not None
    pieces = []
    for at, kind in enumerate(KINDS):
        for level, located in (("house", True), ("village", False)):
            rows = np.flatnonzero((chunk.kinds == at) & (chunk.located == located))
            if len(rows) == 0:
                continue
            columns = {"id": chunk.ids[rows], "kind": kind.code, "text": kind.name_zh, "level": level}
            columns |= {"occurred_at": times(chunk.occurred_us[rows]), "point": ewkb_points(chunk.points[rows])}
            columns |= {"grid_no": chunk.numbers[rows], "handled_grid_no": chunk.numbers[rows], "source": "bench"}
            pieces.append((len(rows), columns))
    return pieces


def make_peer(connection: Connection) -> None:
    """The peers' tables, unless they were made so before."""
    digest = hashlib.sha256(PEER.encode()).hexdigest()
    row = connection.execute("select obj_description(to_regnamespace('peer')::oid, 'pg_namespace')").fetchone()
    if row is None or row[0] != digest:
        connection.execute(PEER)
        connection.execute(sql.SQL("comment on schema peer is {}").format(digest))


def _vacuum(connection: Connection, _city: City) -> None:
    connection.execute("vacuum analyze")
    connection.execute("checkpoint")
