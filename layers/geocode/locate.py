"""Text to place: the regions it names, its street, estate or hamlet, and its numbers, matched exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from layers.codes import LEVELS, WIDTH, region_range
from layers.geocode.chain import Reading, read_chain
from layers.geocode.gazetteer import Area, Dwelling, Gazetteer, Key
from layers.geocode.normalise import normalise
from layers.geocode.parts import Parts, read_parts

__all__ = ["Candidate", "Location", "locate"]

_LEVELS = ("house", "building", "street", "hamlet", "village", "township", "county", "unplaced")
_REGION_LEVELS = {5: "village", 4: "township", 3: "county"}
_CONFIDENCE = {
    "house": 1.0,
    "building": 0.9,
    "street": 0.6,
    "hamlet": 0.6,
    "village": 0.4,
    "township": 0.2,
    "county": 0.1,
    "unplaced": 0.0,
}
_KEYS: tuple[Key, ...] = ("estate", "street", "hamlet")
_FINER = ("building_no", "unit", "floor", "room")
_HOUSE_RADIUS_M = 20.0
_MOST_CANDIDATES = 5
_MOST_READINGS = 8


@dataclass(frozen=True)
class Candidate:
    """One place that the text may mean: point (lon, lat), level and the number for place."""

    address: str
    point: tuple[float, float] | None
    level: str
    grid_no: int


@dataclass(frozen=True)
class Location:
    """The best known place of a text, and how well it is known.

    `point` is lon, lat (EPSG:4326) and the truth lies within `radius_m` of it; below street level it is the middle of
    an area and must not be drawn as if it were a house. `level` is house, building, street, hamlet, village, township,
    county or unplaced (no point). `confidence` is 0 to 1. `reasons` are words of a fixed list: ambiguous,
    number_unknown, room_unknown, street_unknown, hamlet_unknown, estate_unknown, not_understood, county_missing,
    region_without_shape. `candidates` are other places, five at most. `region_code` is the deepest region known;
    `grid_no` that of a registered house, else the region's with grid 000; `building_id` the building of that house.
    """

    point: tuple[float, float] | None
    level: str
    radius_m: float | None
    confidence: float
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    parts: Parts
    region_code: str
    grid_no: int | None
    building_id: str | None = None


@dataclass(frozen=True)
class _Search:
    """One reading of the text, looked up in one gazetteer."""

    gazetteer: Gazetteer
    parts: Parts
    code: str
    lo: int
    hi: int
    reasons: tuple[str, ...] = field(default=())

    def because(self, *reasons: str) -> _Search:
        return replace(self, reasons=(*self.reasons, *reasons))


def locate(text: str, gazetteer: Gazetteer, within: str | None = None) -> Location:
    """Where an address is. `within` is the code of a region that it lies in for certain, as the caller's own.

    Names and numbers are matched exactly; what is not found falls up to the street, the hamlet or the region, with its
    radius. A text that names no county, without `within`, gets candidates but no place. Regions named before the
    address may be short, left out or doubled. Cost: a few look-ups for each way to read the regions.

    Limit: no misspelt name is found yet; crossings, distances ("50 m past") and house ranges are not understood.
    """
    plain = normalise(text)
    readings = read_chain(plain, gazetteer.regions_in(plain, within))[:_MOST_READINGS]
    found = []
    for reading in readings:
        found.append(_look_up(plain, reading, gazetteer, within))
        if found[-1].level == "house" and not found[-1].reasons:
            break
    return min(found, key=lambda place: (_LEVELS.index(place.level), "ambiguous" in place.reasons))


def _look_up(plain: str, reading: Reading, gazetteer: Gazetteer, within: str | None) -> Location:
    code = max(reading.code, within or "", key=len)
    parts = read_parts(plain[reading.end :])
    lo, hi = region_range(code) if code else (0, 10**WIDTH - 1)
    search = _Search(gazetteer, parts, code, lo, hi)
    if parts.rest:
        search = search.because("not_understood")
    return _by_dwelling(search) if len(code) >= 6 else _only_candidates(search)


def _only_candidates(search: _Search) -> Location:
    dwellings = [dwelling for key in _asked(search.parts) for dwelling in _exact(search, key)]
    return _place(search.because("county_missing"), None, "unplaced", dwellings)


def _by_dwelling(search: _Search) -> Location:
    """The house or building that has the numbers; else falls up."""
    for key in _asked(search.parts):
        near = search.gazetteer.dwellings(key, search.parts, search.lo, search.hi)
        exact = [dwelling for dwelling in near if _fits(search.parts, dwelling.parts)]
        if exact and len(_spots(exact)) == 1:
            return _at(search, exact)
        if exact:
            return replace(_by_name(search.because("ambiguous"), key), candidates=_candidates(exact))
        if near and len(_spots(near)) == 1:
            return replace(_at(search.because("room_unknown"), near), level="building")
    return _by_name(search, next(iter(_asked(search.parts)), None))


def _by_name(search: _Search, key: Key | None) -> Location:
    """The whole street, estate or hamlet; else the region."""
    name = getattr(search.parts, key) if key else None
    if key is None or not name:
        return _by_region(search)
    area = search.gazetteer.along(key, name, search.lo, search.hi)
    if area is None:
        return _by_region(search.because(f"{key}_unknown"))
    if "ambiguous" not in search.reasons and _numbers_said(search.parts):
        search = search.because("number_unknown")
    return _place(search, area, "hamlet" if key == "hamlet" else "street")


def _by_region(search: _Search) -> Location:
    """The deepest region with a shape."""
    for length in sorted(LEVELS, reverse=True):
        level = _REGION_LEVELS.get(LEVELS[length])
        if length > len(search.code) or level is None:
            continue
        area = search.gazetteer.area(search.code[:length])
        if area is not None:
            return _place(search, area, level)
        search = search.because("region_without_shape")
    return _place(search, None, "unplaced")


def _at(search: _Search, dwellings: Sequence[Dwelling]) -> Location:
    first = dwellings[0]
    area = Area(first.point, first.radius_m or _HOUSE_RADIUS_M) if first.point else None
    one = len(dwellings) == 1 or search.parts.room is not None
    level = max(first.level, "house" if one else "building", key=_LEVELS.index)
    return replace(
        _place(search, area, level if area else "unplaced"), grid_no=first.grid_no, building_id=first.building_id
    )


def _place(search: _Search, area: Area | None, level: str, others: Sequence[Dwelling] = ()) -> Location:
    doubt = 0.7 if {"ambiguous", "not_understood"} & set(search.reasons) else 1.0
    return Location(
        point=area.point if area else None,
        level=level,
        radius_m=area.radius_m if area else None,
        confidence=round(_CONFIDENCE[level] * doubt, 2),
        reasons=search.reasons,
        candidates=_candidates(others),
        parts=search.parts,
        region_code=search.code,
        grid_no=region_range(search.code)[0] if len(search.code) >= 6 else None,
    )


def _asked(parts: Parts) -> list[Key]:
    """The keys for which the text gives both name and number."""
    given: dict[Key, str | None] = {
        "estate": parts.estate and parts.building_no,
        "street": parts.street and parts.number,
        "hamlet": None if parts.street else parts.number and (parts.hamlet or parts.group_no),
    }
    asked = [key for key in _KEYS if given[key]]
    return asked or [key for key in _KEYS if getattr(parts, key)]


def _exact(search: _Search, key: Key) -> list[Dwelling]:
    near = search.gazetteer.dwellings(key, search.parts, search.lo, search.hi)
    return [dwelling for dwelling in near if _fits(search.parts, dwelling.parts)]


def _fits(asked: Parts, known: Parts) -> bool:
    """Whether a dwelling has all the finer numbers that were asked for; numbers are never nearly right."""
    return all(getattr(asked, name) in (None, getattr(known, name)) for name in _FINER)


def _numbers_said(parts: Parts) -> bool:
    return any((parts.number, parts.building_no, parts.room))


def _spots(dwellings: Sequence[Dwelling]) -> set[object]:
    """The different buildings; a house in no known building stands for itself by its point."""
    return {dwelling.building_id or dwelling.point for dwelling in dwellings}


def _candidates(dwellings: Sequence[Dwelling]) -> tuple[Candidate, ...]:
    ordered = sorted(dwellings, key=lambda dwelling: (dwelling.grid_no, dwelling.address))
    return tuple(
        Candidate(dwelling.address, dwelling.point, dwelling.level, dwelling.grid_no)
        for dwelling in ordered[:_MOST_CANDIDATES]
    )
