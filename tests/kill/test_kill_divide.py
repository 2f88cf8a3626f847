"""SIGKILL while a region is divided, real processes: what was done is kept, and the job goes on where it was."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import shapely
from sqlalchemy import select
from town import BOTTOM, COUNTY, LEFT, TOP, buildings, regions, square

from gridding import Target
from layers.db import Database
from layers.doctor import examine
from layers.imports import begin
from layers.jobs import divide_region
from layers.models import Plan
from layers.scope import Scope

VILLAGES = 12
TARGET = Target(load=8, band=(6, 10), tolerance=0.2)
PATIENCE_S = 300
SPAWN = multiprocessing.get_context("spawn")

# Minutes of starting and ending processes; tests/layers/test_drafting.py lets workers die in every run.
pytestmark = pytest.mark.slow


@pytest.fixture
def county(database):
    """Twelve villages side by side, sixteen households in each: the town's two, and ten to the west of them."""
    with database.write(Scope.everything()) as session:
        regions(session)
        places = [*lattice_of(LEFT), *lattice_of(LEFT + 0.02)]
        rows = []
        for number in range(3, VILLAGES + 1):
            east = LEFT - 0.02 * (number - 3)
            rows.append(row_of(number, east - 0.02, east))
            places += lattice_of(east - 0.02)
        with begin(session, "test", "more villages") as log:
            log.copy("region", pd.DataFrame(rows))
        buildings(session, places)
    database.dispose()
    return database


def row_of(number, west, east):
    common = {"level": 5, "parent_code": "532901001", "source": "test"}
    return {"code": f"532901001{number:03d}", "name": f"{number}村", "geom": square(west, east), **common}


def lattice_of(west):
    side = [0.125, 0.375, 0.625, 0.875]
    return [shapely.Point(west + 0.02 * x, BOTTOM + (TOP - BOTTOM) * y) for x in side for y in side]


def work(settings, name, tell):
    """What the process does that is killed: the whole county with two workers."""
    database = Database(settings, name)
    tell.send(divide_region(database, COUNTY, TARGET, publish_too=True, workers=2, progress=tell.send))


def start(database):
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=work, args=(database.settings, database.engine.url.database, there))
    process.start()
    there.close()
    return process, here


def children_of(pid):
    """The processes that this one started, but for the one that counts its shared memory."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
            words = status.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z" and b"spawn_main" in words:
            found.append(int(status.parent.name))
    return found


def alive(pid):
    return Path(f"/proc/{pid}").exists() and Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def published(database):
    with database.write(Scope.everything()) as session:
        plans = session.scalars(select(Plan)).all()
        assert {plan.status for plan in plans} <= {"published"}, "no village is left half done"
        assert [name for name, faults in examine(session, None) if faults] == []
        return Counter(plan.village_code for plan in plans)


def test_a_killed_job_goes_on_where_it_was(county):
    dice = random.Random(4)
    before = 0
    for stop_at in (1, 3):
        process, told = start(county)
        for _ in range(stop_at):
            assert told.poll(PATIENCE_S)
            told.recv()
        workers = children_of(process.pid)
        time.sleep(dice.uniform(0, 0.2))
        process.kill()
        process.join()
        done = published(county)
        assert len(done) >= before + stop_at
        before = len(done)
        deadline = time.monotonic() + PATIENCE_S
        while any(map(alive, workers)):
            assert time.monotonic() < deadline, "a worker outlives its job"
            time.sleep(0.05)
    summary = divide_region(county, COUNTY, TARGET, publish_too=True)
    assert summary.villages == VILLAGES - before
    assert published(county) == dict.fromkeys(published(county), 1), "nothing is done twice"
    assert sum(published(county).values()) == VILLAGES


def test_a_killed_worker_is_replaced_and_every_village_done(county):
    process, told = start(county)
    assert told.poll(PATIENCE_S)
    told.recv()
    victim = children_of(process.pid)[0]
    os.kill(victim, signal.SIGKILL)
    summary = None
    while told.poll(PATIENCE_S):
        summary = told.recv()
        if hasattr(summary, "refused"):
            break
    process.join(PATIENCE_S)
    assert (process.exitcode, summary.villages, summary.published, summary.refused) == (0, VILLAGES, VILLAGES, [])
    assert sum(published(county).values()) == VILLAGES
