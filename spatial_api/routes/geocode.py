"""Addresses located one by one or some hundreds at once, and places told as addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session
from starlette.requests import Request

from layers.accounts import Caller
from layers.codes import region_range
from layers.datum import to_wgs84
from layers.errors import Fault, Invalid, NotFound
from layers.geocode.answer import Candidate as Found
from layers.geocode.answer import Location
from layers.geocode.parts import standard_text
from layers.geocoding import geocode_many, reverse
from layers.lists import RegionName
from layers.region_paths import read_paths
from spatial_api.access import OpenDoors, held, require
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery, lon_lat_of
from spatial_api.problems import prefers_english
from spatial_api.reasons import in_words
from spatial_api.schemas.geocode import (
    AddressParts,
    Candidate,
    GeocodeBody,
    GeocodeQuery,
    Here,
    Located,
    LocatedList,
    PathStep,
    Reason,
    ReverseQuery,
)

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["geocode"])
Finder = Annotated[Caller, Depends(require("address:locate"))]


@router.get("/geocode", responses=problems(401, 403, 404, 422, 503))
def locate_address(
    request: Request, caller: Finder, opened: OpenDoors, asked: Annotated[GeocodeQuery, Query()]
) -> Located:
    """The best known place of an address, and how well it is known; houses outside the caller's scope are not found."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return _located(request, caller, session, [asked.text], asked)[0]


@router.post("/geocode", responses=problems(400, 401, 403, 404, 413, 422, 503))
def locate_addresses(
    request: Request, body: GeocodeBody, caller: Finder, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> LocatedList:
    """The same for up to 1,000 addresses; for more send a table (`POST /api/geocode/jobs`)."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        return LocatedList(items=_located(request, caller, session, body.texts, body))


@router.get("/reverse", responses=problems(401, 403, 404, 422, 503))
def tell_place(caller: Finder, opened: OpenDoors, asked: Annotated[ReverseQuery, Query()]) -> Here:
    """What lies at a place: its regions, its grid, and the nearest house with its distance."""
    with opened.database.write(caller.scope, caller.account_id) as session:
        here = Here.model_validate(reverse(session, asked.lon, asked.lat, asked.crs))
    if here.nearest is not None and "house:read" not in held(caller):
        withheld = here.nearest.model_copy(update={"id": None, "address": None, "point": None})
        return here.model_copy(update={"nearest": withheld})
    return here


def _located(
    request: Request, caller: Caller, session: Session, texts: Sequence[str], asked: GeocodeQuery | GeocodeBody
) -> list[Located]:
    if asked.within is not None and not caller.scope.overlaps(*region_range(asked.within)):
        raise NotFound(f"There is no region {asked.within} here.")
    near = None if asked.near is None else _on_wgs84(*lon_lat_of(asked.near), asked.crs)
    found = geocode_many(session, texts, within=asked.within, near=near)
    paths = read_paths(session, {location.region_code for location in found})
    english, opens = prefers_english(request.scope), "house:read" in held(caller)
    return [
        _answer(text, location, paths[location.region_code], english=english, opens=opens)
        for text, location in zip(texts, found, strict=True)
    ]


def _answer(text: str, location: Location, path: Sequence[RegionName], *, english: bool, opens: bool) -> Located:
    reasons = [
        Reason(kind=one.kind, penalty=one.penalty, text=one.text, message=in_words(one.kind, one.text, english=english))
        for one in location.reasons
    ]
    return Located(
        text=text,
        point=location.point,
        level=location.level,  # type: ignore[arg-type]  # one of the fixed list
        radius_m=location.radius_m,
        confidence=location.confidence,
        reasons=reasons,
        address="".join(step.name for step in path) + standard_text(location.parts),
        parts=AddressParts.model_validate(location.parts),
        region_code=location.region_code,
        path=[PathStep.model_validate(step) for step in path],
        grid_no=location.grid_no,  # type: ignore[arg-type]  # a number becomes its 15 digits
        house_id=location.house_id if opens else None,
        building_id=location.building_id,
        candidates=[_candidate(one, opens=opens) for one in location.candidates],
    )


def _candidate(found: Found, *, opens: bool) -> Candidate:
    candidate = Candidate.model_validate(found)
    return candidate if opens else candidate.model_copy(update={"house_id": None})


def _on_wgs84(lon: float, lat: float, crs: str) -> tuple[float, float]:
    """Longitude and latitude on WGS 84.

    Raises:
        Invalid: when the datum is unknown or holds no such place.
    """
    x, y = to_wgs84([lon], [lat], crs)
    if not np.isfinite([x[0], y[0]]).all():
        raise Invalid("The request has faults.", [Fault("crs", f"there is no such place in {crs}")])
    return float(x[0]), float(y[0])
