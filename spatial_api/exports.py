"""Files of whole lists, written one after another as jobs, and kept for a day for who asked for them alone."""

from __future__ import annotations

import queue
import shutil
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import anyio
import structlog
from anyio import to_thread

from layers import job_rows
from layers.accounts import Caller
from layers.db import Database
from layers.errors import NotFound, TooMany, WanggeError
from layers.export import Export
from layers.job_rows import JobRow
from layers.scope import Scope
from spatial_api.problems import UNEXPECTED, kind_of

__all__ = ["KEPT_HOURS", "KIND", "Exports", "scope_of"]

KIND = "export"
KEPT_HOURS = 24
"""So long after its end a file stays; then it is deleted."""
MOST_KEPT = 10
"""So many jobs of one account may wait, be under way, or have their file kept."""

_SWEEP_S = 600.0
_PATIENCE_S = 10.0
_TOLD_EVERY_ROWS = 10_000
_STOPPED = "The server was stopped before the file was written; ask for it again."
_TAKEN_BACK = "It was taken back."


class _TakenBack(Exception):
    """Nobody wants the file any more."""


@dataclass(frozen=True)
class _Order:
    job_id: uuid.UUID
    export: Export


class Exports:
    """Writes files in one thread, each in the scope of who asked for it, as it was at that moment.

    `folder` is this server's alone: of what an earlier run left, whole files are kept, the rest is deleted.

    Limit: one server for each instance. What waits or is being written when a server stops is given up.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._waiting: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._taken_back: set[uuid.UUID] = set()
        self._log = structlog.get_logger("wangge")
        self._thread = threading.Thread(target=self._work, name="exports", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the batch in hand."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join(_PATIENCE_S)

    def take(self, export: Export, name: str, caller: Caller) -> uuid.UUID:
        """The id of the job that will write an export into a file called `name`.

        Raises:
            TooMany: when the account has as many jobs and files as it may.
        """
        if len(self.of_account(caller.account_id)) >= MOST_KEPT:
            raise TooMany(f"You have {MOST_KEPT} files already: delete one, or wait until it is deleted.")
        scope = {"lo": caller.scope.lo, "hi": caller.scope.hi, "grids": caller.scope.grids}
        request = {"name": name, "layer": export.order.layer, "f": export.format.suffix, "scope": scope}
        job_id = job_rows.open_job(self._database, KIND, caller.account_id, caller.region_code, request)
        self._waiting.put(_Order(job_id, export))
        return job_id

    def of_account(self, account_id: uuid.UUID) -> list[JobRow]:
        """The jobs of an account that are under way, or whose files are kept; the oldest first."""
        return [job for job in self._known() if job.account_id == account_id and self._is_there(job)]

    def file_of(self, job: JobRow) -> Path:
        """The file of a job that is done.

        Raises:
            NotFound: when it is not done, or its file is deleted.
        """
        path = self._path(job.id)
        if job.status != "done" or not path.is_file():
            raise NotFound("There is no file: the job is not done, or its file is deleted.")
        return path

    def take_back(self, job: JobRow) -> None:
        """End a job that is under way, and delete its file."""
        self._taken_back.add(job.id)
        job_rows.fail(self._database, job.id, "not-found", _TAKEN_BACK)
        shutil.rmtree(self._folder / str(job.id), ignore_errors=True)

    def _path(self, job_id: uuid.UUID) -> Path:
        return self._folder / str(job_id) / "file"

    def _is_there(self, job: JobRow) -> bool:
        return job.finished_at is None or self._path(job.id).is_file()

    def _known(self) -> list[JobRow]:
        return job_rows.find_jobs(self._database, KIND, datetime.now(UTC) - timedelta(hours=KEPT_HOURS))

    def _work(self) -> None:
        while True:
            self._sweep()
            try:
                order = self._waiting.get(timeout=_SWEEP_S)
            except queue.Empty:
                continue
            if order is None:
                return
            self._run(order)

    def _sweep(self) -> None:
        """Delete what is kept long enough or belongs to no job."""
        # Before the jobs: a folder is there only after its job.
        folders = list(self._folder.glob("*"))
        try:
            known = {str(job.id) for job in self._known()}
        except Exception as error:
            self._log.error("kept files are not looked at", error=type(error).__qualname__)
            return
        for folder in folders:
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)

    def _run(self, order: _Order) -> None:
        if self._stopping.is_set():
            return self._fail(order.job_id, UNEXPECTED.slug, WanggeError(_STOPPED))
        try:
            anyio.run(partial(to_thread.run_sync, self._write, order))
        except _TakenBack:
            shutil.rmtree(self._folder / str(order.job_id), ignore_errors=True)
        except WanggeError as error:
            self._fail(order.job_id, kind_of(error).slug, error)
        except Exception as error:
            # What the error says may hold a person's data and stays out of the log.
            self._log.error("an export failed", job_id=str(order.job_id), error=type(error).__qualname__)
            self._fail(order.job_id, UNEXPECTED.slug, WanggeError(""))

    def _write(self, order: _Order) -> None:
        job_id, export, path = order.job_id, order.export, self._path(order.job_id)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part = path.with_suffix(".part")
        told = 0

        def tell(under_way: Export) -> None:
            nonlocal told
            if self._stopping.is_set():
                raise WanggeError(_STOPPED)
            if job_id in self._taken_back:
                raise _TakenBack
            if told == 0 or under_way.rows - told >= _TOLD_EVERY_ROWS:
                told = under_way.rows
                about = max(under_way.about or 0, under_way.rows)
                job_rows.advance(self._database, job_id, "writing", under_way.rows, about)

        export.progress = tell
        with part.open("xb") as file:
            for piece in export.pieces():
                if job_id in self._taken_back:
                    raise _TakenBack
                file.write(piece)
        part.replace(path)
        job_rows.advance(self._database, job_id, "writing", export.rows, export.rows)
        job_rows.finish(self._database, job_id, {"rows": export.rows, "bytes": path.stat().st_size}, ())

    def _fail(self, job_id: uuid.UUID, slug: str, error: WanggeError) -> None:
        shutil.rmtree(self._folder / str(job_id), ignore_errors=True)
        try:
            job_rows.fail(self._database, job_id, slug, error.detail, error.faults)
        except Exception as failure:
            self._log.error("a job's end is not written", job_id=str(job_id), error=type(failure).__qualname__)


def scope_of(job: JobRow) -> Scope:
    """The scope that a job was asked for in."""
    lo, hi, grids = (job.request["scope"][name] for name in ("lo", "hi", "grids"))
    return Scope(lo, hi, None if grids is None else tuple(grids))
