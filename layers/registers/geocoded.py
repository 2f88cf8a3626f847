"""Rows that have an address and no coordinates: placed by what the address says, and queued where that is in doubt."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from psycopg import sql

from layers.codes import level_of, region_range, village_of
from layers.db import raw
from layers.geocode.answer import PENALTIES, Location, Reason
from layers.geocoding import geocode_many
from layers.imports import Import
from layers.queries import load
from layers.registers.rows import Rows
from layers.review import queue

__all__ = ["compare_addresses", "known_points", "place_by_address", "queue_doubtful"]

_AT_POINT = frozenset({"house", "building", "street", "hamlet"})
"""Levels at which a place has a point of its own; what is known worse has none and is in no grid."""
_IN_REGION = frozenset({"village", "township"})
_OUTSIDE = Reason("outside_stated", PENALTIES["outside_stated"], "")


def place_by_address(rows: Rows) -> None:
    """Give each row without coordinates, whose address says more than its village, the place that it leads to.

    The region that a row states holds for certain, else the caller's own. What was found is kept in `located`, for the
    queue. A row whose address leads nowhere is left to its village's code; without one it is a fault.

    Cost: as `layers.geocoding.geocode_many`, once for each text and region.
    """
    mine = [at for at in range(len(rows)) if _asks(rows, at)]
    if not mine:
        return
    texts, codes = [rows.column("address")[at] for at in mine], [rows.column("region_code")[at] for at in mine]
    for at, location in zip(mine, geocode_many(rows.session, texts, codes), strict=True):
        _take(rows, at, location)


def compare_addresses(rows: Rows) -> None:
    """A row whose address names another village than its coordinates lie in gets a warning, and waits in the queue."""
    mine = [at for at in range(len(rows)) if _has_both(rows, at)]
    if not mine:
        return
    texts = [rows.column("address")[at] for at in mine]
    for at, location in zip(mine, geocode_many(rows.session, texts), strict=True):
        number, named = rows.column("grid_no")[at], location.region_code
        if location.level == "unplaced" or len(named) < 12 or "ambiguous" in {one.kind for one in location.reasons}:
            continue
        lo, hi = region_range(named)
        if not lo <= number <= hi:
            rows.fault(at, "address", f"warning: the address lies in {named}, its coordinates in {village_of(number)}")
            rows.column("located")[at] = replace(location, reasons=(*location.reasons, _OUTSIDE))


def known_points(rows: Rows, sample: Sequence[int]) -> list[tuple[float, float]]:
    """Where the registered houses stand that the addresses of these rows name (lon, lat); NaN where none is known."""
    texts, codes = [rows.column("address")[at] for at in sample], [rows.column("region_code")[at] for at in sample]
    found = geocode_many(rows.session, texts, codes)
    return [one.point if one.level == "house" and one.point else (math.nan, math.nan) for one in found]


def queue_doubtful(rows: Rows, log: Import) -> None:
    """Put the rows that were placed by text and are in doubt into the review queue, now that they are stored."""
    located = rows.column("located")
    placed = {rows.column("id")[at]: at for at in range(len(rows)) if located[at] is not None}
    if not placed:
        return
    query = sql.SQL(load("lists_in.sql")["numbers_of_import"]).format(table=sql.Identifier(rows.spec.name))
    found = raw(rows.session).execute(query, {"import_id": log.id}).fetchall()
    numbers = dict(cast(list[tuple[uuid.UUID, int]], found))
    waiting = [(one, rows.column("address")[at], numbers[one], located[at]) for one, at in placed.items()]
    queue(rows.session, rows.spec.name, waiting, log.id)


def _asks(rows: Rows, at: int) -> bool:
    """Whether only its address can tell where a row is."""
    if rows.column("address")[at] is None or rows.column("grid_no")[at] is not None:
        return False
    others = ("lon", "lat", "footprint", *([rows.spec.parent_column] if rows.spec.parent_column else []))
    faulty = rows.stated(at, "region_code") and rows.column("region_code")[at] is None
    return not faulty and not any(rows.stated(at, name) for name in others)


def _has_both(rows: Rows, at: int) -> bool:
    stands = rows.column("point")[at] is not None and rows.column("grid_no")[at] is not None
    return stands and rows.column("located")[at] is None and rows.column("address")[at] is not None


def _take(rows: Rows, at: int, location: Location) -> None:
    stated = rows.column("region_code")[at]
    is_village = stated is not None and level_of(stated) == 5
    if location.level in _AT_POINT and location.point is not None and location.grid_no is not None:
        rows.column("point")[at] = location.point
        rows.column("grid_no")[at] = location.grid_no
    elif location.level in _IN_REGION and location.grid_no is not None:
        rows.column("grid_no")[at] = location.grid_no
    elif is_village:
        rows.column("grid_no")[at] = region_range(stated)[0]
        rows.column("level")[at], rows.column("located")[at] = "village", location
        return
    else:
        why = ", ".join(dict.fromkeys(one.kind for one in location.reasons))
        rows.fault(at, "address", f"leads nowhere ({why or 'no place is known by it'}); state a village's code")
        return
    rows.column("level")[at], rows.column("radius_m")[at] = location.level, location.radius_m
    rows.column("confidence")[at], rows.column("source")[at] = location.confidence, "geocoded"
    rows.column("located")[at] = location
