"""Houses added one by one: by address, by point or by building."""

from __future__ import annotations

import math
import uuid
from dataclasses import asdict, dataclass, replace

from geoalchemy2.shape import from_shape
from shapely import Point
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from layers.addresses import chain_of, parts_of, spelling
from layers.assign import place_of
from layers.audit import record
from layers.codes import code_of, level_of, region_range, village_of
from layers.datum import parse_crs, to_wgs84
from layers.db import actor, scope_of
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.geocode.answer import Location
from layers.geocode.parts import Parts
from layers.geocoding import geocode_many
from layers.locks import lock_address, lock_village_shared
from layers.models import Building, House
from layers.review import queue
from layers.scope import Scope, home_of

__all__ = ["HouseRow", "add_house", "home_of"]

_LONGEST_ADDRESS = 200
_BY_POINT = ("house", "building", "street", "hamlet")
_NAMES = ("street", "estate", "hamlet")
_NUMBERS = ("number", "building_no", "room")
_GEOCODED = "geocoded"
_DOUBTS = frozenset({"ambiguous", "outside_stated"})
"""With these a house or building that the address leads to may be another one."""


@dataclass(frozen=True)
class HouseRow:
    """A house as it was stored: point is lon, lat (EPSG:4326), None when only its region is known."""

    id: uuid.UUID
    rev: int
    grid_no: str
    address: str
    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    confidence: float | None
    source: str
    building_id: uuid.UUID | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Spot:
    """Where a new house stands, and how that is known."""

    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    confidence: float
    source: str
    grid_no: int
    source_crs: str | None = None
    building_id: uuid.UUID | None = None


def add_house(
    session: Session,
    address: str,
    *,
    point: tuple[float, float] | None = None,
    crs: str | None = None,
    building_id: uuid.UUID | None = None,
    village: str | None = None,
) -> HouseRow:
    """A new house, in its grid at once.

    It stands in its building, else at its point (lon, lat in the datum `crs`; stored on WGS 84), else where its address
    is geocoded. `village` (12 digits) says which village it is in for certain.
    What is placed by its address alone and not surely waits in the review queue.
    The village is locked against a publish until the transaction ends; the audit names the house, not its address.

    Raises:
        Invalid: when address, point, datum or village have faults, or the address leads nowhere.
        NotFound: when the place or the building is outside the session's scope.
        Conflict: when a house with the same address stands there already.
    """
    if faults := [*_address_faults(address), *_point_faults(point, crs, building_id)]:
        raise Invalid("The house has faults.", faults)
    point = _on_wgs84(point, crs)
    scope = scope_of(session)
    within = _within(scope, village)
    (location,) = geocode_many(session, [address], within)
    spot = _find(session, location, point, crs, building_id)
    # Only now the village is known; a publish may have ended while we waited for its lock, so look again.
    lock_village_shared(session, village_of(spot.grid_no))
    spot = _find(session, location, point, crs, building_id)
    _refuse_elsewhere(spot, scope, village)
    return _store(session, spot, location, address)


def _within(scope: Scope, village: str | None) -> str | None:
    if village is None:
        return home_of(scope)
    if level_of(village) != 5:
        raise Invalid("The house has faults.", [Fault("village", f"{village} is not the code of a village")])
    if not scope.overlaps(*region_range(village)):
        raise NotFound(f"There is no village {village} here.")
    return village


def _address_faults(address: str) -> list[Fault]:
    if not address.strip() or len(address) > _LONGEST_ADDRESS or "\0" in address:
        return [Fault("address", f"must be 1 to {_LONGEST_ADDRESS} characters without a zero byte")]
    return []


def _point_faults(point: tuple[float, float] | None, crs: str | None, building_id: uuid.UUID | None) -> list[Fault]:
    if point is None:
        return []
    faults = []
    if building_id is not None:
        faults.append(Fault("point", "a house in a building stands where the building is: give one of both"))
    try:
        parse_crs(crs or "")
    except Invalid as error:
        faults += error.faults
    if not all(map(math.isfinite, point)) or abs(point[0]) > 180 or abs(point[1]) > 90:
        faults.append(Fault("point", "must be longitude and latitude in degrees"))
    return faults


def _on_wgs84(point: tuple[float, float] | None, crs: str | None) -> tuple[float, float] | None:
    if point is None or crs is None:
        return None
    lon, lat = to_wgs84(point[0], point[1], crs)
    return float(lon), float(lat)


def _find(
    session: Session,
    location: Location,
    point: tuple[float, float] | None,
    crs: str | None,
    building_id: uuid.UUID | None,
) -> _Spot:
    if building_id is not None:
        return _in_building(session, building_id)
    if point is not None:
        number = place_of(session, *point)
        if number is None:
            raise Invalid("The house has faults.", [Fault("point", "lies outside every region", point)])
        return _Spot(point, "house", None, 1.0, "drawn", number, crs)
    return _geocoded(session, location)


def _in_building(session: Session, building_id: uuid.UUID) -> _Spot:
    columns = (func.st_x(Building.point), func.st_y(Building.point), Building.level, Building.radius_m)
    statement = select(*columns, Building.source, Building.grid_no).where(Building.id == building_id)
    row = session.execute(statement).one_or_none()
    # A building outside the scope answers like one that does not exist.
    if row is None or not scope_of(session).covers(row.grid_no, row.grid_no):
        raise NotFound(f"There is no building {building_id} here.")
    lon, lat, level, radius_m, source, number = row
    point = None if lon is None else (lon, lat)
    return _Spot(point, level, radius_m, 1.0, source, number, building_id=building_id)


def _geocoded(session: Session, location: Location) -> _Spot:
    if location.building_id is not None:
        return replace(_in_building(session, uuid.UUID(location.building_id)), confidence=location.confidence)
    number = location.grid_no
    if location.point is not None and location.level in _BY_POINT:
        number = place_of(session, *location.point)
    if number is None or location.level == "unplaced":
        why = ", ".join(reason.kind for reason in location.reasons) or "no place is known by it"
        raise Invalid("The house has faults.", [Fault("address", f"leads nowhere: {why}")])
    return _Spot(location.point, location.level, location.radius_m, location.confidence, _GEOCODED, number)


def _refuse_elsewhere(spot: _Spot, scope: Scope, village: str | None) -> None:
    if not scope.covers(spot.grid_no, spot.grid_no):
        raise NotFound("The place lies outside your region.")
    if village is not None and village_of(spot.grid_no) != village:
        message = f"lies in {village_of(spot.grid_no)}, not in {village}"
        raise Invalid("The house has faults.", [Fault("village", message, spot.point)])


def _store(session: Session, spot: _Spot, location: Location, address: str) -> HouseRow:
    parts, text = _written(session, spot, location, address)
    lock_address(session, village_of(spot.grid_no), text)
    _refuse_again(session, spot, location, text)
    own = {name: value for name, value in asdict(parts).items() if name != "rest"}
    place = asdict(spot) | {"point": None if spot.point is None else from_shape(Point(*spot.point), 4326)}
    house = House(id=uuid.uuid4(), address=text, created_by=actor(session), updated_by=actor(session), **own, **place)
    session.add(house)
    session.flush()
    record(session, "add", "house", str(house.id), grid_no=spot.grid_no, detail={"level": spot.level})
    kinds = tuple(reason.kind for reason in location.reasons)
    if spot.source == _GEOCODED or (spot.building_id is not None and not _DOUBTS.isdisjoint(kinds)):
        queue(session, "house", [(house.id, address.strip(), spot.grid_no, location)])
    return HouseRow(
        id=house.id,
        rev=1,
        grid_no=code_of(spot.grid_no),
        address=text,
        point=spot.point,
        level=spot.level,
        radius_m=spot.radius_m,
        confidence=spot.confidence,
        source=spot.source,
        building_id=spot.building_id,
        reasons=kinds,
    )


def _written(session: Session, spot: _Spot, location: Location, address: str) -> tuple[Parts, str]:
    """The address in parts, under the names that it was found by, and its text, in one spelling where understood."""
    parts = location.parts
    if not any(getattr(parts, name) for name in _NUMBERS):
        own = parts_of(address, chain_of(session, village_of(spot.grid_no)))
        found = {name: getattr(parts, name) for name in _NAMES}
        parts = replace(own, **found) if any(found.values()) and location.level in _BY_POINT else own
    return parts, spelling(parts, chain_of(session, location.region_code)) or address.strip()


def _refuse_again(session: Session, spot: _Spot, location: Location, text: str) -> None:
    same = [House.address == text]
    if location.house_id is not None and _DOUBTS.isdisjoint(reason.kind for reason in location.reasons):
        same.append(House.id == uuid.UUID(location.house_id))
    known = session.scalar(select(House.address).where(or_(*same), House.grid_no == spot.grid_no).limit(1))
    if known is not None:
        raise Conflict(f"{known} is registered already.")
