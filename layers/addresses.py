"""The address of a house as its register keeps it: parts, and one spelling."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy.orm import Session

from layers.codes import LEVELS
from layers.db import raw
from layers.geocode.gazetteer import KnownRegion
from layers.geocode.normalise import normalise
from layers.geocode.parts import Parts, read_parts, standard_text
from layers.geocode.regions import RegionIndex
from layers.queries import load

__all__ = ["chain_of", "parts_of", "spelling"]

_FIRST_WRITTEN = 3
_MOST_CHAINS = 500
_GOES_ON = frozenset("省市州县区旗乡镇街道路巷弄村社组里")
"""A short name followed by one of these is the beginning of another name: 大理 in 大理路."""


def chain_of(session: Session, code: str) -> list[KnownRegion]:
    """A region in force with all above it, the outermost first: what an address in it may begin with."""
    codes = [code[:length] for length in LEVELS if length <= len(code)]
    found = raw(session).execute(load("houses.sql")["chain"], {"codes": codes}).fetchall()
    return [KnownRegion(row[0], row[1], row[2], tuple(row[3])) for row in cast(list[tuple[Any, ...]], found)]


def parts_of(address: str, chain: Sequence[KnownRegion]) -> Parts:
    """What an address says below its regions, in its own words; `chain` are the regions that it may begin with."""
    plain = normalise(address)
    return read_parts(plain[_end_of_regions(plain, _index(tuple(chain))) :])


def spelling(parts: Parts, chain: Sequence[KnownRegion]) -> str | None:
    """The address in one spelling: county, township and village, then names and numbers; None when not understood."""
    below = standard_text(parts)
    if parts.rest or not below:
        return None
    return "".join(region.name for region in chain if region.level >= _FIRST_WRITTEN) + below


@lru_cache(maxsize=_MOST_CHAINS)
def _index(chain: tuple[KnownRegion, ...]) -> RegionIndex:
    return RegionIndex(chain)


def _end_of_regions(plain: str, index: RegionIndex) -> int:
    """How far names of the chain's regions follow each other: as far as they can, levels left out or said twice."""
    ends = [0]
    for start in ends:
        for end, named in index.at(plain, start, ""):
            if end not in ends and not (named.short and plain[end : end + 1] in _GOES_ON):
                ends.append(end)
    return max(ends)
