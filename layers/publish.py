"""Publishing a plan: one transaction ends the old grids, begins the new ones and re-homes everything."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd
import shapely
from psycopg import Connection
from sqlalchemy.orm import Session

from gridding import Link, NumberError, Plane, Report, Village, check, label_houses, number, succeed
from gridding import Plan as Coverage
from layers import audit
from layers.assign import assign
from layers.codes import grid_no, region_range
from layers.db import actor, raw
from layers.errors import Conflict, Fault, Invalid
from layers.grid_rows import GridRow, planar_frame
from layers.locks import lock_village
from layers.models import Plan
from layers.plans import faults_in_lonlat, find, grids_of, links_of, require_rev
from layers.queries import load
from layers.villages import VillageInputs, build, plane_of, read_inputs

__all__ = ["PublishResult", "publish"]


@dataclass(frozen=True)
class PublishResult:
    """What a publish did: the grids in force now, and the rows that moved by table.

    Of the grids `kept` went on untouched, `changed` keep their number with another shape, `begun` have a new number;
    `ended` numbers are in force no longer and will never be given again.

    `proposals` are duties proposed to the heirs of ended grids; `unplaced` the buildings in no grid (always 0 but for
    those that lie in no village); `cut` the footprints that a border cuts, where that was allowed.
    """

    plan_id: uuid.UUID
    village_code: str
    grids: int
    kept: int
    changed: int
    begun: int
    ended: int
    moved: dict[str, int]
    proposals: int
    unplaced: int
    cut: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class _Change:
    """The rows of grid that end, begin and go on as they are, but for their load."""

    end: list[int]
    begin: list[GridRow]
    keep: list[GridRow]
    cut: tuple[Fault, ...] = ()


def publish(session: Session, plan_id: uuid.UUID, rev: int, *, keep_cut: bool = False) -> PublishResult:
    """Put a reviewed plan into force; waits for inserts and imports in its village, and they wait for it.

    With `keep_cut` footprints that a border cuts do not stop it, as where villages become one and buildings stood on
    their border: the result names them, and the plan is stale, for it is to be divided anew.

    Raises:
        NotFound: no such plan in the scope.
        Conflict: someone changed it since `rev`, it is not in review, or its village has changed since.
        Invalid: the plan has faults; all of them, with their places.
    """
    code = find(session, plan_id).village_code
    lock_village(session, code)
    plan = find(session, plan_id, lock=True)
    require_rev(plan, rev)
    if plan.status != "in_review":
        raise Conflict(f"Only a plan in review can be published; this one is {plan.status}.")
    if plan.stale:
        raise Conflict("The village has changed since this plan was made; take the refitted draft, or divide it again.")
    inputs = read_inputs(session, code)
    change = _change(session, plan, inputs, keep_cut=keep_cut)
    plan.stale = bool(change.cut)
    return _carry_out(session, plan, change)


def _change(session: Session, plan: Plan, inputs: VillageInputs, *, keep_cut: bool) -> _Change:
    rows = grids_of(session, plan.id)
    plane = plane_of(inputs)
    village = build(inputs, plane)
    rows, coverage, cut = _checked(rows, links_of(plan, plane), village, plane, keep_cut=keep_cut)
    numbers = _numbers(session, coverage, village, inputs, plane)
    old = {row.number: row for row in inputs.in_force}
    new = [replace(row, number=int(numbers[row.number])) for row in rows]
    begin = [row for row in new if row.number not in old or not row.same_as(old[row.number])]
    begun = {row.number for row in begin}
    keep = [row for row in new if row.number not in begun]
    return _Change(sorted(set(old) - {row.number for row in keep}), begin, keep, cut)


def _checked(
    rows: Sequence[GridRow], links: tuple[Link, ...], village: Village, plane: Plane, *, keep_cut: bool
) -> tuple[list[GridRow], Coverage, tuple[Fault, ...]]:
    """The plan with the loads of today, as rows and in the village's plane; refused with every fault.

    The third are the cut footprints that were kept.
    """
    labels = label_houses(planar_frame(rows, "seq", plane), village.houses)
    loads = village.houses.set_index("id")["load"].reindex(labels.index).groupby(labels).sum()
    rows = [replace(row, load=int(loads.get(row.number, 0))) for row in rows]
    coverage = Coverage(grids=planar_frame(rows, "seq", plane), report=Report(links=links))
    faults = [fault for fault in check(coverage, village).faults if fault.severity == "fault"]
    kept = [fault for fault in faults if keep_cut and fault.kind == "footprint_cut"]
    if len(faults) > len(kept):
        raise Invalid("The plan has faults and cannot be published.", faults_in_lonlat(faults, plane))
    return rows, coverage, tuple(faults_in_lonlat(kept, plane))


def _numbers(
    session: Session, coverage: Coverage, village: Village, inputs: VillageInputs, plane: Plane
) -> pd.Series[int]:
    """Three-digit numbers by seq: what goes on keeps its number, what is new gets one that was never used."""
    lo, hi = region_range(inputs.code)
    used = [int(str(row[0])) for row in raw(session).execute(load("plans.sql")["used"], {"lo": lo, "hi": hi})]
    in_force = planar_frame(inputs.in_force, "number", plane)
    try:
        return number(coverage, used, succeed(coverage, in_force, village) if len(in_force) else None)
    except NumberError as error:
        raise Invalid("The village has no numbers left.", faults_in_lonlat(error.faults, plane)) from error


def _carry_out(session: Session, plan: Plan, change: _Change) -> PublishResult:
    connection, queries = raw(session), load("publish.sql")
    lo, hi = region_range(plan.village_code)
    values: dict[str, Any] = {"lo": lo, "hi": hi, "plan_id": plan.id, "code": plan.village_code}
    # The clock after the lock, not the start of the transaction: who waited must not begin before whom it waited for.
    values["at"] = _one(connection, "select clock_timestamp()")
    connection.execute(queries["make_before"])
    connection.execute(queries["remember"], values)
    ended = [grid_no(plan.village_code, ended) for ended in change.end]
    connection.execute(queries["end_grids"], {**values, "numbers": ended})
    for row in change.begin:
        begun = {"id": uuid.uuid4(), "grid_no": grid_no(plan.village_code, row.number), "load": row.load}
        begun |= {"kind": row.kind, "name": row.name, "geom": shapely.to_wkb(row.geom)}
        connection.execute(queries["begin_grid"], {**values, **begun})
    for row in change.keep:
        connection.execute(queries["weigh"], {"grid_no": grid_no(plan.village_code, row.number), "load": row.load})
    connection.execute(queries["retire"], values)
    _mark_published(session, plan, values["at"])
    moved = assign(session, [plan.village_code])
    connection.execute(queries["lineage"], values)
    connection.execute(queries["forget_before"])
    duties = [row[0] for row in connection.execute(queries["end_duties"], values)]
    proposals = connection.execute(queries["propose_heirs"], {**values, "duties": duties}).rowcount
    going_on = {row.number for row in change.begin} & set(change.end)
    result = PublishResult(
        plan_id=plan.id,
        village_code=plan.village_code,
        grids=len(change.keep) + len(change.begin),
        kept=len(change.keep),
        changed=len(going_on),
        begun=len(change.begin) - len(going_on),
        ended=len(change.end) - len(going_on),
        moved=moved,
        proposals=proposals,
        unplaced=int(str(_one(connection, queries["unplaced"], values))),
        cut=change.cut,
    )
    audit.record(
        session, "plan.publish", "plan", str(plan.id), grid_no=lo, detail={"grids": result.grids, "moved": moved}
    )
    return result


def _mark_published(session: Session, plan: Plan, at: datetime) -> None:
    plan.status, plan.rev = "published", plan.rev + 1
    plan.published_at, plan.published_by = at, actor(session)
    session.flush()


def _one(connection: Connection[tuple[object, ...]], query: str, values: dict[str, Any] | None = None) -> Any:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise Invalid("The database gave no answer.", [Fault("publish", query)])
    return row[0]
