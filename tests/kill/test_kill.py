"""SIGKILL at random moments, real processes: nothing half done is left, whoever dies.

Each round starts a process that imports a town or publishes a plan, waits until it begins, and kills it (or the
PostgreSQL backend that serves it) after a random part of the time that the work takes. Then the database is examined.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from town import COUNTY, WEST, buildings, incidents, lattice, regions

from gridding import Target
from layers import plans
from layers.cluster import SUPERUSER, Cluster
from layers.db import Database, raw
from layers.doctor import examine
from layers.jobs import divide_region
from layers.migrate import migrate
from layers.models import Grid, ImportLog, Plan
from layers.publish import publish
from layers.scope import Scope
from layers.settings import DatabaseSettings

ROUNDS = pytest.mark.parametrize("rounds", [8, pytest.param(20, marks=pytest.mark.slow)])
EVERY_SERVER_KILL = 5
FORK = multiprocessing.get_context("fork")
Work = Callable[[Database, Connection], None]


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A cluster of this module's own: its server is killed too, which ends every session on it."""
    root = Path(tempfile.mkdtemp(prefix="wangge-kill-", dir="/tmp"))
    root.chmod(0o711)
    settings = DatabaseSettings(database_url=None, data_root=root, instance="k", key_file=None)
    cluster = Cluster(settings, {"shared_buffers": "128MB"})
    try:
        cluster.ensure()
        database = Database(settings)
        migrate(database)
        with database.write(Scope.everything()) as session:
            regions(session)
            buildings(session, lattice(12))
        divide_region(database, COUNTY, Target(load=40, band=(30, 50)), publish_too=True)
        database.dispose()
        yield database
        database.dispose()
    finally:
        cluster.stop("immediate")
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(cluster.socket_dir, ignore_errors=True)


def _import(database: Database, tell: Connection) -> None:
    own = Database(database.settings)
    points = lattice(25)
    with own.write(Scope.everything()) as session:
        tell.send(raw(session).info.backend_pid)
        buildings(session, points, first=10_000)
        incidents(session, list(points))
    tell.send("committed")


def _publish(database: Database, tell: Connection) -> None:
    own = Database(database.settings)
    with own.write(Scope.everything()) as session:
        plan = session.query(Plan).filter(Plan.village_code == WEST, Plan.status == "in_review").one()
        tell.send(raw(session).info.backend_pid)
        publish(session, plan.id, plan.rev)
    tell.send("committed")


def _run(database: Database, work: Work, after_s: float | None, *, server: bool = False) -> tuple[bool, float]:
    """Whether the process said that it had committed, and how long its work took."""
    here, there = FORK.Pipe()
    process = FORK.Process(target=work, args=(database, there))
    process.start()
    there.close()
    backend = here.recv()
    begun = time.monotonic()
    if after_s is not None:
        time.sleep(after_s)
        target = backend if server else process.pid
        try:
            os.kill(target, signal.SIGKILL)
        except ProcessLookupError:
            assert process.exitcode is not None or server, "it had ended before"
    process.join(60)
    took_s = time.monotonic() - begun
    try:
        committed = bool(here.poll(0)) and here.recv() == "committed"
    except EOFError:
        committed = False
    here.close()
    return committed, took_s


def _settle(database: Database) -> None:
    """Wait until the server takes connections again and no session of a dead process is left."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(database.conninfo(SUPERUSER), autocommit=True) as connection:
                query = "select count(*) from pg_stat_activity where usename = 'wangge_api'"
                row = connection.execute(query).fetchone()
                if row == (0,):
                    return
        except psycopg.OperationalError:
            pass
        assert time.monotonic() < deadline, "the server does not settle"
        time.sleep(0.05)


def _faults(database: Database) -> list[tuple[str, object]]:
    with database.write(Scope.everything()) as session:
        return [(name, faults) for name, faults in examine(session, None) if faults]


def _imported(database: Database) -> list[int]:
    """Rows of building, incident and import log that a whole import brings."""
    with database.write(Scope.everything()) as session:
        return [
            session.execute(
                text("select count(*) from building where id >= :id"), {"id": uuid.UUID(int=10_000)}
            ).scalar_one(),
            session.execute(text("select count(*) from incident")).scalar_one(),
            session.query(ImportLog).filter(ImportLog.rows > 1000).count(),
        ]


def _undo(database: Database) -> None:
    with database.write(Scope.everything()) as session:
        for table in ("building", "incident"):
            session.execute(text(f"delete from {table} where id >= :id"), {"id": uuid.UUID(int=10_000)})
        session.execute(text("delete from incident_kind"))
        session.query(ImportLog).filter(ImportLog.rows > 1000).delete()


def _numbers_in_force(database: Database) -> list[tuple[int, uuid.UUID]]:
    with database.write(Scope.everything()) as session:
        found = session.query(Grid).order_by(Grid.grid_no).all()
        return [(grid.grid_no, grid.id) for grid in found if grid.validity.upper is None]


@ROUNDS
def test_a_killed_import_leaves_all_or_nothing(database, rounds):
    dice = random.Random(20261122)
    committed, whole_s = _run(database, _import, None)
    assert committed, "undisturbed, it ends well"
    landed = 0
    for round_ in range(rounds):
        _undo(database)
        database.dispose()
        server = round_ % EVERY_SERVER_KILL == 0
        committed, _ = _run(database, _import, dice.uniform(0, 1.2 * whole_s), server=server)
        _settle(database)
        found = _imported(database)
        assert found in ([0, 0, 0], [1250, 1250, 2]), f"round {round_}"
        assert not committed or found != [0, 0, 0], "what was said to be committed is there"
        assert _faults(database) == [], f"round {round_}"
        landed += found != [0, 0, 0]
        database.dispose()
    assert landed < rounds, "no kill came in time"
    _undo(database)
    database.dispose()
    assert _run(database, _import, None)[0], "after all that, it still ends well"


@ROUNDS
def test_a_killed_publish_leaves_the_old_grids_or_the_new(database, rounds):
    dice = random.Random(532901)
    targets = [Target(load=40, band=(30, 50)), Target(load=70, band=(50, 90))]
    whole_s, landed = None, 0
    for round_ in range(rounds + 1):
        with database.write(Scope.everything()) as session:
            session.query(Plan).filter(Plan.status.in_(("draft", "in_review"))).delete()
            plan = plans.divide_village(session, WEST, targets[round_ % 2])
            plans.submit(session, plan.id, plan.rev)
            expected = len(plans.grids_of(session, plan.id))
        before = _numbers_in_force(database)
        database.dispose()
        delay = None if whole_s is None else dice.uniform(0, 1.2 * whole_s)
        committed, took_s = _run(database, _publish, delay, server=round_ % EVERY_SERVER_KILL == 1)
        assert committed or whole_s is not None, "undisturbed, it ends well"
        whole_s = whole_s or took_s
        _settle(database)
        after = _numbers_in_force(database)
        west = [number for number, _ in after if number // 1000 == int(WEST)]
        assert after == before or len(west) == expected, f"round {round_}"
        assert not committed or len(west) == expected
        assert _faults(database) == [], f"round {round_}"
        landed += after != before
        database.dispose()
    assert landed <= rounds, "no kill came in time"
