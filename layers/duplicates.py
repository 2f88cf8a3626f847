"""What may be in a register twice: found, offered, and what is left as it is; see `merging` for making one of two."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from psycopg.rows import dict_row
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from layers.audit import record
from layers.codes import code_of, region_of, region_range, village_of
from layers.db import actor, raw, scope_of
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.lists import PAGE, Page
from layers.locks import lock_village_shared
from layers.models import Duplicate
from layers.queries import load
from layers.review_list import RegionCount

__all__ = [
    "REGISTERS",
    "Offer",
    "Register",
    "Side",
    "Status",
    "count_offers",
    "find_duplicates",
    "find_offer",
    "keep_apart",
    "offers",
]

Register = Literal["house", "person"]
Status = Literal["open", "merged", "distinct"]
REGISTERS: tuple[Register, ...] = ("house", "person")
"""The registers in which the same may stand twice."""
_KEY = re.compile(r"(\d{1,15})_([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})")


@dataclass(frozen=True)
class Side:
    """One of two rows, its name masked; `members` are the households of a house, `level` how exactly it is known."""

    id: uuid.UUID
    rev: int
    ref: str | None
    grid_no: str
    address: str
    level: str | None
    name: str | None
    sex: str | None
    birth_year: int | None
    residence: str | None
    moved_in_on: date | None
    moved_out_on: date | None
    members: int
    created_at: datetime


@dataclass(frozen=True)
class Offer:
    """Two rows that may be one, and what agrees: id_no, address, name_birth_year_house.

    `kept` is the one registered first, or the one that was kept; `other` is None once it is merged. `same` says of two
    persons whether name, phone and id_no agree, None where one of them has none; of houses it is None.
    """

    id: uuid.UUID
    register: str
    why: tuple[str, ...]
    status: str
    grid_no: str
    found_at: datetime
    decided_at: datetime | None
    kept: Side
    other: Side | None
    same: dict[str, bool | None] | None


def find_duplicates(
    session: Session, region: str | None = None, *, import_id: uuid.UUID | None = None
) -> dict[Register, int]:
    """How many new pairs were found by register, in a region or the scope; with `import_id` of its rows alone.

    Persons by the blind index of the id number, and by name, year of birth and house; houses by the parts of their
    address in one village. A pair that was offered before is not offered again, whatever was decided.

    Raises:
        Invalid: when `region` is no region code.
        NotFound: when it lies outside the session's scope.
    Cost: linear in the rows of the region; with `import_id` in those of the villages, and the equal numbers.
    """
    scope = scope_of(session)
    first, last = (scope.lo, scope.hi) if region is None else region_range(region)
    if not scope.overlaps(first, last):
        raise NotFound(f"There is no region {region!r} here.")
    values = {"first": max(first, scope.lo), "last": min(last, scope.hi), "import_id": import_id}
    queries = load("duplicates.sql")
    return {register: raw(session).execute(queries[f"find_{register}s"], values).rowcount for register in REGISTERS}


def offers(
    session: Session,
    *,
    region: str | None = None,
    status: Status = "open",
    register: Register | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Offer]:
    """What is offered, or was decided, by place; `after` is the key that the last page ended with.

    Raises:
        Invalid: when the limit is not 1 to `PAGE`, `after` is no key, or `region` is no region code.
    """
    if not 1 <= limit <= PAGE:
        raise Invalid("The page is too long.", [Fault("limit", f"must be 1 to {PAGE}")])
    values = _values(session, region, status, register) | _start(after) | {"limit": limit + 1}
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(load("duplicates.sql")["page"], values).fetchall()
    keys = [f"{row['grid_no']}_{row['id']}" for row in rows]
    return Page(tuple(_offer(row) for row in rows[:limit]), keys[limit - 1] if len(rows) > limit else None)


def count_offers(
    session: Session, *, region: str | None = None, status: Status = "open", register: Register | None = None
) -> list[RegionCount]:
    """How many pairs `offers` tells by village, in order of code.

    Raises:
        Invalid: when `region` is no region code.
    """
    values = _values(session, region, status, register)
    with raw(session).cursor(row_factory=dict_row) as cursor:
        counted = cursor.execute(load("duplicates.sql")["counts"], values).fetchall()
        found = [(region_of(row["number"]), row["n"]) for row in counted]
        codes = [code for code, _ in found]
        names = {row["code"]: row["name"] for row in cursor.execute(load("review.sql")["names"], {"codes": codes})}
    return [RegionCount(code, names.get(code), n) for code, n in found]


def find_offer(session: Session, offer_id: uuid.UUID) -> Duplicate:
    """An offer inside the session's scope, for its decision: nobody else decides, and its village is not published.

    Raises:
        NotFound: when there is none.
    """
    number = session.scalar(select(Duplicate.grid_no).where(Duplicate.id == offer_id))
    if number is not None and scope_of(session).covers(number, number):
        # Before the row's own lock: a publish holds its village while it waits for rows.
        lock_village_shared(session, village_of(number))
        found = session.get(Duplicate, offer_id, populate_existing=True, with_for_update=True)
        if found is not None:
            return found
    raise NotFound(f"There is no duplicate {offer_id} here.")


def keep_apart(session: Session, offer_id: uuid.UUID) -> None:
    """Say that the two of an offer are two: they are not offered again.

    Raises:
        NotFound: when the offer is outside the session's scope.
        Conflict: when it was decided already.
    """
    offer = find_offer(session, offer_id)
    if offer.status != "open":
        raise Conflict(f"This was decided already: {offer.status}.")
    offer.status, offer.decided_at, offer.decided_by = "distinct", func.now(), actor(session)
    session.flush()
    detail = {"kept": str(offer.kept_id), "other": str(offer.other_id)}
    record(session, "keep_apart", offer.register, str(offer.id), grid_no=offer.grid_no, detail=detail)


def _values(session: Session, region: str | None, status: Status, register: Register | None) -> dict[str, object]:
    scope = scope_of(session)
    first, last = (scope.lo, scope.hi) if region is None else region_range(region)
    return {"first": first, "last": last, "status": status, "register": register}


def _start(after: str | None) -> dict[str, object]:
    if after is None:
        return {"after": None, "after_id": None}
    key = _KEY.fullmatch(after)
    if key is None:
        raise Invalid("The page has no such start.", [Fault("after", f"{after!r} is not a key of this list")])
    return {"after": int(key[1]), "after_id": uuid.UUID(key[2])}


def _offer(row: dict[str, Any]) -> Offer:
    row |= {"grid_no": code_of(row["grid_no"]), "why": tuple(row["why"])}
    return Offer(
        kept=_side(row.pop("kept")), other=_side(row.pop("other")) if row.get("other") else row.pop("other"), **row
    )


def _side(row: Mapping[str, Any]) -> Side:
    given = {name: value for name, value in row.items() if name != "register"}
    own = {
        "id": uuid.UUID(str(row["id"])),
        "grid_no": code_of(int(row["grid_no"])),
        "created_at": datetime.fromisoformat(str(row["created_at"])),
        "moved_in_on": _day(row["moved_in_on"]),
        "moved_out_on": _day(row["moved_out_on"]),
    }
    return Side(**given | own)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
