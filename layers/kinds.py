"""The code tables that a county can extend: kinds of facility, organisation, place, incident and service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layers.db import ReadConnection
from layers.queries import load

__all__ = ["KindRow", "Register", "kinds"]

Register = Literal["facility", "organisation", "place", "incident", "service"]


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
