"""The schema has one truth: models, migrations, the committed dump and the comments on indexes agree."""

from __future__ import annotations

import difflib
import os
import subprocess
from pathlib import Path

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, make_url

from layers.cluster import SUPERUSER, bin_dir
from layers.db import OWNER_ROLE, Database
from layers.migrate import migrate
from layers.models import Base

DUMP = Path(__file__).parents[2] / "layers" / "sql" / "schema.sql"
PERSONAL = (
    "address_alias", "duplicate", "enrolment", "house", "household", "incident", "occupancy", "person", "residence",
    "review", "visit",
)  # fmt: skip
COUNTED = ("cell_count", "county_day", "county_month", "incident_day", "incident_month", "register_count")
FORBIDDEN = (
    "ethnic",
    "religion",
    "politic",
    "biometric",
    "fingerprint",
    "face",
    "watch",
    "crime",
    "drug",
    "risk_score",
)


def _owner_engine(database: Database):
    return create_engine(make_url(database.conninfo(OWNER_ROLE)).set(drivername="postgresql+psycopg"))


def _dump(database: Database) -> str:
    command = [str(bin_dir() / "pg_dump"), "--schema-only", "--no-comments", database.conninfo(SUPERUSER)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    noise = ("--", "SET ", "SELECT pg_catalog", "\\restrict", "\\unrestrict")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(noise)]
    return "\n".join(lines) + "\n"


def test_models_agree_with_the_migrated_database(database):
    engine = _owner_engine(database)
    with engine.connect() as connection:
        options = {"include_object": alembic_helpers.include_object, "compare_server_default": False}
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()
    assert difference == []


def test_schema_dump_equals_the_committed_one(database):
    dump = _dump(database)
    if os.environ.get("WANGGE_WRITE_SCHEMA"):
        DUMP.write_text(dump, encoding="utf-8")
    committed = DUMP.read_text(encoding="utf-8")
    change = "\n".join(
        difflib.unified_diff(committed.splitlines(), dump.splitlines(), "schema.sql", "database", lineterm="")
    )
    assert change == "", "if it is meant: WANGGE_WRITE_SCHEMA=1 ./run test tests/layers/test_schema.py"


def test_migrating_twice_changes_nothing(database):
    before = _dump(database)
    assert migrate(database).problems == ()
    assert _dump(database) == before


def test_every_index_says_which_query_needs_it(database):
    with psycopg.connect(database.conninfo(SUPERUSER)) as connection:
        rows = connection.execute(
            """select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid
               join pg_class t on t.oid = x.indrelid join pg_namespace n on n.oid = t.relnamespace
               where n.nspname = 'public' and not x.indisprimary and t.relname not in ('spatial_ref_sys')
                 and not exists (select 1 from pg_constraint c where c.conindid = i.oid)
                 and obj_description(i.oid, 'pg_class') is null order by 1"""
        ).fetchall()
    assert rows == []


def test_no_table_keeps_what_service_does_not_need():
    names = [f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns]
    assert [name for name in names if any(word in name for word in FORBIDDEN)] == []


def test_every_personal_table_has_policies_and_only_counts_let_their_owner_pass(database):
    with psycopg.connect(database.conninfo(SUPERUSER)) as connection:
        rows = connection.execute(
            """select c.relname, c.relforcerowsecurity, count(p.polname) from pg_class c
               left join pg_policy p on p.polrelid = c.oid where c.relrowsecurity group by 1, 2 order by 1"""
        ).fetchall()
    assert rows == [(table, table in PERSONAL, 2) for table in sorted((*PERSONAL, *COUNTED))]
