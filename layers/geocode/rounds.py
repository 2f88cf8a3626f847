"""The rounds of geocoding: the ways to read each text of a batch, and the houses that are found by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from layers.geocode.answer import PENALTIES, Reason
from layers.geocode.body import Body, Try, below, split, tries
from layers.geocode.fit import Found, best_first, fit
from layers.geocode.gazetteer import Asked, Gazetteer
from layers.geocode.lattice import Reading, read_regions, within_reach
from layers.geocode.names import NameIndex
from layers.geocode.regions import RegionIndex
from layers.geocode.straight import read_straight

__all__ = ["OUTSIDE", "Case", "Query", "is_plain", "is_sure", "look_around", "look_up", "read", "read_plainly"]

_COUNTY_CODE = 6
_SURE_COST, _SURE_MARGIN = 0.6, 0.6
_MOST_READINGS = 10
_UNREAD = 0.2
_MOST_LONG, _MOST_MISSPELT = 3, 4
_EDITED = 0.7
_MOST_QUESTIONS = 40
OUTSIDE = 4.0
"""What it costs to name another region than the one that the caller is sure of."""
_EXACT_READING = 1.0
_HARMLESS = ("alias", "not_understood", "old_name")


class Query(NamedTuple):
    """What one caller asks: a text, the region that it lies in for certain, and a point that decides between equals."""

    text: str
    within: str | None
    near: tuple[float, float] | None


class Case:
    """One query on its way through the rounds."""

    __slots__ = ("bodies", "found", "named", "plain", "query", "readings", "tried")

    def __init__(self, query: Query, plain: str) -> None:
        self.query = query
        self.plain = plain
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what was read and found."""
        self.readings: list[Reading] = []
        self.bodies: list[tuple[Reading, Body]] = []
        self.tried: list[Try] = []
        self.found: list[Found] = []
        self.named: Try | None = None


def read_plainly(cases: Iterable[Case], gazetteer: Gazetteer, index: RegionIndex) -> None:
    """The one way to ask of usual texts: whole names of regions, a name as it stands, numbers. Others have none."""
    for case in cases:
        case.readings = list(read_straight(case.plain, index, case.query.within))
    names = _names(cases, gazetteer)
    for case in cases:
        whole = split(case.plain)
        for reading in case.readings:
            body = below(whole, case.plain, reading.end)
            county = names[reading.code[:_COUNTY_CODE]]
            case.tried += (_behind(reading, made) for made in tries(body, reading.code, county) if made.asked)
        case.tried.sort(key=lambda made: made.cost)


def is_plain(case: Case) -> bool:
    """Whether the one way is enough: it led to one house, with nothing to explain but an alias or words around."""
    ordered = best_first(case.found, case.query.near)
    if not ordered or not ordered[0].whole or round(ordered[0].cost, 3) > _SURE_COST:
        return False
    if any(reason.kind not in _HARMLESS for reason in ordered[0].made.reasons):
        return False
    return len(ordered) == 1 or ordered[1].cost - ordered[0].cost >= _SURE_MARGIN


def _names(cases: Iterable[Case], gazetteer: Gazetteer) -> Mapping[str, NameIndex]:
    counties = {one.code[:_COUNTY_CODE] for case in cases for one in case.readings if len(one.code) >= _COUNTY_CODE}
    return gazetteer.names(sorted(counties)) if counties else {}


def read(cases: Iterable[Case], gazetteer: Gazetteer, index: RegionIndex, *, misspelt: bool) -> None:
    """Readings of the regions, and then all the ways to ask below them."""
    cases = list(cases)
    for case in cases:
        home = (case.query.within or "")[:_COUNTY_CODE]
        home = home if len(home) == _COUNTY_CODE else ""
        counties = frozenset(one.code[:_COUNTY_CODE] for one in case.readings if len(one.code) >= _COUNTY_CODE)
        readings = read_regions(case.plain, index, home, misspelt=misspelt, counties=counties)
        case.readings = _likeliest_readings([_in_scope(one, case.query.within) for one in readings])
    names = _names(cases, gazetteer)
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
        deeper = within if len(within) > len(reading.code) else reading.code
        return Reading(reading.end, deeper, reading.cost, reading.reasons)
    outside = Reason("outside_stated", PENALTIES["outside_stated"], within)
    return reading._replace(cost=reading.cost + OUTSIDE, reasons=(*reading.reasons, outside))


def _all_tries(case: Case, names: Mapping[str, NameIndex], misspelt: bool) -> list[Try]:
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
            found.append(_behind(reading, made))
    found.sort(key=lambda made: made.cost)
    return found


def _behind(reading: Reading, made: Try) -> Try:
    """The try with what its regions cost."""
    if not (reading.cost or reading.reasons):
        return made
    return Try(*made[:7], made.cost + reading.cost, (*reading.reasons, *made.reasons))


def _likeliest_name(tried: Sequence[Try]) -> Try | None:
    """The likeliest known name, with the numbers that are said of it."""
    first = next((made for made in tried if made.name), None)
    if first is None:
        return None
    return next((made for made in tried if made.asked and made[:2] == first[:2]), first)


def _unlikely(at: int, body: Body, county: NameIndex) -> bool:
    """A reading that leaves much unread is worth a look only where that is a name as it stands."""
    return at >= _MOST_LONG and not county.exact(body.runs[0])


def look_up(cases: Sequence[Case], gazetteer: Gazetteer) -> None:
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


def is_sure(case: Case) -> bool:
    """Whether the exact round is enough: one likely house, and none nearly as likely."""
    ordered = best_first(case.found, case.query.near)
    if not ordered or not ordered[0].whole or ordered[0].cost > _SURE_COST:
        return False
    return len(ordered) == 1 or ordered[1].cost - ordered[0].cost >= _SURE_MARGIN or ordered[1].cost <= _SURE_COST


def look_around(cases: Sequence[Case], gazetteer: Gazetteer) -> None:
    """Where no dwelling has the numbers: the building without unit and room."""
    for case in cases:
        wider = []
        for made in case.tried:
            if made.asked is not None and (made.asked.unit or made.asked.room):
                reason = Reason("room_unknown", PENALTIES["room_unknown"], made.asked.room or made.asked.unit or "")
                asked = made.asked._replace(unit=None, room=None)
                wider.append(made._replace(asked=asked, cost=made.cost + 1.0, reasons=(*made.reasons, reason)))
        case.tried = wider
    look_up(cases, gazetteer)
    for case in cases:
        case.found = [one._replace(whole=False) for one in case.found]
