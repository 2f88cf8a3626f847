"""Bring other names of regions in."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from layers.aliases.reading import Alias, Aliases
from layers.codes import region_range
from layers.db import raw, scope_of
from layers.errors import Fault, Invalid
from layers.houses import home_of
from layers.imports import Import, ImportResult, begin, refuse_again
from layers.queries import load
from layers.regions import known_codes

__all__ = ["add", "store"]


def store(session: Session, aliases: Aliases, source_name: str, sha256: str) -> ImportResult:
    """What was stored, in the caller's transaction: how many names are `new`, and how many were known (`kept`).

    Raises:
        Conflict: when the same file was imported before.
        Invalid: naming every line whose region is not in force, or lies outside the session's scope.
    """
    refuse_again(session, "aliases", source_name, sha256)
    _check_regions(session, aliases)
    with begin(session, "aliases", source_name, sha256=sha256, region_code=home_of(scope_of(session))) as log:
        new = add(log, aliases.rows)
        log.fault(*aliases.faults)
    return ImportResult(log.id, {"new": new, "kept": len(aliases.rows) - new}, tuple(log.faults))


def add(log: Import, aliases: Iterable[Alias]) -> int:
    """How many of the names are new; those of regions that are not in force are left out, known ones stay."""
    rows = list(aliases)
    values = {
        "codes": [row.code for row in rows],
        "names": [row.name for row in rows],
        "kinds": [row.kind for row in rows],
        "ends": [row.valid_to for row in rows],
        "import_id": log.id,
    }
    new = raw(log.session).execute(load("imports.sql")["add_aliases"], values).rowcount
    if new:
        log.count("region_alias", new)
    return new


def _check_regions(session: Session, aliases: Aliases) -> None:
    scope = scope_of(session)
    known = known_codes(session, sorted({row.code for row in aliases.rows}))
    faults = [
        Fault(f"line {row.line}", f"there is no region {row.code} here")
        for row in aliases.rows
        if row.code not in known or not scope.covers(*region_range(row.code))
    ]
    if faults:
        raise Invalid(f"The list of other names has {len(faults)} faults.", faults)
