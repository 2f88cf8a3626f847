"""Long jobs: a whole region divided, villages in parallel, resumable, one bad village not stopping the rest.

What is done is in the database: each village is one transaction of its own, so a job that was cut goes on where it was
when it is started again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.orm import Session

from gridding import Target
from layers.codes import region_range
from layers.db import Database, raw
from layers.drafting import Given, draft_all, internal_error
from layers.errors import Fault, NotFound, WanggeError
from layers.locks import lock_village
from layers.migrate import require_ready
from layers.plans import Draft, save, submit
from layers.publish import publish
from layers.queries import load
from layers.scope import Scope
from layers.villages import VillageInputs, read_inputs

__all__ = ["Done", "RegionSummary", "divide_region"]

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Done:
    """One village finished: how many of how many, its grids and largest deviation, or why it was refused."""

    code: str
    position: int
    total: int
    grids: int
    deviation: float
    faults: tuple[Fault, ...] = ()


@dataclass
class RegionSummary:
    """What a region's job did: villages divided and published, grids made, rows moved by table, and what was refused.

    `refused` is by village code; it does not depend on the order in which villages were done.
    """

    villages: int = 0
    published: int = 0
    grids: int = 0
    worst_deviation: float = 0.0
    moved: dict[str, int] = field(default_factory=dict)
    refused: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Stored:
    """What was stored of one village: nothing when another job had been there first."""

    grids: int = 0
    deviation: float = 0.0
    moved: dict[str, int] | None = None


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
    on the order in which villages finish. Whatever is wrong with one village, foreseen or not, refuses that village:
    the rest goes on.

    Raises:
        NotFound: when no village of the region has a shape.
        Unavailable: when the database does not answer any longer; what was done until then is kept.
    """
    codes = _villages(database, code, target, again=again)
    if not codes and not _villages(database, code, target, again=True):
        raise NotFound(f"No village of {code} has a boundary; import them first.")
    summary = RegionSummary()
    inputs = (_inputs(database, village) for village in codes)
    with closing(draft_all(inputs, target, workers)) as drafts:
        for position, (village, made) in enumerate(drafts, start=1):
            outcome = _stored(database, made, publish_too=publish_too, again=again) if isinstance(made, Draft) else made
            faults = _count(summary, village, outcome)
            grids, deviation = (0, 0.0) if isinstance(outcome, WanggeError) else (outcome.grids, outcome.deviation)
            progress(Done(village, position, len(codes), grids, deviation, faults))
    summary.refused.sort(key=lambda fault: fault.where)
    summary.moved = dict(sorted(summary.moved.items()))
    return summary


def _villages(database: Database, code: str, target: Target, *, again: bool) -> list[str]:
    with database.write(Scope.everything()) as session:
        return _to_divide(session, code, target, again=again)


def _to_divide(session: Session, code: str, target: Target, *, again: bool) -> list[str]:
    """The villages of a region with a shape and, unless `again`, without a plan of this target."""
    lo, hi = region_range(code)
    values: dict[str, object] = {"lo": lo, "hi": hi, "load": target.load, "low": target.band[0], "high": target.band[1]}
    values |= {"tolerance": target.tolerance, "k": target.k, "again": again}
    rows = raw(session).execute(load("plans.sql")["villages_to_divide"], values).fetchall()
    return [str(row[0]) for row in rows]


def _inputs(database: Database, code: str) -> Given:
    def read() -> VillageInputs:
        with database.write(Scope.everything()) as session:
            return read_inputs(session, code)

    return code, _or_refused(database, read)


def _stored(database: Database, made: Draft, *, publish_too: bool, again: bool) -> _Stored | WanggeError:
    """Put a draft into the database, in one transaction with what else shall be done with it."""

    def store() -> _Stored:
        with database.write(Scope.everything()) as session:
            lock_village(session, made.code)
            # Another job may have done it meanwhile.
            if not _to_divide(session, made.code, made.target, again=again):
                return _Stored()
            plan = save(session, made)
            moved = None
            if publish_too:
                plan = submit(session, plan.id, plan.rev)
                moved = publish(session, plan.id, plan.rev).moved
            return _Stored(len(made.grids), abs(float(made.report["deviation"])), moved)

    return _or_refused(database, store)


def _or_refused(database: Database, act: Callable[[], Answer]) -> Answer | WanggeError:
    try:
        return act()
    except WanggeError as error:
        return error
    except Exception as error:
        # Without its database every other village would fail as well: that ends the job.
        require_ready(database)
        return internal_error(error)


def _count(summary: RegionSummary, code: str, outcome: _Stored | WanggeError) -> tuple[Fault, ...]:
    """Add what became of one village; its faults."""
    if isinstance(outcome, WanggeError):
        faults = outcome.faults or (Fault(code, outcome.detail),)
        summary.refused += [Fault(code, fault.message, fault.place) for fault in faults]
        return faults
    summary.villages += outcome.grids > 0
    summary.grids += outcome.grids
    summary.worst_deviation = max(summary.worst_deviation, outcome.deviation)
    summary.published += outcome.moved is not None
    for table, count in (outcome.moved or {}).items():
        summary.moved[table] = summary.moved.get(table, 0) + count
    return ()
