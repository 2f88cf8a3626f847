"""Region names of all Yunnan: every name chain leads to its code, and lines as people type them to their village.

The lines are invented; names and codes of regions are the statistics bureau's of 2023 (see data/README.md).
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from layers.aliases import shipped
from layers.codes import LEVELS, parent_of
from layers.geocode.gazetteer import KnownRegion
from layers.geocode.locate import locate, locate_many
from layers.geocode.memory import MemoryGazetteer

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "yunnan" / "yunnan_divisions_nbs2023.csv"


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def known(path):
    """The regions of a list with the names that come with the program."""
    names = {"53": "云南省"} | {row["code"]: row["name"] for row in rows(path)}
    aliases, old = defaultdict(list), defaultdict(list)
    for alias in shipped():
        (old if alias.kind == "old" else aliases)[alias.code].append(alias.name)
    return [
        KnownRegion(code, LEVELS[len(code)], name, tuple(aliases[code]), tuple(old[code]))
        for code, name in names.items()
    ]


@pytest.fixture(scope="module")
def part():
    """All regions down to townships, and the villages of the lines' townships."""
    return MemoryGazetteer(known(DATA / "yunnan_part.csv"), [])


@pytest.fixture(scope="module")
def whole():
    return MemoryGazetteer(known(SHARED), [])


LINES = rows(DATA / "yunnan_lines.csv")
FORMS = sorted({row["form"] for row in LINES})


def wrong(lines, gazetteer):
    """Those of the lines that lead elsewhere, with where."""
    found = locate_many([line["text"] for line in lines], gazetteer)
    return [
        (line["text"], line["code"], place.region_code)
        for line, place in zip(lines, found, strict=True)
        if place.region_code != line["code"]
    ]


@pytest.mark.parametrize("form", FORMS)
def test_lines_as_people_type_them_lead_to_their_region(part, form):
    assert wrong([line for line in LINES if line["form"] == form], part) == []


@pytest.mark.shared
def test_the_same_lines_do_among_all_villages_of_the_province(whole):
    assert wrong(LINES, whole) == []
