"""The key that a page goes on after: the last row's own key, before it with `near` its distance, in a box its strip."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from layers.codes import LEVELS, WIDTH
from layers.errors import Fault, Invalid
from layers.listing import ListSpec

__all__ = ["BETWEEN", "After", "Order", "key_of", "read_key"]

Order = Literal["key", "distance", "strip"]
"""What a list goes by; within the same distance or strip by the key."""

BETWEEN = "~"
"""Stands between distance or strip and key."""
_LAST_STRIP = 2**50 - 1


@dataclass(frozen=True)
class After:
    """Where a page begins: after this key, and after this distance in metres or this strip in a list by those."""

    key: str | None = None
    distance_m: float | None = None
    strip: int | None = None

    def values(self) -> dict[str, object]:
        """The values that the query of every layer takes."""
        return {"after": self.key, "after_m": self.distance_m, "after_strip": self.strip}


def key_of(spec: ListSpec, row: Mapping[str, Any]) -> str:
    """The key of a row, to be handed out; `distance_m` keeps every bit, so that no row is told twice."""
    before = row["distance_m"] if row["distance_m"] is not None else row.get("strip")
    key = str(row[spec.key])
    return key if before is None else f"{before!r}{BETWEEN}{key}"


def read_key(spec: ListSpec, text: str | None, order: Order) -> After:
    """Where a page begins, from the key of the page before; None is the beginning.

    Raises:
        Invalid: when it is no key of such a list.
    """
    if text is None:
        return After()
    before, between, key = text.rpartition(BETWEEN)
    if bool(between) != (order != "key") or not _is_key(spec, key):
        raise _no_start(text)
    if order == "key":
        return After(key)
    return After(key, _distance_m(before, text)) if order == "distance" else After(key, strip=_strip(before, text))


def _is_key(spec: ListSpec, key: str) -> bool:
    if spec.key == "id":
        try:
            return str(uuid.UUID(key)) == key
        except ValueError:
            return False
    lengths = LEVELS if spec.key == "code" else (WIDTH,)
    return key.isascii() and key.isdigit() and len(key) in lengths


def _distance_m(distance: str, text: str) -> float:
    try:
        metres = float(distance)
    except ValueError:
        raise _no_start(text) from None
    if not (math.isfinite(metres) and metres >= 0):
        raise _no_start(text)
    return metres


def _strip(strip: str, text: str) -> int:
    if not (strip.isascii() and strip.isdigit() and len(strip) <= len(str(_LAST_STRIP)) and int(strip) <= _LAST_STRIP):
        raise _no_start(text)
    return int(strip)


def _no_start(text: str) -> Invalid:
    return Invalid("The page has no such start.", [Fault("after", f"{text[:80]!r} is no key of this list")])
