"""The bench's own instance: made and filled once for a recipe, kept, and brought up to date by every run."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import psycopg
import shapely
from bench.layers_copy import copy, ewkb_points, times
from bench.layers_data import CHUNK, GRIDS_OF_VILLAGE, Chunk, City, Recipe
from sqlalchemy.orm import Session

from fixtures.rhythm import KINDS
from layers import accounts
from layers.cluster import SUPERUSER, Cluster
from layers.codes import LEVELS
from layers.crypto import Vault
from layers.db import Database
from layers.imports import begin, copy_frame
from layers.migrate import migrate
from layers.models import IncidentKind
from layers.scope import Scope
from layers.settings import DatabaseSettings

__all__ = ["Store", "incident_columns", "open_store"]

STREETS = 400
HOUSEHOLD_EVERY = 10
PERSONS_OF_HOUSEHOLD = 5
PASSWORD = "bench-only-password"
INDEXES = """select coalesce('alter table incident add constraint ' || conname || ' ' || pg_get_constraintdef(c.oid),
                         pg_get_indexdef(indexrelid))
             from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'
             where indrelid = 'incident'::regclass"""
DROPS = """select case when c.oid is null then 'drop index ' || indexrelid::regclass
                       else 'alter table incident drop constraint ' || conname end
           from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'
           where indrelid = 'incident'::regclass"""
PEER = (Path(__file__).parent / "layers_peer.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Store:
    """A running instance with a recipe's rows, and what filling it took (seconds by table; empty: it was there)."""

    city: City
    settings: DatabaseSettings
    database: Database
    filled: dict[str, float]

    @property
    def socket_dir(self) -> Path:
        """The folder of the cluster's socket."""
        return Cluster(self.settings).socket_dir

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection that no policy holds."""
        return psycopg.connect(self.database.conninfo(SUPERUSER), autocommit=True)

    def postmaster(self) -> int:
        """The process id of the server."""
        return int((Cluster(self.settings).data_dir / "postmaster.pid").read_text().split()[0])

    def session_of(self, role: str, region: str) -> str:
        """The secret of a new session of an account with that role and region, made when it is not there."""
        login = f"{role}-{region}"
        with self.database.write(Scope.everything()) as session:
            if login not in {one.login for one in accounts.accounts(session)}:
                accounts.add(session, login, login, role, region, PASSWORD)
            found = accounts.login(session, login, PASSWORD, datetime.now(UTC))
        assert found is not None
        return found.token

    def close(self) -> None:
        """Stop the server."""
        self.database.dispose()
        Cluster(self.settings).stop()

    def drop(self) -> None:
        """Stop the server and remove all that it kept."""
        self.close()
        shutil.rmtree(self.settings.data_dir, ignore_errors=True)
        shutil.rmtree(self.socket_dir, ignore_errors=True)


def open_store(recipe: Recipe, say: Callable[[str], None]) -> Store:
    """The instance of a recipe; filling it takes some minutes for ten million incidents."""
    settings = DatabaseSettings(database_url=None, instance=f"bench-{recipe.digest}", key_file=None)
    cluster = Cluster(settings)
    cluster.ensure()
    database = Database(settings)
    migrate(database)
    Vault.open_file(settings.key_path, create=True)
    mark = settings.data_dir / "filled"
    store = Store(City(recipe), settings, database, {})
    if not mark.exists():
        _fill(store, say)
        migrate(database)
        mark.write_text(repr(recipe))
    return store


def _fill(store: Store, say: Callable[[str], None]) -> None:
    with store.database.write(Scope.everything()) as session:
        for kind in KINDS:
            session.merge(IncidentKind(code=kind.code, name_zh=kind.name_zh, name_en=kind.name_en, sort=0))
        with begin(session, "bench", repr(store.city.recipe)) as log:
            log.copy("region", _regions(store.city))
            _grids(session, store.city)
    steps = {"house": _houses, "household": _people, "incident": _incidents, "peer": _peer}
    with store.admin() as connection:
        for name, step in steps.items():
            begun = time.perf_counter()
            step(connection, store.city)
            store.filled[name] = time.perf_counter() - begun
            say(f"filled {name}: {store.filled[name]:.0f} s")
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def _regions(city: City) -> pd.DataFrame:
    rows = [
        {"code": code, "name": code, "level": LEVELS[len(code)], "parent_code": _parent(code), "geom": shape}
        for code, shape in city.regions()
    ]
    return pd.DataFrame(rows).assign(source="bench", synthetic=True)


def _parent(code: str) -> str | None:
    shorter = [length for length in LEVELS if length < len(code)]
    return code[: max(shorter)] if shorter else None


def _grids(session: Session, city: City) -> None:
    houses = pd.Series(city.house_numbers).value_counts()
    plan_ids = [f"00000000-0000-4000-8000-{code}" for code in city.villages]
    plans = pd.DataFrame({"id": plan_ids, "village_code": city.villages, "status": "published", "target_load": 200})
    copy_frame(session, "plan", plans.assign(band_low=1, band_high=100_000, tolerance=0.05))
    grids = pd.DataFrame({"grid_no": city.numbers, "geom": _multi(city.cells)})
    grids["load"] = houses.reindex(city.numbers, fill_value=0).to_numpy()
    grids["plan_id"] = np.repeat(plan_ids, GRIDS_OF_VILLAGE)
    copy_frame(session, "grid", grids.assign(validity="[2021-01-01,)", kind="basic", area_m2=1_000_000.0))


def _multi(cells: Iterable[shapely.Polygon]) -> list[shapely.MultiPolygon]:
    return [shapely.MultiPolygon([cell]) for cell in cells]


def _houses(connection: psycopg.Connection[tuple[object, ...]], city: City) -> None:
    done = 0
    for chunk in city.houses():
        at = np.arange(done, done + len(chunk))
        street = np.char.add(np.char.mod("S%03d", at % STREETS), " road").astype("S8")
        address = np.char.add(np.char.add(street, b" No. "), np.char.mod("%07d", at).astype("S7")).astype("S20")
        columns = {"id": chunk.ids, "street": street, "address": address, "grid_no": chunk.numbers}
        columns |= {"point": ewkb_points(chunk.points), "level": "house", "source": "bench"}
        copy(connection, "house", len(chunk), columns)
        done += len(chunk)


def _people(connection: psycopg.Connection[tuple[object, ...]], city: City) -> None:
    """A household of five in every tenth house."""
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


def _incidents(connection: psycopg.Connection[tuple[object, ...]], city: City) -> None:
    """Without triggers and indexes: what keeping them up costs is measured elsewhere; here they are made at the end."""
    connection.execute("set session_replication_role = replica")
    definitions = [str(row[0]) for row in connection.execute(INDEXES).fetchall()]
    for (drop,) in connection.execute(DROPS).fetchall():
        connection.execute(str(drop))  # type: ignore[call-overload]
    for chunk in city.incidents():
        with connection.transaction():
            for count, columns in incident_columns(chunk):
                copy(connection, "incident", count, columns)
    for definition in definitions:
        connection.execute(definition)  # type: ignore[call-overload]
    connection.execute("reset session_replication_role")
    connection.execute("select recount_counts()")
    connection.execute("delete from cell_count where register = 'incident'")
    connection.execute("insert into cell_count select * from recount_cells() r where r.register = 'incident'")


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


def _peer(connection: psycopg.Connection[tuple[object, ...]], _city: City) -> None:
    connection.execute(PEER)
