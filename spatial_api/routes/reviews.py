"""The review queue: what waits for a person to say where it is, what is decided, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from layers.accounts import Caller
from layers.decisions import Decision, Pick, Pin, Reject, decide, undo_decision
from layers.review_list import ReviewFilters, count_reviews, list_reviews, read_review
from spatial_api.access import Capability, OpenDoors, held, require
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.schemas import reviews as schemas

__all__ = ["router"]

router = APIRouter(prefix="/api/reviews", tags=["reviews"])
Reviewer = Annotated[Caller, Depends(require("review:decide"))]

_OPENED_BY: Mapping[schemas.RegisterName, Capability] = {
    "building": "grid:read",
    "house": "house:read",
    "facility": "grid:read",
    "organisation": "grid:read",
    "incident": "case:open",
    "place": "grid:read",
}
"""Who sees the entries of a register: whoever may open its rows."""


@router.get("", responses=problems(401, 403, 422, 503))
def show_queue(
    caller: Reviewer, opened: OpenDoors, asked: Annotated[schemas.ReviewQuery, Query()]
) -> schemas.ReviewPage:
    """A page of what waits in the caller's scope, or of what was decided."""
    filters = ReviewFilters(
        _registers(caller), asked.register_, asked.region or asked.grid, asked.reason, state=asked.state
    )
    with opened.database.write(caller.scope, caller.account_id) as session:
        page = list_reviews(session, filters, limit=asked.limit, after=asked.after)
    return schemas.ReviewPage.model_validate(page)


@router.get("/counts", responses=problems(401, 403, 422, 503))
def count_queue(
    caller: Reviewer, opened: OpenDoors, asked: Annotated[schemas.ReviewCountsQuery, Query()]
) -> schemas.ReviewCounts:
    """What is left in the caller's scope, by region."""
    filters = ReviewFilters(_registers(caller), asked.register_, asked.region or asked.grid, asked.reason)
    with opened.database.write(caller.scope, caller.account_id) as session:
        counted = count_reviews(session, filters, asked.level)
    return schemas.ReviewCounts.model_validate({"items": counted, "total": sum(row.n for row in counted)})


@router.get("/{review_id}", responses=problems(401, 403, 404, 422, 503))
def open_review(
    review_id: UUID, caller: Reviewer, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> schemas.ReviewCard:
    """One entry with its whole text and its candidates; every reading is audited."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return schemas.ReviewCard.model_validate(read_review(session, review_id, _registers(caller)))


@router.post("/{review_id}/decide", responses=problems(400, 401, 403, 404, 409, 413, 422, 503))
def settle(
    review_id: UUID,
    body: schemas.DecisionBody,
    caller: Reviewer,
    opened: OpenDoors,
    _: Annotated[NoQuery, Query()],
) -> schemas.SettledReview:
    """Say where it is: the row is in its grid at once, and what says the same is decided with it."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        done = decide(session, review_id, body.rev, _decision(body), _registers(caller))
    return schemas.SettledReview.model_validate(done)


@router.post("/{review_id}/undo", responses=problems(400, 401, 403, 404, 409, 413, 422, 503))
def take_back(
    review_id: UUID, body: schemas.UndoBody, caller: Reviewer, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> schemas.SettledReview:
    """Take a decision back with all that went with it; refused with 409 when a row was edited since."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        done = undo_decision(session, review_id, body.rev, _registers(caller))
    return schemas.SettledReview.model_validate(done)


def _registers(caller: Caller) -> tuple[str, ...]:
    may_do = held(caller)
    return tuple(register for register, needed in _OPENED_BY.items() if needed in may_do)


def _decision(body: schemas.DecisionBody) -> Decision:
    if body.pick is not None:
        return Pick(body.pick)
    if body.pin is not None:
        return Pin(body.pin.point, body.pin.crs, body.pin.radius_m)
    return Reject(str(body.reject))
