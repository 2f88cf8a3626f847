"""What the routes of the review queue take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from layers.lists import PAGE
from spatial_api.answers import LonLat
from spatial_api.parameters import GridCode, RegionCode
from spatial_api.schemas import Answer, Strict
from spatial_api.schemas.incidents import PathRegion

__all__ = [
    "DecisionBody",
    "RegisterName",
    "ReviewCard",
    "ReviewCounts",
    "ReviewCountsQuery",
    "ReviewPage",
    "ReviewQuery",
    "SettledReview",
    "UndoBody",
]

RegisterName = Literal["building", "house", "facility", "organisation", "incident", "place"]
ReviewStatus = Literal["open", "picked", "pinned", "rejected"]
Point = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]
Revision = Annotated[int, Field(ge=1, le=2_147_483_647)]


class _Narrowed(Strict):
    """Which part of the queue: of one register, in a region or a grid, for a reason."""

    register_: Annotated[RegisterName | None, Field(alias="register")] = None
    region: RegionCode | None = None
    grid: GridCode | None = None
    reason: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.region is not None and self.grid is not None:
            raise ValueError("give a region or a grid, not both")
        return self


class ReviewQuery(_Narrowed):
    """What waits, by place, or what was decided, newest first; `after` is the key `next` of the page before."""

    state: Literal["open", "decided"] = "open"
    limit: Annotated[int, Field(ge=1, le=PAGE)] = 50
    after: Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,18}_[0-9a-f-]{36}$")] | None = None


class ReviewCountsQuery(_Narrowed):
    """What is left, counted by county (3), township (4) or village (5)."""

    level: Annotated[int, Field(ge=3, le=5)] = 5


class PinBody(Strict):
    """A place on the map in a stated datum: the house itself, or with `radius_m` only somewhere around there."""

    point: Point
    crs: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:-]{3,16}$")]
    radius_m: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = None


class DecisionBody(Strict):
    """One of `pick` a candidate (the first is 0), `pin` a place, `reject` for a reason; `rev` is what was seen."""

    rev: Revision
    pick: Annotated[int, Field(ge=0, le=4)] | None = None
    pin: PinBody | None = None
    reject: Literal["no_such_address", "not_an_address", "outside", "other"] | None = None

    @model_validator(mode="after")
    def _one_decision(self) -> Self:
        if sum(decision is not None for decision in (self.pick, self.pin, self.reject)) != 1:
            raise ValueError("give one of pick, pin and reject")
        return self


class UndoBody(Strict):
    """The revision of the entry that was seen."""

    rev: Revision


class ReviewReason(Answer):
    """Why the place is doubted: a word of a fixed list, what it takes off the confidence, and what in the text."""

    kind: str
    penalty: float
    text: str


class ReviewCandidate(Answer):
    """A place that the text may mean."""

    address: str
    point: LonLat | None
    level: str
    grid_no: str | None
    confidence: float | None = None


class ReviewRow(Answer):
    """An entry as a line; long numbers in its text are masked, `candidates` counts them."""

    id: UUID
    register_: Annotated[RegisterName, Field(validation_alias="register", serialization_alias="register")]
    row_id: UUID
    text: str
    region: str
    region_name: str | None
    grid_no: str
    level: str
    reasons: list[ReviewReason]
    candidates: int
    status: ReviewStatus
    rev: int
    decided_at: datetime | None


class ReviewPage(Answer):
    """A page of the queue; `next` is null at the end."""

    items: list[ReviewRow]
    next: str | None


class ReviewCount(Answer):
    """How many wait in a region; what is known only to a region above it stands under that one."""

    code: str
    name: str | None
    n: int


class ReviewCounts(Answer):
    """What is left, by region, and altogether."""

    items: list[ReviewCount]
    total: int


class ReviewCard(Answer):
    """One entry with all that a decision needs.

    `point` and `radius_m` draw a circle that holds the place: the middle of a village is not where it is. `why` is the
    reason of a rejection, `with_id` the entry with which this one was decided.
    """

    id: UUID
    register_: Annotated[RegisterName, Field(validation_alias="register", serialization_alias="register")]
    row_id: UUID
    text: str
    path: list[PathRegion]
    grid_no: str
    level: str
    reasons: list[ReviewReason]
    candidates: list[ReviewCandidate]
    status: ReviewStatus
    rev: int
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    point: LonLat | None
    radius_m: float | None
    name: str | None
    why: str | None
    with_id: UUID | None


class SettledReview(Answer):
    """How the entry stands now, how many others went with it, and the kinds of name that were learned."""

    id: UUID
    status: ReviewStatus
    rev: int
    grid_no: str
    also: int
    learned: list[Literal["street", "estate", "hamlet", "region", "address"]]
