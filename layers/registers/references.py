"""Rows name each other by the keys of their lists: what they point at, and that no key is there twice."""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from psycopg import sql

from layers.codes import region_range
from layers.db import raw, scope_of
from layers.queries import load
from layers.registers.rows import Rows
from layers.scope import Scope

__all__ = ["county_of", "follow", "refuse_doubles"]

_COUNTY = 10**9
"""How far the numbers of one county and the next lie apart."""


def county_of(number: int) -> int:
    """The county's code, as a number, that a grid number lies in: inside it a list's key names one row."""
    return number // _COUNTY


def follow(rows: Rows) -> None:
    """Give each row that names a parent its `parent_id` and its `grid_no`; unknown ones are faults.

    Where a row states its region, the parent must be of the same county; without, its key must be one county's only.
    """
    column = rows.spec.parent_column
    if column is None or rows.spec.parent is None:
        return
    known = _known(rows, rows.spec.parent, rows.distinct(column), scope_of(rows.session))
    regions = rows.column("region_code")
    for at, ref in enumerate(rows.column(column)):
        if ref is None:
            continue
        found = known.get(ref, [])
        if regions[at] is not None and len(regions[at]) >= 6:
            found = [pair for pair in found if county_of(pair[1]) == county_of(region_range(regions[at])[0])]
        if len(found) == 1:
            rows.column("parent_id")[at], rows.column("grid_no")[at] = found[0]
        elif found:
            rows.fault(at, column, f"several {rows.spec.parent} rows have the key {ref}: state the region")
        else:
            rows.fault(at, column, f"there is no {rows.spec.parent} with the key {ref} here")


def refuse_doubles(rows: Rows) -> None:
    """A key stands for one row of a county: twice in the list, or in the database already, is a fault."""
    numbers = rows.column("grid_no")
    taken = _taken(rows, [number for number in numbers if number is not None])
    seen: dict[str, list[tuple[int | None, int]]] = defaultdict(list)
    for at, (ref, number) in enumerate(zip(rows.column("ref"), numbers, strict=True)):
        if ref is None:
            continue
        # A row that is wrong elsewhere has no county: it may be the same one.
        county = None if number is None else county_of(number)
        earlier = next((one for other, one in seen[ref] if county is None or other in (None, county)), None)
        if earlier is not None:
            rows.fault(at, "ref", f"{ref} is there already, in {rows.where(earlier)}")
        elif (county, ref) in taken:
            rows.fault(at, "ref", f"{ref} is in the database already")
        if earlier is None:
            seen[ref].append((county, at))


def _taken(rows: Rows, placed: list[int]) -> set[tuple[int | None, str]]:
    """The county and the key of those keys of the list that are in the database already."""
    if not placed:
        return set()
    counties = Scope(county_of(min(placed)) * _COUNTY, (county_of(max(placed)) + 1) * _COUNTY - 1)
    known = _known(rows, rows.spec.name, rows.distinct("ref"), counties)
    return {(county_of(number), ref) for ref, found in known.items() for _, number in found}


def _known(rows: Rows, table: str, refs: list[str], within: Scope) -> dict[str, list[tuple[str, int]]]:
    """Ids and numbers of the rows with these keys, by key, as far as the caller may see them."""
    query = sql.SQL(load("lists_in.sql")["by_ref"]).format(table=sql.Identifier(table))
    found = raw(rows.session).execute(query, {"refs": refs, "lo": within.lo, "hi": within.hi}).fetchall()
    known: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row_id, ref, number in cast(list[tuple[str, str, int]], found):
        if within.covers(number, number):
            known[ref].append((row_id, number))
    return known
