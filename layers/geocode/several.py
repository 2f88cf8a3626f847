"""Names that several villages bear: which of them may be meant, and what can be said as long as nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from layers.codes import code_of, region_range
from layers.geocode.answer import PENALTIES, Candidate, Location, Reason
from layers.geocode.body import Try
from layers.geocode.confidence import of_level
from layers.geocode.gazetteer import Area, Gazetteer, Stretch
from layers.geocode.lattice import Reading
from layers.geocode.regions import RegionIndex

__all__ = ["alike", "in_village", "one_of_hamlets", "regions_between", "villages_with"]

_COUNTY_CODE, _TOWNSHIP_CODE, _VILLAGE_CODE = 6, 9, 12
_MOST = 5
_SAME = 0.01
_LEVELS = {12: "village", 9: "township", 6: "county"}


def villages_with(named: Sequence[Try | None], gazetteer: Gazetteer) -> list[tuple[str, ...]]:
    """For each name of a hamlet the villages that have one, where these are several; none for other names."""
    counties = {code_of(made.lo)[:_COUNTY_CODE] for made in named if made is not None and made.kind == "hamlet"}
    names = gazetteer.names(sorted(counties)) if counties else {}
    found = []
    for made in named:
        villages: set[str] = set()
        if made is not None and made.kind == "hamlet":
            known = names[code_of(made.lo)[:_COUNTY_CODE]].exact(made.name or "")
            villages = {village for match in known if match.kind == "hamlet" for village in match.villages}
            villages = {village for village in villages if made.lo <= region_range(village)[0] <= made.hi}
        found.append(tuple(sorted(villages)[:_MOST]) if len(villages) > 1 else ())
    return found


def in_village(made: Try, code: str) -> Stretch:
    """The houses of a try's name in one village."""
    return Stretch(made.kind, made.name or "", *region_range(code))


def one_of_hamlets(found: Location, made: Try, each: Mapping[str, Area | None], index: RegionIndex) -> Location:
    """The answer around all hamlets of a name, with each of them as a candidate."""
    group = made.said.get("group_no")
    words = f"{made.name}{group}组" if group else made.name or ""
    named = {f"{_path(code, index)}{words}": (code, area) for code, area in each.items() if area is not None}
    return _between(found, [(text, "hamlet", code, area) for text, (code, area) in named.items()], made.name or "")


def alike(reading: Reading, others: Sequence[Reading]) -> tuple[str, ...]:
    """The codes of all regions that a text names as well as that of the reading, that one among them; none if alone."""
    if not reading.code:
        return ()
    codes = {
        other.code
        for other in others
        if (other.end, len(other.code)) == (reading.end, len(reading.code)) and abs(other.cost - reading.cost) < _SAME
    }
    return tuple(sorted({*codes, reading.code})[:_MOST]) if len(codes) > 1 else ()


def regions_between(found: Location, codes: Sequence[str], areas: Mapping[str, Area], index: RegionIndex) -> Location:
    """The answer in what holds all regions of a name, with each of them as a candidate."""
    known = [(_path(code, index), _LEVELS[len(code)], code, areas[code]) for code in codes if code in areas]
    return _between(found, known, index.name(codes[0]) or "")


def _between(found: Location, places: Sequence[tuple[str, str, str, Area]], name: str) -> Location:
    reasons = (*found.reasons, Reason("ambiguous", PENALTIES["ambiguous"], name))
    candidates = tuple(
        Candidate(text, area.point, level, region_range(code)[0], None, round(of_level(level, ()) / len(places), 3))
        for text, level, code, area in places
    )
    confidence = of_level(found.level, reasons)
    return replace(found, reasons=reasons, confidence=confidence, candidates=candidates)


def _path(code: str, index: RegionIndex) -> str:
    """A region by its name behind that of its township: 湾桥镇新村村委会."""
    lengths = (_TOWNSHIP_CODE, _VILLAGE_CODE) if len(code) == _VILLAGE_CODE else (len(code),)
    return "".join(index.name(code[:length]) or "" for length in lengths)
