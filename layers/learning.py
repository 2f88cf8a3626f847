"""What a decision teaches: other names of streets and regions where that is safe, and the whole text."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from layers.codes import LEVELS, code_of
from layers.db import actor, raw
from layers.geocode.normalise import normalise
from layers.placements import Placement
from layers.queries import load

__all__ = ["Lesson", "forget", "learn"]

_KINDS = ("street", "estate", "hamlet")
_ARROW = re.compile(r"\s*->\s*")
_LEAST_LENGTH = 2
_REMEMBERED = ("house", "building")


@dataclass(frozen=True)
class Lesson:
    """A decided entry: its text and reasons, and where its row stands now.

    `region` is the code of the region in which the text was read, `house_id` the house that was picked, None for a pin.
    """

    review_id: uuid.UUID
    text: str
    region: str
    reasons: tuple[Mapping[str, Any], ...]
    to: Placement
    house_id: uuid.UUID | None


def learn(session: Session, lesson: Lesson) -> tuple[str, ...]:
    """The kinds of what was learned: street, estate, hamlet, region, address.

    The whole text is remembered for its region when the place is known to the building at least. A name becomes another
    name of the picked house's street, estate or hamlet when the engine had not known it or had taken it for a slip, the
    numbers agree, and it is no real name of the county; likewise a misspelt name of a region that holds the place.
    """
    county = code_of(lesson.to.grid_no)[:6]
    learned = []
    if lesson.house_id is not None:
        learned += _learn_names(session, lesson, county)
    if lesson.to.level in _REMEMBERED and lesson.to.point is not None:
        lon, lat = lesson.to.point
        place: dict[str, object] = {"lon": lon, "lat": lat, "grid_no": lesson.to.grid_no}
        place |= {"region": lesson.region, "text": normalise(lesson.text), "house_id": lesson.house_id}
        if _run(session, "learn_address", lesson, place):
            learned.append("address")
    return tuple(learned)


def forget(session: Session, review_id: uuid.UUID) -> None:
    """Take back all that was learned from a decision."""
    for query in ("forget_names", "forget_regions", "forget_addresses"):
        raw(session).execute(load("review.sql")[query], {"id": review_id})


def _learn_names(session: Session, lesson: Lesson, county: str) -> list[str]:
    house = _first(session, "house_names", {"house_id": lesson.house_id}) or {}
    path = _regions(session, lesson.to.grid_no)
    pairs = [*_names(lesson, house), *_misspelt(lesson, path)]
    words = {"words": [alias for _, alias, _ in pairs], "names": [name for _, _, name in pairs], "county": county}
    taken = {str(row[0]) for row in raw(session).execute(load("review.sql")["taken_names"], words)}
    learned = []
    for kind, alias, name in pairs:
        if alias in taken or len(alias) < _LEAST_LENGTH:
            continue
        is_region = kind == "region"
        values = {"county": county, "kind": kind, "alias": alias, "name": name, "code": path.get(name)}
        if _run(session, "learn_region" if is_region else "learn_name", lesson, values):
            learned.append(kind)
    return learned


def _names(lesson: Lesson, house: Mapping[str, str | None]) -> Iterator[tuple[str, str, str]]:
    """Kind, other name and real name of the picked house, of each name that the text says otherwise."""
    if not _numbers_agree(lesson.text, house):
        return
    for kind in _KINDS:
        name = house.get(kind)
        if name is None:
            continue
        for said, meant in _said(lesson, f"{kind}_unknown"):
            if meant in (None, name) and said != name:
                yield kind, said, name


def _misspelt(lesson: Lesson, path: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for said, meant in _said(lesson, "typo"):
        if meant is not None and meant in path and said != meant:
            yield "region", said, meant


def _said(lesson: Lesson, unknown: str) -> Iterator[tuple[str, str | None]]:
    """What the text says, and what the engine took it for; None where it knew nothing like it."""
    for reason in lesson.reasons:
        said, *meant = _ARROW.split(str(reason.get("text", "")), maxsplit=1)
        if reason.get("kind") == "typo" and meant:
            yield said, meant[0]
        elif reason.get("kind") == unknown and said:
            yield said, None


def _numbers_agree(text: str, house: Mapping[str, str | None]) -> bool:
    """Whether the text says the house's number, or its building's: another name of another house teaches nothing."""
    plain = normalise(text)
    numbers = [number for number in (house.get("number"), house.get("building_no")) if number]
    return any(re.search(rf"(?<!\d){re.escape(number)}(?!\d)", plain) for number in numbers)


def _regions(session: Session, number: int) -> dict[str, str]:
    codes = [code_of(number)[:length] for length in LEVELS]
    rows = raw(session).execute(load("review.sql")["path_names"], {"codes": codes}).fetchall()
    return {str(name): str(code) for code, name in rows}


def _first(session: Session, query: str, values: Mapping[str, object]) -> dict[str, Any] | None:
    with raw(session).cursor(row_factory=dict_row) as cursor:
        return cursor.execute(load("review.sql")[query], values).fetchone()


def _run(session: Session, query: str, lesson: Lesson, values: Mapping[str, object]) -> bool:
    own = {"review_id": lesson.review_id, "by": actor(session)}
    return raw(session).execute(load("review.sql")[query], {**values, **own}).rowcount > 0
