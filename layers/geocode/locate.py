"""Text to place: the regions it names, its street, estate or hamlet, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layers.codes import WIDTH, region_range
from layers.geocode.answer import Candidate, Location, Reason
from layers.geocode.body import Body, Try, unknown_kind
from layers.geocode.fit import Found, best_first
from layers.geocode.gazetteer import Area, Asked, Dwelling, Gazetteer, Remembered
from layers.geocode.lattice import Reading, within_reach
from layers.geocode.normalise import beside, normalise
from layers.geocode.parts import Parts
from layers.geocode.place import at_houses, at_pin, by_region, by_stretch, common_code, near_it, nowhere, stretch_of
from layers.geocode.regions import RegionIndex
from layers.geocode.rounds import (
    OUTSIDE,
    Case,
    Query,
    is_plain,
    is_sure,
    look_around,
    look_up,
    read,
    read_plainly,
)
from layers.geocode.several import alike, in_village, one_of_hamlets, regions_between, villages_with

__all__ = ["Candidate", "Location", "Reason", "locate", "locate_many"]

_COUNTY_CODE, _TOWNSHIP_CODE = 6, 9
_LEFT_OVER, _DEEPER = 1.0, 0.08
_ASIDE = 2.0
_UNSAID = Location(None, "unplaced", None, 0.0, (), (), Parts(), "", None)
"""Where a text without a word is."""
_STATED, _FAR = 0.2, 2.0


def locate(
    text: str, gazetteer: Gazetteer, within: str | None = None, near: tuple[float, float] | None = None
) -> Location:
    """Where an address is; see `locate_many`."""
    return locate_many([text], gazetteer, within, near)[0]


def locate_many(
    texts: Sequence[str],
    gazetteer: Gazetteer,
    within: str | Sequence[str | None] | None = None,
    near: tuple[float, float] | Sequence[tuple[float, float] | None] | None = None,
) -> list[Location]:
    """Where each text is, in order; what the texts beside it are changes nothing.

    `within` is the code of the region that all texts, or each, lie in for certain; `near` a point (lon, lat;
    EPSG:4326) for all, or for each, that decides between places that are equally likely. Names may have one edit,
    numbers none. What is not found goes up to its building, street, hamlet or region, with its radius. A text that
    names no county, without `within`, gets candidates but no place.
    Cost: linear in the distinct texts; the gazetteer is asked a fixed number of times for the whole batch.

    Raises:
        ValueError: when there are not as many codes or points as texts.

    Limit: crossings, distances ("50 m past") and house ranges are not understood.
    """
    queries = [
        Query(*one) for one in zip(texts, _for_each(within, len(texts)), _near_each(near, len(texts)), strict=True)
    ]
    answered = _answer(list(dict.fromkeys(queries)), gazetteer)
    return [answered[query] for query in queries]


def _for_each(within: str | Sequence[str | None] | None, count: int) -> Sequence[str | None]:
    return [within] * count if within is None or isinstance(within, str) else within


def _near_each(
    near: tuple[float, float] | Sequence[tuple[float, float] | None] | None, count: int
) -> Sequence[tuple[float, float] | None]:
    if near is None:
        return [None] * count
    if isinstance(near, tuple) and len(near) == 2 and isinstance(near[0], (int, float)):
        return [(float(near[0]), float(near[1]))] * count
    return near


def _answer(queries: Sequence[Query], gazetteer: Gazetteer) -> dict[Query, Location]:
    """Round by round: what reviewers placed, exact names, names with one edit, and then the way up."""
    cases = [Case(query, normalise(query.text)) for query in queries]
    empty = {case.query: _UNSAID for case in cases if not case.plain}
    cases = [case for case in cases if case.plain]
    index = gazetteer.regions()
    pins = gazetteer.remembered(list(dict.fromkeys(case.plain for case in cases)))
    plain = [case for case in cases if case.plain not in pins]
    read_plainly(plain, gazetteer, index)
    look_up(plain, gazetteer)
    plain = [case for case in plain if is_plain(case)]
    answered = _place(plain, gazetteer)
    cases = [case for case in cases if case.query not in answered]
    for case in cases:
        case.begin_anew()
    read(cases, gazetteer, index, misspelt=False)
    open_cases = []
    for case in cases:
        pin = _pinned(pins.get(case.plain, ()), case)
        if pin is not None:
            answered[case.query] = at_pin(pin)
        else:
            open_cases.append(case)
    look_up(open_cases, gazetteer)
    undecided = [case for case in open_cases if not is_sure(case)]
    read(undecided, gazetteer, index, misspelt=True)
    look_up(undecided, gazetteer)
    look_around([case for case in undecided if not case.found], gazetteer)
    answered |= _place(open_cases, gazetteer) | empty
    for query in queries:
        if words := beside(query.text):
            answered[query] = near_it(answered[query], words)
    return answered


def _place(cases: Sequence[Case], gazetteer: Gazetteer) -> dict[Query, Location]:
    """The answer of each case, with two more questions for all: areas along names, and areas of regions."""
    answered: dict[Query, Location] = {}
    left = []
    for case in cases:
        ordered = best_first(case.found, case.query.near)
        place = at_houses(ordered, case.query.near) if ordered else None
        if place is not None:
            answered[case.query] = place
        else:
            left.append((case, ordered))
    _go_up(left, gazetteer, answered)
    return answered


def _go_up(left: Sequence[tuple[Case, list[Found]]], gazetteer: Gazetteer, answered: dict[Query, Location]) -> None:
    named = [_named(case, ordered) for case, ordered in left]
    # Where houses were found, these are the candidates.
    alone = [None if ordered else made for (_, ordered), made in zip(left, named, strict=True)]
    several = villages_with(alone, gazetteer)
    single = [in_village(made, one) for made, codes in zip(named, several, strict=True) if made for one in codes]
    stretches = list(dict.fromkeys([*(stretch_of(made) for made in named if made is not None), *single]))
    along = dict(zip(stretches, gazetteer.along(stretches), strict=True)) if stretches else {}
    around = {reading.code[:length] for case, _ in left for reading in case.readings for length in (12, 9, 6)}
    areas = gazetteer.areas(sorted(code for code in around if len(code) >= _COUNTY_CODE)) if left else {}
    missing = [case for case, _ in left if all(len(one.code) < _COUNTY_CODE for one in case.readings)]
    anywhere = _anywhere(missing, gazetteer)
    index = gazetteer.regions()
    for (case, ordered), made, codes in zip(left, named, several, strict=True):
        area = along[stretch_of(made)] if made is not None else None
        if case.query in anywhere:
            answered[case.query] = anywhere[case.query]
        elif made is not None and area is not None and not _is_region(case, made):
            found = by_stretch(made, area, ordered)
            each = {code: along[in_village(made, code)] for code in codes}
            answered[case.query] = one_of_hamlets(found, made, each, index) if each else found
        else:
            answered[case.query] = _in_region(case, ordered, areas, index)


def _in_region(case: Case, ordered: list[Found], areas: Mapping[str, Area], index: RegionIndex) -> Location:
    reading, body = _deepest(case)
    codes = () if ordered else alike(reading, case.readings)
    if not codes:
        return by_region(reading, body, unknown_kind(body), areas, ordered)
    around = reading._replace(code=common_code(codes))
    return regions_between(by_region(around, body, unknown_kind(body), areas, ()), codes, areas, index)


def _named(case: Case, ordered: Sequence[Found]) -> Try | None:
    """The likeliest known name of a case of which no one house is meant."""
    if ordered and ordered[0].made.name:
        return ordered[0].made
    return case.named


def _is_region(case: Case, made: Try) -> bool:
    """Whether the text is nothing but regions, or names others than the caller's: then a hamlet is not meant."""
    if made.cost >= _FAR and _is_outside(_deepest(case)[0], case):
        return True
    return any(not body.runs[0] and not body.numbers and one.cost <= made.cost for one, body in case.bodies)


def _deepest(case: Case) -> tuple[Reading, Body]:
    """The reading that explains most: letters left over count against it, a deeper region for it."""
    return min(case.bodies, key=lambda one: (_explained(one[0], one[1], case), -one[0].end, one[0].code))


def _explained(reading: Reading, body: Body, case: Case) -> float:
    # Where no house is found, a text that names a region outside the caller's says just that.
    cost = reading.cost - (OUTSIDE + _STATED) if _is_outside(reading, case) else reading.cost
    return cost + (_LEFT_OVER if body.runs[0] else 0.0) - _DEEPER * len(reading.code)


def _is_outside(reading: Reading, case: Case) -> bool:
    """Whether a reading names a township, or more, that the caller is sure not to be in."""
    within = case.query.within
    return any(
        one.end > 0 and len(one.code) <= _TOWNSHIP_CODE and reading.code.startswith(one.code)
        for one in case.readings
        if not within_reach(one.code, within)
    )


def _anywhere(cases: Sequence[Case], gazetteer: Gazetteer) -> dict[Query, Location]:
    """Candidates of texts that name no county: houses of that name and number wherever the reader may see them."""
    asked: list[Asked] = []
    owners: list[tuple[Case, Reading, Body]] = []
    for case in cases:
        reading, body = _deepest(case)
        known = unknown_kind(body)
        numbers = [number.value for number in body.numbers]
        if known and numbers:
            lo, hi = region_range(reading.code) if reading.code else (0, 10**WIDTH - 1)
            number = {"building_no" if known[0] == "estate" else "number": numbers[0]}
            asked.append(Asked(known[0], known[1], lo, hi, **number))
            owners.append((case, reading, body))
    answers = gazetteer.dwellings(asked) if asked else []
    found = {case.query: nowhere(_deepest(case)[1], _deepest(case)[0], ()) for case in cases}
    for (case, reading, body), dwellings in zip(owners, answers, strict=True):
        found[case.query] = nowhere(body, reading, dwellings)
    return found


def _pinned(pins: Sequence[Remembered], case: Case) -> Dwelling | None:
    """What a reviewer decided for this text, where it holds in the region that the text or the caller names."""
    codes = {reading.code for reading in case.readings if reading.cost < _ASIDE}
    deepest = max(codes, key=lambda code: (len(code), code), default="")
    fitting = [pin for pin in pins if within_reach(pin.region_code, deepest or None)]
    return fitting[0].dwelling if len(fitting) == 1 else None
