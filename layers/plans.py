"""Plans: divide a village into a draft, hand it in for review, look at it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from geopandas import GeoSeries
from shapely import LineString
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridding import Link, Plane, Target, VillageError, divide
from gridding import Plan as Coverage
from layers import audit
from layers.codes import region_range
from layers.db import actor, scope_of
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.grid_rows import GridRow, multi, rows_of
from layers.models import Plan, PlanGrid, Region
from layers.villages import VillageInputs, build, plane_of, read_inputs

__all__ = [
    "Draft",
    "discard",
    "divide_village",
    "draft",
    "draft_of",
    "faults_in_lonlat",
    "find",
    "grids_of",
    "links_of",
    "of_village",
    "require_rev",
    "save",
    "submit",
    "target_of",
]


@dataclass(frozen=True)
class Draft:
    """The grids of a plan in lon/lat, not yet stored, with the report as plain values."""

    code: str
    target: Target
    grids: list[GridRow]
    report: dict[str, Any]


def divide_village(session: Session, code: str, target: Target) -> Plan:
    """Divide a village and store the result as a draft.

    Raises:
        NotFound: no such village in the scope.
        Invalid: it cannot be divided; every fault with its place.
    """
    return save(session, draft(read_inputs(session, code), target))


def draft(inputs: VillageInputs, target: Target) -> Draft:
    """Divide a village that was read before: pure, so that another process can do it.

    Raises:
        Invalid: it cannot be divided; every fault with its place.
    """
    plane = plane_of(inputs)
    try:
        plan = divide(build(inputs, plane), target)
    except VillageError as error:
        faults = faults_in_lonlat(error.faults, plane)
        raise Invalid(f"Village {inputs.code} cannot be divided.", faults) from error
    return draft_of(inputs.code, target, plan, plane)


def draft_of(code: str, target: Target, plan: Coverage, plane: Plane) -> Draft:
    """A coverage in a village's plane as the draft that can be saved."""
    grids = plan.grids.set_geometry(plane.to_lonlat(GeoSeries(plan.grids.geometry)))
    return Draft(code, target, rows_of(grids), _report(plan, plane))


def save(session: Session, made: Draft, act: str = "plan.divide") -> Plan:
    """Store a draft as a plan of its village."""
    plan = Plan(
        id=uuid.uuid4(),
        village_code=made.code,
        status="draft",
        rev=1,
        target_load=made.target.load,
        band_low=made.target.band[0],
        band_high=made.target.band[1],
        tolerance=made.target.tolerance,
        k=made.target.k,
        report=made.report,
        created_by=actor(session),
    )
    session.add(plan)
    session.flush()
    for row in made.grids:
        geom = func.st_setsrid(func.st_geomfromwkb(shapely.to_wkb(row.geom)), 4326)
        session.add(PlanGrid(plan_id=plan.id, seq=row.number, kind=row.kind, name=row.name, load=row.load, geom=geom))
    audit.record(session, act, "plan", str(plan.id), grid_no=region_range(made.code)[0])
    session.flush()
    return plan


def find(session: Session, plan_id: uuid.UUID, *, lock: bool = False) -> Plan:
    """A plan inside the session's scope; with `lock` no other transaction changes it until this one ends.

    Raises:
        NotFound: no such plan in the scope.
    """
    query = select(Plan).where(Plan.id == plan_id).execution_options(populate_existing=True)
    plan = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if plan is None or not scope_of(session).covers(*region_range(plan.village_code)):
        raise NotFound(f"There is no plan {plan_id} here.")
    return plan


def of_village(session: Session, code: str) -> list[Plan]:
    """The plans of a village, newest first.

    Raises:
        NotFound: no such village in the scope.
    """
    known = select(Region.code).where(Region.code == code, Region.level == 5, func.upper_inf(Region.validity))
    if not scope_of(session).covers(*region_range(code)) or session.scalar(known) is None:
        raise NotFound(f"There is no village {code} here.")
    query = select(Plan).where(Plan.village_code == code).order_by(Plan.created_at.desc(), Plan.id)
    return list(session.scalars(query))


def grids_of(session: Session, plan_id: uuid.UUID) -> list[GridRow]:
    """The grids of a plan, by seq."""
    query = select(PlanGrid, func.st_asbinary(PlanGrid.geom)).where(PlanGrid.plan_id == plan_id).order_by(PlanGrid.seq)
    return [
        GridRow(grid.seq, grid.kind, grid.name, grid.load, multi(shapely.from_wkb(bytes(wkb))))
        for grid, wkb in session.execute(query)
    ]


def submit(session: Session, plan_id: uuid.UUID, rev: int) -> Plan:
    """Hand a draft in for review.

    Raises:
        NotFound: no such plan in the scope.
        Conflict: someone changed it since `rev`, it is no draft, or its village has changed since.
    """
    plan = find(session, plan_id, lock=True)
    require_rev(plan, rev)
    if plan.status != "draft":
        raise Conflict(f"Only a draft can be submitted; this plan is {plan.status}.")
    if plan.stale:
        raise Conflict("The village has changed since this plan was made; take the refitted draft, or divide it again.")
    plan.status, plan.rev = "in_review", plan.rev + 1
    plan.submitted_at, plan.submitted_by = func.now(), actor(session)
    audit.record(session, "plan.submit", "plan", str(plan.id), grid_no=region_range(plan.village_code)[0])
    session.flush()
    session.refresh(plan)
    return plan


def discard(session: Session, plan_id: uuid.UUID, rev: int) -> None:
    """Throw away a plan that was never in force, with its grids; the audit remembers that there was one.

    Raises:
        NotFound: no such plan in the scope.
        Conflict: someone changed it since `rev`, or it is or was in force.
    """
    plan = find(session, plan_id, lock=True)
    require_rev(plan, rev)
    if plan.status not in ("draft", "in_review"):
        raise Conflict(f"Only a plan that was never in force can be discarded; this one is {plan.status}.")
    audit.record(session, "plan.discard", "plan", str(plan.id), grid_no=region_range(plan.village_code)[0])
    session.delete(plan)
    session.flush()


def require_rev(plan: Plan, rev: int) -> None:
    """Return when the plan is still at `rev`.

    Raises:
        Conflict: someone changed it since.
    """
    if plan.rev != rev:
        raise Conflict(f"The plan was changed meanwhile: it is at revision {plan.rev}, you have {rev}; load it again.")


def target_of(plan: Plan) -> Target:
    """The target that a stored plan was made for."""
    return Target(plan.target_load, (plan.band_low, plan.band_high), plan.tolerance, plan.k)


def faults_in_lonlat(faults: Iterable[Any], plane: Plane) -> list[Fault]:
    """Gridding's faults as ours: their places in lon/lat."""
    found = []
    for fault in faults:
        place = None
        if not fault.where.is_empty:
            point = plane.to_lonlat(fault.where.representative_point())
            place = (round(point.x, 7), round(point.y, 7))
        found.append(Fault(fault.kind, fault.message, place))
    return found


def links_of(plan: Plan, plane: Plane) -> tuple[Link, ...]:
    """The automatic links of a stored plan, in the plane: over these, and only these, a grid may be of two parts."""
    stored = [link for link in plan.report.get("links", []) if link["automatic"]]
    lines = [shapely.get_coordinates(plane.to_plane(LineString(link["line"]))) for link in stored]
    return tuple(Link(LineString(line), True, link["message"]) for line, link in zip(lines, stored, strict=True))


def _report(plan: Coverage, plane: Plane) -> dict[str, Any]:
    report = plan.report
    faults = faults_in_lonlat(report.faults, plane)
    return {
        "mean_load": round(report.mean_load, 3),
        "deviation": round(report.deviation, 6),
        "bound": round(report.bound, 6),
        "compactness": round(report.compactness, 4),
        "barrier_share": None if report.barrier_share is None else round(report.barrier_share, 4),
        "reasons": [
            {"kind": reason.kind, "message": reason.message, "seq": reason.seq, "bound": round(reason.bound, 6)}
            for reason in report.reasons
        ],
        "links": [
            {"message": link.message, "automatic": link.automatic, "line": _lonlat_line(link.line, plane)}
            for link in report.links
        ],
        "faults": [
            {"kind": fault.where, "message": fault.message, "place": fault.place, "severity": source.severity}
            for fault, source in zip(faults, report.faults, strict=True)
        ],
    }


def _lonlat_line(line: BaseGeometry, plane: Plane) -> list[list[float]]:
    return [[round(x, 7), round(y, 7)] for x, y in shapely.get_coordinates(plane.to_lonlat(line)).tolist()]
