"""The facts about names and codes that come with the program."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from layers.aliases.reading import Alias, read

__all__ = ["OtherCode", "other_codes", "shipped"]

_HOME = Path(__file__).parent


@dataclass(frozen=True)
class OtherCode:
    """A township in both systems: its code of the statistics bureau, and `mca_code` of the civil affairs."""

    code: str
    mca_code: str
    name: str


@cache
def shipped() -> tuple[Alias, ...]:
    """Old names, and short ones that no rule makes, of the regions of Yunnan."""
    return read(_HOME / "yunnan.csv").rows


@cache
def other_codes() -> tuple[OtherCode, ...]:
    """The townships of Yunnan whose code is known in both systems, in order of `code`."""
    with (_HOME / "yunnan_codes.csv").open(encoding="utf-8", newline="") as file:
        return tuple(OtherCode(row["code"], row["mca_code"], row["name"]) for row in csv.DictReader(file))
