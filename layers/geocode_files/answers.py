"""What a table gets for each of its addresses, small enough to be kept by the hundred thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from layers.codes import code_of
from layers.geocode.answer import Location
from layers.geocode.parts import standard_text
from layers.region_paths import read_names

__all__ = ["Answer", "answers_of"]


@dataclass(frozen=True)
class Answer:
    """One address located: the truth lies within `radius_m` of lon, lat (EPSG:4326), both None where it is unplaced.

    `reasons` are kind, penalty and text of each; `address` is the standard address as far as it is known; `candidates`
    are other addresses that the text may mean.
    """

    lon: float | None
    lat: float | None
    level: str
    radius_m: float | None
    confidence: float
    reasons: Sequence[tuple[str, float, str]]
    address: str
    region_code: str
    grid_no: str | None
    house_id: str | None
    candidates: Sequence[str]


def answers_of(session: Session, locations: Sequence[Location]) -> list[Answer]:
    """The answers to a batch of texts, with the names of the regions that they lie in.

    Cost: one query for the names.
    """
    names = read_names(session, {location.region_code for location in locations})
    return [_answer(location, names) for location in locations]


def _answer(location: Location, names: Mapping[str, str]) -> Answer:
    lon, lat = location.point or (None, None)
    return Answer(
        lon=lon,
        lat=lat,
        level=location.level,
        radius_m=location.radius_m,
        confidence=location.confidence,
        reasons=[(reason.kind, reason.penalty, reason.text) for reason in location.reasons],
        address=names.get(location.region_code, "") + standard_text(location.parts),
        region_code=location.region_code,
        grid_no=None if location.grid_no is None else code_of(location.grid_no),
        house_id=location.house_id,
        candidates=[
            one.address for one in location.candidates if one.house_id is None or one.house_id != location.house_id
        ],
    )
