"""The instruments of the geocoding bench: what a text may mean, one slip at a time, and how answers are scored."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from bench.geocoding_edits import edit_at, may_become
from bench.geocoding_gazetteer import COLUMNS, build
from bench.geocoding_names import estate_names, hamlet_names, street_names
from bench.geocoding_noise_b import Written, write, write_less
from bench.geocoding_pictures import confusion_picture, reliability_picture
from bench.geocoding_pieces import digits, numeral
from bench.geocoding_scores import Bin, bins, calibration_error, failures, right, score
from bench.geocoding_truth import PARTS, Register, Statement, bare_region
from bench.geocoding_work import Answer
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

SOME, OTHER, TOWN = "532901001001", "532901002201", "532901001"
REGIONS = {
    "53": "云南省",
    "5329": "大理白族自治州",
    "532901": "大理市",
    TOWN: "下关街道",
    SOME: "关平社区居民委员会",
    "532901002": "凤仪镇",
    OTHER: "江西村委会",
}


def register(*rows: dict[str, str]) -> Register:
    """A register of the houses given by `village_code` and the parts that they have."""
    regions = pd.DataFrame({"code": list(REGIONS), "name": list(REGIONS.values())})
    columns = {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in ("village_code", *PARTS)}
    return Register(pd.DataFrame(columns), regions)


def flat(unit: str, room: str = "501", village: str = SOME) -> dict[str, str]:
    """A flat in building 3 of one estate."""
    return {"village_code": village, "estate": "阳光小区", "building_no": "3", "unit": unit, "room": room}


def door(number: str, street: str = "人民路", village: str = SOME) -> dict[str, str]:
    """A door on a street."""
    return {"village_code": village, "street": street, "number": number}


def farm(number: str, hamlet: str = "上村", group_no: str = "2") -> dict[str, str]:
    """A farmhouse in a group of a hamlet."""
    return {"village_code": OTHER, "hamlet": hamlet, "group_no": group_no, "number": number}


def said_of(book: Register, at: int, *regions: str, dropped: tuple[str, ...] = ()) -> Statement:
    """What a text says that names these regions and all parts but the dropped ones."""
    parts = {part: None if part in dropped else value for part, value in book.house(at).parts.items()}
    return Statement(regions, parts, frozenset(dropped))


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("大理市", "大理"),
        ("太邑彝族乡", "太邑"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("红河哈尼族彝族自治州", "红河"),
        ("关平社区居民委员会", "关平"),
        ("钱家村村民委员会", "钱家"),
        ("下关街道", "下关"),
        ("云南省", "云南省"),
    ],
)
def test_a_region_has_a_name_without_what_it_is(name: str, bare: str) -> None:
    assert bare_region(name) == bare


def test_a_text_without_the_unit_fits_the_flats_of_every_unit() -> None:
    book = register(flat("1"), flat("2"), flat("2", "502"))
    assert book.fits(said_of(book, 0, SOME)) == [0]
    assert book.fits(said_of(book, 0, SOME, dropped=("unit",))) == [0, 1]


def test_a_door_without_its_town_fits_the_same_door_of_another_town() -> None:
    book = register(door("12"), door("12", village=OTHER), door("13"))
    assert book.fits(said_of(book, 0, TOWN)) == [0]
    assert book.fits(said_of(book, 0, "532901")) == [0, 1]


def test_a_house_that_has_more_parts_than_the_text_tells_does_not_fit() -> None:
    book = register(door("12"), {**door("12"), "building_no": "1", "room": "101"})
    assert book.fits(said_of(book, 0, SOME)) == [0]


def test_regions_and_names_are_known_by_county() -> None:
    book = register(door("12"), farm("3"))
    assert book.regions_named("532901", "关平") == [SOME]
    assert book.names_in("532901", "hamlet") == {"上村"}
    assert book.names_in("532901", "estate") == set()


@given(st.text("大理市下关人民路12号阳光小区3栋单元501室", min_size=2, max_size=20), st.data())
def test_an_edit_is_one_edit(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    edited, _ = edit_at(text, at, random.Random(data.draw(st.integers(0, 99))))
    assert OSA.distance(text, edited) == 1


def test_what_is_inserted_is_no_figure() -> None:
    rng = random.Random(1)
    inserted = [edited for edited, kind in (edit_at("人民路", 1, rng) for _ in range(500)) if kind == "inserted"]
    assert inserted
    assert not any(set(text) & set("0123456789零一二三四五六七八九十百") for text in inserted)


def test_homophones_sound_alike() -> None:
    rng = random.Random(1)
    found = {edited[0] for edited, kind in (edit_at("民人", 0, rng) for _ in range(400)) if kind == "homophone"}
    assert {"敏", "闽"} <= found
    assert "路" not in found


BOOK = register(flat("1"), flat("2"), door("12"), door("2"), door("13附2"), farm("3"), farm("13"), farm("3", "土村"))


@settings(deadline=None)
@given(st.integers(0, 7), st.integers(0, 10_000))
def test_a_clean_text_means_its_house_or_says_what_else(at: int, seed: int) -> None:
    written = write(BOOK.house(at), BOOK, random.Random(seed), typo=False)
    assert at in written.fits
    assert not written.edit
    assert not written.lost
    assert written.within is None or BOOK.villages[at].startswith(written.within)
    assert written.within or "county" in written.states


@settings(deadline=None)
@given(st.integers(0, 7), st.integers(0, 10_000))
def test_a_text_with_a_slip_differs_by_it_alone(at: int, seed: int) -> None:
    clean = write(BOOK.house(at), BOOK, random.Random(seed), typo=False)
    slipped = write(BOOK.house(at), BOOK, random.Random(seed), typo=True)
    assert slipped.edit
    assert slipped.struck
    assert (slipped.within, slipped.states) == (clean.within, clean.states)
    assert set(clean.fits) <= set(slipped.fits)


def test_a_slip_in_a_figure_loses_the_house() -> None:
    texts = [write(BOOK.house(2), BOOK, random.Random(seed), typo=True) for seed in range(1500)]
    lost = Counter(one.lost for one in texts)
    assert set(lost) == {"", "number", "another"}  # 12 may become 2, which is there, or 1, which is not
    assert lost["number"] + lost["another"] < 0.12 * len(texts)
    assert all("人民" in one.text for one in texts if one.lost and "12" in one.text)


def test_a_hamlet_that_becomes_its_neighbour_is_lost() -> None:
    texts = [write(BOOK.house(5), BOOK, random.Random(seed), typo=True) for seed in range(2000)]
    moved = [one for one in texts if one.struck == "hamlet" and "土村" in one.text]
    without = [one for one in texts if one.struck == "hamlet" and one.edit == "dropped" and "上" not in one.text]
    assert moved
    assert all(one.lost == "another" for one in moved)
    assert without
    assert all((one.lost, one.fits) in (("", (5, 7)), ("", (5,))) for one in without)
    assert any(one.fits == (5, 7) for one in without)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("上村", "村", "dropped"),
        ("上村", "上下村", "inserted"),
        ("上村", "上上村", "doubled"),
        ("人民路", "民人路", "swapped"),
        ("人民路", "人名路", "homophone"),
        ("大村", "太村", "look-alike"),
    ],
)
def test_a_slip_is_known_by_what_it_leaves(name: str, text: str, kind: str) -> None:
    assert may_become(name, text, kind)
    assert not may_become(text + "一二", text, kind)
    assert not may_become(text, text, kind)
    assert not may_become("兴民路", "人名路", kind)


@settings(deadline=None)
@given(st.integers(0, 7), st.integers(0, 10_000))
def test_a_text_that_tells_less_says_how_much(at: int, seed: int) -> None:
    text, within, level = write_less(BOOK.house(at), BOOK, random.Random(seed))
    assert text
    assert level != "house"
    assert (level != "building") or "estate" in dict.fromkeys(k for k, v in BOOK.house(at).parts.items() if v)
    assert within is None or BOOK.villages[at].startswith(within)


@pytest.mark.parametrize(
    ("value", "text"), [("3", "三"), ("10", "十"), ("12", "十二"), ("20", "二十"), ("112", "一百一十二")]
)
def test_numerals_are_read_as_numbers(value: str, text: str) -> None:
    assert numeral(value, random.Random(1)) == text


def test_rooms_are_read_digit_by_digit() -> None:
    assert digits("501") == "五零一"
    assert numeral("1203", random.Random(1)) == "一二零三"


def test_names_of_a_town_differ() -> None:
    rng = np.random.default_rng(1)
    streets, hamlets = street_names(30, rng), hamlet_names("江西村委会", 6, rng)
    estates = list(islice(estate_names(rng), 400))
    assert len(set(streets)) == len(streets) >= 30
    assert len(set(hamlets)) == len(hamlets) == 6
    assert len(set(estates)) == 400


@pytest.mark.shared
def test_the_gazetteer_is_whole() -> None:
    houses = build(3_000, 1, ["532901"])
    assert tuple(houses.columns) == COLUMNS
    assert len(houses) == 3_000 == houses["address"].nunique()
    assert houses["village_code"].str.startswith("532901").all()
    assert houses["lon"].between(99.9, 100.5).all()
    assert not (houses[list(COLUMNS[1:10])] == "").any().any()
    assert houses.groupby("street")["village_code"].nunique().max() > 1
    pd.testing.assert_frame_equal(houses, build(3_000, 1, ["532901"]))


def said(house: int | None, confidence: float, level: str = "house", *candidates: int) -> Answer:
    """An answer."""
    return Answer(house, level, confidence, SOME, candidates, ())


def text(truth: int, *fits: int, lost: str = "") -> Written:
    """A text that means house `truth` (or `fits`)."""
    return Written("x", None, truth, fits or (truth,), ("plain",), frozenset(), "dropped" if lost else "", "", lost)


def pairs() -> Iterator[tuple[Written, Answer]]:
    """Two right, one wrong and sure of it, one ambiguous, one lost."""
    yield text(1), said(1, 1.0)
    yield text(2), said(2, 0.8)
    yield text(3), said(4, 0.95)
    yield text(5, 5, 6), said(6, 0.5, "house", 6, 5)
    yield text(7, lost="another"), said(8, 1.0)


def test_an_ambiguous_text_is_right_when_the_house_is_among_the_candidates() -> None:
    assert right(text(5, 5, 6), said(6, 0.5, "house", 6, 5))
    assert not right(text(5, 5, 6), said(6, 0.5, "house", 6))
    assert not right(text(5), said(6, 0.5, "house", 6, 5))


def test_lost_texts_are_scored_apart() -> None:
    found = score(list(pairs()))
    assert (found.texts, found.lost, found.ambiguous) == (5, 1, 1)
    assert found.top1 == 3 / 4
    assert found.with_lost == 3 / 5
    assert found.accepted == 2 / 4
    assert (found.wrong, found.wrong_count) == (1 / 2, 1)
    assert found.wrong_with_lost == 2 / 3


def test_calibration_error_is_the_mean_distance_by_texts() -> None:
    assert calibration_error([Bin(3, 0.9, 1.0), Bin(1, 0.5, 0.0), Bin(0, 0.0, 0.0)]) == pytest.approx(0.2)
    groups = bins(list(pairs())[:2])
    assert [(one.texts, one.right) for one in groups if one.texts] == [(1, 1.0), (1, 1.0)]
    assert bins([(text(1), said(None, 0.9, "village"))])[13].texts == 0


def test_failures_are_counted_by_kind_and_the_most_come_first() -> None:
    kinds = {1: ("a",), 2: ("a", "b"), 3: ("b",), 5: ("c",)}
    assert failures(list(pairs()), lambda one: kinds[one.truth]) == [("b", 2, 1), ("a", 2, 0), ("c", 1, 0)]


def test_pictures_are_well_formed_and_say_their_numbers() -> None:
    lines = reliability_picture({"12 % <typos>": [Bin(3, 0.9, 1.0), Bin(0, 0.0, 0.0)]}, "Confidence & truth")
    levels = confusion_picture(Counter({("street", "street"): 3, ("street", "village"): 1}), ("street", "village"), "x")
    for picture in (lines, levels):
        ElementTree.fromstring(picture)
    assert "75.0%" in levels
