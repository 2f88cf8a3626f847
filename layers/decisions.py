"""What a reviewer decides of a row that waits: a candidate, a place on the map, or that there is none; and back again.

A decision is one transaction: the row moves with all that hangs on it, the entry says what it was before, other names
are learned from it, and the entries that say the same are decided with it.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from layers.assign import place_of
from layers.audit import record
from layers.codes import code_of, region_of, region_range, village_of
from layers.datum import parse_crs, to_wgs84
from layers.db import actor, raw, scope_of
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.learning import Lesson, forget, learn
from layers.locks import lock_village_shared
from layers.placements import Placement, move, read_placement
from layers.queries import load
from layers.review_list import Entry, find_entry, like
from layers.visits import find_house, point_of

__all__ = ["REJECTIONS", "Decided", "Decision", "Pick", "Pin", "Reject", "decide", "undo_decision"]

REJECTIONS = ("no_such_address", "not_an_address", "outside", "other")
"""Why nothing can be made of a text: no such place, no address at all, outside the region, something else."""
LONGEST_RADIUS_M = 2000.0
"""A pin that is truer only than this tells no street."""

_BY_POINT = ("house", "building", "street", "hamlet")
_SOURCE = "reviewed"
_LEVELS = {12: "village", 9: "township", 6: "county"}


@dataclass(frozen=True)
class Pick:
    """The candidate of that number is meant, counted from 0."""

    candidate: int


@dataclass(frozen=True)
class Pin:
    """The place is at `point` (lon, lat in the datum `crs`): the house itself, or somewhere within `radius_m` of it."""

    point: tuple[float, float]
    crs: str
    radius_m: float | None = None


@dataclass(frozen=True)
class Reject:
    """No place can be told from the text; `why` is one of `REJECTIONS`."""

    why: str


Decision = Pick | Pin | Reject


@dataclass(frozen=True)
class Decided:
    """What came of a decision or of its undoing: the entry as it is now, and how many others went with it.

    `learned` are the kinds of name that this taught: street, estate, hamlet, region, address.
    """

    id: uuid.UUID
    status: Literal["open", "picked", "pinned", "rejected"]
    rev: int
    grid_no: str
    also: int
    learned: tuple[str, ...] = ()


def decide(session: Session, review_id: uuid.UUID, rev: int, decision: Decision, registers: Collection[str]) -> Decided:
    """Settle an open entry: its row stands in its grid at once, and open entries of the same text with it.

    `registers` are those that the caller may open. The villages are locked against a publish until the transaction
    ends; the audit names entry and row, never the text.

    Raises:
        NotFound: when the entry, the candidate's house or the place lies outside the session's scope.
        Conflict: when it was decided already, or `rev` is not the one in force.
        Invalid: when there is no such candidate, the place or its datum has faults, or `why` is no reason.
    """
    entry = _open(find_entry(session, review_id, registers), rev)
    to = _target(session, entry, decision)
    others = [] if isinstance(decision, Reject) else like(session, entry, to.grid_no, registers)
    _lock(session, [to.grid_no, entry.grid_no, *(other.grid_no for other in others)])
    entry = _open(find_entry(session, review_id, registers, lock=True), rev)
    to = _target(session, entry, decision)
    status = _status(decision)
    why = decision.why if isinstance(decision, Reject) else None
    _settle(session, entry, to, status, {"why": why, "with": None})
    learned = learn(session, _lesson(entry, to, decision))
    also = sum(_settle_too(session, other, to, status, entry.id) for other in others)
    detail = {"status": status, "register": entry.register, "row": str(entry.row_id), "also": also}
    record(session, "decide", "review", str(entry.id), grid_no=to.grid_no, detail=detail)
    return Decided(entry.id, status, entry.rev + 1, code_of(to.grid_no), also, learned)


def undo_decision(session: Session, review_id: uuid.UUID, rev: int, registers: Collection[str]) -> Decided:
    """Open an entry again: its row stands where it stood, what was learned from it is forgotten.

    What was decided together with it opens again too.

    Raises:
        NotFound: when there is no such entry in the session's scope.
        Conflict: when it is open, `rev` is not the one in force, or a row was edited since.
    """
    entry = find_entry(session, review_id, registers)
    together = [entry, *_decided_with(session, entry)]
    _lock(session, [number for each in together for number in (each.grid_no, _before(each).grid_no)])
    entry = find_entry(session, review_id, registers, lock=True)
    if entry.rev != rev or entry.status == "open":
        raise Conflict("This entry was opened or decided by someone else meanwhile.")
    for each in together:
        _reopen(session, each)
    forget(session, entry.id)
    number = _before(entry).grid_no
    detail = {"register": entry.register, "row": str(entry.row_id), "also": len(together) - 1}
    record(session, "undo", "review", str(entry.id), grid_no=number, detail=detail)
    return Decided(entry.id, "open", entry.rev + 1, code_of(number), len(together) - 1)


def _open(entry: Entry, rev: int) -> Entry:
    if entry.status != "open":
        raise Conflict("This entry was decided already.")
    if entry.rev != rev:
        raise Conflict(f"This entry has changed: its revision is {entry.rev}, not {rev}.")
    return entry


def _status(decision: Decision) -> Literal["picked", "pinned", "rejected"]:
    if isinstance(decision, Pick):
        return "picked"
    return "pinned" if isinstance(decision, Pin) else "rejected"


def _target(session: Session, entry: Entry, decision: Decision) -> Placement:
    if isinstance(decision, Pick):
        to = _picked(session, entry, decision.candidate)
    elif isinstance(decision, Pin):
        to = _pinned(session, decision)
    else:
        to = _rejected(entry, decision.why)
    if not scope_of(session).covers(to.grid_no, to.grid_no):
        raise NotFound("The place lies outside your region.")
    return to


def _picked(session: Session, entry: Entry, at: int) -> Placement:
    if not 0 <= at < len(entry.candidates):
        message = f"there is no candidate {at} among {len(entry.candidates)}"
        raise Invalid("The decision has faults.", [Fault("candidate", message)])
    chosen = entry.candidates[at]
    if chosen.get("house_id"):
        return _at_house(session, entry, uuid.UUID(str(chosen["house_id"])))
    point = None if chosen["point"] is None else (float(chosen["point"][0]), float(chosen["point"][1]))
    number = place_of(session, *point) if point and chosen["level"] in _BY_POINT else int(chosen["grid_no"])
    return _known(_inside(number), point, str(chosen["level"]))


def _at_house(session: Session, entry: Entry, house_id: uuid.UUID) -> Placement:
    house = find_house(session, house_id)
    point = point_of(house)
    if entry.register == "house":
        # A house stands in the building of the one that it is like, and goes where that goes.
        return _known(house.grid_no, point, house.level, house.radius_m, building_id=house.building_id)
    if point is None or house.level not in _BY_POINT:
        return _known(house.grid_no // 1000 * 1000, None, "village")
    return _known(_inside(place_of(session, *point)), point, house.level, house.radius_m)


def _pinned(session: Session, decision: Pin) -> Placement:
    stated = parse_crs(decision.crs)
    lon, lat = (float(value) for value in to_wgs84(decision.point[0], decision.point[1], stated))
    faults = []
    if not (math.isfinite(lon) and math.isfinite(lat)):
        faults.append(Fault("point", f"is no place in {stated}"))
    if decision.radius_m is not None and not 0 < decision.radius_m <= LONGEST_RADIUS_M:
        faults.append(Fault("radius_m", f"must be above 0 and at most {LONGEST_RADIUS_M:g}"))
    if faults:
        raise Invalid("The decision has faults.", faults)
    level = "house" if decision.radius_m is None else "street"
    return _known(_inside(place_of(session, lon, lat)), (lon, lat), level, decision.radius_m, stated)


def _rejected(entry: Entry, why: str) -> Placement:
    if why not in REJECTIONS:
        raise Invalid("The decision has faults.", [Fault("why", f"must be one of {', '.join(REJECTIONS)}")])
    code = region_of(entry.grid_no)
    return _known(region_range(code)[0], None, _LEVELS.get(len(code), "unplaced"))


def _known(
    number: int,
    point: tuple[float, float] | None,
    level: str,
    radius_m: float | None = None,
    crs: str | None = None,
    building_id: uuid.UUID | None = None,
) -> Placement:
    confidence = None if point is None else 1.0
    return Placement(number, point, level, radius_m, confidence, _SOURCE, crs, building_id)


def _inside(number: int | None) -> int:
    if number is None:
        raise NotFound("The place lies outside every region.")
    return number


def _lock(session: Session, numbers: Sequence[int]) -> None:
    for village in sorted({village_of(number) for number in numbers}):
        lock_village_shared(session, village)


def _settle(session: Session, entry: Entry, to: Placement, status: str, told: dict[str, object]) -> None:
    """Move the row of an entry, and keep in the entry where it stood."""
    former, _ = read_placement(session, entry.register, entry.row_id)
    rev = move(session, entry.register, entry.row_id, to)
    before = told | {"placement": former.stored(), "rev": rev}
    values = {"id": entry.id, "status": status, "before": Jsonb(before), "by": actor(session), "grid_no": to.grid_no}
    raw(session).execute(load("review.sql")["settle"], values)


def _settle_too(session: Session, seen: Entry, to: Placement, status: str, leader: uuid.UUID) -> bool:
    """Whether an entry of the same text was still open, and now is decided likewise."""
    entry = find_entry(session, seen.id, (seen.register,), lock=True)
    if entry.status != "open":
        return False
    own = to if entry.register == "house" else _alone(to)
    _settle(session, entry, own, status, {"why": None, "with": str(leader)})
    return True


def _alone(to: Placement) -> Placement:
    return Placement(to.grid_no, to.point, to.level, to.radius_m, to.confidence, to.source, to.source_crs)


def _decided_with(session: Session, entry: Entry) -> list[Entry]:
    rows = raw(session).execute(load("review.sql")["decided_with"], {"id": str(entry.id)}).fetchall()
    return [find_entry(session, uuid.UUID(str(row[0])), (str(row[1]),), lock=True) for row in rows]


def _before(entry: Entry) -> Placement:
    if entry.before is None:
        raise Conflict("This entry was opened or decided by someone else meanwhile.")
    return Placement.of(entry.before["placement"])


def _reopen(session: Session, entry: Entry) -> None:
    told: dict[str, Any] = entry.before or {}
    _, rev = read_placement(session, entry.register, entry.row_id)
    if rev != told["rev"]:
        raise Conflict(
            "The decision cannot be undone.",
            [Fault(f"{entry.register} {entry.row_id}", f"was edited since (rev {rev})")],
        )
    back = _in_force(session, _before(entry))
    move(session, entry.register, entry.row_id, back)
    raw(session).execute(load("review.sql")["reopen"], {"id": entry.id, "grid_no": back.grid_no})


def _in_force(session: Session, former: Placement) -> Placement:
    """A former placement under the number that holds it now: grids may have been published since."""
    if former.building_id is None and former.point is not None and former.level in _BY_POINT:
        return replace(former, grid_no=place_of(session, *former.point) or former.grid_no)
    found = raw(session).execute(load("placements.sql")["number"], {"id": former.building_id}).fetchone()
    return replace(former, grid_no=int(str(found[0]))) if found else former


def _lesson(entry: Entry, to: Placement, decision: Decision) -> Lesson:
    house_id = None
    if isinstance(decision, Pick):
        stated = entry.candidates[decision.candidate].get("house_id")
        house_id = None if not stated else uuid.UUID(str(stated))
    return Lesson(entry.id, entry.text, region_of(entry.grid_no), entry.reasons, to, house_id)
