"""A backup brings everything back, and a restore changes nothing unless it is proved."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from town import EAST, WEST, buildings, household, incidents, lattice, regions

from layers import accounts
from layers.backup import backup, restore
from layers.cluster import SUPERUSER
from layers.crypto import Vault
from layers.db import Database, raw
from layers.errors import Conflict, Invalid, Unavailable
from layers.scope import Scope
from layers.settings import DatabaseSettings

PASSWORD = "a long enough word"


@pytest.fixture
def own_key(settings: DatabaseSettings, tmp_path: Path) -> DatabaseSettings:
    """Settings of this run's cluster with a key file of this test's own, so that it may be changed."""
    key_file = tmp_path / "own" / "key"
    Vault.open_file(key_file, create=True)
    return settings.model_copy(update={"key_file": key_file})


@pytest.fixture
def town(database: Database, own_key: DatabaseSettings) -> Database:
    """Two villages with people, one of them with a sealed phone, an account and an incident."""
    name = database.engine.url.database
    assert name is not None
    town = Database(own_key, name)
    vault = Vault.open_file(own_key.key_path)
    with town.write(Scope.everything()) as session:
        regions(session)
        ids = buildings(session, lattice(2))
        household(session, ids[0], people=2)
        incidents(session, [lattice(2)[0]])
        accounts.add(session, "zhou", "周宁", "planner", WEST, PASSWORD)
        phone = {"sealed": vault.seal("13800000001", "person.phone")}
        raw(session).execute("update person set phone_cipher = %(sealed)s", phone)
    town.dispose()
    database.dispose()
    return town


def _households(database: Database) -> int:
    with database.write(Scope.everything()) as session:
        row = raw(session).execute("select count(*) from household").fetchone()
    database.dispose()
    return int(str(row[0])) if row else -1


def _databases(database: Database) -> set[str]:
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres")) as admin:
        return {row[0] for row in admin.execute("select datname from pg_database")}


def _drop(database: Database, name: str) -> None:
    with psycopg.connect(database.conninfo(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_what_was_deleted_after_a_backup_comes_back(town, tmp_path):
    manifest = backup(town, tmp_path / "saved")
    assert (manifest.rows["household"], manifest.rows["person"], manifest.rows["account"]) == (1, 2, 1)
    with town.write(Scope.everything()) as session:
        for table in ("person", "household", "incident", "account"):
            raw(session).execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
    assert _households(town) == 0
    done = restore(town, tmp_path / "saved")
    assert _households(town) == 1
    assert (done.rows, done.kept_key) == (manifest.rows, None)
    assert done.kept_database in _databases(town)
    _drop(town, done.kept_database)


def test_a_backup_is_private_and_whole_or_not_there(town, tmp_path):
    backup(town, tmp_path / "saved")
    assert sorted(path.name for path in (tmp_path / "saved").iterdir()) == ["database.dump", "key", "manifest.json"]
    assert (tmp_path / "saved").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "saved" / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="exists already"):
        backup(town, tmp_path / "saved")
    town.settings.key_path.unlink()
    with pytest.raises(Unavailable, match="key file"):
        backup(town, tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own", "saved"]


def test_the_rights_of_the_roles_come_back_too(town, tmp_path):
    backup(town, tmp_path / "saved")
    done = restore(town, tmp_path / "saved")
    with town.write(Scope.of_region(EAST)) as session:
        assert raw(session).execute("select count(*) from person").fetchone() == (0,)
    with town.write(Scope.of_region(WEST)) as session:
        assert raw(session).execute("select count(*) from person").fetchone() == (2,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw(session).execute("delete from audit")
    town.dispose()
    _drop(town, done.kept_database)


def test_another_key_is_put_back_and_the_one_that_stood_there_is_kept(town, tmp_path):
    backup(town, tmp_path / "saved")
    path = town.settings.key_path
    first = path.read_bytes()
    path.write_bytes(b"x" * 32)
    done = restore(town, tmp_path / "saved")
    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert Path(done.kept_key).read_bytes() == b"x" * 32
    _drop(town, done.kept_database)


def test_a_key_kept_apart_is_given_by_name(town, tmp_path):
    backup(town, tmp_path / "saved")
    (tmp_path / "saved" / "key").rename(tmp_path / "apart")
    with pytest.raises(Invalid, match="key is missing"):
        restore(town, tmp_path / "saved")
    done = restore(town, tmp_path / "saved", tmp_path / "apart")
    _drop(town, done.kept_database)


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("database.dump", lambda path: path.write_bytes(path.read_bytes()[:-1] + b"?"), "damaged"),
        ("database.dump", Path.unlink, "not a backup"),
        ("manifest.json", lambda path: path.write_text("{}"), "not a backup"),
        ("manifest.json", lambda path: path.write_text("["), "not a backup"),
        ("key", lambda path: path.write_bytes(b"y" * 32), "does not fit"),
    ],
    ids=["damaged dump", "no dump", "empty manifest", "no json", "another key"],
)
def test_a_spoilt_backup_is_refused_and_changes_nothing(town, tmp_path, name, spoil, words):
    backup(town, tmp_path / "saved")
    before = _databases(town)
    spoil(tmp_path / "saved" / name)
    with pytest.raises(Invalid, match=words):
        restore(town, tmp_path / "saved")
    assert (_databases(town), _households(town)) == (before, 1)


def test_fewer_rows_than_told_are_no_restore(town, tmp_path):
    backup(town, tmp_path / "saved")
    path = tmp_path / "saved" / "manifest.json"
    told = json.loads(path.read_text())
    told["rows"]["household"] = 2
    path.write_text(json.dumps(told))
    with pytest.raises(Invalid, match="not the one that was saved") as refusal:
        restore(town, tmp_path / "saved")
    assert [(fault.where, fault.message) for fault in refusal.value.faults] == [
        ("household", "has 1 rows, 2 were saved")
    ]


def test_what_the_doctor_refuses_does_not_take_the_place(town, tmp_path):
    with town.write(Scope.everything()) as session:
        raw(session).execute("update household set grid_no = grid_no + 1")
    town.dispose()
    backup(town, tmp_path / "saved")
    before = _databases(town)
    with pytest.raises(Invalid, match="doctor") as refusal:
        restore(town, tmp_path / "saved")
    assert any("household_apart_from_house" in fault.where for fault in refusal.value.faults)
    assert _databases(town) == before


def test_a_database_in_use_is_left_alone(town, tmp_path):
    backup(town, tmp_path / "saved")
    with psycopg.connect(town.conninfo(SUPERUSER)), pytest.raises(Conflict, match="in use"):
        restore(town, tmp_path / "saved")


def test_a_backup_fills_a_machine_that_had_none(town, settings, tmp_path):
    backup(town, tmp_path / "saved")
    fresh = Database(town.settings, "wangge_fresh")
    done = restore(fresh, tmp_path / "saved")
    assert done.kept_database is None
    assert _households(fresh) == 1
    _drop(fresh, "wangge_fresh")
