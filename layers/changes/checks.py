"""What stands in the way of changes: every fault against what is in force, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import shapely
from psycopg.rows import dict_row
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from layers.changes.reading import Change, Changes
from layers.codes import parent_of, region_range
from layers.db import raw, scope_of
from layers.errors import Fault
from layers.queries import load
from layers.shapes import area_m2, as_multipolygon, place_of_shape

__all__ = ["Known", "faults_of", "known"]

# Land narrower than this between shapes that should meet is rounding; some millimetres.
_CRACK_DEGREES = 5e-8
_LEVEL_OF_VILLAGES = 5


@dataclass(frozen=True)
class Known:
    """A region in force: `planned` when it has a published plan, `stale` when that no longer fits its boundary."""

    code: str
    name: str
    geom: BaseGeometry | None
    planned: bool
    stale: bool


def known(session: Session, codes: Sequence[str]) -> dict[str, Known]:
    """Those of the codes that are in force, by code."""
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(load("changes.sql")["known"], {"codes": list(codes)}).fetchall()
    shapes = {row["code"]: shapely.from_wkb(row["geom"]) if row["geom"] else None for row in rows}
    return {
        row["code"]: Known(row["code"], row["name"], shapes[row["code"]], row["planned"], row["stale"]) for row in rows
    }


def faults_of(session: Session, changes: Changes, shapes: Mapping[str, BaseGeometry]) -> list[Fault]:
    """Everything that forbids the changes; `shapes` are the new boundaries by code, lon/lat."""
    parents = [parent for row in changes.rows if (parent := parent_of(row.new_code)) is not None]
    there = known(session, [*(code for row in changes.rows for code in (row.old_code, row.new_code)), *parents])
    faults = [fault for row in changes.rows for fault in _row_faults(session, row, there)]
    faults += _used_faults(session, changes)
    for code in dict.fromkeys(row.new_code for row in changes.of("merged")):
        faults += _merger_faults([row for row in changes.of("merged") if row.new_code == code], there)
    for code in dict.fromkeys(row.old_code for row in changes.of("split")):
        faults += _split_faults([row for row in changes.of("split") if row.old_code == code], there, shapes)
    wanted = {row.new_code for row in changes.of("split")}
    faults += [Fault(code, "this shape belongs to no village of a split") for code in sorted(set(shapes) - wanted)]
    return faults


def _row_faults(session: Session, row: Change, there: Mapping[str, Known]) -> Iterator[Fault]:
    where, scope = f"line {row.line}", scope_of(session)
    if row.old_code not in there or not scope.covers(*region_range(row.old_code)):
        yield Fault(where, f"there is no region {row.old_code} here")
    if not scope.covers(*region_range(row.new_code)):
        yield Fault(where, f"{row.new_code} lies outside your region")
    parent = parent_of(row.new_code)
    if parent is not None and parent not in there:
        yield Fault(where, f"{parent}, the region above {row.new_code}, is not in force")


def _used_faults(session: Session, changes: Changes) -> Iterator[Fault]:
    """New codes that were given before; a village that goes on in a merger or a split keeps its own."""
    going_on = {row.old_code for row in changes.rows}
    lines = {row.new_code: row.line for row in changes.rows if row.new_code not in going_on}
    used = raw(session).execute(load("changes.sql")["ever_used"], {"codes": sorted(lines)}).fetchall()
    in_force = known(session, [row.new_code for row in changes.of("merged")])
    for (code,) in used:
        if str(code) not in in_force:
            message = f"the code {code} was used before, here or below it; no code is ever given again"
            yield Fault(f"line {lines[str(code)]}", message)


def _merger_faults(rows: Sequence[Change], there: Mapping[str, Known]) -> Iterator[Fault]:
    where, code = f"line {rows[0].line}", rows[0].new_code
    members = [there[code] for code in dict.fromkeys([*(row.old_code for row in rows), code]) if code in there]
    if len(members) < 2:
        yield Fault(where, f"{code} is merged of one village only")
    if code not in there and not any(row.new_name for row in rows):
        yield Fault(where, f"the new village {code} has no name")
    if len({row.new_name for row in rows if row.new_name}) > 1:
        yield Fault(where, f"the village {code} has two names")
    yield from _plan_faults(where, members)
    if len({member.geom is None for member in members}) > 1:
        without = ", ".join(member.code for member in members if member.geom is None)
        yield Fault(where, f"{without} has no boundary: import one first")
    if len({member.planned for member in members}) > 1:
        without = ", ".join(member.code for member in members if not member.planned)
        yield Fault(where, f"{without} has no grids in force, the others have: divide and publish it first")


def _plan_faults(where: str, members: Sequence[Known]) -> Iterator[Fault]:
    for member in members:
        if member.stale:
            message = f"the plan of {member.code} does not fit its boundary: publish a draft that does first"
            yield Fault(where, message)


def _split_faults(
    rows: Sequence[Change], there: Mapping[str, Known], shapes: Mapping[str, BaseGeometry]
) -> Iterator[Fault]:
    where, before = f"line {rows[0].line}", there.get(rows[0].old_code)
    if before is None:
        return
    yield from _plan_faults(where, [before])
    for row in rows:
        if row.new_code not in shapes:
            yield Fault(f"line {row.line}", f"the file of shapes has none for {row.new_code}")
        if row.new_code != row.old_code and row.new_name is None:
            yield Fault(f"line {row.line}", f"the new village {row.new_code} has no name")
    if before.geom is None:
        yield Fault(where, f"{before.code} has no boundary: import one first")
    elif all(row.new_code in shapes for row in rows):
        yield from _cover_faults(where, before.geom, {row.new_code: shapes[row.new_code] for row in rows})


def _cover_faults(where: str, whole: BaseGeometry, parts: Mapping[str, BaseGeometry]) -> Iterator[Fault]:
    together = shapely.union_all(list(parts.values()))
    rests = [("lies in none of the new villages", whole - together), ("lies outside the old village", together - whole)]
    codes = sorted(parts)
    for number, one in enumerate(codes):
        for other in codes[number + 1 :]:
            rests.append((f"lies in both {one} and {other}", parts[one] & parts[other]))
    for what, rest in rests:
        for piece in as_multipolygon(rest).geoms:
            if not piece.buffer(-_CRACK_DEGREES).is_empty:
                yield Fault(where, f"{area_m2(piece):,.1f} m² {what}", place_of_shape(piece))
