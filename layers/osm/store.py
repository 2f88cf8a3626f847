"""Store what an OpenStreetMap file holds, in one transaction."""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from layers.assign import assign
from layers.db import raw
from layers.errors import Conflict
from layers.imports import Import, ImportResult, begin, refuse_again
from layers.osm.facilities import FACILITY_KINDS, ORGANISATION_KINDS
from layers.osm.model import COUNTY, FIRST_PREFECTURE, PROVINCE, Osm
from layers.queries import load
from layers.regions import refuse_overlap, store_regions

__all__ = ["store_osm"]

_CODES = ("code", "parent_code")
_ONE_PREFECTURE = 10**11
"""How far the grid numbers of one prefecture and the next lie apart."""


def store_osm(session: Session, osm: Osm, source_name: str, sha256: str) -> ImportResult:
    """What was stored, in the caller's transaction, under the first free prefecture of province 99.

    Raises:
        Conflict: when the same file was imported before, or province 99 is full.
        Invalid: when a village overlaps one in force, or a row does not fit.
    """
    refuse_again(session, "osm", source_name, sha256)
    with begin(session, "osm", source_name, crs="EPSG:4326", sha256=sha256) as log:
        county = osm.region.loc[osm.region["code"] == COUNTY, "geom"].iloc[0]
        refuse_overlap(session, county)
        _store_kinds(log)
        number = _free_prefecture(session)
        store_regions(log, _move_codes(osm.region, number))
        for table in ("building", "facility", "organisation"):
            frame = getattr(osm, table)
            log.copy(table, frame.assign(grid_no=frame["grid_no"] + (number - 1) * _ONE_PREFECTURE))
        log.copy("barrier", osm.barrier)
        log.copy("link", osm.link)
        assign(session, import_id=log.id)
        log.fault(*osm.faults)
    return ImportResult(log.id, dict(log.counts), tuple(log.faults))


def _free_prefecture(session: Session) -> int:
    taken = {row[0] for row in raw(session).execute(load("imports.sql")["children_of"], {"code": PROVINCE})}
    for number in range(1, 100):
        if f"{PROVINCE}{number:02d}" not in taken:
            return number
    raise Conflict("Province 99 is full: 99 files from outside China are stored.")


def _move_codes(regions: pd.DataFrame, number: int) -> pd.DataFrame:
    prefecture = f"{PROVINCE}{number:02d}"
    moved = {column: regions[column].str.replace(rf"^{FIRST_PREFECTURE}", prefecture, regex=True) for column in _CODES}
    return regions.assign(**moved)


def _store_kinds(log: Import) -> None:
    connection = raw(log.session)
    kinds = (("add_facility_kind", FACILITY_KINDS), ("add_organisation_kind", ORGANISATION_KINDS))
    for query, names in kinds:
        rows = [(code, *both, sort) for sort, (code, both) in enumerate(names.items())]
        with connection.cursor() as cursor:
            cursor.executemany(load("imports.sql")[query], rows)
