"""What waits in the review queue: as lists by place, as counts, and one entry as it stands."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from layers.audit import record
from layers.codes import LEVELS, WIDTH, code_of, level_of, region_of, region_range
from layers.db import raw, scope_of
from layers.errors import Fault, Invalid, NotFound
from layers.geocode.normalise import normalise
from layers.lists import PAGE, Page, RegionName
from layers.queries import load

__all__ = [
    "Entry",
    "RegionCount",
    "ReviewCard",
    "ReviewFilters",
    "ReviewRow",
    "count_reviews",
    "find_entry",
    "like",
    "list_reviews",
    "mask_numbers",
    "read_review",
]

State = Literal["open", "decided"]

_NUMBER = re.compile(r"(?<!\d)(?:1\d\d[ -]\d{4}[ -]\d{4}|0\d{2,3}-\d{7,8}|\d{7,}[Xx]?)")
_KEY = re.compile(r"(-?\d{1,18})_([0-9a-f-]{36})")


@dataclass(frozen=True)
class ReviewFilters:
    """Which entries: of `registers` (those that the caller may open) or of one of these; in a place; for a reason.

    `place` is a region's code or a grid's 15 digits. What is open comes by place, what is decided newest first.
    """

    registers: tuple[str, ...]
    register: str | None = None
    place: str | None = None
    reason: str | None = None
    state: State = "open"


@dataclass(frozen=True)
class ReviewRow:
    """An entry as a line: phone and id numbers in its text are masked, and it has no candidates.

    `region` is the deepest region known with its name, `grid_no` 15 digits.
    """

    id: uuid.UUID
    register: str
    row_id: uuid.UUID
    text: str
    region: str
    region_name: str | None
    grid_no: str
    level: str
    reasons: tuple[dict[str, Any], ...]
    candidates: int
    status: str
    rev: int
    decided_at: datetime | None


@dataclass(frozen=True)
class ReviewCard:
    """One entry with all that a decision needs.

    `point` (lon, lat; EPSG:4326) is the best known place and the truth lies within `radius_m` of it, or else nothing is
    known but the region; it is not to be drawn as a place where `level` is below street. `name` is that of the row or
    of its kind. `with_id` is the entry with which this one was decided, `why` the reason of a rejection.
    """

    id: uuid.UUID
    register: str
    row_id: uuid.UUID
    text: str
    path: tuple[RegionName, ...]
    grid_no: str
    level: str
    reasons: tuple[dict[str, Any], ...]
    candidates: tuple[dict[str, Any], ...]
    status: str
    rev: int
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    point: tuple[float, float] | None
    radius_m: float | None
    name: str | None
    why: str | None
    with_id: uuid.UUID | None


@dataclass(frozen=True)
class Entry:
    """A row of the queue as it is stored."""

    id: uuid.UUID
    register: str
    row_id: uuid.UUID
    text: str
    grid_no: int
    level: str
    reasons: tuple[dict[str, Any], ...]
    candidates: tuple[dict[str, Any], ...]
    status: str
    rev: int
    before: dict[str, Any] | None


@dataclass(frozen=True)
class RegionCount:
    """How many entries wait in a region; those known only to a region above it stand under that one's own code."""

    code: str
    name: str | None
    n: int


def list_reviews(
    session: Session, filters: ReviewFilters, *, limit: int = 50, after: str | None = None
) -> Page[ReviewRow]:
    """A page of the queue inside the session's scope; `after` is the key that the last page ended with.

    Raises:
        Invalid: when the limit is not 1 to `PAGE`, `after` is no key, or the place is no code.
    """
    if not 1 <= limit <= PAGE:
        raise Invalid("The page is too long.", [Fault("limit", f"must be 1 to {PAGE}")])
    values = _values(session, filters) | _key(after) | {"limit": limit + 1}
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(load("review.sql")[filters.state], values).fetchall()
        codes = sorted({region_of(row["grid_no"]) for row in rows})
        names = {row["code"]: row["name"] for row in cursor.execute(load("review.sql")["names"], {"codes": codes})}
    keys = [f"{row.pop('key')}_{row['id']}" for row in rows]
    shown = tuple(_row(row, names) for row in rows[:limit])
    return Page(shown, keys[limit - 1] if len(rows) > limit else None)


def count_reviews(session: Session, filters: ReviewFilters, level: int = 5) -> list[RegionCount]:
    """How many open entries there are by region of that level (3 county, 4 township, 5 village), in order of code.

    Raises:
        Invalid: when the place is no code or the level none of these.
    """
    width = next((length for length, known in LEVELS.items() if known == level and level >= 3), None)
    if width is None:
        raise Invalid("The question has faults.", [Fault("level", "must be 3 (county), 4 (township) or 5 (village)")])
    with raw(session).cursor(row_factory=dict_row) as cursor:
        counted = cursor.execute(
            load("review.sql")["counts"], _values(session, filters) | {"unit": 10 ** (WIDTH - width)}
        ).fetchall()
        found = [(region_of(row["number"]), row["n"]) for row in counted]
        codes = [code for code, _ in found]
        names = {row["code"]: row["name"] for row in cursor.execute(load("review.sql")["names"], {"codes": codes})}
    return [RegionCount(code, names.get(code), n) for code, n in found]


def read_review(session: Session, review_id: uuid.UUID, registers: Collection[str]) -> ReviewCard:
    """One entry with its whole text, which may name people, so that it is audited.

    Raises:
        NotFound: when there is none in the session's scope and these registers.
    """
    values = {"id": review_id, "registers": list(registers)}
    with raw(session).cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(load("review.sql")["card"], values).fetchone()
        if row is None:
            raise NotFound(f"There is no entry {review_id} in the review queue here.")
        place = code_of(row["grid_no"])
        codes = [place[:length] for length in LEVELS]
        path = cursor.execute(load("incidents.sql")["path"], {"codes": codes}).fetchall()
    record(session, "read", "review", str(review_id), grid_no=row["grid_no"])
    return _card(row, tuple(RegionName(**region) for region in path))


def find_entry(session: Session, review_id: uuid.UUID, registers: Collection[str], *, lock: bool = False) -> Entry:
    """One entry; with `lock` it is kept from changing until the transaction ends.

    Raises:
        NotFound: when there is none in the session's scope and these registers.
    """
    values = {"id": review_id, "registers": list(registers)}
    with raw(session).cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(load("review.sql")["entry_locked" if lock else "entry"], values).fetchone()
    if row is None:
        raise NotFound(f"There is no entry {review_id} in the review queue here.")
    return _entry(row)


def like(session: Session, entry: Entry, number: int, registers: Collection[str]) -> list[Entry]:
    """The other open entries of the same text that may mean the same place, whose grid number is `number`.

    They are known to the region of this one or to one below it that holds the place. Cost: linear in what waits there.
    """
    first, last = region_range(region_of(entry.grid_no))
    values = {"first": first, "last": last, "registers": list(registers), "id": entry.id}
    same = normalise(entry.text)
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(load("review.sql")["open_around"], values).fetchall()
    return [_entry(row) for row in rows if normalise(row["text"]) == same and _holds(row["grid_no"], number)]


def mask_numbers(text: str) -> str:
    """A text with the middle of every long number left out: phones and id numbers, but no door plates."""
    return _NUMBER.sub(lambda match: match[0][:3] + "****" + match[0][-2:], text)


def _holds(number: int, place: int) -> bool:
    first, last = region_range(region_of(number))
    return first <= place <= last


def _values(session: Session, filters: ReviewFilters) -> dict[str, object]:
    scope = scope_of(session)
    first, last = scope.lo, scope.hi
    if filters.place is not None:
        first, last = _range(filters.place)
    asked = [filters.register] if filters.register is not None else filters.registers
    return scope.params() | {
        "first": first,
        "last": last,
        "registers": [register for register in asked if register in filters.registers],
        "reason": filters.reason,
    }


def _range(place: str) -> tuple[int, int]:
    if len(place) == WIDTH and place.isascii() and place.isdigit():
        return int(place), int(place)
    level_of(place)
    return region_range(place)


def _key(after: str | None) -> dict[str, object]:
    if after is None:
        return {"after": None, "after_id": None}
    key = _KEY.fullmatch(after)
    try:
        return {"after": int(key[1]), "after_id": uuid.UUID(key[2])} if key else _no_start(after)
    except ValueError:
        return _no_start(after)


def _no_start(after: str) -> dict[str, object]:
    raise Invalid("The page has no such start.", [Fault("after", f"{after!r} is not a key of this list")])


def _row(row: dict[str, Any], names: dict[str, str]) -> ReviewRow:
    region = region_of(row["grid_no"])
    own = {"text": mask_numbers(row["text"]), "grid_no": code_of(row["grid_no"]), "reasons": tuple(row["reasons"])}
    return ReviewRow(region=region, region_name=names.get(region), **{**row, **own})


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(**{**row, "reasons": tuple(row["reasons"]), "candidates": tuple(row["candidates"])})


def _card(row: dict[str, Any], path: tuple[RegionName, ...]) -> ReviewCard:
    lon, lat = row.pop("lon"), row.pop("lat")
    own = {
        "grid_no": code_of(row["grid_no"]),
        "reasons": tuple(row["reasons"]),
        "candidates": tuple({**one, "grid_no": _code(one.get("grid_no"))} for one in row["candidates"]),
    }
    return ReviewCard(path=path, point=None if lon is None else (lon, lat), **{**row, **own})


def _code(number: object) -> str | None:
    return None if number is None else code_of(int(str(number)))
