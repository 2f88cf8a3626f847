"""A database of the previous release, with data in it, is brought up to date and loses nothing."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from town import EAST, WEST

from layers.cluster import SUPERUSER, bin_dir
from layers.crypto import Vault
from layers.db import OWNER_ROLE, Database, raw
from layers.doctor import examine
from layers.errors import Unavailable
from layers.houses import add_house
from layers.migrate import migrate, require_ready, status
from layers.models import Base
from layers.plans import of_village, submit
from layers.publish import publish
from layers.scope import Scope
from layers.settings import DatabaseSettings

OLD = Path(__file__).parent / "data" / "town_0001.sql"
KEY = bytes(range(32))
_numbers = itertools.count(1)


@pytest.fixture
def old(settings: DatabaseSettings, template: str) -> Iterator[Database]:
    """The town as the program of schema 0001 left it: west published, east a draft."""
    old = Database(settings, f"wangge_old_{next(_numbers)}")
    name = sql.Identifier(str(old.engine.url.database))
    with psycopg.connect(old.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(
            sql.SQL("create database {} template template0 owner {}").format(name, sql.Identifier(OWNER_ROLE))
        )
        try:
            command = [str(bin_dir() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-f", str(OLD), old.conninfo(SUPERUSER)]
            subprocess.run(command, check=True, capture_output=True)
            yield old
        finally:
            old.dispose()
            admin.execute(sql.SQL("drop database {} with (force)").format(name))


def _counts(database: Database) -> dict[str, int]:
    with psycopg.connect(database.conninfo(SUPERUSER)) as connection:
        there = [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
        ours = sorted(set(there) & set(Base.metadata.tables))
        query = sql.SQL("select count(*) from {}")
        return {table: connection.execute(query.format(sql.Identifier(table))).fetchone()[0] for table in ours}


def test_the_old_schema_is_told_and_not_served(old):
    assert status(old).revision == "0001"
    with pytest.raises(Unavailable, match="cannot be used") as refusal:
        require_ready(old)
    assert "wangge db migrate" in refusal.value.faults[0].message


def test_nothing_is_lost_and_the_doctor_is_content(old):
    before = _counts(old)
    assert (before["person"], before["grid"], before["incident"], before["account"]) == (6, 4, 2, 3)
    assert migrate(old).problems == ()
    after = _counts(old)
    assert {table: after[table] for table in before} == before
    new = {table: rows for table, rows in after.items() if rows and table not in before and table != "outbox_state"}
    kept = {"incident_day", "incident_month", "county_day", "county_month", "register_count"}
    assert kept <= new.keys()
    assert {table: new[table] for table in ("occupancy", "residence")} == {
        "occupancy": before["household"],
        "residence": before["person"],
    }
    with old.write(Scope.everything()) as session:
        faults = {name: found for name, found in examine(session, Vault(KEY)) if found}
    assert faults == {}


def test_the_work_goes_on_where_it_was(old):
    migrate(old)
    with old.write(Scope.everything()) as session:
        [plan] = of_village(session, EAST)
        plan = submit(session, plan.id, plan.rev)
        assert publish(session, plan.id, plan.rev).grids > 0
        added = add_house(session, "东村9号", point=(100.23, 25.51), crs="wgs84")
        assert added.grid_no.startswith(EAST)
    with old.write(Scope.of_region(WEST)) as session:
        assert raw(session).execute("select count(*) from person").fetchone() == (6,)


def test_bringing_it_up_to_date_twice_changes_nothing(old):
    first = migrate(old)
    counts = _counts(old)
    assert migrate(old) == first
    assert _counts(old) == counts
