"""Two systems of codes: what a township's 9 digits mean to the statistics bureau, and to the civil affairs.

They differ for most townships, and the same digits often name two of them. Ours are the statistics bureau's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from sqlalchemy.orm import Session

from layers.db import raw
from layers.queries import load

__all__ = ["OtherCode", "Translation", "mca_code_of", "other_codes", "statistics_code_of", "translate"]

_LENGTH = 9
_FACTS = Path(__file__).parent / "aliases" / "yunnan_codes.csv"


@dataclass(frozen=True)
class OtherCode:
    """A township in both systems: its code of the statistics bureau, and `mca_code` of the civil affairs."""

    code: str
    mca_code: str
    name: str


@dataclass(frozen=True)
class Translation:
    """What the townships' codes of one list mean, where that is not plain.

    `codes` gives our code by the stated one; `faults` says by the stated code why it cannot be told.
    """

    codes: dict[str, str]
    faults: dict[str, str]


@cache
def other_codes() -> tuple[OtherCode, ...]:
    """The townships of Yunnan whose code is known in both systems, in order of `code`."""
    with _FACTS.open(encoding="utf-8", newline="") as file:
        return tuple(OtherCode(row["code"], row["mca_code"], row["name"]) for row in csv.DictReader(file))


def mca_code_of(code: str, name: str) -> str | None:
    """The civil affairs' code of a township with our code and this name; None when it is not known.

    Limit: knows the townships of Yunnan.
    """
    other = _by_code().get(code)
    return other.mca_code if other is not None and other.name == name else None


def statistics_code_of(mca_code: str, name: str) -> str | None:
    """Our code of a township that has this code and name with the civil affairs; None when it is the same, or unknown.

    Limit: knows the townships of Yunnan.
    """
    other = _by_mca_code().get(mca_code)
    return other.code if other is not None and other.name == name and other.code != mca_code else None


def translate(session: Session, codes: Iterable[str]) -> Translation:
    """Our codes for the townships' codes (9 digits) of one list, which are of one system; other codes are passed over.

    A list is the civil affairs' when it has a code that only they have, and none that only we have. A list with both is
    of no system: what only they have is translated, what both have is a fault. Costs one query at most.
    """
    stated = sorted({code for code in codes if len(code) == _LENGTH})
    ours, theirs = _meanings(session, stated) if stated else ({}, {})
    foreign = [code for code in stated if code in theirs and code not in ours]
    if not foreign:
        return Translation({}, {})
    shared = [code for code in stated if code in theirs and code in ours and theirs[code].code != code]
    mixed = any(code in ours and code not in theirs for code in stated)
    faults = {code: _doubt(code, ours[code], theirs[code].name) for code in shared} if mixed else {}
    meant = foreign if mixed else [*foreign, *shared]
    return Translation({code: theirs[code].code for code in meant}, faults)


def _meanings(session: Session, codes: list[str]) -> tuple[dict[str, str], dict[str, OtherCode]]:
    """The names of townships in force by our code, and the townships by the civil affairs' code, of some codes."""
    rows = raw(session).execute(load("crosswalk.sql")["other_codes"], {"codes": codes}).fetchall()
    found = cast(list[tuple[str, str | None, str]], rows)
    wanted = set(codes)
    ours = {code: name for code, _, name in found if code in wanted}
    theirs = {mca: OtherCode(code, mca, name) for code, mca, name in found if mca is not None and mca in wanted}
    return ours, theirs


def _doubt(code: str, ours: str, theirs: str) -> str:
    return (
        f"{code} is {ours} to the statistics bureau and {theirs} to the civil affairs, and the list has codes of both"
    )


@cache
def _by_code() -> dict[str, OtherCode]:
    return {other.code: other for other in other_codes()}


@cache
def _by_mca_code() -> dict[str, OtherCode]:
    return {other.mca_code: other for other in other_codes()}
