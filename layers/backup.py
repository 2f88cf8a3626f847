"""A backup is a folder: the database as pg_dump wrote it, the key file, and a manifest that proves both.

Restoring goes through a database of another name: only when it holds the rows that the manifest tells, opens with the
key and satisfies the doctor does it take the old one's place, in one transaction. The old one is kept under its date.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from layers.cluster import SUPERUSER, bin_dir
from layers.crypto import Vault
from layers.db import API_ROLE, OWNER_ROLE, READ_ROLE, Database
from layers.doctor import examine
from layers.errors import Conflict, Fault, Invalid
from layers.imports import digest
from layers.migrate import migrate, require_ready
from layers.models import Base
from layers.queries import load
from layers.scope import Scope

__all__ = ["Manifest", "Restored", "backup", "restore"]

_DUMP, _KEY, _MANIFEST = "database.dump", "key", "manifest.json"
_FORMAT = 1
_STAMP = "%Y%m%d_%H%M%S_%f"
_TRIES, _PAUSE_S = 10, 0.2


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: the program and schema that wrote it, rows by table, and digests (SHA-256, hexadecimal)."""

    format: int
    wangge: str
    revision: str
    made_at: str
    dump_sha256: str
    key_sha256: str
    rows: dict[str, int]


@dataclass(frozen=True)
class Restored:
    """What a restore did; `kept_database` and `kept_key` are what stood in its place before, None where nothing did."""

    rows: dict[str, int]
    revision: str
    kept_database: str | None
    kept_key: str | None


def backup(database: Database, folder: Path) -> Manifest:
    """Write a backup of everything into a new folder (0700), as it is at one moment; others go on working.

    Raises:
        Conflict: when the folder exists already.
        Unavailable: when the database cannot be used, or the key file is missing.
        Invalid: when pg_dump fails; nothing is left then.
    """
    require_ready(database)
    Vault.open_file(database.settings.key_path)
    if folder.exists():
        raise Conflict(f"{folder} exists already; a backup needs a folder of its own.")
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    partial.mkdir(mode=0o700, parents=True)
    try:
        manifest = _write(database, partial)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def restore(database: Database, folder: Path, key_file: Path | None = None) -> Restored:
    """Put the backup of a folder in the database's place; an older schema is brought up to date.

    `key_file` is where the key lies when it was kept apart from the folder. The caller must have stopped the server.

    Raises:
        Invalid: when the folder is no whole backup, the key is another, or the doctor finds faults; all of them are
            told, and everything stays as it was.
        Conflict: when the database is in use, or on a server of one's own.
    Limit: the private cluster only; for a server of one's own use its own pg_restore and `wangge doctor`.
    """
    if not database.private:
        raise Conflict("WANGGE_DATABASE_URL names a server of your own: restore with pg_restore, then wangge doctor.")
    manifest = _read_manifest(folder)
    key = _checked_key(key_file or folder / _KEY, manifest)
    if digest(folder / _DUMP) != manifest.dump_sha256:
        raise Invalid("The backup is damaged.", [Fault(_DUMP, "is not the file that the manifest tells")])
    stamp = datetime.now(UTC).strftime(_STAMP)
    name = _name_of(database)
    _refuse_in_use(database)
    with _trial(database, f"{name}_restoring_{stamp}") as trial:
        _fill(trial, folder / _DUMP)
        _prove(trial, manifest, Vault(key))
        kept_key = _place_key(database.settings.key_path, key, stamp)
        kept = _swap(database, _name_of(trial), f"{name}_before_{stamp}")
    return Restored(manifest.rows, manifest.revision, kept, kept_key)


def _write(database: Database, folder: Path) -> Manifest:
    with psycopg.connect(database.conninfo(_reader(database))) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("select pg_export_snapshot()").fetchone()
        snapshot = str(row[0]) if row else ""
        rows = _count_rows(connection)
        revision = connection.execute("select version_num from alembic_version").fetchone()
        dump = folder / _DUMP
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={dump}", _connection(database))
    key = database.settings.key_path.read_bytes()
    _write_private(folder / _KEY, key)
    manifest = Manifest(
        format=_FORMAT,
        wangge=version("wangge"),
        revision=str(revision[0]) if revision else "",
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        dump_sha256=digest(dump),
        key_sha256=hashlib.sha256(key).hexdigest(),
        rows=rows,
    )
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    return manifest


def _reader(database: Database) -> str:
    # Row-level security holds the owner back too; on a server of one's own its user must be able to dump.
    return SUPERUSER if database.private else OWNER_ROLE


def _connection(database: Database) -> str:
    return database.conninfo(_reader(database))


def _count_rows(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    rows = {}
    for table in sorted(Base.metadata.tables):
        found = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
        rows[table] = int(str(found[0])) if found else 0
    return rows


def _write_private(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _run(program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs.

    Raises:
        Invalid: with its last words, when it fails.
    """
    command: Sequence[str] = [str(bin_dir() / program), *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise Invalid(f"{program} failed.", [Fault(program, line) for line in done.stderr.strip().splitlines()[-5:]])


def _read_manifest(folder: Path) -> Manifest:
    missing = [name for name in (_DUMP, _MANIFEST) if not (folder / name).is_file()]
    if missing:
        raise Invalid(f"{folder} is not a backup.", [Fault(name, "is missing") for name in missing])
    try:
        told = Manifest(**json.loads((folder / _MANIFEST).read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise Invalid(f"{folder} is not a backup.", [Fault(_MANIFEST, "is not a manifest of ours")]) from error
    if told.format != _FORMAT:
        raise Invalid(f"{folder} was made by another program.", [Fault(_MANIFEST, f"is of format {told.format}")])
    return told


def _checked_key(path: Path, manifest: Manifest) -> bytes:
    if not path.is_file():
        raise Invalid("The key is missing.", [Fault(str(path), "is missing: give the file with --key")])
    key = path.read_bytes()
    if hashlib.sha256(key).hexdigest() != manifest.key_sha256:
        raise Invalid("The key does not fit.", [Fault(str(path), "is not the key of this backup")])
    return key


def _name_of(database: Database) -> str:
    return make_url(database.conninfo(OWNER_ROLE)).database or "wangge"


@contextmanager
def _trial(database: Database, name: str) -> Iterator[Database]:
    """An empty database to restore into, gone at the end unless it was given another name."""
    trial = Database(database.settings, name)
    identifiers = [sql.Identifier(word) for word in (name, OWNER_ROLE)]
    with _admin(database) as admin:
        for role in (OWNER_ROLE, API_ROLE, READ_ROLE):
            if not admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                admin.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
        admin.execute(sql.SQL("create database {} template template0 owner {}").format(*identifiers))
    try:
        yield trial
    finally:
        trial.dispose()
        with _admin(database) as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(identifiers[0]))


@contextmanager
def _admin(database: Database) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as connection:
        yield connection


def _fill(trial: Database, dump: Path) -> None:
    _run("pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={_connection(trial)}", str(dump))


def _prove(trial: Database, manifest: Manifest, vault: Vault) -> None:
    """Return when the restored rows are those told, and the doctor finds nothing once the schema is of today."""
    with psycopg.connect(_connection(trial)) as connection:
        there = {row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")}
        missing = [table for table in manifest.rows if table not in there]
        faults = [Fault(table, "is missing") for table in missing]
        for table, told in manifest.rows.items():
            if table in there:
                query = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
                found = connection.execute(query).fetchone()
                if found != (told,):
                    faults.append(Fault(table, f"has {found[0] if found else 0} rows, {told} were saved"))
    if faults:
        raise Invalid("The restored database is not the one that was saved.", faults)
    migrate(trial)
    with psycopg.connect(_connection(trial)) as connection:
        connection.execute(load("outbox.sql")["begin_anew"])
    with trial.write(Scope.everything()) as session:
        for check, found_faults in examine(session, vault):
            faults += [Fault(f"{check}: {fault.where}", fault.message, fault.place) for fault in found_faults]
    trial.dispose()
    if faults:
        raise Invalid("The doctor finds faults in the restored database; nothing was changed.", faults)


def _refuse_in_use(database: Database) -> None:
    query = (
        "select count(*) from pg_stat_activity"
        " where datname = %s and backend_type = 'client backend' and pid <> pg_backend_pid()"
    )
    database.dispose()
    with _admin(database) as admin:
        for _ in range(_TRIES):
            found = admin.execute(query, [_name_of(database)]).fetchone()
            if found == (0,):
                return
            # A connection that was just closed is told for a moment longer.
            time.sleep(_PAUSE_S)
    raise Conflict("The database is in use; stop `wangge serve` first.")


def _place_key(path: Path, key: bytes, stamp: str) -> str | None:
    """Put the key in its place; gives where another one that stood there is kept now."""
    if path.is_file() and path.read_bytes() == key:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = path.with_name(f"{path.name}.before_{stamp}") if path.is_file() else None
    new = path.with_name(f"{path.name}.restoring_{stamp}")
    _write_private(new, key)
    if kept is not None:
        os.link(path, kept)
    new.replace(path)
    return None if kept is None else str(kept)


def _swap(database: Database, restored: str, kept: str) -> str | None:
    """Give the restored database the name, and the one that had it another, in one transaction."""
    name = _name_of(database)
    rename = sql.SQL("alter database {} rename to {}")
    with _admin(database) as admin, admin.transaction():
        there = admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None
        if there:
            admin.execute(rename.format(sql.Identifier(name), sql.Identifier(kept)))
        admin.execute(rename.format(sql.Identifier(restored), sql.Identifier(name)))
    return kept if there else None
