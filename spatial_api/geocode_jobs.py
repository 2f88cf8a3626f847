"""Tables of addresses sent by upload: located one after another, the answers kept for a day for their maker alone."""

from __future__ import annotations

import queue
import shutil
import threading
import traceback
import uuid
from collections.abc import AsyncIterable, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from anyio import to_thread

from layers import audit, job_rows
from layers.accounts import Caller
from layers.db import Database
from layers.errors import NotFound, TooMany, WanggeError
from layers.geocode_files.columns import Asked
from layers.geocode_files.crew import Asking, Crew
from layers.geocode_files.kept import Kept
from layers.geocode_files.run import Located, Summary, locate_table
from layers.geocode_files.source import AddressTable, Source, open_table
from layers.job_rows import JobRow
from layers.scope import Scope
from spatial_api.problems import BY_SLUG, UNEXPECTED, kind_of
from spatial_api.schemas.geocode import GeocodeJobQuery
from spatial_api.uploads import MOST_WAITING, receive, shown_name, stored_name

__all__ = ["KEPT_HOURS", "KIND", "GeocodeJobs", "scope_of"]

KIND = "geocode"
KEPT_HOURS = 24
"""So long after its end a table and its answers stay; then they are deleted."""

_SWEEP_S = 600.0
_PATIENCE_S = 10.0
_INCOMING = "incoming"
_LOST = "The file was lost when the server was stopped; send it again."
_TAKEN_BACK = "It was taken back."
_ENDED_TWICE = "The process that located the addresses was ended twice; was there too little memory?"


@dataclass(frozen=True)
class _Order:
    """A job to be done; `slot`: whether it holds one of the places of those who wait."""

    job: JobRow
    slot: bool


class GeocodeJobs:
    """Takes tables and locates them, each in the scope of who sent it, one at a time in a process of its own.

    `folder` is this server's alone. A job that was cut goes on after the last batch that it kept.

    Limit: one server for each instance. The scope is that of the moment of asking: a job that goes on after its account
    has lost its duty still ends, but only who may still log in can fetch what came of it.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._crew = Crew(database, workers=1)
        self._waiting: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._slots = threading.BoundedSemaphore(MOST_WAITING + 1)
        self._stopping = threading.Event()
        self._taken_back: set[uuid.UUID] = set()
        self._log = structlog.get_logger("wangge")
        # None once the jobs of earlier runs are taken up, which needs a database that answers.
        self._began_at: datetime | None = datetime.now(UTC)
        self._thread = threading.Thread(target=self._work, name="geocoding", daemon=True)

    def start(self) -> None:
        """Delete what was only half received, and begin to work."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(self._folder / _INCOMING, ignore_errors=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the batch in hand; the next start goes on with the next batch."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join(_PATIENCE_S)
        self._crew.close()

    async def take(self, pieces: AsyncIterable[bytes], asked: GeocodeJobQuery, caller: Caller) -> uuid.UUID:
        """The id of the job that will locate the table that is sent.

        Raises:
            TooMany: when too many tables wait already; none of this one was received.
            Invalid: when the file is empty.
        """
        if not self._slots.acquire(blocking=False):
            raise TooMany("Many tables wait to be geocoded; try again when some are done.")
        incoming = Kept(self._folder / _INCOMING / uuid.uuid4().hex)
        try:
            await to_thread.run_sync(incoming.make)
            await receive(pieces, incoming.folder / stored_name(shown_name(asked.name)))
            job = await to_thread.run_sync(self._opened, incoming, asked, caller)
        except BaseException:
            incoming.remove()
            self._slots.release()
            raise
        self._waiting.put(_Order(job, slot=True))
        return job.id

    def table_of(self, job: JobRow) -> tuple[AddressTable, Iterator[Located]]:
        """The table of a job that is done, and its rows with their answers.

        Raises:
            NotFound: when it is not done, or its answers are deleted.
        """
        kept = self._kept(job.id)
        if job.status != "done" or job.finished_at is None or kept.file is None:
            raise NotFound("There is no result: the job is not done, or what came of it is deleted.")
        table = open_table(_source(kept, job.request))
        return table, zip(table.batches(), kept.answers(), strict=True)

    def take_back(self, job: JobRow) -> None:
        """End a job, and delete its table and its answers; one that was done says so no more."""
        self._taken_back.add(job.id)
        job_rows.take_back(self._database, job.id, "not-found", _TAKEN_BACK)
        self._kept(job.id).remove()

    def _opened(self, incoming: Kept, asked: GeocodeJobQuery, caller: Caller) -> JobRow:
        scope = {"lo": caller.scope.lo, "hi": caller.scope.hi, "grids": caller.scope.grids}
        request = {**asked.model_dump(exclude={"name"}), "name": shown_name(asked.name), "scope": scope}
        job_id = job_rows.open_job(self._database, KIND, caller.account_id, caller.region_code, request)
        incoming.folder.rename(self._kept(job_id).folder)
        return job_rows.find_job(self._database, job_id, caller.account_id)

    def _kept(self, job_id: uuid.UUID) -> Kept:
        return Kept(self._folder / str(job_id))

    def _work(self) -> None:
        while True:
            self._look_after()
            try:
                order = self._waiting.get(timeout=_SWEEP_S)
            except queue.Empty:
                continue
            if order is None:
                return
            try:
                self._run(order.job)
            finally:
                if order.slot:
                    self._slots.release()

    def _look_after(self) -> None:
        """Take up what an earlier run left, and delete what is kept long enough or belongs to no job."""
        # Before the jobs: a folder is there only after its job.
        folders = list(self._folder.glob("*"))
        try:
            since = datetime.now(UTC) - timedelta(hours=KEPT_HOURS)
            jobs = job_rows.find_jobs(self._database, KIND, since)
        except Exception as error:
            self._log.error("jobs of geocoding are not looked at", error=type(error).__qualname__)
            return
        if self._began_at is not None:
            left = [job for job in jobs if job.finished_at is None and job.created_at < self._began_at]
            self._began_at = None
            for job in left:
                self._waiting.put(_Order(job, slot=False))
        known = {_INCOMING, *(str(job.id) for job in jobs)}
        for folder in folders:
            if folder.name not in known:
                Kept(folder).remove()

    def _run(self, job: JobRow) -> None:
        if self._stopping.is_set() or job.id in self._taken_back:
            return
        kept = self._kept(job.id)
        try:
            if kept.file is None:
                raise NotFound(_LOST)
            try:
                self._locate(job, kept)
            except BrokenProcessPool:
                self._locate(job, kept)
        except WanggeError as error:
            self._fail(job, kept, kind_of(error).slug, error)
        except BrokenProcessPool:
            self._fail(job, kept, UNEXPECTED.slug, WanggeError(_ENDED_TWICE))
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[-6:]
            through = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
            # What the error says may hold a person's data and stays out of the log.
            self._log.error("geocoding failed", job_id=str(job.id), error=type(error).__qualname__, through=through)
            self._fail(job, kept, UNEXPECTED.slug, WanggeError(""))

    def _locate(self, job: JobRow, kept: Kept) -> None:
        assert kept.file is not None  # noqa: S101 -- told to mypy
        source = _source(kept, job.request)
        job_rows.advance(self._database, job.id, "reading", 0, 1)
        total = sum(len(rows) for rows in open_table(source).batches())
        summary, done = Summary(), kept.parts
        for located_before in kept.answers():
            summary.add(located_before)
        table = open_table(source)
        with closing(locate_table(table, self._crew, _asking(job), skip=done)) as located:
            job_rows.advance(self._database, job.id, "locating", summary.rows, total)
            for number, (_, answers) in enumerate(located, start=done):
                if self._stopping.is_set() or job.id in self._taken_back:
                    return
                kept.add(number, answers)
                summary.add(answers)
                job_rows.advance(self._database, job.id, "locating", summary.rows, total)
        self._finish(job, table, summary)

    def _finish(self, job: JobRow, table: AddressTable, summary: Summary) -> None:
        asking = _asking(job)
        with self._database.write(asking.scope, asking.account_id) as session:
            audit.record(session, "geocode", "house", str(job.id), detail={"rows": summary.rows})
        told = {"rows": summary.rows, "sure": summary.sure, "levels": summary.levels}
        job_rows.finish(self._database, job.id, told, table.warnings)

    def _fail(self, job: JobRow, kept: Kept, slug: str, error: WanggeError) -> None:
        kept.remove()
        try:
            job_rows.fail(self._database, job.id, BY_SLUG[slug].slug, error.detail, error.faults)
        except Exception as failure:
            self._log.error("a job's end is not written", job_id=str(job.id), error=type(failure).__qualname__)


def _source(kept: Kept, request: Mapping[str, Any]) -> Source:
    assert kept.file is not None  # noqa: S101 -- told to mypy; looked at before
    asked = Asked(request["column"], request["within_column"], request["crs"])
    return Source(kept.file, asked, request["encoding"], request["within"], request["sheet"])


def scope_of(job: JobRow) -> Scope:
    """The scope that a job was asked for in."""
    lo, hi, grids = (job.request["scope"][name] for name in ("lo", "hi", "grids"))
    return Scope(lo, hi, None if grids is None else tuple(grids))


def _asking(job: JobRow) -> Asking:
    return Asking(scope_of(job), job.account_id)
