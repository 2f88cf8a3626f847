"""Villages that become one, and one that becomes several: land, grids, and everything that stands on them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoSeries
from psycopg import sql
from shapely import MultiPolygon
from sqlalchemy.orm import Session

from gridding import Link, NumberError, Plane, Report, Target, Village, VillageError, number, refit
from gridding import Plan as Coverage
from gridding.dissolve import reading_order
from layers.assign import assign
from layers.changes.recode import NUMBERED
from layers.changes.turn import Turn, finish, remember, to_village, turn_regions
from layers.codes import grid_no, region_range
from layers.db import raw
from layers.errors import Fault, Invalid
from layers.grid_rows import GridRow, planar_frame, rows_of
from layers.imports import Import
from layers.models import Plan
from layers.plans import draft_of, faults_in_lonlat, find, links_of, of_village, save, submit, target_of
from layers.publish import PublishResult, publish
from layers.queries import load
from layers.villages import VillageInputs, build, in_force, plane_of, read_inputs

__all__ = ["merge", "split"]


def merge(log: Import, turn: Turn, at: datetime) -> dict[str, int]:
    """Let the villages become one: its land is their union, and their grids go on as its grids, in one published plan.

    Grids of the village that goes on keep their numbers, the others get new ones; duties move with their grids. A
    building on the old border is cut by the grids: that is a warning, and the plan in force is stale then.
    How many rows have another number, by table.

    Raises:
        Invalid: there are not enough numbers left, or the plan made of all grids has faults.
    """
    session, part = log.session, turn.new[0]
    given = [(code, row) for code in turn.old for row in in_force(session, code)]
    before = [plan for code in turn.old for plan in of_village(session, code) if plan.status == "published"]
    remember(session, turn)
    if not turn.planned:
        turn_regions(log, turn, at)
        moved = to_village(session, turn)
        assign(session, [part.code])
        return finish(session, turn, moved)
    inputs = _all_inputs(session, turn)
    plane = plane_of(inputs)
    coverage, origin = _together(given, before, plane)
    fitted = _refitted(part.code, coverage, _buildable(inputs, plane), plane)
    turn_regions(log, turn, at)
    plan = save(session, draft_of(part.code, target_of(before[0]), fitted, plane), "plan.merge")
    numbers = _numbered(session, part.code, fitted, [given[row] for row in origin], plane)
    moved = _renumber(session, turn, plan, numbers, at)
    cut = _publish(session, plan, keep_cut=True).cut
    log.fault(*(Fault(part.code, f"warning: on the old border, {fault.message}", fault.place) for fault in cut))
    if cut:
        log.fault(Fault(part.code, "warning: its grids cut buildings on the old border: divide the village again"))
    return finish(session, turn, moved)


def split(log: Import, turn: Turn, at: datetime) -> dict[str, int]:
    """Let a village become several: grids fall to the part that holds them, one that the new border cuts is divided.

    Each part has a published plan, and everything with a point is where it lies; what was known to the old village
    only is known to the first part. How many rows have another number, by table.

    Raises:
        Invalid: a part holds no basic grid to go on from, or its plan has faults.
    """
    session, old = log.session, turn.old[0]
    remember(session, turn)
    drafts: dict[str, Plan] = {}
    fitted = _divided(session, turn) if turn.planned else {}
    turn_regions(log, turn, at)
    moved = to_village(session, turn)
    for code, (coverage, target, plane) in fitted.items():
        drafts[code] = save(session, draft_of(code, target, coverage, plane), "plan.split")
        if code != old:
            _begin_grids(session, drafts[code], coverage, plane, at)
    rehomed = [_publish(session, plan).moved for plan in drafts.values()]
    # A part that does not touch the others is not near them: all are looked at together as well.
    rehomed.append(assign(session, [part.code for part in turn.new]))
    for counts in rehomed:
        for table, rows in counts.items():
            moved[table] = moved.get(table, 0) + rows
    raw(session).execute(load("changes.sql")["lineage"])
    return finish(session, turn, moved)


def _all_inputs(session: Session, turn: Turn) -> VillageInputs:
    """What the villages of a merger hold, as one village; read before anything has changed."""
    read = [read_inputs(session, code) for code in turn.old]
    frames = {
        name: pd.concat([getattr(inputs, name) for inputs in read]) for name in ("buildings", "barriers", "links")
    }
    once = {name: frame[~frame.geometry.to_wkb().duplicated()] for name, frame in frames.items() if name != "buildings"}
    return replace(
        read[0],
        code=turn.new[0].code,
        boundary=turn.new[0].geom or MultiPolygon(),
        buildings=frames["buildings"].drop_duplicates("id"),
        in_force=[row for inputs in read for row in inputs.in_force],
        **once,
    )


def _divided(session: Session, turn: Turn) -> dict[str, tuple[Coverage, Target, Plane]]:
    """The grids of the old village fitted to each part, by code; read before anything has changed."""
    inputs = read_inputs(session, turn.old[0])
    before = [plan for plan in of_village(session, turn.old[0]) if plan.status == "published"]
    fitted = {}
    for part in turn.new:
        own = replace(inputs, code=part.code, boundary=part.geom or MultiPolygon())
        plane = plane_of(own)
        coverage, _ = _together([(part.code, row) for row in inputs.in_force], before, plane)
        made = _refitted(part.code, coverage, _buildable(own, plane), plane)
        fitted[part.code] = (made, target_of(before[0]), plane)
    return fitted


def _together(given: Sequence[tuple[str, GridRow]], before: Sequence[Plan], plane: Plane) -> tuple[Coverage, list[int]]:
    """The grids as one coverage in reading order, basic ones first, and the place in `given` of each."""
    frame = planar_frame([row for _, row in given], "seq", plane)
    place = np.empty(len(frame), dtype=np.int64)
    place[reading_order(frame.geometry.to_numpy())] = np.arange(len(frame))
    order = np.lexsort((place, (frame["kind"] != "basic").to_numpy()))
    frame = frame.iloc[order].reset_index(drop=True).assign(seq=np.arange(1, len(frame) + 1))
    links: list[Link] = [link for plan in before for link in links_of(plan, plane)]
    return Coverage(grids=frame, report=Report(links=tuple(links))), order.tolist()


def _buildable(inputs: VillageInputs, plane: Plane) -> Village:
    try:
        return build(inputs, plane)
    except VillageError as error:
        raise Invalid(f"Village {inputs.code} cannot be made.", faults_in_lonlat(error.faults, plane)) from error


def _refitted(code: str, coverage: Coverage, village: Village, plane: Plane) -> Coverage:
    try:
        return refit(coverage, village)
    except VillageError as error:
        raise Invalid(f"The grids do not fit village {code}.", faults_in_lonlat(error.faults, plane)) from error


def _numbered(
    session: Session, code: str, fitted: Coverage, given: Sequence[tuple[str, GridRow]], plane: Plane
) -> list[tuple[str, int, GridRow]]:
    """The old code, old number and new row of each grid of a merger; those of `code` keep their number."""
    lo, hi = region_range(code)
    used = [int(str(row[0])) for row in raw(session).execute(load("plans.sql")["used"], {"lo": lo, "hi": hi})]
    seqs = fitted.grids["seq"].tolist()
    own = [row.number if old == code else pd.NA for old, row in given]
    try:
        numbers = number(fitted, used, pd.Series(own, index=seqs, dtype="Int64"))
    except NumberError as error:
        raise Invalid(f"Village {code} has no numbers left.", faults_in_lonlat(error.faults, plane)) from error
    lonlat = fitted.grids.set_geometry(plane.to_lonlat(GeoSeries(fitted.grids.geometry)))
    new = [replace(row, number=int(numbers[row.number])) for row in rows_of(lonlat)]
    return [(old, before.number, row) for (old, before), row in zip(given, new, strict=True)]


def _renumber(
    session: Session, turn: Turn, plan: Plan, numbers: Sequence[tuple[str, int, GridRow]], at: datetime
) -> dict[str, int]:
    """End the grids of the villages that end, begin them in the new one, and take along what stands in them."""
    connection, queries, code = raw(session), load("changes.sql"), turn.new[0].code
    connection.execute(queries["make_numbers"])
    for old, old_number, row in numbers:
        if old != code:
            values = {"old_no": grid_no(old, old_number), "new_no": grid_no(code, row.number)}
            connection.execute(queries["add_number"], values)
            _begin_grid(session, plan, row, at)
    moved = dict.fromkeys(NUMBERED, 0)
    for table in NUMBERED:
        move = sql.SQL(queries["to_number"]).format(table=sql.Identifier(table))
        moved[table] += connection.execute(move).rowcount
    connection.execute(queries["number_lineage"], {"plan_id": plan.id})
    connection.execute(queries["forget_numbers"])
    for table, rows in to_village(session, turn).items():
        moved[table] += rows
    return moved


def _begin_grids(session: Session, plan: Plan, coverage: Coverage, plane: Plane, at: datetime) -> None:
    """Begin the grids of a village that has none yet, so that the publish of its plan finds them in force."""
    numbers = number(coverage, ())
    lonlat = coverage.grids.set_geometry(plane.to_lonlat(GeoSeries(coverage.grids.geometry)))
    for row in rows_of(lonlat):
        _begin_grid(session, plan, replace(row, number=int(numbers[row.number])), at)


def _begin_grid(session: Session, plan: Plan, row: GridRow, at: datetime) -> None:
    begun = {"id": uuid.uuid4(), "grid_no": grid_no(plan.village_code, row.number), "load": row.load, "at": at}
    begun |= {"kind": row.kind, "name": row.name, "geom": shapely.to_wkb(row.geom), "plan_id": plan.id}
    raw(session).execute(load("publish.sql")["begin_grid"], begun)


def _publish(session: Session, plan: Plan, *, keep_cut: bool = False) -> PublishResult:
    submitted = submit(session, plan.id, find(session, plan.id).rev)
    return publish(session, plan.id, submitted.rev, keep_cut=keep_cut)
