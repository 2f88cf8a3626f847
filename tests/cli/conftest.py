"""The command line over a database of its own: the town without plans, in the cluster of this run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from town import buildings, lattice, regions
from typer.testing import CliRunner, Result

from layers.cluster import SUPERUSER
from layers.db import OWNER_ROLE, Database
from layers.scope import Scope
from layers.settings import DatabaseSettings
from spatial_api.cli import app

Run = Callable[..., Result]


@pytest.fixture
def environment(settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment under which commands reach the cluster of this run."""
    found = {"WANGGE_DATA_ROOT": str(settings.data_root), "WANGGE_INSTANCE": settings.instance}
    for name in ("WANGGE_DATABASE_URL", "WANGGE_KEY_FILE", "WANGGE_HOST", "WANGGE_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")
    return found


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Runs a command and gives its result."""

    def invoke(*words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, list(words), input=stdin)

    return invoke


@pytest.fixture
def town(settings: DatabaseSettings, template: str) -> Iterator[Database]:
    """The town in the database that commands use, thrown away afterwards."""
    database = Database(settings)
    names = [sql.Identifier(word) for word in ("wangge", template, OWNER_ROLE)]
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template {} owner {}").format(*names))
        try:
            with database.write(Scope.everything()) as session:
                regions(session)
                buildings(session, lattice(4))
            yield database
        finally:
            database.dispose()
            admin.execute(sql.SQL("drop database {} with (force)").format(names[0]))


@pytest.fixture
def told(run: Run) -> Callable[..., Any]:
    """Runs a command with --json, checks its exit code, and gives what it told."""

    def invoke(*words: str, code: int = 0, stdin: str | None = None) -> Any:
        result = run(*words, "--json", stdin=stdin)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    return invoke
