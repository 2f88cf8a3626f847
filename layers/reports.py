"""Incidents reported by whoever stands there: by point, by house or by address, in their grid at once."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from geoalchemy2.shape import from_shape, to_shape
from shapely import Point
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from layers.assign import place_of
from layers.audit import record
from layers.codes import code_of, region_range, village_of
from layers.datum import parse_crs, to_wgs84
from layers.db import actor, scope_of, set_scope
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.geocode.answer import Location
from layers.geocoding import geocode_many
from layers.locks import lock_village_shared
from layers.models import Incident, IncidentKind
from layers.review import queue
from layers.scope import Scope
from layers.visits import find_house, happened_faults, point_of

__all__ = ["LEAST_ACCURATE_M", "Report", "ReportRow", "report_incident"]

LEAST_ACCURATE_M = 500.0
"""A position known worse than this does not even tell the village."""
_LEVELS = ((20.0, "house"), (50.0, "building"), (150.0, "street"), (LEAST_ACCURATE_M, "hamlet"))
"""Up to which accuracy in metres a position counts as known how exactly."""
_UNSTATED_M = 150.0
"""What a point is taken to be true within when nobody said: its street, and no house that nobody named."""
_BY_POINT = ("house", "building", "street", "hamlet")
_SOURCE = "reported"


@dataclass(frozen=True)
class Report:
    """An incident as it is told; `id` is made by the phone, so that sending it again does no harm.

    Its place is one of: `point` (lon, lat in the datum `crs`, true within `accuracy_m`, 150 m when that is not said),
    `house_id`, `address`.
    """

    id: uuid.UUID
    kind: str
    text: str
    occurred_at: datetime
    point: tuple[float, float] | None = None
    crs: str | None = None
    accuracy_m: float | None = None
    house_id: uuid.UUID | None = None
    address: str | None = None


@dataclass(frozen=True)
class ReportRow:
    """A reported incident as it is stored; `visible` tells whether it lies inside the reporter's own scope."""

    id: uuid.UUID
    kind: str
    occurred_at: datetime
    grid_no: str
    level: str
    radius_m: float | None
    visible: bool
    is_new: bool


@dataclass(frozen=True)
class _Spot:
    """Where it happened, and how well that is known; point is lon, lat (EPSG:4326). `found`: what its address told."""

    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    grid_no: int
    source_crs: str | None = None
    found: Location | None = None


def report_incident(session: Session, report: Report, now: datetime) -> ReportRow:
    """Store an incident in the grid that holds it; the same one sent again is found, not stored again.

    What happens just outside a field worker's grids is taken too, as long as it lies in a village of theirs; it belongs
    to the grid that holds it, and they then do not see it. One known by an address that leads to no one house waits in
    the review queue. `handled_grid_no` is that grid. The village is locked
    against a publish until the transaction ends.

    Raises:
        NotFound: when the place is outside the caller's villages, or the house outside the scope.
        Invalid: when kind, moment, datum or place have faults, or the address leads nowhere.
        Conflict: when another incident has this id.
    """
    if faults := _faults(session, report, now):
        raise Invalid("The report has faults.", faults)
    spot = _within_reach(session, _find_spot(session, report))
    lock_village_shared(session, village_of(spot.grid_no))
    # A publish may have ended while we waited for the lock.
    spot = _within_reach(session, _find_spot(session, report))
    own = scope_of(session)
    with _as_far_as(session, village_of(spot.grid_no)):
        row, is_new = _store(session, report, spot)
    visible = own.covers(row.grid_no, row.grid_no)
    return ReportRow(row.id, row.kind, row.occurred_at, code_of(row.grid_no), row.level, row.radius_m, visible, is_new)


def _faults(session: Session, report: Report, now: datetime) -> list[Fault]:
    faults = happened_faults("occurred_at", report.occurred_at, now)
    if not session.scalar(select(exists().where(IncidentKind.code == report.kind))):
        faults.append(Fault("kind", f"there is no kind of incident {report.kind!r}"))
    if sum(place is not None for place in (report.point, report.house_id, report.address)) != 1:
        faults.append(Fault("point", "give one of point, house_id and address"))
    if (report.point is None) != (report.crs is None):
        faults.append(Fault("crs", "a point needs its datum, and a datum its point"))
    accuracy_m = report.accuracy_m
    if accuracy_m is not None and not 0 <= accuracy_m <= LEAST_ACCURATE_M:
        faults.append(
            Fault("accuracy_m", f"must be 0 to {LEAST_ACCURATE_M:g}: give the place on the map or an address")
        )
    return faults


def _find_spot(session: Session, report: Report) -> _Spot:
    if report.point is not None and report.crs is not None:
        return _at_point(session, report.point, report.crs, report.accuracy_m)
    if report.house_id is not None:
        return _at_house(session, report.house_id)
    return _at_address(session, report.address or "")


def _at_point(session: Session, point: tuple[float, float], crs: str, stated_m: float | None) -> _Spot:
    stated = parse_crs(crs)
    accuracy_m = _UNSTATED_M if stated_m is None else stated_m
    lon, lat = (float(value) for value in to_wgs84(point[0], point[1], stated))
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Invalid("The report has faults.", [Fault("point", f"is no place in {stated}")])
    level = next(level for most_m, level in _LEVELS if accuracy_m <= most_m)
    return _Spot((lon, lat), level, accuracy_m, _number_at(session, (lon, lat)), stated)


def _at_house(session: Session, house_id: uuid.UUID) -> _Spot:
    house = find_house(session, house_id)
    point = point_of(house)
    if point is None or house.level not in _BY_POINT:
        return _Spot(None, "village", None, int(village_of(house.grid_no)) * 1000)
    # By its own point, as every later assignment will: a building may stand across a border.
    return _Spot(point, house.level, house.radius_m, _number_at(session, point))


def _at_address(session: Session, address: str) -> _Spot:
    (found,) = geocode_many(session, [address])
    number = found.grid_no
    if found.point is not None and found.level in _BY_POINT:
        number = _number_at(session, found.point)
    if number is None or found.level == "unplaced":
        why = ", ".join(reason.kind for reason in found.reasons) or "no place is known by it"
        raise Invalid("The report has faults.", [Fault("address", f"leads nowhere: {why}")])
    return _Spot(found.point, found.level, found.radius_m, number, found=found)


def _number_at(session: Session, point: tuple[float, float]) -> int:
    number = place_of(session, *point)
    if number is None:
        raise NotFound("The place lies outside every region.")
    return number


def _within_reach(session: Session, spot: _Spot) -> _Spot:
    """The spot, when it lies in the scope or in a village of one of its grids."""
    scope = scope_of(session)
    villages = {village_of(number) for number in scope.grids or ()}
    if not scope.covers(spot.grid_no, spot.grid_no) and village_of(spot.grid_no) not in villages:
        raise NotFound("The place lies outside your villages.")
    return spot


@contextmanager
def _as_far_as(session: Session, village: str) -> Iterator[None]:
    """Widen a scope of grids to their whole village for one insert: what is found there belongs to its neighbours."""
    own = scope_of(session)
    if own.covers(*region_range(village)):
        yield
        return
    set_scope(session, Scope.of_region(village))
    yield
    set_scope(session, own)


def _store(session: Session, report: Report, spot: _Spot) -> tuple[Incident, bool]:
    values = {
        "id": report.id,
        "kind": report.kind,
        "text": report.text,
        "address": report.address,
        "occurred_at": report.occurred_at,
        "grid_no": spot.grid_no,
        "handled_grid_no": spot.grid_no,
        "point": None if spot.point is None else from_shape(Point(*spot.point), 4326),
        "level": spot.level,
        "radius_m": spot.radius_m,
        "source": _SOURCE,
        "source_crs": spot.source_crs,
        "created_by": actor(session),
        "updated_by": actor(session),
    }
    # A twin sent at the same moment is waited for here; behind the row-level policy another's row stays unseen.
    new = session.scalar(insert(Incident).values(values).on_conflict_do_nothing().returning(Incident.id))
    row = session.get(Incident, report.id)
    if row is None or row.created_by != actor(session):
        raise Conflict(f"Another incident has the id {report.id}.")
    if new is not None:
        record(session, "report", "incident", str(report.id), grid_no=spot.grid_no, detail={"level": spot.level})
        if spot.found is not None:
            queue(session, "incident", [(report.id, report.address or "", spot.grid_no, spot.found)])
    elif (row.kind, row.text, row.occurred_at) != (report.kind, report.text, report.occurred_at) or not _same_place(
        row, spot
    ):
        raise Conflict(f"Another incident has the id {report.id}.")
    return row, new is not None


def _same_place(row: Incident, spot: _Spot) -> bool:
    """Whether a stored incident lies where this one is said to lie."""
    if row.point is None or spot.point is None:
        return (row.point is None, row.level) == (spot.point is None, spot.level)
    return bool(to_shape(row.point).equals(Point(*spot.point))) and row.radius_m == spot.radius_m
