"""The address of a house as its register keeps it: parts, and one spelling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy.orm import Session

from layers.codes import LEVELS
from layers.db import raw
from layers.geocode.chain import read_chain
from layers.geocode.gazetteer import KnownRegion
from layers.geocode.normalise import normalise
from layers.geocode.parts import Parts, read_parts, standard_text
from layers.queries import load

__all__ = ["chain_of", "parts_of", "spelling"]

_FIRST_WRITTEN = 3


def chain_of(session: Session, code: str) -> list[KnownRegion]:
    """A region in force with all above it, the outermost first: what an address in it may begin with."""
    codes = [code[:length] for length in LEVELS if length <= len(code)]
    found = raw(session).execute(load("houses.sql")["chain"], {"codes": codes}).fetchall()
    return [KnownRegion(row[0], row[1], row[2], tuple(row[3])) for row in cast(list[tuple[Any, ...]], found)]


def parts_of(address: str, chain: Sequence[KnownRegion]) -> Parts:
    """What an address says below its regions, in its own words; `chain` are the regions that it may begin with."""
    plain = normalise(address)
    return read_parts(plain[read_chain(plain, chain)[0].end :])


def spelling(parts: Parts, chain: Sequence[KnownRegion]) -> str | None:
    """The address in one spelling: county, township and village, then names and numbers; None when not understood."""
    below = standard_text(parts)
    if parts.rest or not below:
        return None
    return "".join(region.name for region in chain if region.level >= _FIRST_WRITTEN) + below
