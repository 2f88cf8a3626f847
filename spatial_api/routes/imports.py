"""Bring in a file by upload, look at what was brought in, and take it back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from layers import import_log, job_rows
from layers.accounts import Caller
from layers.errors import Fault
from layers.registers.mapping import Dropped, Proposal
from layers.undo import undo
from spatial_api.access import OpenDoors, require
from spatial_api.importers import check_options, known_kinds
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.problems import prefers_english
from spatial_api.routes.jobs import fault_row, job_answer
from spatial_api.schemas.imports import (
    DroppedColumn,
    ImportKind,
    ImportKinds,
    ImportPage,
    ImportProposal,
    ImportQuery,
    ImportRow,
    ImportsQuery,
    ImportWithFaults,
    JobAnswer,
    ListKind,
    ProposedColumn,
    Undone,
)
from spatial_api.settings import Settings

__all__ = ["router"]

router = APIRouter(prefix="/api/imports", tags=["imports"])
Importer = Annotated[Caller, Depends(require("import:write"))]

_SHOWN_FAULTS = 200
_FILE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


@router.get("/kinds", responses=problems(401, 403, 422, 503))
def list_kinds(
    request: Request,
    caller: Importer,  # noqa: ARG001 -- who may import
    _: Annotated[NoQuery, Query()],
) -> ImportKinds:
    """The kinds of files that can be brought in, and the columns that each knows."""
    settings: Settings = request.app.state.settings
    return ImportKinds(items=known_kinds(), max_upload_bytes=settings.max_upload_bytes)


@router.get("", responses=problems(401, 403, 422, 503))
def list_imports(caller: Importer, opened: OpenDoors, asked: Annotated[ImportsQuery, Query()]) -> ImportPage:
    """What was brought in, newest first: into regions inside the caller's scope, or by the caller."""
    after = None if asked.after is None else str(asked.after)
    with opened.database.write(caller.scope, caller.account_id) as session:
        return ImportPage.model_validate(import_log.list_imports(session, asked.limit, after))


@router.get("/{import_id}", responses=problems(401, 403, 404, 422, 503))
def show_import(
    import_id: UUID, request: Request, caller: Importer, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> ImportWithFaults:
    """One import with the first of the faults that did not stop it."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        found = import_log.find_import(session, import_id)
    english = prefers_english(request.scope)
    faults = [fault_row(fault, english=english) for fault in found.faults[:_SHOWN_FAULTS]]
    return ImportWithFaults(entry=ImportRow.model_validate(found.entry), faults=faults)


@router.post("/{import_id}/undo", responses=problems(401, 403, 404, 409, 413, 422, 503))
def take_back(import_id: UUID, caller: Importer, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Undone:
    """Take an import back; refused with 409 and the rows that were edited since or that others hang on."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return Undone.model_validate(undo(session, import_id))


@router.post("/{kind}/proposal", responses=problems(400, 401, 403, 413, 422, 429, 503), openapi_extra=_FILE)
async def propose(
    kind: ListKind,
    request: Request,
    caller: Importer,  # noqa: ARG001 -- who may import
    opened: OpenDoors,
    asked: Annotated[ImportQuery, Query()],
) -> ImportProposal:
    """How the list that is the body would be read: which header is which of our columns, and what is dropped."""
    check_options(kind, asked)
    try:
        found = await opened.uploads.propose(request.stream(), kind, asked)
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    return _told(found, english=prefers_english(request.scope))


@router.post("/{kind}", status_code=202, responses=problems(400, 401, 403, 413, 422, 429, 503), openapi_extra=_FILE)
async def bring_in(
    kind: ImportKind, request: Request, caller: Importer, opened: OpenDoors, asked: Annotated[ImportQuery, Query()]
) -> JobAnswer:
    """Import the file that is the body, as it is; the answer is the job that does it, to be asked for until it ends."""
    check_options(kind, asked)
    try:
        job_id = await opened.uploads.take(request.stream(), kind, asked, caller)
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    job = await to_thread.run_sync(job_rows.find_job, opened.database, job_id, caller.account_id)
    return JobAnswer(job=job_answer(job, english=False))


def _told(found: Proposal, *, english: bool) -> ImportProposal:
    faults = [fault_row(fault, english=english) for fault in (*found.faults, *found.warnings)]
    return ImportProposal(
        register_name=found.register,
        columns=[ProposedColumn.model_validate(column) for column in found.columns],
        dropped=[DroppedColumn(header=one.header, why=_why(one, english=english)) for one in found.dropped],
        headers=list(found.headers),
        sheet=found.sheet,
        sheets=list(found.sheets),
        crs=found.crs,
        needs_crs=found.needs_crs,
        faults=faults,
    )


def _why(dropped: Dropped, *, english: bool) -> str | None:
    if dropped.refused is None:
        return None
    message = f"warning: the column {dropped.header} was dropped: the model keeps no {dropped.refused}"
    return fault_row(Fault("", message), english=english).message
