"""Region names of all Yunnan: every chain of names leads to its code, and lines as people type them to their village.

The lines are invented; names and codes of regions are the statistics bureau's of 2023. `data/yunnan_part.csv` has all
of them down to townships, and the villages of the townships that the lines name.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from layers.aliases import shipped
from layers.codes import LEVELS, parent_of
from layers.geocode.gazetteer import KnownRegion
from layers.geocode.locate import locate, locate_many
from layers.geocode.memory import MemoryGazetteer
from layers.geocode.regions import spellings

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "yunnan" / "yunnan_divisions_nbs2023.csv"
EVERY = 7
"""Of the villages of the part every so many are tried; of the whole all."""


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


class Province:
    """Regions, the gazetteer over them, and the names above a code."""

    def __init__(self, path):
        self.regions = {region.code: region for region in known(path)}
        self.gazetteer = MemoryGazetteer(self.regions.values(), [])

    def above(self, code):
        """The region and all above it, the province first."""
        found = []
        while code:
            found.append(self.regions[code])
            code = parent_of(code)
        return found[::-1]

    def elsewhere(self, texts):
        """Of texts by code those that lead to another region than the code's own or one above it, with where."""
        found = locate_many(list(texts.values()), self.gazetteer)
        places = zip(texts.items(), found, strict=True)
        return [(text, code, one.region_code) for (code, text), one in places if not code.startswith(one.region_code)]

    def missed(self, texts):
        """Of texts by code those that do not lead to the code's region, with where."""
        found = locate_many(list(texts.values()), self.gazetteer)
        places = zip(texts.items(), found, strict=True)
        return [(text, code, one.region_code) for (code, text), one in places if code != one.region_code]


@pytest.fixture(scope="module")
def part():
    return Province(DATA / "yunnan_part.csv")


@pytest.fixture(scope="module")
def whole():
    return Province(SHARED)


LINES = rows(DATA / "yunnan_lines.csv")
FORMS = sorted({row["form"] for row in LINES})


def wrong(lines, province):
    found = locate_many([line["text"] for line in lines], province.gazetteer)
    places = zip(lines, found, strict=True)
    return [(line["text"], line["code"], one.region_code) for line, one in places if one.region_code != line["code"]]


@pytest.mark.parametrize("form", FORMS)
def test_lines_as_people_type_them_lead_to_their_region(part, form):
    assert wrong([line for line in LINES if line["form"] == form], part) == []


@pytest.mark.shared
def test_the_same_lines_do_among_all_villages_of_the_province(whole):
    assert wrong(LINES, whole) == []


def full(province, codes):
    return {code: "".join(region.name for region in province.above(code)) for code in codes}


def short(province, codes):
    """Chains without the words for kinds, where a name is long enough to lose its own: 大理大理喜洲桃源."""
    texts = {}
    for code in codes:
        names = [min(spellings(region.name, region.level), key=len) for region in province.above(code)]
        texts[code] = "".join(names)
    return texts


def loose(province, codes):
    """County and village only, without the township between them."""
    return {code: province.regions[code[:6]].name + province.regions[code].name for code in codes}


def codes_of(province, *levels):
    return sorted(code for code, region in province.regions.items() if region.level in levels)


def test_the_full_names_of_prefectures_and_counties_lead_to_them(part):
    missed = part.missed(full(part, codes_of(part, 1, 2, 3)))
    # 芒市 is the whole name of the county and, without its 镇, that of a township in it.
    assert {code for _, code, _ in missed} <= {"533103"}


def test_the_full_names_of_townships_and_villages_lead_to_them(part):
    assert part.missed(full(part, codes_of(part, 4, 5)[::EVERY])) == []


@pytest.mark.shared
@pytest.mark.slow
def test_the_full_names_of_all_regions_of_yunnan_lead_to_them(whole):
    assert len(whole.regions) == 1 + 16 + 129 + 1461 + 14888
    assert part_of(len(whole.regions), whole.missed(full(whole, whole.regions))) < 0.0005


@pytest.mark.shared
@pytest.mark.slow
def test_short_chains_lead_to_their_village_or_stay_above_it(whole):
    villages = codes_of(whole, 5)
    texts = short(whole, villages)
    assert part_of(len(villages), whole.elsewhere(texts)) < 0.01
    assert part_of(len(villages), whole.missed(texts)) < 0.05


@pytest.mark.shared
@pytest.mark.slow
def test_a_village_in_its_county_is_found_or_told_as_the_county(whole):
    villages = codes_of(whole, 5)
    names = Counter((code[:6], whole.regions[code].name) for code in villages)
    texts = loose(whole, [code for code in villages if names[code[:6], whole.regions[code].name] == 1])
    assert part_of(len(texts), whole.missed(texts)) < 0.05


def part_of(count, some):
    return len(some) / count


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("弥勒县", "532504"),
        ("潞西市", "533103"),
        ("潞西", "533103"),
        ("中甸县", "533401"),
        ("中甸", "533401"),
        ("香格里拉县", "533401"),
        ("思茅地区", "5308"),
        ("路南县", "530126"),
        ("路南彝族自治县", "530126"),
        ("东川市", "530113"),
        ("普洱县", "530821"),
        ("下关市", "532901"),
        ("畹町市", "533102"),
        ("版纳", "5328"),
    ],
)
def test_names_of_before_lead_to_what_they_are_now(part, text, code):
    assert locate(f"云南省{text}", part.gazetteer).region_code == code


@pytest.mark.parametrize(("text", "kind"), [("云南省弥勒县竹园镇", "old_name"), ("版纳州景洪市", "alias")])
def test_another_name_is_told_as_a_reason(part, text, kind):
    assert kind in {reason.kind for reason in locate(text, part.gazetteer).reasons}


def test_an_old_name_of_two_counties_is_decided_by_what_follows(part):
    assert locate("丽江县石鼓镇", part.gazetteer).region_code == "530721102"
    assert locate("丽江县大研街道", part.gazetteer).region_code[:6] == "530702"


@pytest.mark.parametrize("text", ["云南省玉溪市", "玉溪市"])
def test_an_official_name_goes_before_an_old_one(part, text):
    assert locate(text, part.gazetteer).region_code == "5304"


def test_a_prefecture_whose_county_bore_its_name_leads_on_to_the_others(part):
    assert locate("玉溪市通海县秀山街道", part.gazetteer).region_code[:6] == "530423"
    assert locate("玉溪地区玉溪市北城镇", part.gazetteer).region_code[:6] == "530402"
