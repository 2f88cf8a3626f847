"""The two doors to the database.

Writing: a SQLAlchemy session as role `wangge_api`, one transaction, its scope set for that transaction only.
Reading: psycopg connections as role `wangge_read`, read-only, with a statement timeout.
Neither role owns a table or is superuser; row-level policies hold behind both.
"""

from __future__ import annotations

import select
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NewType
from urllib.parse import quote

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from layers.cluster import SUPERUSER, Cluster
from layers.scope import Scope
from layers.settings import DatabaseSettings

__all__ = [
    "API_ROLE",
    "OWNER_ROLE",
    "READ_ROLE",
    "Database",
    "ReadConnection",
    "ReadPool",
    "actor",
    "ask",
    "background",
    "moment",
    "raw",
    "read",
    "reading",
    "scope_of",
    "set_scope",
    "snapshot",
]

OWNER_ROLE = "wangge_owner"
API_ROLE = "wangge_api"
READ_ROLE = "wangge_read"

ReadConnection = NewType("ReadConnection", psycopg.AsyncConnection[DictRow])
"""A connection of the reading door; a writer's session is another type."""
ReadPool = AsyncConnectionPool[psycopg.AsyncConnection[DictRow]]

_SET_SCOPE = (
    "select set_config('wangge.lo', %(lo)s, true), set_config('wangge.hi', %(hi)s, true),"
    " set_config('wangge.grids', %(grids)s, true)"
)
_READ_OPTIONS = (
    "-c default_transaction_read_only=on -c statement_timeout=15s -c jit=off"
    " -c max_parallel_workers_per_gather=0 -c timezone=Asia/Shanghai"
)
_SNAPSHOT_OPTIONS = (
    "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read -c statement_timeout=10min"
    " -c idle_in_transaction_session_timeout=10min -c cursor_tuple_fraction=1 -c jit=off"
    " -c max_parallel_workers_per_gather=0 -c timezone=Asia/Shanghai"
)
_WRITE_OPTIONS = "-c jit=off -c timezone=Asia/Shanghai -c idle_in_transaction_session_timeout=10min"


class Database:
    """Where the database is and how to connect to it in each role."""

    def __init__(self, settings: DatabaseSettings, name: str = "wangge") -> None:
        self.settings = settings
        self.private = settings.database_url is None
        if settings.database_url is None:
            host = str(Cluster(settings).socket_dir)
            self._url = make_url("postgresql+psycopg://").set(database=name, query={"host": host})
        else:
            self._url = make_url(settings.database_url).set(drivername="postgresql+psycopg")
        self._engine: Engine | None = None

    def __getstate__(self) -> dict[str, object]:
        # In another process it opens connections of its own.
        return {**self.__dict__, "_engine": None}

    def conninfo(self, role: str, options: str = "", database: str | None = None) -> str:
        """A libpq connection string for one role.

        On the private cluster we log in as the role; on a server of one's own its user logs in and takes the role from
        the start, so that RESET ROLE leads back to it.
        """
        url = self._url.set(drivername="postgresql")
        if self.private:
            url = url.set(username=role)
        elif role not in (OWNER_ROLE, SUPERUSER):
            options = f"{options} -c role={role}"
        if database is not None:
            url = url.set(database=database)
        text = url.render_as_string(hide_password=False)
        if not options.strip():
            return text
        # SQLAlchemy would write a blank as +, which libpq takes for a plus.
        return f"{text}{'&' if url.query else '?'}options={quote(options.strip())}"

    @property
    def engine(self) -> Engine:
        """The writing door's engine, made at first use."""
        if self._engine is None:
            url = make_url(self.conninfo(API_ROLE, _WRITE_OPTIONS)).set(drivername="postgresql+psycopg")
            self._engine = create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True)
        return self._engine

    @contextmanager
    def write(self, scope: Scope, by: uuid.UUID | None = None) -> Iterator[Session]:
        """One transaction that may change things inside `scope`; commits at the end, rolls back on any error.

        `by` is the account that acts, None for the local command line; `actor(session)` gives it back.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.info["actor"] = by
            set_scope(session, scope)
            yield session

    def read_pool(self, size: int = 4) -> ReadPool:
        """The reading door's pool, not yet opened (`await pool.open()`)."""
        return AsyncConnectionPool(
            self.conninfo(READ_ROLE, _READ_OPTIONS),
            min_size=1,
            max_size=size,
            open=False,
            timeout=10,
            kwargs={"autocommit": True, "row_factory": dict_row, "prepare_threshold": 2},
            check=_check,
        )

    async def listening(self) -> ReadConnection:
        """A connection of the reading door that belongs to the caller, for what waits on it."""
        info = self.conninfo(READ_ROLE, _READ_OPTIONS)
        return ReadConnection(await psycopg.AsyncConnection.connect(info, autocommit=True, row_factory=dict_row))

    def dispose(self) -> None:
        """Close the writing door's connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


@asynccontextmanager
async def read(pool: ReadPool, scope: Scope) -> AsyncIterator[ReadConnection]:
    """A connection inside one read-only transaction with the scope set: what personal layers need."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(_SET_SCOPE, scope.as_settings())
        yield ReadConnection(connection)


async def ask(pool: ReadPool, query: str, values: Mapping[str, object], scope: Scope | None) -> DictRow | None:
    """The first row that one prepared query gives, in binary; with a scope, read inside it, in one round trip.

    When the connection breaks it is asked once more on another one.

    Raises:
        psycopg.OperationalError: when the database cannot serve.
    """
    for is_again in (False, True):
        async with pool.connection() as connection:
            try:
                return await _first_row(connection, query, values, scope)
            except psycopg.OperationalError:
                if is_again or not connection.broken:
                    raise
    raise AssertionError


async def _first_row(
    connection: psycopg.AsyncConnection[DictRow], query: str, values: Mapping[str, object], scope: Scope | None
) -> DictRow | None:
    if scope is None:
        cursor = await connection.execute(query, values, prepare=True, binary=True)
        return await cursor.fetchone()
    # What is sent in one pipeline is one transaction of its own: the scope ends with it, and no row is seen before it.
    async with connection.pipeline():
        await connection.execute(_SET_SCOPE, scope.as_settings(), prepare=True)
        cursor = await connection.execute(query, values, prepare=True, binary=True)
    return await cursor.fetchone()


async def _check(connection: psycopg.AsyncConnection[DictRow]) -> None:
    """Ask a connection of the pool whether it lives, but only if something waits to be read.

    To an idle connection the server says nothing unless it ends; to ask each time would be one more round trip.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        await AsyncConnectionPool.check_connection(connection)


@asynccontextmanager
async def snapshot(database: Database, scope: Scope) -> AsyncIterator[ReadConnection]:
    """A connection of one's own in one read-only transaction that sees one moment, with the scope set.

    For what reads long: readers of the pool do not wait for it. PostgreSQL ends it when it is left alone for ten
    minutes, since it keeps what is deleted meanwhile from being cleared away.
    """
    conninfo = database.conninfo(READ_ROLE, _SNAPSHOT_OPTIONS)
    async with await psycopg.AsyncConnection.connect(conninfo, row_factory=dict_row) as connection:
        await connection.execute(_SET_SCOPE, scope.as_settings())
        yield ReadConnection(connection)


@asynccontextmanager
async def reading(pool: ReadPool) -> AsyncIterator[ReadConnection]:
    """An autocommit connection for what holds no people; personal tables show no row through it."""
    async with pool.connection() as connection:
        yield ReadConnection(connection)


def background(database: Database) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection of the reading door for what is kept in memory: no pool's, without a statement timeout."""
    options = f"{_READ_OPTIONS} -c statement_timeout=0 -c default_transaction_isolation=repeatable\\ read"
    return psycopg.connect(database.conninfo(READ_ROLE, options), autocommit=True)


@contextmanager
def moment(connection: psycopg.Connection[tuple[Any, ...]]) -> Iterator[None]:
    """One transaction in which such a connection sees all scopes, as they are at one moment."""
    with connection.transaction():
        connection.execute(_SET_SCOPE, Scope.everything().as_settings())
        yield


def set_scope(session: Session, scope: Scope) -> None:
    """Set the scope of this session's transaction; it is gone when the transaction ends."""
    statement = text(
        "select set_config('wangge.lo', :lo, true), set_config('wangge.hi', :hi, true),"
        " set_config('wangge.grids', :grids, true)"
    )
    session.execute(statement, scope.as_settings())
    session.info["scope"] = scope


def scope_of(session: Session) -> Scope:
    """The scope that was set for this session's transaction; nothing at all when none was."""
    found = session.info.get("scope")
    return found if isinstance(found, Scope) else Scope.nothing()


def actor(session: Session) -> uuid.UUID | None:
    """The account that acts in this session, None for the local command line."""
    found = session.info.get("actor")
    return found if isinstance(found, uuid.UUID) else None


def raw(session: Session) -> psycopg.Connection[tuple[object, ...]]:
    """The psycopg connection under a session, in the same transaction: for COPY and set-based SQL."""
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 -- told to mypy; the engine is psycopg's
    return driver
