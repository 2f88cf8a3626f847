"""The gazetteer of geocoding is the database itself: names are kept in memory while current, houses are asked for.

Regions and the names of streets, estates and hamlets are public and few; each process keeps those it was asked for, and
asks before every batch whether they changed. Houses are read afresh, inside the session's scope.
"""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, cast
from weakref import WeakKeyDictionary

from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from layers.db import raw
from layers.geocode.gazetteer import Area, Asked, Dwelling, KnownRegion, Remembered, Stretch
from layers.geocode.memory import MOST_ANSWERS
from layers.geocode.names import KnownName, LearnedName, NameIndex
from layers.geocode.parts import Parts
from layers.geocode.regions import RegionIndex
from layers.queries import load

__all__ = ["StoredGazetteer"]

_REGIONS = "regions"
_MOST_COUNTIES = 400
"""The names of so many counties are kept: three provinces, some hundred megabytes."""


class _Kept:
    """What this process knows of one database; the stamp of each part says in which state it was read.

    Threads may read a part twice at once and both keep it: what was read in one state is the same.
    """

    def __init__(self) -> None:
        self.regions: tuple[str, RegionIndex] | None = None
        self.areas: tuple[str, dict[str, Area]] = ("", {})
        self.names: dict[str, tuple[str, NameIndex]] = {}
        self.stamps: tuple[str, dict[str, str]] = ("", {})
        self.lock = Lock()

    def keep_names(self, county: str, stamp: str, index: NameIndex) -> None:
        """Keep a county's names; the county that was read first of all goes when there are too many."""
        with self.lock:
            self.names.pop(county, None)
            self.names[county] = (stamp, index)
            if len(self.names) > _MOST_COUNTIES:
                del self.names[next(iter(self.names))]


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_kept_lock = Lock()


class StoredGazetteer:
    """`layers.geocode.gazetteer.Gazetteer` over one session; a house outside its scope is not found.

    What the session's own transaction changed is seen by it, and by others once it is committed. `state` names what
    the session sees (`layers.answered`); as long as it is the same, nothing is asked twice whether it changed.
    """

    def __init__(self, session: Session, state: str | None = None) -> None:
        self._connection = raw(session)
        self._state = state
        with _kept_lock:
            self._kept = _kept.setdefault(session.connection().engine, _Kept())

    def regions(self) -> RegionIndex:
        """All regions in force. Cost: one small query, and reading all of them after a change."""
        stamp = self._stamps([_REGIONS])[_REGIONS]
        known = self._kept.regions
        if known is None or known[0] != stamp:
            rows = self._rows("regions", {})
            index = RegionIndex(
                KnownRegion(code, level, name, tuple(aliases), tuple(old)) for code, level, name, aliases, old in rows
            )
            known = self._kept.regions = (stamp, index)
            gc.freeze()
        return known[1]

    def names(self, counties: Sequence[str]) -> Mapping[str, NameIndex]:
        """The names of counties. Cost: one small query, and reading those of the counties where they changed."""
        stamps = self._stamps(counties)
        known = {county: self._kept.names.get(county) for county in stamps}
        changed = [county for county, kept in known.items() if kept is None or kept[0] != stamps[county]]
        found = {county: kept[1] for county, kept in known.items() if kept is not None}
        for county, index in self._read_names(changed).items():
            self._kept.keep_names(county, stamps[county], index)
            found[county] = index
        if changed:
            # A million small objects that stay: without this every full collection would look at each of them.
            gc.freeze()
        return found

    def dwellings(self, asked: Sequence[Asked]) -> Sequence[Sequence[Dwelling]]:
        """For each question its houses. Cost: one query, with one look-up by index for each question."""
        found: list[list[Dwelling]] = [[] for _ in asked]
        if asked:
            query = sql.SQL(load("geocode.sql")["dwellings"]).format(most=sql.Literal(MOST_ANSWERS))
            questions = json.dumps([{"at": at, **one._asdict()} for at, one in enumerate(asked)], ensure_ascii=False)
            for at, *row in self._fetch(query, {"asked": questions}):
                found[at].append(_dwelling(row))
        return found

    def remembered(self, texts: Sequence[str]) -> Mapping[str, Sequence[Remembered]]:
        """Which of these normalised texts a reviewer placed. Cost: one query."""
        found: dict[str, list[Remembered]] = {}
        for text, region_code, *row in self._rows("remembered", {"texts": list(texts)}):
            found.setdefault(text, []).append(Remembered(region_code, _dwelling(row)))
        return found

    def along(self, stretches: Sequence[Stretch]) -> Sequence[Area | None]:
        """For each stretch the area around its houses. Cost: one query a kind, linear in those houses."""
        found: list[Area | None] = [None] * len(stretches)
        by_kind = defaultdict(list)
        for at, one in enumerate(stretches):
            by_kind[one.kind].append(at)
        for kind, ats in by_kind.items():
            query = sql.SQL(load("geocode.sql")["along"]).format(name=sql.Identifier(kind))
            for at, lon, lat, radius_m in self._fetch(query, _stretches(stretches, ats)):
                found[at] = Area((lon, lat), radius_m)
        return found

    def areas(self, codes: Sequence[str]) -> Mapping[str, Area]:
        """The areas of regions. Cost: one small query, and measuring the shapes not asked for since they changed."""
        stamp = self._stamps([_REGIONS])[_REGIONS]
        kept = self._kept.areas
        if kept[0] != stamp:
            kept = self._kept.areas = (stamp, {})
        known = kept[1]
        if missing := sorted({code for code in codes if code not in known}):
            rows = self._rows("areas", {"codes": missing})
            known.update((code, Area((lon, lat), radius_m)) for code, lon, lat, radius_m in rows)
        return {code: known[code] for code in codes if code in known}

    def _stamps(self, codes: Sequence[str]) -> dict[str, str]:
        state, known = self._kept.stamps
        if self._state is None or state != self._state:
            known = {}
        if missing := [code for code in codes if code not in known]:
            known = {**known, **dict.fromkeys(missing, ""), **dict(self._rows("stamps", {"codes": missing}))}
            if self._state is not None:
                self._kept.stamps = (self._state, known)
        return {code: known[code] for code in codes}

    def _read_names(self, counties: Sequence[str]) -> dict[str, NameIndex]:
        if not counties:
            return {}
        known: dict[str, list[KnownName]] = {county: [] for county in counties}
        learned: dict[str, list[LearnedName]] = {county: [] for county in counties}
        for county, kind, name, villages in self._rows("names", {"counties": list(counties)}):
            known[county].append(KnownName(kind, name, tuple(villages)))
        for county, kind, alias, name in self._rows("learned", {"counties": list(counties)}):
            learned[county].append(LearnedName(kind, alias, name))
        return {county: NameIndex(known[county], learned[county]) for county in counties}

    def _rows(self, query: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        return self._fetch(sql.SQL(load("geocode.sql")[query]), values)

    def _fetch(self, query: sql.SQL | sql.Composed, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        return cast(list[tuple[Any, ...]], self._connection.execute(query, values, prepare=True).fetchall())


def _stretches(stretches: Sequence[Stretch], ats: Sequence[int]) -> dict[str, object]:
    names, los, his = zip(*(stretches[at][1:] for at in ats), strict=True)
    return {"ats": ats, "names": list(names), "los": list(los), "his": list(his)}


def _dwelling(row: Sequence[Any]) -> Dwelling:
    house_id, address, *parts, grid_no, level, radius_m, building_id, lon, lat = row
    point = None if lon is None else (lon, lat)
    return Dwelling(house_id, address, Parts(*parts), grid_no, point, level, radius_m, building_id)
