"""A gazetteer held in lists: what PostGIS must answer too, in the plainest way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from layers.codes import code_of
from layers.geocode.gazetteer import Area, Asked, Dwelling, Kind, KnownRegion, Remembered, Stretch
from layers.geocode.names import KnownName, LearnedName, NameIndex
from layers.geocode.regions import RegionIndex

__all__ = ["MOST_ANSWERS", "MemoryGazetteer"]

MOST_ANSWERS = 200
"""No question for dwellings is answered with more."""
_LEAST_RADIUS_M = 30.0
_DEGREE_M = 111_195.0
_KINDS: tuple[Kind, ...] = ("street", "estate", "hamlet")


class MemoryGazetteer:
    """`layers.geocode.gazetteer.Gazetteer` over regions, dwellings, areas, learned names and remembered texts.

    Memory: a few hundred bytes a dwelling.
    """

    def __init__(
        self,
        regions: Iterable[KnownRegion],
        dwellings: Iterable[Dwelling],
        areas: Mapping[str, Area] | None = None,
        learned: Mapping[str, Sequence[LearnedName]] | None = None,
        remembered: Mapping[str, Sequence[Remembered]] | None = None,
    ) -> None:
        self._regions = RegionIndex(regions)
        self._areas = dict(areas or {})
        self._learned = dict(learned or {})
        self._remembered = dict(remembered or {})
        self._by_name: dict[tuple[Kind, str], list[Dwelling]] = {}
        self._by_number: dict[tuple[Kind, str | None, str | None], list[Dwelling]] = {}
        for dwelling in sorted(dwellings, key=lambda one: (one.grid_no, one.address, one.house_id or "")):
            self._add(dwelling)
        self._names: dict[str, NameIndex] = {}

    def regions(self) -> RegionIndex:
        """All regions by all their names."""
        return self._regions

    def names(self, counties: Sequence[str]) -> Mapping[str, NameIndex]:
        """The names of counties. Cost: linear in the names of all when a county is first asked for."""
        for county in counties:
            if county not in self._names:
                self._names[county] = NameIndex(self._known_names(county), self._learned.get(county, ()))
        return {county: self._names[county] for county in counties}

    def dwellings(self, asked: Sequence[Asked]) -> Sequence[Sequence[Dwelling]]:
        """For each question its houses."""
        return [self._fitting(one) for one in asked]

    def remembered(self, texts: Sequence[str]) -> Mapping[str, Sequence[Remembered]]:
        """Which of these texts a reviewer placed."""
        return {text: self._remembered[text] for text in texts if text in self._remembered}

    def along(self, stretches: Sequence[Stretch]) -> Sequence[Area | None]:
        """The area around the houses of each stretch."""
        return [self._around(one) for one in stretches]

    def areas(self, codes: Sequence[str]) -> Mapping[str, Area]:
        """The areas of regions."""
        return {code: self._areas[code] for code in codes if code in self._areas}

    def _add(self, dwelling: Dwelling) -> None:
        for kind in _KINDS:
            name = getattr(dwelling.parts, kind)
            if name is not None:
                self._by_name.setdefault((kind, name), []).append(dwelling)
            number = dwelling.parts.building_no if kind == "estate" else dwelling.parts.number
            if number is not None and name is not None:
                self._by_number.setdefault((kind, name, number), []).append(dwelling)
        if dwelling.parts.street is None and dwelling.parts.number is not None:
            self._by_number.setdefault(("hamlet", None, code_of(dwelling.grid_no)[:12]), []).append(dwelling)

    def _known_names(self, county: str) -> list[KnownName]:
        found = []
        for (kind, name), dwellings in self._by_name.items():
            villages = {code_of(dwelling.grid_no)[:12] for dwelling in dwellings}
            own = tuple(sorted(village for village in villages if village.startswith(county)))
            if own:
                found.append(KnownName(kind, name, own))
        return found

    def _fitting(self, asked: Asked) -> list[Dwelling]:
        if asked.name is None:
            village = code_of(asked.lo)[:12]
            listed = self._by_number.get(("hamlet", None, village), [])
        else:
            number = asked.building_no if asked.kind == "estate" else asked.number
            listed = self._by_number.get((asked.kind, asked.name, number), [])
        found = [one for one in listed if asked.lo <= one.grid_no <= asked.hi and _fits(asked, one)]
        return found[:MOST_ANSWERS]

    def _around(self, stretch: Stretch) -> Area | None:
        listed = self._by_name.get((stretch.kind, stretch.name), [])
        own = [one for one in listed if stretch.lo <= one.grid_no <= stretch.hi]
        points = [one.point for one in own if one.point and one.level in ("house", "building", "street")]
        if not points:
            return None
        x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
        wide = math.cos(math.radians(y))
        farthest = max(math.hypot((lon - x) * wide, lat - y) for lon, lat in points)
        return Area((x, y), max(_LEAST_RADIUS_M, farthest * _DEGREE_M))


def _fits(asked: Asked, dwelling: Dwelling) -> bool:
    parts = dwelling.parts
    return (
        (asked.room is None or asked.room == parts.room)
        and (asked.unit is None or asked.unit == parts.unit)
        and (asked.building_no is None or asked.building_no == parts.building_no)
        and (asked.number is None or asked.number == parts.number)
        and (asked.group_no is None or asked.group_no == parts.group_no)
        and (asked.kind != "hamlet" or parts.street is None)
    )
