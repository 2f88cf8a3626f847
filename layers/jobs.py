"""Long jobs: a whole region divided, villages in parallel, resumable, one bad village not stopping the rest.

What is done is in the database: each village is one transaction of its own, so a job that was cut goes on where it was
when it is started again.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field

from gridding import Target
from layers.codes import region_range
from layers.db import Database, raw
from layers.errors import Fault, NotFound, WanggeError
from layers.plans import Draft, draft, save, submit
from layers.publish import publish
from layers.queries import load
from layers.scope import Scope
from layers.villages import VillageInputs, read_inputs

__all__ = ["Done", "RegionSummary", "divide_region"]


@dataclass(frozen=True)
class Done:
    """One village finished: how many of how many, its grids, or why it was refused."""

    code: str
    position: int
    total: int
    grids: int
    deviation: float
    faults: tuple[Fault, ...] = ()


@dataclass
class RegionSummary:
    """What a region's job did: villages divided and published, grids made, buildings moved, and what was refused."""

    villages: int = 0
    published: int = 0
    grids: int = 0
    worst_deviation: float = 0.0
    moved: dict[str, int] = field(default_factory=dict)
    refused: list[Fault] = field(default_factory=list)


def divide_region(
    database: Database,
    code: str,
    target: Target,
    *,
    publish_too: bool = False,
    again: bool = False,
    workers: int = 1,
    progress: Callable[[Done], None] = lambda _done: None,
) -> RegionSummary:
    """Divide every village of a region, and with `publish_too` put the plans into force.

    Villages that have a plan of this target are left alone unless `again`. The result does not depend on `workers` nor
    on the order in which villages finish.

    Raises:
        NotFound: when no village of the region has a shape.
    """
    codes = _villages(database, code, target, again=again)
    summary = RegionSummary()
    for position, (village, made) in enumerate(_drafts(database, codes, target, workers), start=1):
        if isinstance(made, Draft):
            _store(database, made, summary, publish_too=publish_too)
            worst = abs(float(made.report["deviation"]))
            progress(Done(village, position, len(codes), len(made.grids), worst))
        else:
            faults = made.faults or (Fault(village, made.detail),)
            summary.refused += [Fault(village, fault.message, fault.place) for fault in faults]
            progress(Done(village, position, len(codes), 0, 0.0, tuple(faults)))
    return summary


def _villages(database: Database, code: str, target: Target, *, again: bool) -> list[str]:
    lo, hi = region_range(code)
    values: dict[str, object] = {"lo": lo, "hi": hi, "load": target.load, "low": target.band[0], "high": target.band[1]}
    values |= {"tolerance": target.tolerance, "k": target.k, "again": again}
    with database.write(Scope.everything()) as session:
        every = raw(session).execute(load("plans.sql")["villages_to_divide"], {**values, "again": True}).fetchall()
        if not every:
            raise NotFound(f"No village of {code} has a boundary; import them first.")
        rows = raw(session).execute(load("plans.sql")["villages_to_divide"], values).fetchall()
    return [str(row[0]) for row in rows]


def _store(database: Database, made: Draft, summary: RegionSummary, *, publish_too: bool) -> None:
    with database.write(Scope.everything()) as session:
        plan = save(session, made)
        summary.villages += 1
        summary.grids += len(made.grids)
        summary.worst_deviation = max(summary.worst_deviation, abs(float(made.report["deviation"])))
        if publish_too:
            plan = submit(session, plan.id, plan.rev)
            result = publish(session, plan.id, plan.rev)
            summary.published += 1
            for table, count in result.moved.items():
                summary.moved[table] = summary.moved.get(table, 0) + count


def _drafts(
    database: Database, codes: Sequence[str], target: Target, workers: int
) -> Iterator[tuple[str, Draft | WanggeError]]:
    """Each village with its draft or what refused it; inputs are read ahead only as far as workers need."""
    inputs = (_inputs(database, code) for code in codes)
    if workers <= 1:
        yield from ((code, _draft_or_error(given, target)) for code, given in inputs)
        return
    # spawn: a forked child would share our connections to the database
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        running: dict[Future[Draft | WanggeError], str] = {}
        for code, given in inputs:
            running[pool.submit(_draft_or_error, given, target)] = code
            if len(running) > 2 * workers:
                yield from _finished(running)
        while running:
            yield from _finished(running)


def _finished(running: dict[Future[Draft | WanggeError], str]) -> Iterator[tuple[str, Draft | WanggeError]]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield running.pop(future), future.result()


def _inputs(database: Database, code: str) -> tuple[str, VillageInputs | WanggeError]:
    try:
        with database.write(Scope.everything()) as session:
            return code, read_inputs(session, code)
    except WanggeError as error:
        return code, error


def _draft_or_error(given: VillageInputs | WanggeError, target: Target) -> Draft | WanggeError:
    if isinstance(given, WanggeError):
        return given
    try:
        return draft(given, target)
    except WanggeError as error:
        return error
