"""Files that browsers and programs send: received into a private folder, imported one after another, always deleted."""

from __future__ import annotations

import os
import queue
import re
import shutil
import tempfile
import threading
import traceback
import uuid
from collections.abc import AsyncIterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

import anyio
import structlog
from anyio import to_thread

from layers import job_rows
from layers.accounts import Caller
from layers.crypto import Vault
from layers.db import Database
from layers.errors import Fault, Invalid, TooMany, WanggeError
from layers.imports import ImportResult
from layers.scope import Scope
from spatial_api.importers import Source, propose_source, read_source
from spatial_api.problems import UNEXPECTED, kind_of
from spatial_api.schemas.imports import ImportKind, ImportQuery

if TYPE_CHECKING:
    from layers.registers import Proposal

__all__ = ["LONGEST_NAME", "MOST_WAITING", "Uploads", "receive", "shown_name", "stored_name"]

LONGEST_NAME = 200
MOST_WAITING = 8
"""One file is imported at a time; so many more may wait or be on their way."""

_PATIENCE_S = 10.0
_STEPS = 2
_STOPPED = "The server was stopped before the import ended; nothing was kept. Send the file again."


@dataclass(frozen=True)
class _Upload:
    job_id: uuid.UUID
    folder: Path
    source: Source
    scope: Scope
    account_id: uuid.UUID
    dry_run: bool


class Uploads:
    """Takes files and imports them, each in the scope of who sent it, in one thread.

    `folder` is this server's alone: what an earlier run left there is deleted at the start.

    Limit: one server for each instance; two would empty each other's folder and end each other's jobs.
    """

    def __init__(self, database: Database, vault: Vault, folder: Path) -> None:
        self._database = database
        self._vault = vault
        self._folder = folder
        self._waiting: queue.SimpleQueue[_Upload | None] = queue.SimpleQueue()
        self._slots = threading.BoundedSemaphore(MOST_WAITING + 1)
        self._stopping = threading.Event()
        self._log = structlog.get_logger("wangge")
        # None once the jobs of earlier runs are ended, which needs a database that answers.
        self._orphans_before: datetime | None = datetime.now(UTC)
        # A server that stops does not wait for a long import: its transaction is lost, as if it had been killed.
        self._thread = threading.Thread(target=self._work, name="imports", daemon=True)

    def start(self) -> None:
        """Delete what an earlier run left, end its jobs, and begin to work."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._thread.start()

    def close(self) -> None:
        """Stop: files that wait are given up, and one that is being imported has ten seconds to end."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join(_PATIENCE_S)

    async def take(
        self, pieces: AsyncIterable[bytes], kind: ImportKind, asked: ImportQuery, caller: Caller
    ) -> uuid.UUID:
        """The id of the job that will import what is sent.

        Raises:
            TooMany: when too many files wait already; none of this one was received.
            Invalid: when the file is empty.
        """
        if not self._slots.acquire(blocking=False):
            raise TooMany("Many files wait to be imported; try again when some are done.")
        folder: Path | None = None
        try:
            folder = await to_thread.run_sync(self._make_folder)
            name = shown_name(asked.name)
            path = folder / stored_name(name)
            await receive(pieces, path)
            request = {"name": name, **asked.model_dump(exclude={"name"})}
            job_id = await to_thread.run_sync(
                job_rows.open_job, self._database, kind, caller.account_id, caller.region_code, request
            )
        except BaseException:
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            self._slots.release()
            raise
        source = Source(kind, path, name, asked)
        self._waiting.put(_Upload(job_id, folder, source, caller.scope, caller.account_id, asked.dry_run))
        return job_id

    async def propose(self, pieces: AsyncIterable[bytes], kind: ImportKind, asked: ImportQuery) -> Proposal:
        """How the list that is sent would be read; it is deleted again.

        Raises:
            TooMany: when too many files wait already.
            Invalid: when it is empty, or no list.
        """
        if not self._slots.acquire(blocking=False):
            raise TooMany("Many files wait to be imported; try again when some are done.")
        try:
            folder = await to_thread.run_sync(self._make_folder)
            try:
                name = shown_name(asked.name)
                path = folder / stored_name(name)
                await receive(pieces, path)
                return await to_thread.run_sync(propose_source, Source(kind, path, name, asked))
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            self._slots.release()

    def _make_folder(self) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=self._folder))

    def _work(self) -> None:
        self._end_orphans()
        while (upload := self._waiting.get()) is not None:
            self._end_orphans()
            try:
                self._run(upload)
            finally:
                shutil.rmtree(upload.folder, ignore_errors=True)
                self._slots.release()

    def _end_orphans(self) -> None:
        if self._orphans_before is None:
            return
        try:
            job_rows.fail_orphans(self._database, self._orphans_before, "unavailable", _STOPPED)
        except Exception as error:
            self._log.error("jobs of an earlier run are not ended", error=type(error).__qualname__)
        else:
            self._orphans_before = None

    def _run(self, upload: _Upload) -> None:
        try:
            if self._stopping.is_set():
                job_rows.fail(self._database, upload.job_id, "unavailable", _STOPPED)
                return
            result = self._bring_in(upload)
            told = {"import_id": None if upload.dry_run else str(result.import_id), "dry_run": upload.dry_run}
            job_rows.finish(self._database, upload.job_id, {**told, "counts": result.counts}, result.faults)
        except WanggeError as error:
            self._fail(upload, kind_of(error).slug, error.detail, error.faults)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[-6:]
            through = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
            # What the error says may hold a person's data and stays out of the log.
            self._log.error("import failed", job_id=str(upload.job_id), error=type(error).__qualname__, through=through)
            self._fail(upload, UNEXPECTED.slug, "")

    def _bring_in(self, upload: _Upload) -> ImportResult:
        job_rows.advance(self._database, upload.job_id, "reading", 0, _STEPS)
        store = read_source(upload.source, self._vault)
        job_rows.advance(self._database, upload.job_id, "checking" if upload.dry_run else "storing", 1, _STEPS)
        with self._database.write(upload.scope, upload.account_id) as session:
            result = store(session)
            if upload.dry_run:
                session.rollback()
            return result

    def _fail(self, upload: _Upload, slug: str, detail: str, faults: tuple[Fault, ...] = ()) -> None:
        try:
            job_rows.fail(self._database, upload.job_id, slug, detail, faults)
        except Exception as error:
            self._log.error("a job's end is not written", job_id=str(upload.job_id), error=type(error).__qualname__)


def shown_name(text: str) -> str:
    """A file's name as it is shown: without folders and control characters, at most `LONGEST_NAME` long."""
    last = PureWindowsPath(PurePosixPath(text).name).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    return printable[:LONGEST_NAME] or "file"


def stored_name(name: str) -> str:
    """A name that no file system and no GDAL prefix reads anything into; its suffix says what the file is."""
    stem, suffix = os.path.splitext(name)
    suffix = suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,10}", suffix) else ""
    safe = re.sub(r"[^\w.-]", "_", stem).lstrip(".-") or "file"
    # Names on disk are bounded in bytes, and a Chinese letter takes three.
    return safe.encode()[:180].decode("utf-8", "ignore") + suffix


async def receive(pieces: AsyncIterable[bytes], path: Path) -> None:
    """Write what is sent into a new file that nobody else may open.

    Raises:
        Invalid: when nothing is sent.
    """
    size_bytes = 0
    opener = lambda name, flags: os.open(name, flags, 0o600)  # noqa: E731
    async with await anyio.open_file(path, "xb", opener=opener) as file:
        async for piece in pieces:
            size_bytes += len(piece)
            await file.write(piece)
    if size_bytes == 0:
        raise Invalid("There is nothing to import.", [Fault("body", "the file is empty")])
