"""The bench's own instance: made and filled once for a recipe, kept, and brought up to date by every run."""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from bench.layers_data import City, Recipe
from bench.layers_fill import fill, make_peer

from layers import accounts
from layers.cluster import SUPERUSER, Cluster
from layers.crypto import Vault
from layers.db import Database
from layers.migrate import migrate
from layers.scope import Scope
from layers.settings import DatabaseSettings

__all__ = ["Store", "open_store"]

PASSWORD = "bench-only-password"
SIZES = """(select relname, round(pg_total_relation_size(oid) / 1e6) from pg_class
            where relkind = 'r' and relnamespace = 'public'::regnamespace order by 2 desc limit 5)
           union all select 'the database', round(pg_database_size(current_database()) / 1e6)"""
ASKED = """select query, sum(calls) from pg_stat_statements s join pg_roles r on r.oid = s.userid
           where rolname in ('wangge_read', 'wangge_api') and query !~ 'outbox|pg_control_system' group by 1"""
Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Store:
    """A running instance with a recipe's rows, which nobody else measures meanwhile.

    `filled` is what filling it took, in seconds by step, `sizes_mb` what the largest tables and all take with indexes.
    """

    city: City
    settings: DatabaseSettings
    database: Database
    held: IO[str]
    filled: dict[str, float] = field(default_factory=dict)
    sizes_mb: dict[str, float] = field(default_factory=dict)

    @property
    def socket_dir(self) -> Path:
        """The folder of the cluster's socket."""
        return Cluster(self.settings).socket_dir

    def admin(self) -> Connection:
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

    def forget_asked(self) -> None:
        """Begin to count statements anew."""
        with self.admin() as connection:
            connection.execute("select pg_stat_statements_reset()")

    def asked(self) -> dict[str, int]:
        """How often our servers sent each statement since `forget_asked`, but for their look into the outbox.

        One connection looks there every second for what was changed, whatever is asked.
        """
        with self.admin() as connection:
            rows = connection.execute(ASKED).fetchall()
        return {str(text): int(str(calls)) for text, calls in rows}

    def close(self) -> None:
        """Stop the server."""
        self.database.dispose()
        Cluster(self.settings).stop()
        self.held.close()

    def drop(self) -> None:
        """Remove all that it kept; it is closed already."""
        _remove(self.settings)


def open_store(recipe: Recipe, say: Callable[[str], None], *, peers: bool = True) -> Store:
    """The instance of a recipe, with the peers' tables or not; filling it takes some minutes for ten million incidents.

    Raises:
        SystemExit: when another run uses it.
    """
    settings = DatabaseSettings(database_url=None, instance=f"bench-{recipe.digest}", key_file=None)
    held = _held(settings)
    mark = settings.data_dir / "filled"
    if not mark.exists():
        # Half filled is of no use.
        _remove(settings)
    Cluster(settings, {"shared_preload_libraries": "pg_stat_statements"}).ensure()
    database = Database(settings)
    store = Store(City(recipe), settings, database, held)
    begun = time.perf_counter()
    migrate(database)
    say(f"migrated: {time.perf_counter() - begun:.0f} s")
    Vault.open_file(settings.key_path, create=True)
    with store.admin() as connection:
        connection.execute("create extension if not exists pg_stat_statements")
    if mark.exists():
        store.filled.update(json.loads(mark.read_text()))
    else:
        fill(store.database, store.city, store.filled, say)
        mark.write_text(json.dumps(store.filled))
    if peers:
        with store.admin() as connection:
            make_peer(connection)
    with store.admin() as connection:
        sizes = connection.execute(SIZES).fetchall()
    store.sizes_mb.update({str(name): float(str(size)) for name, size in sizes})
    return store


def _held(settings: DatabaseSettings) -> IO[str]:
    """A file beside the instance, locked: another run would stop the server under this one."""
    settings.data_root.mkdir(parents=True, exist_ok=True)
    held = (settings.data_root / f"{settings.instance}.lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"another run measures {settings.data_dir}") from None
    return held


def _remove(settings: DatabaseSettings) -> None:
    cluster = Cluster(settings)
    if settings.data_dir.exists():
        cluster.stop()
    shutil.rmtree(settings.data_dir, ignore_errors=True)
    shutil.rmtree(cluster.socket_dir, ignore_errors=True)
