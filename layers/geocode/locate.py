"""Text to place: the regions it names, its street, estate or hamlet, and its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from layers.codes import WIDTH, region_range
from layers.geocode.answer import PENALTIES, Candidate, Location, Reason
from layers.geocode.body import Body, Try, below, split, tries, unknown_kind
from layers.geocode.fit import Found, best_first, fit
from layers.geocode.gazetteer import Asked, Dwelling, Gazetteer, Remembered
from layers.geocode.lattice import Reading, read_regions, within_reach
from layers.geocode.names import NameIndex
from layers.geocode.normalise import normalise
from layers.geocode.place import at_houses, at_pin, by_region, by_stretch, nowhere, stretch_of
from layers.geocode.regions import RegionIndex

__all__ = ["Candidate", "Location", "Reason", "locate", "locate_many"]

_COUNTY_CODE = 6
_SURE_COST, _SURE_MARGIN = 0.6, 0.6
_MOST_READINGS = 10
_UNREAD = 0.2
_MOST_LONG, _MOST_MISSPELT = 3, 4
_EDITED = 0.7
_LEFT_OVER, _DEEPER = 1.0, 0.08
_MOST_QUESTIONS = 40
_ASIDE = 2.0
_EXACT_READING = 1.0


class _Query(NamedTuple):
    """What one caller asks: a text, the region that it lies in for certain, and a point that decides between equals."""

    text: str
    within: str | None
    near: tuple[float, float] | None


class _Case:
    """One query on its way through the rounds."""

    __slots__ = ("bodies", "found", "named", "plain", "query", "readings", "tried")

    def __init__(self, query: _Query, plain: str) -> None:
        self.query = query
        self.plain = plain
        self.readings: list[Reading] = []
        self.bodies: list[tuple[Reading, Body]] = []
        self.tried: list[Try] = []
        self.found: list[Found] = []
        self.named: Try | None = None


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
        _Query(*one) for one in zip(texts, _for_each(within, len(texts)), _near_each(near, len(texts)), strict=True)
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
        return [(float(near[0]), float(near[1]))] * count  # type: ignore[arg-type]
    return near  # type: ignore[return-value]


def _answer(queries: Sequence[_Query], gazetteer: Gazetteer) -> dict[_Query, Location]:
    """Round by round: what reviewers placed, exact names, names with one edit, and then the way up."""
    cases = [_Case(query, normalise(query.text)) for query in queries]
    index = gazetteer.regions()
    pins = gazetteer.remembered(list(dict.fromkeys(case.plain for case in cases if case.plain)))
    _read(cases, gazetteer, index, misspelt=False)
    answered: dict[_Query, Location] = {}
    open_cases = []
    for case in cases:
        pin = _pinned(pins.get(case.plain, ()), case)
        if pin is not None:
            answered[case.query] = at_pin(pin)
        else:
            open_cases.append(case)
    _look_up(open_cases, gazetteer)
    undecided = [case for case in open_cases if not _sure(case)]
    _read(undecided, gazetteer, index, misspelt=True)
    _look_up(undecided, gazetteer)
    _look_around([case for case in undecided if not case.found], gazetteer)
    answered |= _place(open_cases, gazetteer)
    return answered


def _read(cases: Iterable[_Case], gazetteer: Gazetteer, index: RegionIndex, *, misspelt: bool) -> None:
    """Readings of the regions, and then all the ways to ask below them."""
    cases = list(cases)
    for case in cases:
        home = (case.query.within or "")[:_COUNTY_CODE]
        home = home if len(home) == _COUNTY_CODE else ""
        counties = frozenset(one.code[:_COUNTY_CODE] for one in case.readings if len(one.code) >= _COUNTY_CODE)
        readings = read_regions(case.plain, index, home, misspelt=misspelt, counties=counties)
        case.readings = _likeliest_readings([_in_scope(one, case.query.within) for one in readings])
    counties = sorted({one.code[:_COUNTY_CODE] for case in cases for one in case.readings if len(one.code) >= 6})
    names = gazetteer.names(counties) if counties else {}
    for case in cases:
        case.tried = _all_tries(case, names, misspelt)
        case.named = _likeliest_name(case.tried)


def _likeliest_readings(readings: Sequence[Reading]) -> list[Reading]:
    """What is not read as a region must be explained as something else, so a longer reading goes before a shorter."""
    ordered = sorted(readings, key=lambda one: (one.cost - _UNREAD * one.end, one.cost, -len(one.code), one.code))
    return ordered[:_MOST_READINGS]


def _in_scope(reading: Reading, within: str | None) -> Reading:
    """The reading with the region that the caller is sure of."""
    if not within:
        return reading
    if within_reach(reading.code, within):
        return reading._replace(code=max(reading.code, within, key=len))
    outside = Reason("outside_stated", PENALTIES["outside_stated"], within)
    return reading._replace(cost=reading.cost + _ASIDE, reasons=(*reading.reasons, outside))


def _all_tries(case: _Case, names: Mapping[str, NameIndex], misspelt: bool) -> list[Try]:
    """The ways to ask, likeliest first. A text is taken to have one edit: in its regions, or in what follows them."""
    found: list[Try] = []
    case.bodies = []
    whole = split(case.plain)
    exact_left = _MOST_MISSPELT
    for at, reading in enumerate(case.readings):
        county = names.get(reading.code[:_COUNTY_CODE])
        body = below(whole, case.plain, reading.end)
        case.bodies.append((reading, body))
        if county is None or (not misspelt and (reading.cost > _EXACT_READING or _unlikely(at, body, county))):
            continue
        anew = misspelt and reading.cost < _EDITED and exact_left > 0
        exact_left -= anew
        for made in tries(body, reading.code, county, misspelt=anew):
            found.append(
                Try(*made[:7], made.cost + reading.cost, (*reading.reasons, *made.reasons))
                if reading.cost or reading.reasons
                else made
            )
    found.sort(key=lambda made: made.cost)
    return found


def _likeliest_name(tried: Sequence[Try]) -> Try | None:
    """The likeliest known name, with the numbers that are said of it."""
    first = next((made for made in tried if made.name), None)
    if first is None:
        return None
    return next((made for made in tried if made.asked and made[:2] == first[:2]), first)


def _unlikely(at: int, body: Body, county: NameIndex) -> bool:
    """A reading that leaves much unread is worth a look only where that is a name as it stands."""
    return at >= _MOST_LONG and not county.exact(body.runs[0])


def _look_up(cases: Sequence[_Case], gazetteer: Gazetteer) -> None:
    """Ask for the likeliest ways of all cases in one call."""
    wanted: dict[Asked, None] = {}
    for case in cases:
        case.tried = _likeliest(case.tried)
        wanted.update((made.asked, None) for made in case.tried if made.asked is not None)
    answers = dict(zip(wanted, gazetteer.dwellings(list(wanted)), strict=True)) if wanted else {}
    for case in cases:
        for made in case.tried:
            if made.asked is not None:
                fitting = (fit(made, dwelling) for dwelling in answers[made.asked])
                case.found.extend(one for one in fitting if one is not None)


def _likeliest(tried: Sequence[Try]) -> list[Try]:
    questions: set[Asked] = set()
    kept = []
    for made in tried:
        if made.asked is not None and made.asked not in questions:
            if len(questions) >= _MOST_QUESTIONS:
                continue
            questions.add(made.asked)
        kept.append(made)
    return kept


def _sure(case: _Case) -> bool:
    """Whether the exact round is enough: one likely house, and none nearly as likely."""
    ordered = best_first(case.found, case.query.near)
    if not ordered or not ordered[0].whole or ordered[0].cost > _SURE_COST:
        return False
    return len(ordered) == 1 or ordered[1].cost - ordered[0].cost >= _SURE_MARGIN or ordered[1].cost <= _SURE_COST


def _look_around(cases: Sequence[_Case], gazetteer: Gazetteer) -> None:
    """Where no dwelling has the numbers: the building without unit and room."""
    for case in cases:
        wider = []
        for made in case.tried:
            if made.asked is not None and (made.asked.unit or made.asked.room):
                reason = Reason("room_unknown", PENALTIES["room_unknown"], made.asked.room or made.asked.unit or "")
                asked = made.asked._replace(unit=None, room=None)
                wider.append(made._replace(asked=asked, cost=made.cost + 1.0, reasons=(*made.reasons, reason)))
        case.tried = wider
    _look_up(cases, gazetteer)
    for case in cases:
        case.found = [one._replace(whole=False) for one in case.found]


def _place(cases: Sequence[_Case], gazetteer: Gazetteer) -> dict[_Query, Location]:
    """The answer of each case, with two more questions for all: areas along names, and areas of regions."""
    answered: dict[_Query, Location] = {}
    left = []
    for case in cases:
        ordered = best_first(case.found, case.query.near)
        place = at_houses(ordered) if ordered else None
        if place is not None:
            answered[case.query] = place
        else:
            left.append((case, ordered))
    _go_up(left, gazetteer, answered)
    return answered


def _go_up(left: Sequence[tuple[_Case, list[Found]]], gazetteer: Gazetteer, answered: dict[_Query, Location]) -> None:
    named = [_named(case, ordered) for case, ordered in left]
    stretches = list(dict.fromkeys(stretch_of(made) for made in named if made is not None))
    along = dict(zip(stretches, gazetteer.along(stretches), strict=True)) if stretches else {}
    codes = {reading.code[:length] for case, _ in left for reading in case.readings for length in (12, 9, 6)}
    areas = gazetteer.areas(sorted(code for code in codes if len(code) >= _COUNTY_CODE)) if left else {}
    missing = [case for case, _ in left if all(len(one.code) < _COUNTY_CODE for one in case.readings)]
    anywhere = _anywhere(missing, gazetteer)
    for (case, ordered), made in zip(left, named, strict=True):
        area = along[stretch_of(made)] if made is not None else None
        if case.query in anywhere:
            answered[case.query] = anywhere[case.query]
        elif made is not None and area is not None:
            answered[case.query] = by_stretch(made, area, ordered)
        else:
            reading, body = _deepest(case)
            answered[case.query] = by_region(reading, body, unknown_kind(body), areas, ordered)


def _named(case: _Case, ordered: Sequence[Found]) -> Try | None:
    """The likeliest known name of a case of which no one house is meant."""
    if ordered and ordered[0].made.name:
        return ordered[0].made
    return case.named


def _deepest(case: _Case) -> tuple[Reading, Body]:
    """The reading that explains most: letters left over count against it, a deeper region for it."""
    return min(case.bodies, key=lambda one: (_explained(*one), -one[0].end, one[0].code))


def _explained(reading: Reading, body: Body) -> float:
    return reading.cost + (_LEFT_OVER if body.runs[0] else 0.0) - _DEEPER * len(reading.code)


def _anywhere(cases: Sequence[_Case], gazetteer: Gazetteer) -> dict[_Query, Location]:
    """Candidates of texts that name no county: houses of that name and number wherever the reader may see them."""
    asked: list[Asked] = []
    owners: list[tuple[_Case, Reading, Body]] = []
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


def _pinned(pins: Sequence[Remembered], case: _Case) -> Dwelling | None:
    """What a reviewer decided for this text, where it holds in the region that the text or the caller names."""
    codes = {reading.code for reading in case.readings if reading.cost < _ASIDE}
    deepest = max(codes, key=lambda code: (len(code), code), default="")
    fitting = [pin for pin in pins if within_reach(pin.region_code, deepest or None)]
    return fitting[0].dwelling if len(fitting) == 1 else None
