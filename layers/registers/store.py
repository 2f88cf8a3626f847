"""Store a list: check every row against the database, then bring all in, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

import pandas as pd
import shapely
from sqlalchemy.orm import Session

from layers.assign import assign
from layers.codes import code_of
from layers.crypto import Vault
from layers.db import raw
from layers.duplicates import REGISTERS as TWICE
from layers.duplicates import find_duplicates
from layers.errors import Fault, Invalid
from layers.houses import home_of
from layers.imports import ImportResult, begin, refuse_again
from layers.new_ids import new_ids
from layers.queries import load
from layers.registers.addresses import PARTS, in_buildings, read_addresses
from layers.registers.duties import check_duties
from layers.registers.geocoded import compare_addresses, queue_doubtful
from layers.registers.people import derive, seal
from layers.registers.placing import check_scope, check_stated, place, read_footprints
from layers.registers.references import follow, refuse_doubles
from layers.registers.rows import Rows, open_rows
from layers.registers.sheet import Sheet
from layers.scope import Scope

__all__ = ["store"]

_SOURCE = "list"
_PLACED = ("ref", "grid_no", "point", "level", "radius_m", "confidence", "source", "source_crs")
_MOVES = ("moved_in_on", "moved_out_on")
_PHONE = ("phone_cipher", "phone_index")
_WRITTEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "building": (*_PLACED, "footprint", "name", "use", "address", "assumed_households"),
        "house": (*_PLACED, "building_id", "address", *PARTS),
        "household": ("ref", "grid_no", "house_id", *_PHONE, *_MOVES),
        "person": (
            "ref", "grid_no", "household_id", "name", "sex", "birth_year", "residence", *_PHONE, "id_no_cipher",
            "id_no_index", *_MOVES,
        ),
        "facility": (*_PLACED, "kind", "name", "address"),
        "organisation": (*_PLACED, "kind", "name", "address"),
        "place": (*_PLACED, "kind", "name", "address"),
        "incident": (*_PLACED, "kind", "text", "address", "occurred_at", "handled_grid_no"),
        "duty": ("account_id", "grid_no", "status", "validity"),
    }
)  # fmt: skip


def store(session: Session, vault: Vault, sheet: Sheet, source_name: str, sha256: str) -> ImportResult:
    """What was stored, in the caller's transaction: all rows of the list, each in its grid at once.

    Every row must lie in the session's scope. `faults` of the result are the warnings.

    Raises:
        Conflict: when the same file was imported before and not undone.
        Invalid: naming every fault of every row, in the order of the file; or a datum that is not the stated one.
    Cost: linear in rows.
    Limit: keys are unique among the rows that the caller may see; whoever sees a township only is not told of others'.
    """
    kind = sheet.register
    refuse_again(session, kind, source_name, sha256)
    rows = open_rows(session, sheet)
    _complete(rows)
    if faults := rows.faults:
        raise Invalid(f"The list of {kind} has {len(faults)} faults; nothing was stored.", faults)
    if kind in ("household", "person"):
        seal(rows, vault)
    region_code = _home(rows)
    with begin(session, kind, source_name, crs=sheet.crs, sha256=sha256, region_code=region_code) as log:
        rows.values["id"] = new_ids(len(rows))
        log.copy(kind, _frame(rows))
        if kind != "duty":
            assign(session, import_id=log.id)
        if kind == "incident":
            raw(session).execute(load("lists_in.sql")["home_incidents"], {"import_id": log.id})
        if kind in TWICE:
            find_duplicates(session, None if region_code is None else region_code[:6], import_id=log.id)
        if rows.spec.placed:
            queue_doubtful(rows, log)
        log.fault(*rows.warnings)
        if kind == "building":
            log.fault(*_straddling(session, log.id))
    return ImportResult(log.id, dict(log.counts), tuple(log.faults))


def _complete(rows: Rows) -> None:
    """Find out all that a row needs beside its own cells; what cannot be is a fault."""
    _check_moves(rows)
    if rows.spec.name == "duty":
        check_duties(rows)
    else:
        follow(rows)
        _CHECKS.get(rows.spec.name, _nothing)(rows)
        if rows.spec.placed:
            place(rows)
        check_stated(rows)
        if rows.spec.placed and rows.spec.name != "house":
            compare_addresses(rows)
        refuse_doubles(rows)
    check_scope(rows)
    if rows.spec.name == "house":
        read_addresses(rows)


def _check_moves(rows: Rows) -> None:
    for at, (moved_in, moved_out) in enumerate(zip(*(rows.column(name) for name in _MOVES), strict=True)):
        if moved_in is not None and moved_out is not None and moved_out < moved_in:
            rows.fault(at, "moved_out_on", "it lies before the day of moving in")


def _nothing(_rows: Rows) -> None:
    """What needs nothing more."""


def _check_kinds(rows: Rows) -> None:
    """Put the code of each kind for its code or its name in either language."""
    known: dict[str, str] = {}
    found = raw(rows.session).execute(load("kinds.sql")[rows.spec.name]).fetchall()
    for code, *names in cast(list[tuple[str, str, str]], found):
        known |= {word.lower(): code for word in (*names, code)}
    for at, word in enumerate(rows.column("kind")):
        if word is not None and word.lower() not in known:
            rows.fault(at, "kind", f"{word[:30]!r} is no kind of {rows.spec.name} here")
        elif word is not None:
            rows.column("kind")[at] = known[word.lower()]


def _check_incidents(rows: Rows) -> None:
    _check_kinds(rows)
    numbers = {"numbers": rows.distinct("handled_grid")}
    known = {row[0] for row in raw(rows.session).execute(load("lists_in.sql")["grids_ever"], numbers)}
    for at, number in enumerate(rows.column("handled_grid")):
        if number is not None and number not in known:
            rows.fault(at, "handled_grid", f"there never was a grid {code_of(number)}")


_CHECKS: Mapping[str, Callable[[Rows], None]] = MappingProxyType(
    {
        "building": read_footprints,
        "house": in_buildings,
        "person": derive,
        "facility": _check_kinds,
        "organisation": _check_kinds,
        "place": _check_kinds,
        "incident": _check_incidents,
    }
)


def _home(rows: Rows) -> str | None:
    """The deepest region that holds all rows: who may see that they were brought in."""
    numbers = rows.column("grid_no")
    return home_of(Scope(min(numbers), max(numbers)))


def _frame(rows: Rows) -> pd.DataFrame:
    """The columns to write, by the table's names."""
    names = ("id", *_WRITTEN[rows.spec.name])
    given: dict[str, list[Any]] = {"grid_no": rows.column("grid_no")}
    if rows.spec.parent is not None:
        given[f"{rows.spec.parent}_id"] = rows.column("parent_id")
    if rows.spec.placed:
        given |= _place_columns(rows)
    if rows.spec.name == "building":
        given["assumed_households"] = [count or 0 for count in rows.column("assumed_households")]
    if rows.spec.name == "incident":
        given["handled_grid_no"] = [number or 0 for number in rows.column("handled_grid")]
    if rows.spec.name == "duty":
        given["status"] = ["active"] * len(rows)
    return pd.DataFrame({name: pd.Series(given.get(name, rows.column(name)), dtype=object) for name in names})


def _place_columns(rows: Rows) -> dict[str, list[Any]]:
    points = rows.column("point")
    own = "building" if rows.spec.name == "building" else "house"
    levels = rows.column("level")
    at_point = [own if point is not None else "village" for point in points]
    crs = [
        found or (rows.sheet.crs if point and source is None else None)
        for found, point, source in zip(rows.column("source_crs"), points, rows.column("source"), strict=True)
    ]
    return {
        "point": [None if point is None else shapely.Point(point) for point in points],
        "level": [level or fallback for level, fallback in zip(levels, at_point, strict=True)],
        "radius_m": rows.column("radius_m"),
        "confidence": [
            sure if sure is not None or point is None else 1.0
            for sure, point in zip(rows.column("confidence"), points, strict=True)
        ],
        "source": [source or _SOURCE for source in rows.column("source")],
        "source_crs": crs,
    }


def _straddling(session: Session, import_id: object) -> list[Fault]:
    found = raw(session).execute(load("lists_in.sql")["straddling"], {"import_id": import_id}).fetchall()
    message = "warning: its footprint reaches over the border of its village"
    return [
        Fault(f"building {ref}", message, (lon, lat)) for ref, lon, lat in cast(list[tuple[str, float, float]], found)
    ]
