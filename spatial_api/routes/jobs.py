"""How far an import is, what came of it, and its faults as a list or a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from layers.accounts import Caller
from layers.db import Database
from layers.errors import Fault, NotFound
from layers.import_log import sees_import
from layers.job_rows import JobRow, faults_of, find_job
from spatial_api.access import OpenDoors, require
from spatial_api.download import attachment
from spatial_api.exports import KIND as EXPORTING
from spatial_api.geocode_jobs import KIND as GEOCODING
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.problems import BY_SLUG, prefers_english, problem_body
from spatial_api.schemas.imports import FaultPage, FaultQuery, FaultRow, Job, JobProblem, JobResult
from spatial_api.words import translate

__all__ = ["fault_row", "job_answer", "router", "told_problem"]

router = APIRouter(prefix="/api/jobs", tags=["imports"])
Importer = Annotated[Caller, Depends(require("import:write"))]

_WARNING = "warning: "
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_GPKG = "application/geopackage+sqlite3"
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "a page of faults, or all of them as a file", "content": {"text/csv": _BINARY, _GPKG: _BINARY}}
}


@router.get("/{job_id}", responses=problems(401, 403, 404, 422, 503))
def show_job(
    job_id: UUID, request: Request, caller: Importer, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> Job:
    """A job of the caller's own."""
    return job_answer(_own(opened.database, job_id, caller), english=prefers_english(request.scope))


@router.get("/{job_id}/faults", responses={**_FILES, **problems(401, 403, 404, 422, 503)}, response_model=FaultPage)
def list_faults(
    job_id: UUID, request: Request, caller: Importer, opened: OpenDoors, asked: Annotated[FaultQuery, Query()]
) -> FaultPage | Response:
    """The faults of a job in pages, or with `f` all that were kept as CSV or GeoPackage."""
    job = _own(opened.database, job_id, caller)
    faults = [fault for fault in faults_of(job) if asked.severity in (None, _severity(fault))]
    english = prefers_english(request.scope)
    if asked.f != "json":
        return _file([translate(fault, english=english) for fault in faults], asked.f)
    end = asked.after + asked.limit
    return FaultPage(
        items=[fault_row(fault, english=english) for fault in faults[asked.after : end]],
        next=end if end < len(faults) else None,
        kept=len(faults),
        total=(job.result or job.problem or {}).get("fault_count", 0),
    )


def job_answer(job: JobRow, *, english: bool) -> Job:
    """A job as it is told."""
    return Job(
        id=job.id,
        kind=job.kind,
        name=job.request["name"],
        dry_run=job.request["dry_run"],
        status=job.status,  # type: ignore[arg-type]  # the table's check allows no other
        stage=job.stage,
        done=job.done,
        total=job.total,
        result=None if job.result is None else JobResult.model_validate(job.result),
        problem=None if job.problem is None else told_problem(job.problem, english=english),
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def fault_row(fault: Fault, *, english: bool) -> FaultRow:
    """A fault as it is told: whether it is a warning is no part of its words."""
    told = translate(fault, english=english)
    message = told.message.removeprefix(_WARNING)
    return FaultRow(where=told.where, severity=_severity(told), message=message, place=told.place)


def _own(database: Database, job_id: UUID, caller: Caller) -> JobRow:
    job = find_job(database, job_id, caller.account_id)
    # A token that is narrowed to a region sees no job of the whole of its owner's.
    if job.kind in (GEOCODING, EXPORTING) or not sees_import(caller.scope, job.region_code):
        raise NotFound("There is no such job.")
    return job


def _severity(fault: Fault) -> Any:
    return "warning" if fault.message.startswith(_WARNING) else "fault"


def told_problem(stored: dict[str, Any], *, english: bool) -> JobProblem:
    """Why a job failed, as it is told."""
    body = problem_body(BY_SLUG[stored["slug"]], stored["detail"], english=english)
    return JobProblem(
        **{name: body[name] for name in ("type", "title", "status", "detail")}, fault_count=stored["fault_count"]
    )


def _file(faults: list[Fault], form: str) -> Response:
    # Loaded when a file is asked for: it brings geopandas along.
    from layers.faults_file import faults_csv, write_faults  # noqa: PLC0415

    headers = {"Content-Disposition": attachment(f"faults.{form}", f"faults.{form}")}
    if form == "csv":
        return Response(faults_csv(faults), headers=headers, media_type="text/csv")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faults.gpkg"
        write_faults(path, faults)
        return Response(path.read_bytes(), headers=headers, media_type=_GPKG)
