"""The streets, estates and hamlets of one county, by how they are written and by how they may be misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from layers.geocode.gazetteer import Kind
from layers.geocode.near import NearWords, edit_cost
from layers.geocode.normalise import normalise

__all__ = ["KnownName", "LearnedName", "Match", "NameIndex"]


_CLASS = re.compile(r"(?<=.{2})(?:住宅小区|安置小区|家属区|家属院|小区|家园|花园|公寓|新村|自然村|村)$")
_HIGHWAY = re.compile(r"(?P<letter>[GSXYC]?)(?P<number>\d+)(?P<word>国道|省道|县道|乡道)?")
_LETTERS = {"国道": "G", "省道": "S", "县道": "X", "乡道": "Y"}
_FIGURES = str.maketrans("一二三四五六七八九", "123456789")


class KnownName(NamedTuple):
    """A name that houses bear, and the villages (12 digits) in which they do."""

    kind: Kind
    name: str
    villages: tuple[str, ...]


class LearnedName(NamedTuple):
    """Another name of a known one."""

    kind: Kind
    alias: str
    name: str


class Match(NamedTuple):
    """A known name that a written one means; `how` is "", alias or typo, `cost` how unlikely that is."""

    kind: Kind
    name: str
    villages: tuple[str, ...]
    how: str = ""
    cost: float = 0.0


class NameIndex:
    """Names of one county; never changed once made, so that any number of threads may read it."""

    __slots__ = ("_by_name", "_longest", "_near")

    def __init__(self, names: Iterable[KnownName], learned: Iterable[LearnedName] = ()) -> None:
        by_name: dict[str, list[Match]] = {}
        for kind, name, villages in sorted(names):
            by_name.setdefault(name, []).append(Match(kind, name, tuple(sorted(villages))))
        for kind, alias, name in sorted(learned):
            known = [match for match in by_name.get(name, ()) if match.kind == kind and match.how == ""]
            by_name.setdefault(alias, []).extend(match._replace(how="alias", cost=0.1) for match in known)
        for name, known in [(name, known) for name, known in by_name.items() if known]:
            for other in _other_ways(name):
                found = by_name.setdefault(other, [])
                found.extend(
                    match._replace(how="alias", cost=0.15) for match in known if match.how == "" and found == []
                )
        for name, known in [(name, known) for name, known in by_name.items() if known]:
            if (plain := normalise(name)) != name and len(plain) > 1:
                by_name.setdefault(plain, []).extend(known)
        self._by_name: Mapping[str, tuple[Match, ...]] = {name: tuple(found) for name, found in by_name.items()}
        self._longest = max(map(len, by_name), default=0)
        self._near: NearWords | None = None

    def exact(self, written: str) -> tuple[Match, ...]:
        """What is called exactly so."""
        return self._by_name.get(written, ())

    def ends(self, written: str) -> list[tuple[int, Match]]:
        """Known names that the text ends with, each with where it begins, the longest first."""
        first = max(0, len(written) - self._longest)
        return [(at, match) for at in range(first, len(written)) for match in self._by_name.get(written[at:], ())]

    def begins(self, written: str) -> list[tuple[int, Match]]:
        """Known names that the text begins with, each with where it ends, the longest first."""
        last = min(len(written), self._longest)
        return [(at, match) for at in range(last, 0, -1) for match in self._by_name.get(written[:at], ())]

    def near(self, written: str) -> list[Match]:
        """What is called nearly so: one edit away, the likeliest first."""
        if self._near is None:
            self._near = NearWords(self._by_name)
        found = [
            Match(match.kind, match.name, match.villages, "typo", match.cost + edit_cost(written, name))
            for name in self._near.near(written)
            for match in self._by_name[name]
        ]
        return sorted(found, key=lambda match: (match.cost, match.name, match.kind))


def _other_ways(name: str) -> list[str]:
    """A name without the word for its kind, with figures for numerals, and a highway by its letter."""
    found = [_CLASS.sub("", name)]
    if name.endswith(("路", "街", "巷", "弄", "道")):
        found.append(name.translate(_FIGURES))
    if road := _HIGHWAY.fullmatch(name):
        letter = road["letter"] or _LETTERS.get(road["word"] or "", "")
        word = road["word"] or next((word for word, own in _LETTERS.items() if own == letter), "")
        found += [letter + road["number"] + word, road["number"] + word, letter + road["number"]]
    return [other for other in dict.fromkeys(found) if len(other) > 1 and other != name]
