"""What the database must always hold, checked: every fault with its place. Reads only."""

from __future__ import annotations

from collections.abc import Iterator

from geopandas import GeoSeries
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from gridding import Plan as Coverage
from gridding import Plane, Report, VillageError, check
from layers.assign import PLACED, TRAILING
from layers.crypto import Vault
from layers.db import raw
from layers.errors import Fault, Unavailable
from layers.grid_rows import frame_of
from layers.models import Plan
from layers.plans import faults_in_lonlat, links_of, of_village
from layers.queries import load
from layers.villages import build, in_force, plane_of, read_inputs

__all__ = ["CHECKS", "examine"]

_PLAIN = (
    "region_without_parent",
    "alias_without_region",
    "region_invalid_shape",
    "villages_overlap",
    "grid_outside_villages",
    "grid_without_published_plan",
    "published_plan_differs",
    "number_used_again",
    "place_names_differ",
    "counts_differ",
    "cells_differ",
    "address_alias_apart_from_house",
    "duty_without_grid",
    "house_apart_from_building",
    "household_apart_from_house",
    "person_apart_from_household",
    "enrolment_apart_from_person",
    "visit_apart_from_house",
    "review_apart_from_row",
    "occupancy_apart_from_house",
    "residence_apart_from_household",
    "duplicate_apart_from_kept",
    "stay_apart_from_household",
    "stay_apart_from_person",
)
_OF_GRIDS_ALONE = ("empty", "type", "invalid", "sliver", "overlap", "border_mismatch")
"""Faults of grids that have nothing to do with their village's boundary."""
_REGISTERED = (*PLACED, "household", "person", "enrolment", "visit")
_NUMBERED = (*_REGISTERED, *TRAILING)
_CARRIERS = (*_NUMBERED, "review", "address_alias")
_IMPORTED = ("region", "barrier", "link", *_REGISTERED)
CHECKS = (*_PLAIN, "misplaced", "unknown_number", "imported_rows", "grids_cover_villages", "sealed_values")
"""The names of all checks, in the order in which they run."""


def examine(session: Session, vault: Vault | None) -> Iterator[tuple[str, list[Fault]]]:
    """Each check with the faults it found, none for a clean database; the session must see everything.

    Without a vault the sealed values are not tried. Cost: linear in rows, with one exact test for each placed row.
    """
    for name in _PLAIN:
        yield name, _faults(session, sql.SQL(load("doctor.sql")[name]))
    yield "misplaced", [fault for table in PLACED for fault in _of_table(session, "misplaced", table)]
    yield "unknown_number", [fault for table in _CARRIERS for fault in _of_table(session, "unknown_number", table)]
    yield "imported_rows", [fault for table in _IMPORTED for fault in _imported(session, table)]
    yield "grids_cover_villages", list(_coverages(session))
    yield "sealed_values", [] if vault is None else list(_sealed(session, vault))


def _faults(session: Session, query: sql.SQL | sql.Composed) -> list[Fault]:
    with raw(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query).fetchall()
    return [
        Fault(
            row["where"], row["message"], None if row["lon"] is None else (round(row["lon"], 6), round(row["lat"], 6))
        )
        for row in rows
    ]


def _of_table(session: Session, check_name: str, table: str) -> list[Fault]:
    own = sql.SQL("t.building_id is null") if table == "house" else sql.SQL("true")
    query = sql.SQL(load("doctor.sql")[check_name])
    return _faults(session, query.format(table=sql.Identifier(table), filter=own))


def _imported(session: Session, table: str) -> Iterator[Fault]:
    query = sql.SQL(load("doctor.sql")["imported_rows"])
    names = {"table": sql.Identifier(table), "table_name": sql.Literal(table)}
    with raw(session).cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(query.format(**names)):
            where = f"import {row['import_id']} ({row['kind']} {row['source_name']})"
            yield Fault(where, f"its log says {row['said']} rows of {table}, there are {row['found']}")


def _coverages(session: Session) -> Iterator[Fault]:
    """The grids in force of each village against its boundary, by gridding's own check.

    Between the correction of a boundary and the next publish the grids are those of the boundary before: under a
    stale plan they are only asked to fit each other.
    """
    for row in raw(session).execute(load("doctor.sql")["villages_in_force"]).fetchall():
        code = str(row[0])
        inputs = read_inputs(session, code)
        plane = plane_of(inputs)
        published = [plan for plan in of_village(session, code) if plan.status == "published"]
        stale = any(plan.stale for plan in published)
        try:
            report = check(_in_force(session, code, plane, published), build(inputs, plane))
            # A grid's load is that of its publish; people have come and gone since.
            faults = [fault for fault in report.faults if fault.severity == "fault" and fault.kind != "load_wrong"]
            faults = [fault for fault in faults if not stale or fault.kind in _OF_GRIDS_ALONE]
        except VillageError as error:
            faults = list(error.faults)
        for fault in faults_in_lonlat(faults, plane):
            yield Fault(f"{code} {fault.where}", fault.message, fault.place)


def _in_force(session: Session, code: str, plane: Plane, published: list[Plan]) -> Coverage:
    grids = frame_of(in_force(session, code), "seq")
    links = tuple(link for plan in published for link in links_of(plan, plane))
    planar = grids.set_geometry(plane.to_plane(GeoSeries(grids.geometry)))
    return Coverage(grids=planar, report=Report(links=links))


def _sealed(session: Session, vault: Vault) -> Iterator[Fault]:
    for where, sealed, context in raw(session).execute(load("doctor.sql")["sealed"]).fetchall():
        try:
            vault.open(bytes(sealed), str(context))  # type: ignore[call-overload]
        except Unavailable as error:
            yield Fault(str(where), error.detail)
