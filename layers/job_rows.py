"""Jobs as rows: what is under way, how far it is, what came of it.

Each step is a transaction of its own: a job's progress is to be seen while the transaction of its work is still open,
and its end is to be known when that transaction was rolled back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from layers.db import Database, raw
from layers.errors import Fault, NotFound
from layers.queries import load
from layers.scope import Scope

__all__ = [
    "KEPT_FAULTS",
    "JobRow",
    "advance",
    "fail",
    "fail_orphans",
    "faults_of",
    "find_job",
    "find_jobs",
    "finish",
    "kept_faults",
    "open_job",
    "take_back",
]

KEPT_FAULTS = 5_000
"""A job keeps so many of its faults; how many there were is kept too."""


@dataclass(frozen=True)
class JobRow:
    """A job: `done` of `total` steps in `stage`; `result` when it is done, `problem` when it failed.

    Both hold `faults`, the first `KEPT_FAULTS`, and `fault_count`, how many there were.
    """

    id: uuid.UUID
    kind: str
    account_id: uuid.UUID | None
    region_code: str | None
    status: str
    stage: str | None
    done: int
    total: int | None
    request: dict[str, Any]
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None


def open_job(
    database: Database, kind: str, account_id: uuid.UUID, region_code: str, request: Mapping[str, object]
) -> uuid.UUID:
    """The id of a new job that waits; `region_code` bounds what it may touch, `request` is what was asked for."""
    job_id = uuid.uuid4()
    values = {"id": job_id, "kind": kind, "account_id": account_id, "region_code": region_code}
    asked = {name: _storable(value) if isinstance(value, str) else value for name, value in request.items()}
    _execute(database, "open", values | {"request": Jsonb(asked)})
    return job_id


def advance(database: Database, job_id: uuid.UUID, stage: str, done: int, total: int) -> None:
    """Say that a job runs, in which stage it is, and how many of its steps are behind it."""
    _execute(database, "advance", {"id": job_id, "stage": stage, "done": done, "total": total})


def finish(database: Database, job_id: uuid.UUID, result: Mapping[str, object], faults: Sequence[Fault]) -> None:
    """End a job well: its result, and the faults that did not stop it."""
    _execute(database, "finish", {"id": job_id, "result": Jsonb({**result, **kept_faults(faults)})})


def fail(database: Database, job_id: uuid.UUID, slug: str, detail: str, faults: Sequence[Fault] = ()) -> None:
    """End a job badly; `slug` is the kind of problem. A job that has ended keeps its end."""
    problem = {"slug": slug, "detail": detail, **kept_faults(faults)}
    _execute(database, "fail", {"id": job_id, "problem": Jsonb(problem)})


def take_back(database: Database, job_id: uuid.UUID, slug: str, detail: str) -> None:
    """End a job badly, also one that has ended well: its result is no more."""
    problem = {"slug": slug, "detail": detail, **kept_faults(())}
    _execute(database, "take_back", {"id": job_id, "problem": Jsonb(problem)})


def fail_orphans(database: Database, before: datetime, slug: str, detail: str) -> int:
    """The number of jobs ended that began `before` this server and on which nobody works any more.

    Jobs of geocoding are left alone: they can go on.

    Limit: two servers over one database would end each other's.
    """
    problem = Jsonb({"slug": slug, "detail": detail, **kept_faults(())})
    return _execute(database, "fail_orphans", {"before": before, "problem": problem})


def find_job(database: Database, job_id: uuid.UUID, account_id: uuid.UUID) -> JobRow:
    """A job that this account asked for.

    Raises:
        NotFound: when there is none, or it is another account's.
    """
    with database.write(Scope.nothing()) as session, raw(session).cursor(row_factory=class_row(JobRow)) as cursor:
        row = cursor.execute(load("jobs.sql")["find"], {"id": job_id, "account_id": account_id}).fetchone()
    if row is None:
        raise NotFound("There is no such job.")
    return row


def find_jobs(database: Database, kind: str, since: datetime) -> list[JobRow]:
    """The jobs of a kind, whoever asked for them, that are under way or ended well after `since`; the oldest first."""
    with database.write(Scope.nothing()) as session, raw(session).cursor(row_factory=class_row(JobRow)) as cursor:
        return cursor.execute(load("jobs.sql")["of_kind"], {"kind": kind, "since": since}).fetchall()


def faults_of(job: JobRow) -> tuple[Fault, ...]:
    """The faults that a job kept; none while it is under way."""
    kept = (job.result or job.problem or {}).get("faults", [])
    return tuple(Fault(one["where"], one["message"], tuple(one["place"]) if one["place"] else None) for one in kept)


def kept_faults(faults: Sequence[Fault]) -> dict[str, object]:
    """Faults as a job keeps them: the first `KEPT_FAULTS`, and how many there were."""
    shown = [
        {"where": _storable(fault.where), "message": _storable(fault.message), "place": fault.place}
        for fault in faults[:KEPT_FAULTS]
    ]
    return {"faults": shown, "fault_count": len(faults)}


def _storable(text: str) -> str:
    # PostgreSQL's JSON takes neither a zero byte nor half a surrogate pair, and a file's text may hold both.
    return text.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")


def _execute(database: Database, query: str, values: Mapping[str, object]) -> int:
    with database.write(Scope.nothing()) as session:
        return raw(session).execute(load("jobs.sql")[query], values).rowcount
