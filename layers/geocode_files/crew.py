"""Processes that locate addresses: a server that locates for one caller still answers the others."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import uuid
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from layers.db import Database
from layers.geocode_files.answers import Answer, answers_of
from layers.geocoding import geocode_many
from layers.scope import Scope

__all__ = ["Asking", "Batch", "Crew", "locate_batch"]

# spawn: a forked child would share our connections to the database.
_PROCESSES = multiprocessing.get_context("spawn")
_AHEAD = 2
"""So many batches wait for each process: it is never idle, and what is read ahead stays small."""


@dataclass(frozen=True)
class Batch:
    """Texts to locate together; `within` and `near` (lon, lat on WGS 84) are as long as `texts`."""

    texts: Sequence[str]
    within: Sequence[str | None]
    near: Sequence[tuple[float, float] | None]


@dataclass(frozen=True)
class Asking:
    """On whose behalf addresses are located: the scope that bounds what is found, and the account."""

    scope: Scope
    account_id: uuid.UUID | None = None


class Crew:
    """Worker processes, each with connections of its own to one database; a context manager that ends them.

    They begin with the first batch. With `workers` 0 the work is done in this process.
    """

    def __init__(self, database: Database, workers: int) -> None:
        self._database = database
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, after what they have in hand."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def locate(self, batches: Iterable[Batch], asking: Asking) -> Generator[list[Answer]]:
        """The answers to each batch, in the order of the batches; close the iterator to stop.

        Raises:
            BrokenProcessPool: when a process was ended; the crew can be used again.
        """
        if self._workers == 0:
            yield from (locate_batch(self._database, batch, asking) for batch in batches)
            return
        pool = self._opened()
        in_hand: deque[Future[list[Answer]]] = deque()
        try:
            for batch in batches:
                in_hand.append(pool.submit(_locate, batch, asking))
                if len(in_hand) > _AHEAD * self._workers:
                    yield in_hand.popleft().result()
            while in_hand:
                yield in_hand.popleft().result()
        except BrokenProcessPool:
            self.close()
            raise
        finally:
            for future in in_hand:
                future.cancel()

    def _opened(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, _PROCESSES, initializer=_begin, initargs=(self._database,))
        return self._pool


def locate_batch(database: Database, batch: Batch, asking: Asking) -> list[Answer]:
    """The answers to one batch, in a transaction of its own: what others add meanwhile is found by the next batch."""
    with database.write(asking.scope, asking.account_id) as session:
        return answers_of(session, geocode_many(session, batch.texts, within=batch.within, near=batch.near))


_here: list[Database] = []
"""The database of a worker process."""


def _begin(database: Database) -> None:
    # Ctrl-C reaches every process of a terminal; when to stop is for the parent to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _here.append(database)


def _end_with_parent() -> None:
    # A worker holds both ends of the queue it reads from: without this it would wait for ever for a parent that died.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _locate(batch: Batch, asking: Asking) -> list[Answer]:
    return locate_batch(_here[0], batch, asking)
