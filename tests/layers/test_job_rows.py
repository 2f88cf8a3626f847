"""Jobs as rows: seen while they run, ended once, and ended for those that died."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from layers import job_rows
from layers.errors import Fault, NotFound

ME = uuid.UUID(int=1)
ASKED = {"name": "list.csv", "dry_run": True}


@pytest.fixture
def job(database):
    """A job that waits."""
    return job_rows.open_job(database, "facility", ME, "532901", ASKED)


def test_a_job_waits_runs_and_is_done(database, job):
    states = [job_rows.find_job(database, job, ME).status]
    job_rows.advance(database, job, "reading", 0, 2)
    states.append(job_rows.find_job(database, job, ME).status)
    job_rows.finish(database, job, {"counts": {"facility": 3}}, [])
    row = job_rows.find_job(database, job, ME)
    assert [*states, row.status] == ["waiting", "running", "done"]
    assert (row.stage, row.done, row.total) == ("done", 2, 2)
    assert row.result == {"counts": {"facility": 3}, "faults": [], "fault_count": 0}
    assert row.request == ASKED


def test_a_job_that_has_ended_keeps_its_end(database, job):
    job_rows.fail(database, job, "invalid", "It has faults.")
    job_rows.finish(database, job, {}, [])
    job_rows.advance(database, job, "reading", 0, 2)
    row = job_rows.find_job(database, job, ME)
    assert (row.status, row.result, row.stage) == ("failed", None, None)


def test_anothers_job_is_not_there(database, job):
    with pytest.raises(NotFound):
        job_rows.find_job(database, job, uuid.UUID(int=2))


def test_faults_come_back_as_they_were_but_for_what_json_cannot_hold(database, job):
    faults = [Fault("line 2", "no point"), Fault("line\0 3", "half \udc80", (100.5, 25.5))]
    job_rows.fail(database, job, "invalid", "It has faults.", faults)
    found = job_rows.faults_of(job_rows.find_job(database, job, ME))
    assert found == (Fault("line 2", "no point"), Fault("line? 3", "half ?", (100.5, 25.5)))


def test_what_was_asked_for_may_hold_what_json_cannot(database):
    job = job_rows.open_job(database, "facility", ME, "532901", {"name": "a\0b", "level": None, "dry_run": True})
    assert job_rows.find_job(database, job, ME).request == {"name": "a?b", "level": None, "dry_run": True}


def test_so_many_faults_are_kept_and_all_are_counted():
    kept = job_rows.kept_faults([Fault("line", "wrong")] * (job_rows.KEPT_FAULTS + 1))
    assert (len(kept["faults"]), kept["fault_count"]) == (job_rows.KEPT_FAULTS, job_rows.KEPT_FAULTS + 1)


def test_jobs_that_died_are_ended_and_newer_ones_are_not(database, job):
    now = datetime.now(UTC)
    assert job_rows.fail_orphans(database, now - timedelta(days=1), "unavailable", "stopped") == 0
    assert job_rows.fail_orphans(database, now + timedelta(days=1), "unavailable", "stopped") == 1
    assert job_rows.find_job(database, job, ME).problem["slug"] == "unavailable"
    assert job_rows.fail_orphans(database, now + timedelta(days=1), "unavailable", "stopped") == 0
