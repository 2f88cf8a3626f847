"""A real PostGIS for the tests: a private cluster of this run, a migrated template, a clone per test."""

from __future__ import annotations

import itertools
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql
from sqlalchemy.orm import Session

from layers.cluster import SUPERUSER, Cluster
from layers.crypto import Vault
from layers.db import OWNER_ROLE, Database, set_scope
from layers.migrate import migrate
from layers.scope import Scope
from layers.settings import DatabaseSettings

_TEMPLATE = "wangge_template"
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
_numbers = itertools.count(1)


def pytest_configure() -> None:
    """Whoever ends the run with SIGTERM ends its cluster too, as Ctrl-C does; no test is timed."""
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def settings() -> Iterator[DatabaseSettings]:
    """Settings of a private cluster that lives as long as this run."""
    root = Path(tempfile.mkdtemp(prefix="wangge-test-", dir="/tmp"))
    root.chmod(0o711)
    settings = DatabaseSettings(database_url=None, data_root=root, instance="t", key_file=None)
    cluster = Cluster(settings, _FAST)
    try:
        cluster.ensure()
        yield settings
    finally:
        cluster.stop("immediate")
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(cluster.socket_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def template(settings: DatabaseSettings) -> str:
    """The name of a migrated, empty database that others are cloned from."""
    database = Database(settings, _TEMPLATE)
    assert migrate(database).problems == ()
    Vault.open_file(settings.key_path, create=True)
    return _TEMPLATE


@pytest.fixture
def database(settings: DatabaseSettings, template: str) -> Iterator[Database]:
    """A database of this test's own, empty but migrated."""
    name = f"wangge_{next(_numbers)}"
    clone = Database(settings, name)
    with psycopg.connect(clone.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        names = [sql.Identifier(word) for word in (name, template, OWNER_ROLE)]
        admin.execute(sql.SQL("create database {} template {} owner {} strategy file_copy").format(*names))
        try:
            yield clone
        finally:
            clone.dispose()
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session over the whole province, rolled back at the end unless the test commits."""
    with Session(database.engine, expire_on_commit=False) as session:
        session.info["actor"] = None
        session.begin()
        set_scope(session, Scope.everything())
        yield session
        session.rollback()


@pytest.fixture
def vault(settings: DatabaseSettings, template: str) -> Vault:
    """The vault of this run's key."""
    return Vault.open_file(settings.key_path)
