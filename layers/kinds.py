"""The code tables that a county can extend: kinds of facility, organisation, place, incident and service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from layers.audit import record
from layers.db import ReadConnection
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.models import FacilityKind, IncidentKind, OrganisationKind, PlaceKind
from layers.queries import load

__all__ = ["Extendable", "KindRow", "Register", "add_kind", "change_kind", "kinds", "remove_kind"]

Register = Literal["facility", "organisation", "place", "incident", "service"]
Extendable = Literal["facility", "organisation", "place", "incident"]
"""Services are given by law and are not named by a county."""

_Kind = FacilityKind | OrganisationKind | PlaceKind | IncidentKind
_Model = type[FacilityKind] | type[OrganisationKind] | type[PlaceKind] | type[IncidentKind]
_MODELS: dict[Extendable, _Model] = {
    "facility": FacilityKind,
    "organisation": OrganisationKind,
    "place": PlaceKind,
    "incident": IncidentKind,
}
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LONGEST_NAME = 40


@dataclass(frozen=True)
class KindRow:
    """One kind: its code and its names."""

    code: str
    name_zh: str
    name_en: str


async def kinds(connection: ReadConnection, of: Register) -> list[KindRow]:
    """The kinds of a register, in the order in which a form shows them."""
    cursor = await connection.execute(load("kinds.sql")[of])
    return [KindRow(**row) for row in await cursor.fetchall()]


def add_kind(session: Session, of: Extendable, kind: KindRow, sort: int | None = None) -> None:
    """A new kind, the last in the order unless `sort` says otherwise.

    Raises:
        Invalid: naming every fault of the code and the names; a list brings kinds by name, so that no two bear one.
        Conflict: when there is a kind with this code.
    """
    model = _MODELS[of]
    if session.get(model, kind.code) is not None:
        raise Conflict(f"There is a kind {kind.code} already.")
    _refuse(session, model, kind)
    last = session.scalar(select(func.max(model.sort))) or 0
    session.add(
        model(code=kind.code, name_zh=kind.name_zh.strip(), name_en=kind.name_en.strip(), sort=sort or last + 1)
    )
    session.flush()
    record(session, "add", model.__tablename__, kind.code)


def change_kind(session: Session, of: Extendable, kind: KindRow, sort: int | None = None) -> None:
    """Give a kind other names, and another place in the order where `sort` is given; its code stays for ever.

    Raises:
        NotFound: when there is no kind with this code.
        Invalid: as `add_kind`.
    """
    model, row = _MODELS[of], _find(session, of, kind.code)
    _refuse(session, model, kind)
    row.name_zh, row.name_en = kind.name_zh.strip(), kind.name_en.strip()
    row.sort = row.sort if sort is None else sort
    session.flush()
    record(session, "change", model.__tablename__, kind.code)


def remove_kind(session: Session, of: Extendable, code: str) -> None:
    """Take away a kind that no row has.

    Raises:
        NotFound: when there is no kind with this code.
        Conflict: when a row has it, wherever that lies.
    """
    row = _find(session, of, code)
    try:
        with session.begin_nested():
            session.delete(row)
    except IntegrityError:
        raise Conflict(f"The kind {code} is in use; it cannot be removed.") from None
    record(session, "remove", _MODELS[of].__tablename__, code)


def _find(session: Session, of: Extendable, code: str) -> _Kind:
    row = cast(_Kind | None, session.get(_MODELS[of], code))
    if row is None:
        raise NotFound(f"There is no kind {code!r} of {of}.")
    return row


def _refuse(session: Session, model: _Model, kind: KindRow) -> None:
    faults = []
    if not _CODE.fullmatch(kind.code):
        faults.append(Fault("code", "must be 1 to 32 small letters, digits and _, beginning with a letter"))
    for field, name in (("name_zh", kind.name_zh.strip()), ("name_en", kind.name_en.strip())):
        if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
            faults.append(Fault(field, f"must be 1 to {_LONGEST_NAME} characters"))
        elif _borne_by_other(session, model, kind.code, name):
            faults.append(Fault(field, f"another kind bears the name {name}"))
    if faults:
        raise Invalid("The kind has faults.", faults)


def _borne_by_other(session: Session, model: _Model, code: str, name: str) -> bool:
    same = or_(*(func.lower(column) == name.lower() for column in (model.code, model.name_zh, model.name_en)))
    return session.scalar(select(model.code).where(model.code != code, same).limit(1)) is not None
