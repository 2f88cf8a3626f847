"""Store what a boundary file holds, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import shapely
from sqlalchemy.orm import Session

from layers.boundaries.checks import (
    Stored,
    check_datum,
    check_names_and_parents,
    check_neighbourhood,
    check_nesting,
    find_stored,
)
from layers.boundaries.model import WARNING, Boundaries, Row, is_warning, rows_of
from layers.boundaries.outside import with_parents
from layers.boundaries.rehoming import rehome_strays
from layers.corrections import mark_changed
from layers.db import raw
from layers.errors import Conflict, Fault, Invalid
from layers.imports import Import, ImportResult, begin, refuse_again
from layers.osm.model import PROVINCE
from layers.queries import load
from layers.regions import Revision, revise_regions
from layers.shapes import area_m2

__all__ = ["KIND", "store"]

KIND = "regions"
_SAME_DEGREES = 1e-9
_VILLAGE = 5
_COUNTS = ("new", "kept", "renamed", "shaped", "reshaped")


def store(
    session: Session, boundaries: Boundaries, source_name: str, sha256: str, *, accept_faults: bool = False
) -> ImportResult:
    """What was stored, in the caller's transaction: new regions, and those with another name or shape from now on.

    Counts, in regions: `new`, `kept` as they were, `renamed`, `shaped` for the first time, `reshaped`; one that gets
    both another name and another shape counts under both. Shapes less than 1e-9 degrees apart are kept. What is
    in no published grid follows the boundaries at once; the plans of villages whose boundary changed become stale, with
    a refitted draft, and nothing in their grids moves before that is published.
    `accept_faults` stores villages that overlap; the doctor goes on telling of them.

    Raises:
        Conflict: when the same file was imported before, or province 99 is full.
        Invalid: naming every fault with its row and place, warnings among them.
    Cost: linear in vertices, but for sorting.
    """
    refuse_again(session, KIND, source_name, sha256)
    with begin(session, KIND, source_name, crs=boundaries.crs, sha256=sha256, region_code=_home(boundaries)) as log:
        frame = _settled(session, boundaries)
        stored = find_stored(session, _with_above(frame["code"].tolist()))
        log.fault(*boundaries.faults, *_check(session, boundaries, frame, stored, accept_faults))
        counts, changed = _write(log, frame, stored, f"{boundaries.source_name}, {boundaries.crs}")
        rehome_strays(session, changed)
        villages = [code for code in changed if len(code) == 12]
        for correction in mark_changed(session, villages):
            log.fault(*correction.faults)
    return ImportResult(log.id, counts, tuple(log.faults))


def _check(
    session: Session, boundaries: Boundaries, frame: pd.DataFrame, stored: Mapping[str, Stored], accept_faults: bool
) -> list[Fault]:
    """The warnings of a file that may be stored."""
    faults = list(check_names_and_parents(session, frame, stored))
    shifted = check_datum(boundaries, stored)
    faults += shifted
    if not shifted:
        # Where everything lies aside, every border and every parent would be told of for nothing.
        given = frame[frame["level"] == _VILLAGE] if boundaries.outside else frame
        faults += [] if boundaries.outside else check_nesting(frame, stored)
        between = list(check_neighbourhood(session, given))
        faults += [_softened(fault) for fault in between] if accept_faults else between
    fatal = [fault for fault in faults if not is_warning(fault)]
    if fatal:
        warnings = [fault for fault in (*boundaries.faults, *faults) if is_warning(fault)]
        raise Invalid(f"The boundaries have {len(fatal)} faults.", [*fatal, *warnings])
    return faults


def _softened(fault: Fault) -> Fault:
    return fault if is_warning(fault) else Fault(fault.where, f"{WARNING}{fault.message} (accepted)", fault.place)


def _write(
    log: Import, frame: pd.DataFrame, stored: Mapping[str, Stored], source: str
) -> tuple[dict[str, int], list[str]]:
    """How many regions were changed and how, and the codes of those whose shape was stored."""
    rows = rows_of(frame)
    new = [row for row in rows if row.code not in stored]
    _insert(log, new, source)
    counts = dict.fromkeys(_COUNTS, 0) | {"new": len(new)}
    revisions: list[Revision] = []
    for row in rows:
        if row.code not in stored:
            continue
        revision, kinds = _revision(row, stored[row.code], source)
        for kind in kinds or ["kept"]:
            counts[kind] += 1
        if kinds:
            revisions.append(revision)
    revise_regions(log, revisions)
    shaped = [revision.code for revision in revisions if revision.shape is not None]
    return counts, sorted([*shaped, *(row.code for row in new)])


def _revision(row: Row, known: Stored, source: str) -> tuple[Revision, list[str]]:
    """What changes of a region that is known, and what that is called."""
    kinds = []
    renamed = row.name is not None and row.name != known.name
    if renamed:
        kinds.append("renamed")
    moved = row.geom is not None and not _same(row.geom, known.shape)
    if moved:
        kinds.append("shaped" if known.shape is None else "reshaped")
    shape = row.geom if moved else None
    return Revision(row.code, row.name if renamed else None, shape, source if moved else None), kinds


def _same(one: shapely.Geometry, other: shapely.Geometry | None) -> bool:
    return other is not None and bool(shapely.equals_exact(one, other, _SAME_DEGREES, normalize=True))


def _insert(log: Import, rows: Sequence[Row], source: str) -> None:
    frame = pd.DataFrame(rows, columns=list(Row._fields)).drop(columns="row")
    areas = [float("nan") if row.geom is None else area_m2(row.geom) for row in rows]
    log.copy("region", frame.assign(area_m2=areas, synthetic=False, source=source))


def _home(boundaries: Boundaries) -> str | None:
    """The deepest region that holds all of a file."""
    if boundaries.outside:
        return None
    codes = boundaries.frame["code"].tolist()
    for length in (12, 9, 6, 4, 2):
        if len({code[:length] for code in codes}) == 1 and all(len(code) >= length for code in codes):
            return str(codes[0][:length])
    return None


def _with_above(codes: Sequence[str]) -> list[str]:
    return sorted({code[:length] for code in codes for length in (2, 4, 6, 9, 12) if length <= len(code)})


def _settled(session: Session, boundaries: Boundaries) -> pd.DataFrame:
    """The rows with the codes under which they are stored: data from outside China gets a free prefecture."""
    if not boundaries.outside:
        return boundaries.frame
    taken = {row[0] for row in raw(session).execute(load("imports.sql")["children_of"], {"code": PROVINCE})}
    free = next((code for code in (f"{PROVINCE}{number:02d}" for number in range(1, 100)) if code not in taken), None)
    if free is None:
        raise Conflict("Province 99 is full: 99 files from outside China are stored.")
    return with_parents(boundaries.frame, boundaries.source_name, free)
