"""Answers made of what was found: at a house, along a name, in a region, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from layers.codes import code_of, region_range
from layers.geocode.answer import LEVELS, PENALTIES, Candidate, Location, Reason
from layers.geocode.body import Body, Try
from layers.geocode.confidence import of_house, of_level
from layers.geocode.fit import Found, degrees_away
from layers.geocode.gazetteer import Area, Dwelling, Kind, Stretch
from layers.geocode.lattice import Reading
from layers.geocode.parts import Parts

__all__ = ["at_houses", "at_pin", "by_region", "by_stretch", "common_code", "near_it", "nowhere", "stretch_of"]

_MOST_CANDIDATES = 5
_HOUSE_RADIUS_M, _BUILDING_RADIUS_M = 20.0, 50.0
_TIE = 0.1
_AMBIGUOUS = 0.89
"""No answer with a near rival is sure enough to pass without a look."""
_NEAR_RADIUS_M, _NEAR_SHARE = 100.0, 0.6
_NO_RIVAL = 9.0
_MUCH_NEARER = 0.5
"""A hint is no measurement: what it decides for is at most half as far as any other."""
LonLat = tuple[float, float]
_REGION_LEVELS = ((12, "village"), (9, "township"), (6, "county"))


def at_houses(ordered: Sequence[Found], near: LonLat | None = None) -> Location | None:
    """The house, or the building, that is meant by the likeliest of the houses found; None when several are.

    Of equals it is the one that is much nearer to `near`, where that is given.
    """
    first = ordered[0]
    alike = [one for one in ordered if one.cost - first.cost < _TIE and _away(first, one)]
    if alike and not _decided(first, alike[0]) and not _is_nearest(first, alike, near):
        return None
    rivals = [one for one in ordered[1:] if _away(first, one)]
    margin = rivals[0].cost - first.cost if rivals else _NO_RIVAL
    return _at(first, ordered, margin)


def at_pin(dwelling: Dwelling) -> Location:
    """Where a reviewer placed this text."""
    reason = Reason("remembered", PENALTIES["remembered"], dwelling.address)
    return Location(
        point=dwelling.point,
        level=dwelling.level if dwelling.point else "unplaced",
        radius_m=dwelling.radius_m or (_HOUSE_RADIUS_M if dwelling.point else None),
        confidence=1.0,
        reasons=(reason,),
        candidates=(_candidate(dwelling, 1.0),),
        parts=dwelling.parts,
        region_code=code_of(dwelling.grid_no)[:12],
        grid_no=dwelling.grid_no,
        house_id=dwelling.house_id,
        building_id=dwelling.building_id,
    )


def near_it(location: Location, words: str) -> Location:
    """The answer for a text that goes on to say that something near this place is meant."""
    reasons = location.reasons
    if all(reason.text != words for reason in reasons):
        reasons = (*reasons, Reason("not_understood", PENALTIES["not_understood"], words))
    if location.level not in ("house", "building"):
        return replace(location, reasons=reasons)
    return replace(
        location,
        level="building",
        radius_m=max(location.radius_m or 0.0, _NEAR_RADIUS_M),
        confidence=round(location.confidence * _NEAR_SHARE, 4),
        reasons=reasons,
        house_id=None,
    )


def stretch_of(made: Try) -> Stretch:
    """All houses of the name that a try means."""
    return Stretch(made.kind, made.name or "", made.lo, made.hi)


def by_stretch(made: Try, area: Area, ordered: Sequence[Found]) -> Location:
    """The whole street, estate or hamlet."""
    level = "hamlet" if made.kind == "hamlet" else "street"
    reasons, parts = made.reasons, Parts(**made.said)
    if ordered:
        reasons = (*reasons, Reason("ambiguous", PENALTIES["ambiguous"], ordered[0].dwelling.address))
    elif made.asked is not None:
        reasons = (*reasons, _number_unknown(parts))
    lo, hi = made.lo, made.hi
    code = made.code if (lo, hi) == region_range(made.code) else common_code([code_of(lo), code_of(hi)])
    return _rough(area, level, reasons, parts, code, ordered)


def by_region(
    reading: Reading,
    body: Body,
    unknown: tuple[Kind, str] | None,
    areas: Mapping[str, Area],
    ordered: Sequence[Found],
) -> Location:
    """The deepest region with a shape."""
    parts = Parts(rest=body.rest)
    reasons = list(reading.reasons)
    if unknown:
        reasons.append(Reason(f"{unknown[0]}_unknown", PENALTIES[f"{unknown[0]}_unknown"], unknown[1]))
        parts = Parts(**{unknown[0]: unknown[1]}, rest=body.rest)
    if ordered:
        reasons.append(Reason("ambiguous", PENALTIES["ambiguous"], ordered[0].dwelling.address))
    for length, level in _REGION_LEVELS:
        code = reading.code[:length]
        if len(code) < length:
            continue
        if code in areas:
            return _rough(areas[code], level, (*reasons, *_went_up(body, code)), parts, reading.code, ordered)
        reasons.append(Reason("region_without_shape", PENALTIES["region_without_shape"], code))
    return _rough(None, "unplaced", tuple(reasons), parts, reading.code, ordered)


def nowhere(body: Body, reading: Reading, dwellings: Sequence[Dwelling]) -> Location:
    """Candidates of a text that names no county."""
    reasons = (*reading.reasons, Reason("county_missing", PENALTIES["county_missing"], reading.code))
    share = round(of_level("house", reasons) / max(1, len(dwellings)), 3)
    candidates = tuple(_candidate(one, share) for one in dwellings[:_MOST_CANDIDATES])
    parts = dwellings[0].parts if len(dwellings) == 1 else Parts(rest=body.rest)
    return Location(None, "unplaced", None, 0.0, reasons, candidates, parts, reading.code, None)


def _at(first: Found, ordered: Sequence[Found], margin: float) -> Location:
    dwelling, made = first.dwelling, first.made
    level = max(dwelling.level, "house" if first.whole else "building", key=LEVELS.index)
    radius_m = dwelling.radius_m or (_HOUSE_RADIUS_M if first.whole else _BUILDING_RADIUS_M)
    confidence = of_house(first.cost, margin)
    reasons = made.reasons
    # The table was fitted to texts that name their regions rightly; one that names another is never sure.
    if any(reason.kind == "outside_stated" for reason in reasons):
        confidence = round(confidence * (1 - PENALTIES["outside_stated"]), 4)
    if margin < 1.0 and first.whole:
        reasons = (*reasons, Reason("ambiguous", PENALTIES["ambiguous"], _rival(first, ordered)))
    if any(reason.kind == "ambiguous" for reason in reasons):
        confidence = min(confidence, _AMBIGUOUS)
    return Location(
        point=dwelling.point,
        level=level if dwelling.point else "unplaced",
        radius_m=radius_m if dwelling.point else None,
        confidence=confidence if first.whole else round(confidence * (1 - PENALTIES["went_up"]), 3),
        reasons=reasons,
        candidates=_candidates(ordered, confidence),
        parts=Parts(**made.said),
        region_code=max(code_of(dwelling.grid_no)[:12], made.code, key=len),
        grid_no=dwelling.grid_no,
        house_id=dwelling.house_id if first.whole else None,
        building_id=dwelling.building_id,
    )


def _rough(
    area: Area | None,
    level: str,
    reasons: tuple[Reason, ...],
    parts: Parts,
    code: str,
    ordered: Sequence[Found],
) -> Location:
    return Location(
        point=area.point if area else None,
        level=level,
        radius_m=area.radius_m if area else None,
        confidence=of_level(level, reasons),
        reasons=reasons,
        candidates=_candidates(ordered, of_house(ordered[0].cost, 0.0)) if ordered else (),
        parts=parts,
        region_code=code,
        grid_no=region_range(code)[0] if len(code) >= 6 else None,
    )


def _away(one: Found, other: Found) -> bool:
    """Whether two houses stand in different buildings."""
    a, b = one.dwelling, other.dwelling
    if one.whole and other.whole:
        return a.house_id != b.house_id
    return _spot(a) != _spot(b)


def _spot(dwelling: Dwelling) -> object:
    known = dwelling.parts
    if dwelling.building_id:
        return dwelling.building_id
    number = None if known.estate else known.number
    return known.estate or known.street or known.hamlet, number, known.building_no, known.group_no, dwelling.grid_no


def _is_nearest(first: Found, others: Sequence[Found], near: LonLat | None) -> bool:
    """Whether a hint decides for the first: it is known where all of them are, and no other is nearly as near."""
    if near is None or any(one.dwelling.point is None for one in (first, *others)):
        return False
    away = degrees_away(first.dwelling, near)
    return all(away <= _MUCH_NEARER * degrees_away(one.dwelling, near) for one in others)


def _decided(first: Found, second: Found) -> bool:
    """Nothing but a hint decides between equals, and it has been used to order them."""
    return round(second.cost - first.cost, 3) > 0.05


def _rival(first: Found, ordered: Sequence[Found]) -> str:
    return next((one.dwelling.address for one in ordered[1:] if _away(first, one)), first.dwelling.address)


def _candidates(ordered: Sequence[Found], confidence: float) -> tuple[Candidate, ...]:
    """The first few; a house that only shares its building with what the text says has its share of it."""
    alike = sum(1 for one in ordered if not one.whole) or 1
    found = []
    for one in ordered[:_MOST_CANDIDATES]:
        share = confidence / (1.0 + (one.cost - ordered[0].cost) * 4.0)
        found.append(_candidate(one.dwelling, round(share if one.whole else share / alike, 3)))
    return tuple(found)


def _candidate(dwelling: Dwelling, confidence: float) -> Candidate:
    return Candidate(dwelling.address, dwelling.point, dwelling.level, dwelling.grid_no, dwelling.house_id, confidence)


def _number_unknown(parts: Parts) -> Reason:
    said = (parts.group_no, parts.number, parts.building_no, parts.unit, parts.room)
    text = "-".join(value for value in said if value)
    return Reason("number_unknown", PENALTIES["number_unknown"], text)


def _went_up(body: Body, code: str) -> tuple[Reason, ...]:
    return (Reason("went_up", PENALTIES["went_up"], code),) if body.numbers or body.runs[0] else ()


def common_code(codes: Sequence[str]) -> str:
    """The code of the deepest region that holds all these; "" for none."""
    return next((codes[0][:n] for n in (12, 9, 6, 4, 2) if len({code[:n] for code in codes}) == 1), "")
