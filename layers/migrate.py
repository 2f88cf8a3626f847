"""Bring a database to the schema of this program, and tell whether it is there.

Tables come from Alembic migrations, run once each; roles' rights, policies and functions from `sql/functions/*.sql`,
applied anew after every migration. All of it is one transaction under one advisory lock: two programs that migrate at
once wait for each other, and a failed migration leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from layers.cluster import SUPERUSER
from layers.db import API_ROLE, OWNER_ROLE, READ_ROLE, Database
from layers.errors import Fault, Unavailable
from layers.queries import SQL_DIR, read_sql

__all__ = ["DatabaseStatus", "migrate", "require_ready", "status"]

_LOCK = 0x77616E67  # "wang"
_POSTGIS_NEEDED = (3, 3)
_KNOWN = "select exists (select from outbox_state where epoch = outbox_epoch())"


@dataclass(frozen=True)
class DatabaseStatus:
    """What the database is, and every reason why this program cannot use it (none: it is ready)."""

    server: str
    postgis: str
    encoding: str
    revision: str | None
    newest: str
    problems: tuple[str, ...]


def migrate(database: Database) -> DatabaseStatus:
    """Make roles and database where they are ours to make, then bring the schema to the newest revision.

    Raises:
        Unavailable: when the server cannot be used; `faults` say what to do.
    """
    if database.private:
        _make_database(database)
    else:
        _make_roles(database)
    engine = _owner_engine(database)
    try:
        with engine.begin() as connection:
            _refuse_unfit(connection)
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            command.upgrade(_config(connection), "head")
            for file in sorted((SQL_DIR / "functions").glob("*.sql")):
                connection.exec_driver_sql(read_sql(f"functions/{file.name}").replace("%", "%%"))
    finally:
        engine.dispose()
    return status(database)


def status(database: Database) -> DatabaseStatus:
    """What the database is and whether it can be used.

    Raises:
        Unavailable: when it cannot be reached at all.
    """
    engine = _owner_engine(database)
    newest = str(ScriptDirectory.from_config(_config()).get_current_head())
    try:
        with engine.connect() as connection:
            server = str(connection.scalar(text("show server_version")))
            encoding = str(connection.scalar(text("show server_encoding")))
            revision = MigrationContext.configure(connection).get_current_revision()
            problems, postgis = _unfit(connection)
            restored = revision == newest and not connection.scalar(text(_KNOWN))
    except Exception as error:
        if isinstance(error, Unavailable):
            raise
        where = (
            "wangge db start --migrate" if database.private else "check WANGGE_DATABASE_URL and that the server runs"
        )
        raise Unavailable(f"The database does not answer ({_first_line(error)}); {where}.") from error
    finally:
        engine.dispose()
    if revision != newest:
        problems.append(f"its schema is {revision or 'empty'}, this program needs {newest}: wangge db migrate")
    elif restored:
        problems.append("it was restored from another database's backup: wangge db migrate")
    return DatabaseStatus(server, postgis, encoding, revision, newest, tuple(problems))


def require_ready(database: Database) -> None:
    """Return when the database can be used.

    Raises:
        Unavailable: with every reason, and what to do about each.
    """
    problems = status(database).problems
    if problems:
        raise Unavailable("The database cannot be used.", [Fault("database", problem) for problem in problems])


def _owner_engine(database: Database) -> Engine:
    # In an SQL_ASCII database the driver would give bytes for text, and the refusal below would never be told.
    options = {"connect_timeout": 5, "client_encoding": "utf8"}
    url = make_url(database.conninfo(OWNER_ROLE)).set(drivername="postgresql+psycopg")
    return create_engine(url, connect_args=options)


def _unfit(connection: Connection) -> tuple[list[str], str]:
    problems = []
    if connection.scalar(text("show server_encoding")) != "UTF8":
        problems.append("it is not UTF-8: create it anew with ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0")
    ctype = connection.scalar(text("select datctype from pg_database where datname = current_database()"))
    if ctype in ("C", "POSIX"):
        problems.append("its LC_CTYPE is C, which breaks search in Chinese: create it anew with LC_CTYPE 'C.UTF-8'")
    postgis = connection.scalar(text("select extversion from pg_extension where extname = 'postgis'"))
    if postgis is None:
        problems.append("PostGIS is missing: as its superuser, CREATE EXTENSION postgis")
    elif tuple(int(part) for part in str(postgis).split(".")[:2]) < _POSTGIS_NEEDED:
        problems.append(f"PostGIS is {postgis}, needed is 3.3 or newer")
    if connection.scalar(text("select 1 from pg_extension where extname = 'btree_gist'")) is None:
        problems.append("btree_gist is missing: CREATE EXTENSION btree_gist")
    return problems, str(postgis or "none")


def _refuse_unfit(connection: Connection) -> None:
    problems, _ = _unfit(connection)
    if problems:
        raise Unavailable("The database cannot be used.", [Fault("database", problem) for problem in problems])


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _make_database(database: Database) -> None:
    """On the private cluster: our three roles, the database, and the extensions that only a superuser may add."""
    name = make_url(database.conninfo(OWNER_ROLE)).database or "wangge"
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as connection:
        for role in (OWNER_ROLE, API_ROLE, READ_ROLE):
            if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            statement = sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(OWNER_ROLE))
            connection.execute(statement)
    with psycopg.connect(database.conninfo(SUPERUSER), autocommit=True) as connection:
        connection.execute("create extension if not exists postgis")
        connection.execute("create extension if not exists btree_gist")


def _make_roles(database: Database) -> None:
    """On a server of one's own: the two roles without login that its user takes."""
    try:
        with psycopg.connect(database.conninfo(OWNER_ROLE), autocommit=True, connect_timeout=5) as connection:
            for role in (API_ROLE, READ_ROLE):
                if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                    connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
                if connection.execute("select pg_has_role(current_user, %s, 'member')", [role]).fetchone() != (True,):
                    connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))
            connection.execute("create extension if not exists btree_gist")
    except psycopg.errors.InsufficientPrivilege as error:
        names = f"{API_ROLE}, {READ_ROLE}"
        advice = f"CREATE ROLE {API_ROLE} NOLOGIN; CREATE ROLE {READ_ROLE} NOLOGIN; GRANT {names} TO <user>;"
        raise Unavailable(f"This user may not make the roles {names}; as superuser: {advice}") from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database does not answer ({_first_line(error)}); check WANGGE_DATABASE_URL.") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
