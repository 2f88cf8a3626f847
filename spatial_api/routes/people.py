"""Who lives where: moves, the stays of the past, and a building by its rooms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from layers import moves
from layers.accounts import Caller
from layers.residence import lived_at, stays_of
from layers.rooms import read_building
from spatial_api.access import OpenDoors, require
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.schemas import people as schemas

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["people"])
Reader = Annotated[Caller, Depends(require("person:read"))]
Writer = Annotated[Caller, Depends(require("person:write"))]
Nothing = Annotated[NoQuery, Query()]
_READ = problems(401, 403, 404, 422, 503)
_WRITTEN = problems(400, 401, 403, 404, 409, 413, 422, 503)


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


@router.post("/houses/{house_id}/households", status_code=201, responses=_WRITTEN)
def move_in_household(
    house_id: UUID, body: schemas.NewHouseholdBody, caller: Writer, opened: OpenDoors, _: Nothing
) -> schemas.Moved:
    """A new household in a house, from a day on."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        moved = moves.move_in_household(session, opened.vault, house_id, body.on, _today(), body.phone)
    return schemas.Moved.model_validate(moved)


@router.post("/households/{household_id}/persons", status_code=201, responses=_WRITTEN)
def move_in_person(
    household_id: UUID, body: schemas.NewPersonBody, caller: Writer, opened: OpenDoors, _: Nothing
) -> schemas.Moved:
    """A new person in a household, from a day on."""
    person = moves.NewPerson(**body.model_dump(exclude={"on"}))
    with opened.database.write(caller.scope, caller.account_id) as session:
        moved = moves.move_in_person(session, opened.vault, household_id, person, body.on, _today())
    return schemas.Moved.model_validate(moved)


@router.post("/households/{household_id}/move", responses=_WRITTEN)
def move_household(
    household_id: UUID, body: schemas.MoveHouseholdBody, caller: Writer, opened: OpenDoors, _: Nothing
) -> schemas.Moved:
    """A household goes to another house with its persons; all are in its grid at once."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        moved = moves.move_household(session, household_id, body.rev, body.house_id, body.on, _today())
    return schemas.Moved.model_validate(moved)


@router.post("/households/{household_id}/move-out", responses=_WRITTEN)
def move_out_household(
    household_id: UUID, body: schemas.MoveOutBody, caller: Writer, opened: OpenDoors, _: Nothing
) -> schemas.Moved:
    """A household leaves with its persons; they are counted no more."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        moved = moves.move_out_household(session, household_id, body.rev, body.on, _today())
    return schemas.Moved.model_validate(moved)


@router.post("/persons/{person_id}/move", responses=_WRITTEN)
def move_person(
    person_id: UUID, body: schemas.MovePersonBody, caller: Writer, opened: OpenDoors, _: Nothing
) -> schemas.Moved:
    """A person goes to another household."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        moved = moves.move_person(session, person_id, body.rev, body.household_id, body.on, _today())
    return schemas.Moved.model_validate(moved)


@router.post("/persons/{person_id}/move-out", responses=_WRITTEN)
def move_out_person(
    person_id: UUID, body: schemas.MoveOutBody, caller: Writer, opened: OpenDoors, _: Nothing
) -> schemas.Moved:
    """A person leaves the household alone."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        moved = moves.move_out_person(session, person_id, body.rev, body.on, _today())
    return schemas.Moved.model_validate(moved)


@router.get("/persons/{person_id}/stays", responses=_READ)
def person_stays(person_id: UUID, caller: Reader, opened: OpenDoors, _: Nothing) -> schemas.StayList:
    """Where a person lived; the reading is audited."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return schemas.StayList.model_validate({"items": stays_of(session, "person", person_id)})


@router.get("/households/{household_id}/stays", responses=_READ)
def household_stays(household_id: UUID, caller: Reader, opened: OpenDoors, _: Nothing) -> schemas.StayList:
    """Where a household lived; the reading is audited."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return schemas.StayList.model_validate({"items": stays_of(session, "household", household_id)})


@router.get("/houses/{house_id}/stays", responses=_READ)
def house_stays(
    house_id: UUID, caller: Reader, opened: OpenDoors, asked: Annotated[schemas.StayQuery, Query()]
) -> schemas.StayList:
    """Who lived in a house, ever or on a day, masked; the reading is audited."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        found = stays_of(session, "house", house_id) if asked.on is None else lived_at(session, house_id, asked.on)
    return schemas.StayList.model_validate({"items": found})


@router.get("/buildings/{building_id}", responses=_READ)
def show_building(
    building_id: UUID,
    caller: Annotated[Caller, Depends(require("house:read"))],
    opened: OpenDoors,
    _: Nothing,
) -> schemas.BuildingCard:
    """A building by units, floors and rooms, with how many live in each."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return schemas.BuildingCard.model_validate(read_building(session, building_id))
