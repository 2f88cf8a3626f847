"""What may be in a register twice: found, offered, merged or kept apart, and taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from layers.accounts import Caller
from layers.duplicates import count_offers, find_duplicates, keep_apart, offers
from layers.merging import merge, undo_decision
from spatial_api.access import OpenDoors, require
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.schemas import people as schemas

__all__ = ["router"]

router = APIRouter(prefix="/api/duplicates", tags=["people"])
Reader = Annotated[Caller, Depends(require("person:read"))]
Writer = Annotated[Caller, Depends(require("person:write"))]
Nothing = Annotated[NoQuery, Query()]
_WRITTEN = problems(400, 401, 403, 404, 409, 413, 422, 503)


@router.get("", responses=problems(401, 403, 422, 503))
def list_offers(
    caller: Reader, opened: OpenDoors, asked: Annotated[schemas.DuplicateQuery, Query()]
) -> schemas.DuplicatePage:
    """A page of what is offered for merging in the caller's scope, or of what was decided; names masked."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        page = offers(
            session,
            region=asked.region,
            status=asked.status,
            register=asked.register_,
            limit=asked.limit,
            after=asked.after,
        )
    return schemas.DuplicatePage.model_validate(page)


@router.get("/counts", responses=problems(401, 403, 422, 503))
def count_pairs(
    caller: Reader, opened: OpenDoors, asked: Annotated[schemas.DuplicateCountsQuery, Query()]
) -> schemas.DuplicateCounts:
    """How many pairs are offered in the caller's scope, or were decided, by village."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        counted = count_offers(session, region=asked.region, status=asked.status, register=asked.register_)
    return schemas.DuplicateCounts.model_validate({"items": counted, "total": sum(row.n for row in counted)})


@router.post("/find", responses=problems(400, 401, 403, 404, 413, 422, 503))
def find(body: schemas.FindBody, caller: Writer, opened: OpenDoors, _: Nothing) -> schemas.DuplicateFound:
    """Look through a region for what is there twice; what was offered before is not offered again."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return schemas.DuplicateFound.model_validate(find_duplicates(session, body.region))


@router.post("/{duplicate_id}/merge", responses=_WRITTEN)
def make_one(
    duplicate_id: UUID, body: schemas.MergeBody, caller: Writer, opened: OpenDoors, _: Nothing
) -> schemas.KeptRecord:
    """Make one of two: what hung on the other hangs on the one kept, whose empty fields are filled."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        rev = merge(session, duplicate_id, body.keep, body.rev)
    return schemas.KeptRecord(id=body.keep, rev=rev)


@router.post("/{duplicate_id}/distinct", status_code=204, responses=_WRITTEN)
def leave_two(duplicate_id: UUID, caller: Writer, opened: OpenDoors, _: Nothing) -> None:
    """Say that the two are two: they are not offered again."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        keep_apart(session, duplicate_id)


@router.post("/{duplicate_id}/undo", status_code=204, responses=_WRITTEN)
def take_back(duplicate_id: UUID, caller: Writer, opened: OpenDoors, _: Nothing) -> None:
    """Take a decision back: of a merge both rows are there as they were; 409 when the one kept was edited since."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        undo_decision(session, duplicate_id)
