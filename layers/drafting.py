"""Many villages drafted, by this process or by several others; what befalls one village concerns that village only."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing

from gridding import Target
from gridding.warm import warm_up
from layers.errors import WanggeError
from layers.plans import Draft, draft
from layers.villages import VillageInputs

__all__ = ["Given", "Made", "draft_all", "internal_error"]

Given = tuple[str, VillageInputs | WanggeError]
"""A village's code with its inputs, or with what refused to give them."""
Made = tuple[str, Draft | WanggeError]
"""A village's code with its draft, or with what refused it."""

# spawn: a forked child would share our connections to the database.
_PROCESSES = multiprocessing.get_context("spawn")
_log = logging.getLogger(__name__)


def draft_all(given: Iterable[Given], target: Target, workers: int) -> Generator[Made, None, None]:
    """Each village with its draft or what refused it, as they are done; close the iterator to stop at once.

    What is given is read only as far ahead as `workers` need. An error that nobody foresaw refuses its village. When a
    worker process dies, the villages then under way are tried again, one at a time: one that ends its
    process again is refused.
    """
    if workers <= 1:
        yield from ((code, _attempt(inputs, target)) for code, inputs in given)
        return
    # Before the others begin: they would all compile the same.
    warm_up()
    with closing(_Crew(workers, target)) as crew:
        for code, inputs in given:
            crew.take(code, inputs)
            if crew.under_way > 2 * workers:
                yield from crew.finished()
        while crew.under_way:
            yield from crew.finished()


def internal_error(error: Exception) -> WanggeError:
    """What an error that nobody foresaw is told as; its traceback goes into the log."""
    _log.error("internal error", exc_info=error)
    return WanggeError(f"internal error: {type(error).__name__}: {error}")


class _Crew:
    """Worker processes and what they have in hand; replaced by new ones when one of them dies."""

    def __init__(self, workers: int, target: Target) -> None:
        self._workers = workers
        self._target = target
        self._pool = _new_pool(workers)
        self._in_hand: dict[Future[Draft | WanggeError], Given] = {}

    @property
    def under_way(self) -> int:
        return len(self._in_hand)

    def take(self, code: str, inputs: VillageInputs | WanggeError) -> None:
        self._in_hand[_submit(self._pool, inputs, self._target)] = (code, inputs)

    def finished(self) -> Iterator[Made]:
        """Wait for at least one village."""
        done, _ = wait(self._in_hand, return_when=FIRST_COMPLETED)
        if any(_died(future) for future in done):
            # Whatever the pool had in hand is lost with it, and nothing says whose fault it was.
            done, _ = wait(self._in_hand)
        lost = []
        for future in [future for future in self._in_hand if future in done]:
            code, inputs = self._in_hand.pop(future)
            if _died(future):
                lost.append((code, inputs))
            else:
                yield code, _result(future)
        if lost:
            self._pool.shutdown()
            self._pool = _new_pool(self._workers)
            yield from _one_by_one(lost, self._target)

    def close(self) -> None:
        """Finish what is being worked on and nothing else."""
        self._pool.shutdown(cancel_futures=True)


def _one_by_one(given: Iterable[Given], target: Target) -> Iterator[Made]:
    """Each village in a process that works on nothing else."""
    pool = _new_pool(1)
    try:
        for code, inputs in given:
            future = _submit(pool, inputs, target)
            if not _died(future):
                yield code, _result(future)
                continue
            pool.shutdown()
            pool = _new_pool(1)
            yield code, WanggeError("the process that divided it was ended twice; was there too little memory?")
    finally:
        pool.shutdown()


def _new_pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=_PROCESSES, initializer=_begin)


def _submit(pool: Executor, inputs: VillageInputs | WanggeError, target: Target) -> Future[Draft | WanggeError]:
    try:
        return pool.submit(_attempt, inputs, target)
    except BrokenProcessPool as error:
        refused: Future[Draft | WanggeError] = Future()
        refused.set_exception(error)
        return refused


def _died(future: Future[Draft | WanggeError]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _result(future: Future[Draft | WanggeError]) -> Draft | WanggeError:
    error = future.exception()
    return internal_error(error) if isinstance(error, Exception) else future.result()


def _begin() -> None:
    """What a worker process does first."""
    # Ctrl-C reaches every process of a terminal; when to stop is for the parent to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    warm_up()
    # The libraries have made some hundred thousand objects that live as long as the process; looking through them for
    # garbage again and again would take a tenth of a second each time.
    gc.freeze()


def _end_with_parent() -> None:
    # A worker holds both ends of the queue it reads from: without this it would wait for ever for a parent that died.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _attempt(inputs: VillageInputs | WanggeError, target: Target) -> Draft | WanggeError:
    if isinstance(inputs, WanggeError):
        return inputs
    try:
        return draft(inputs, target)
    except WanggeError as error:
        return error
    except Exception as error:
        return internal_error(error)
