"""Whole lists written as jobs: asked for, watched, fetched in one go or piece by piece, deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from layers import job_rows
from layers.accounts import Caller
from layers.errors import NotFound
from layers.export import FORMATS, Order, prepare
from layers.items import find_list
from layers.job_rows import JobRow
from spatial_api.access import Doors, OpenDoors, require
from spatial_api.download import PartedFile, attachment
from spatial_api.exports import KEPT_HOURS, KIND, scope_of
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.problems import prefers_english
from spatial_api.routes.items import file_names, refuse_unknown_kinds, refuse_unlisted
from spatial_api.routes.jobs import told_problem
from spatial_api.schemas.exports import ExportJob, ExportJobAnswer, ExportJobList, ExportQuery

__all__ = ["router"]

router = APIRouter(prefix="/api/exports", tags=["layers"])
Exporter = Annotated[Caller, Depends(require("export:read"))]
Nothing = Annotated[NoQuery, Query()]

_CONTENT = {
    format_.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
    for format_ in FORMATS.values()
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "the file", "content": _CONTENT},
    206: {"description": "the part of the file that Range asks for", "content": _CONTENT},
}


@router.post("", status_code=202, responses=problems(400, 401, 403, 404, 413, 422, 429, 503))
async def begin_export(
    request: Request, caller: Exporter, opened: OpenDoors, asked: Annotated[ExportQuery, Query()]
) -> ExportJobAnswer:
    """Write all rows of a layer into a file; the answer is the job, to be asked for until it ends."""
    order = Order(asked.layer, asked.filters(), asked.f, asked.crs)
    refuse_unlisted(order.layer, caller)
    await refuse_unknown_kinds(find_list(order.layer), asked.kind, opened.kinds)
    export = await prepare(opened.database, opened.pool, caller.scope, order, caller.account_id)
    _, name = file_names(order)
    job_id = await to_thread.run_sync(opened.exports.take, export, name, caller)
    job = await to_thread.run_sync(job_rows.find_job, opened.database, job_id, caller.account_id)
    return ExportJobAnswer(job=_answer(job, english=prefers_english(request.scope)))


@router.get("", responses=problems(401, 403, 422, 503))
def list_exports(request: Request, caller: Exporter, opened: OpenDoors, _: Nothing) -> ExportJobList:
    """The caller's own jobs under way, and those whose files can be fetched."""
    jobs = [job for job in opened.exports.of_account(caller.account_id) if caller.scope.contains(scope_of(job))]
    return ExportJobList(items=[_answer(job, english=prefers_english(request.scope)) for job in jobs])


@router.get("/{export_id}", responses=problems(401, 403, 404, 422, 503))
def show_export(export_id: UUID, request: Request, caller: Exporter, opened: OpenDoors, _: Nothing) -> ExportJob:
    """How far a job of the caller's own is."""
    return _answer(_own(opened, export_id, caller), english=prefers_english(request.scope))


@router.get(
    "/{export_id}/file", responses={**_FILE, **problems(400, 401, 403, 404, 416, 422, 503)}, response_class=Response
)
def fetch_export(export_id: UUID, caller: Exporter, opened: OpenDoors, _: Nothing) -> PartedFile:
    """The file, for a day after the job's end; a download that broke off goes on with `Range` and `If-Range`."""
    job = _own(opened, export_id, caller)
    refuse_unlisted(job.request["layer"], caller)
    plain = f"{job.request['layer']}.{job.request['f']}"
    headers = {
        "Content-Disposition": attachment(plain, job.request["name"]),
        "Cache-Control": "private, no-store",
    }
    path = opened.exports.file_of(job)
    return PartedFile(path, headers=headers, media_type=FORMATS[job.request["f"]].media_type)


@router.delete("/{export_id}", status_code=204, responses=problems(401, 403, 404, 413, 422, 503))
def take_export_back(export_id: UUID, caller: Exporter, opened: OpenDoors, _: Nothing) -> None:
    """End a job of the caller's own, and delete its file at once."""
    opened.exports.take_back(_own(opened, export_id, caller))


def _own(opened: Doors, export_id: UUID, caller: Caller) -> JobRow:
    job = job_rows.find_job(opened.database, export_id, caller.account_id)
    # Whose scope has become another one since sees no file of the old one; nor does a token that is narrowed.
    if job.kind != KIND or not caller.scope.contains(scope_of(job)):
        raise NotFound("There is no such job.")
    return job


def _answer(job: JobRow, *, english: bool) -> ExportJob:
    written = job.result or {}
    ended = job.finished_at if job.status == "done" else None
    return ExportJob(
        id=job.id,
        layer=job.request["layer"],
        name=job.request["name"],
        status=job.status,  # type: ignore[arg-type]  # the table's check allows no other
        done=job.done,
        total=job.total,
        bytes=written.get("bytes"),
        expires_at=None if ended is None else ended + timedelta(hours=KEPT_HOURS),
        problem=None if job.problem is None else told_problem(job.problem, english=english),
        created_at=job.created_at,
        finished_at=job.finished_at,
    )
