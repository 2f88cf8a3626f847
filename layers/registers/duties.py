"""Duties of a list: known accounts, grids in force inside their regions, and no duty given twice."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, cast

from layers.codes import code_of, region_range
from layers.db import raw
from layers.queries import load
from layers.registers.rows import Rows
from layers.registers.values import SHANGHAI

__all__ = ["check_duties"]


def check_duties(rows: Rows) -> None:
    """Give each row its `account_id`, its `grid_no` and its `validity`; what does not fit is a fault."""
    connection, queries = raw(rows.session), load("lists_in.sql")
    found = connection.execute(queries["logins"], {"logins": rows.distinct("login")}).fetchall()
    accounts = {row[0]: row[1:] for row in cast(list[tuple[Any, ...]], found)}
    grids = {row[0] for row in connection.execute(queries["grids_in_force"], {"numbers": rows.distinct("grid")})}
    values = zip(rows.column("login"), rows.column("grid"), rows.column("starts_on"), strict=True)
    for at, (login, grid, starts_on) in enumerate(values):
        if grid is not None and grid not in grids:
            rows.fault(at, "grid", f"there is no grid {code_of(grid)} in force")
        elif grid is not None:
            rows.column("grid_no")[at] = grid
        if login is not None and grid is not None:
            rows.column("account_id")[at] = _account(rows, at, accounts.get(login), grid)
        if starts_on is not None:
            rows.column("validity")[at] = f"[{_begin(starts_on).isoformat()},)"
    _refuse_doubles(rows)


def _account(rows: Rows, at: int, account: tuple[Any, ...] | None, grid: int) -> str | None:
    if account is None:
        rows.fault(at, "login", "there is no such account")
        return None
    account_id, region_code, disabled = account
    lo, hi = region_range(region_code)
    if disabled:
        rows.fault(at, "login", "this account is disabled")
    elif not lo <= grid <= hi:
        rows.fault(at, "grid", f"the grid {code_of(grid)} lies outside the account's region {region_code}")
    return str(account_id)


def _begin(day: Any) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _refuse_doubles(rows: Rows) -> None:
    ids = {"ids": rows.distinct("account_id")}
    found = raw(rows.session).execute(load("lists_in.sql")["duties_of"], ids).fetchall()
    first: dict[tuple[str, int], int] = {}
    ends: dict[tuple[str, int], list[datetime | None]] = {}
    for account_id, grid, end in cast(list[tuple[str, int, datetime | None]], found):
        ends.setdefault((account_id, grid), []).append(end)
    rows_of = zip(rows.column("account_id"), rows.column("grid_no"), rows.column("starts_on"), strict=True)
    for at, (account_id, grid, starts_on) in enumerate(rows_of):
        if account_id is None or grid is None or starts_on is None:
            continue
        key = (account_id, grid)
        if key in first:
            rows.fault(at, "grid", f"the same duty is in {rows.where(first[key])}")
        elif any(end is None or end > _begin(starts_on) for end in ends.get(key, ())):
            rows.fault(at, "grid", "the account has this grid already")
        first.setdefault(key, at)
