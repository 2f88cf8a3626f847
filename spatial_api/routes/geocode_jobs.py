"""Tables of addresses: sent, located as a job, and fetched with our columns by who sent them."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from layers import job_rows
from layers.accounts import Caller
from layers.codes import region_range
from layers.datum import parse_crs
from layers.errors import NotFound
from layers.export.place import Target
from layers.geocode_files.run import write_located
from layers.geocode_files.writing import FORMATS, check_format
from layers.job_rows import JobRow
from spatial_api.access import Doors, OpenDoors, held, require
from spatial_api.download import Download, attachment
from spatial_api.geocode_jobs import KEPT_HOURS, KIND, scope_of
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.problems import prefers_english
from spatial_api.reasons import in_words
from spatial_api.routes.jobs import fault_row, told_problem
from spatial_api.schemas.geocode import (
    GeocodeJob,
    GeocodeJobAnswer,
    GeocodeJobQuery,
    GeocodeJobResult,
    ResultQuery,
)

__all__ = ["router"]

router = APIRouter(prefix="/api/geocode/jobs", tags=["geocode"])
Finder = Annotated[Caller, Depends(require("address:locate"))]

_PIECE_BYTES = 256 * 1024
_SHOWN_FAULTS = 100
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}
_RESULT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "the table with our columns",
        "content": {media.partition(";")[0]: _BINARY for media in FORMATS.values()},
    }
}


@router.post("", status_code=202, responses=problems(400, 401, 403, 404, 413, 422, 429, 503), openapi_extra=_FILE)
async def locate_table(
    request: Request, caller: Finder, opened: OpenDoors, asked: Annotated[GeocodeJobQuery, Query()]
) -> GeocodeJobAnswer:
    """Locate the addresses of the table that is the body; the answer is the job, to be asked for until it ends."""
    if asked.crs is not None:
        parse_crs(asked.crs)
    if asked.within is not None and not caller.scope.overlaps(*region_range(asked.within)):
        raise NotFound(f"There is no region {asked.within} here.")
    try:
        job_id = await opened.geocode_jobs.take(request.stream(), asked, caller)
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    job = await to_thread.run_sync(job_rows.find_job, opened.database, job_id, caller.account_id)
    return GeocodeJobAnswer(job=_answer(job, english=prefers_english(request.scope)))


@router.get("/{table_id}", responses=problems(401, 403, 404, 422, 503))
def show_table_job(
    table_id: UUID, request: Request, caller: Finder, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> GeocodeJob:
    """How far a job of the caller's own is, and what came of it."""
    return _answer(_own(opened, table_id, caller), english=prefers_english(request.scope))


@router.get("/{table_id}/result", responses={**_RESULT, **problems(401, 403, 404, 422, 503)}, response_class=Response)
async def fetch_table(
    table_id: UUID, caller: Finder, opened: OpenDoors, asked: Annotated[ResultQuery, Query()]
) -> Response:
    """The table with our columns after its own, for a day after the job's end and for its maker alone.

    The ids of houses are told to those who may open them.
    """
    job = await to_thread.run_sync(_own, opened, table_id, caller)
    suffix = asked.f or _suffix(job)
    check_format(suffix, (job.result or {}).get("rows"))
    pieces = _pieces(opened, job, suffix, Target.of(asked.crs), opens="house:read" in held(caller))
    # The first piece is made before the answer begins: until then whatever goes wrong can still be told as a problem.
    first = await to_thread.run_sync(next, pieces, b"", limiter=opened.export_limit)
    disposition = attachment(f"geocoded.{suffix}", f"{Path(job.request['name']).stem}-地理编码.{suffix}")
    return Download(first, pieces, opened.export_limit, FORMATS[suffix], disposition)


@router.delete("/{table_id}", status_code=204, responses=problems(401, 403, 404, 413, 422, 503))
def take_table_back(table_id: UUID, caller: Finder, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> None:
    """End a job of the caller's own, and delete its table and what came of it at once."""
    opened.geocode_jobs.take_back(_own(opened, table_id, caller))


def _own(opened: Doors, table_id: UUID, caller: Caller) -> JobRow:
    job = job_rows.find_job(opened.database, table_id, caller.account_id)
    # A token that is narrowed to a region sees no job of the whole of its owner's.
    if job.kind != KIND or not caller.scope.contains(scope_of(job)):
        raise NotFound("There is no such job.")
    return job


def _suffix(job: JobRow) -> str:
    suffix = Path(job.request["name"]).suffix.removeprefix(".").lower()
    return suffix if suffix in FORMATS else "csv"


def _pieces(opened: Doors, job: JobRow, suffix: str, target: Target, *, opens: bool) -> Generator[bytes]:
    table, located = opened.geocode_jobs.table_of(job)
    if not opens:
        located = ((rows, [replace(answer, house_id=None) for answer in answers]) for rows, answers in located)
    with tempfile.TemporaryDirectory(prefix="wangge-geocoded-") as folder:
        path = Path(folder) / f"result.{suffix}"
        write_located(path, suffix, table, located, target, lambda kind, text: in_words(kind, text, english=False))
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece


def _answer(job: JobRow, *, english: bool) -> GeocodeJob:
    result = None
    if job.result is not None and job.finished_at is not None:
        expires_at = job.finished_at + timedelta(hours=KEPT_HOURS)
        result = GeocodeJobResult(
            **{name: job.result[name] for name in ("rows", "sure", "levels")}, expires_at=expires_at
        )
    return GeocodeJob(
        id=job.id,
        name=job.request["name"],
        status=job.status,  # type: ignore[arg-type]  # the table's check allows no other
        stage=job.stage,
        done=job.done,
        total=job.total,
        result=result,
        problem=None if job.problem is None else told_problem(job.problem, english=english),
        faults=[fault_row(fault, english=english) for fault in job_rows.faults_of(job)[:_SHOWN_FAULTS]],
        created_at=job.created_at,
        finished_at=job.finished_at,
    )
