"""The key that a page goes on after: the last row's own key, with `near` its distance before it."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.codes import LEVELS, WIDTH
from layers.errors import Fault, Invalid
from layers.listing import ListSpec

__all__ = ["After", "key_of", "read_key"]

_BETWEEN = "~"


@dataclass(frozen=True)
class After:
    """Where a page begins: after this key, and after this distance in metres when the list is by distance."""

    key: str | None = None
    distance_m: float | None = None

    def values(self) -> dict[str, object]:
        """The values that the query of every layer takes."""
        return {"after": self.key, "after_m": self.distance_m}


def key_of(spec: ListSpec, row: Mapping[str, Any]) -> str:
    """The key of a row, to be handed out; `distance_m` keeps every bit, so that no row is told twice."""
    key = str(row[spec.key])
    return key if row["distance_m"] is None else f"{row['distance_m']!r}{_BETWEEN}{key}"


def read_key(spec: ListSpec, text: str | None, *, by_distance: bool) -> After:
    """Where a page begins, from the key of the page before; None is the beginning.

    Raises:
        Invalid: when it is no key of such a list.
    """
    if text is None:
        return After()
    distance, between, key = text.rpartition(_BETWEEN)
    if bool(between) != by_distance or not _is_key(spec, key):
        raise _no_start(text)
    return After(key, _distance_m(distance, text) if by_distance else None)


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


def _no_start(text: str) -> Invalid:
    return Invalid("The page has no such start.", [Fault("after", f"{text[:80]!r} is no key of this list")])
