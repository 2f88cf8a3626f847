"""Noise generator B: houses of Yunnan as people and clerks type their addresses.

Written by someone who has not read the parser, from forms seen in real lines and from how addresses are spoken; not to
be tuned to what the parser can do. Each text is one that a careful reader who knows the county can resolve, or is
labelled: `fits` has several houses (ambiguous), or `lost` says why the edit destroyed it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from bench.geocoding_inner import inner_pieces
from bench.geocoding_outer import outer_pieces
from bench.geocoding_pieces import Draft, Piece
from bench.geocoding_slips import slip_into
from bench.geocoding_truth import House, Register, Statement

__all__ = ["LEVELS", "Written", "write", "write_less"]

FULL_WIDTH = str.maketrans({code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), 0x23, 0x2D)})
BESIDE = (
    "菜市场",
    "老卫生院",
    "村小学",
    "信用社",
    "加油站",
    "客运站",
    "大榕树",
    "公厕",
    "幼儿园",
    "烟站",
    "村公所",
    "篮球场",
)
SHOPS = ("小卖部", "理发店", "米线店", "农资店", "五金店", "诊所", "快递点", "出租房", "租户", "二手房")
SURNAMES = "李王张杨赵刘陈周罗黄何马吴徐朱"
CALLED = ("老师", "先生", "女士", "师傅", "大姐", "收", "家")
LABELS = ("地址:", "现住址：", "家庭住址:", "住", "户籍地址：", "详细地址 ")
PATIENCE = 12
TOWNSHIP = 9
# Down to which level a text tells that ends with a piece of this kind.
LEVELS = {
    "building": "building",
    "estate": "street",
    "street": "street",
    "hamlet": "hamlet",
    "village": "village",
    "township": "township",
    "county": "county",
}


@dataclass(frozen=True)
class Written:
    """A text, the jurisdiction of the office that typed it, what it may mean, and how it was made.

    `fits` are the rows of the houses it may mean, the true one among them; `states` the levels of region that it names;
    `edit` is the kind of the one slip and `struck` what it hit. `lost` is 'number' where the slip changed a figure to
    that of no house, 'another' where the text now names another house, else empty: a careful reader finds the house.
    """

    text: str
    within: str | None
    truth: int
    fits: tuple[int, ...]
    forms: tuple[str, ...]
    states: frozenset[str] = frozenset()
    edit: str = ""
    struck: str = ""
    lost: str = ""


def write(house: House, register: Register, rng: random.Random, typo: bool) -> Written:
    """Give a text for a house; with one edit if `typo`.

    Those who see that their short text fits several houses often write a longer one: every second one does not.
    """
    draft, fits = _draft(house, register, rng)
    for _ in range(PATIENCE):
        if len(fits) == 1 or rng.random() < 0.5:
            break
        draft, fits = _draft(house, register, rng)
    pieces = _dressed(draft, rng)
    states = frozenset(piece.slot for piece in draft.pieces) & {"county", "township", "village"}
    text = "".join(piece.text for piece in pieces)
    written = Written(text, draft.within, house.at, fits, tuple(draft.forms), states)
    if not typo:
        return _printed(written, draft, rng)
    return _printed(_slipped(written, pieces, draft, register, rng), draft, rng)


def write_less(house: House, register: Register, rng: random.Random) -> tuple[str, str | None, str]:
    """Give a text that tells less than the house, its office, and the level down to which it tells.

    A building's, a street's or hamlet's (estates count as streets), or only a region's.
    """
    draft, _ = _draft(house, register, rng)
    slots = [piece.slot for piece in draft.pieces]
    cuts = [(at + 1, LEVELS[slot]) for at, slot in enumerate(slots) if slot in LEVELS and at + 1 < len(slots)]
    # A street is told by its name alone, an estate on it by both.
    cuts = [(end, level) for end, level in cuts if level != "street" or "estate" not in slots[end:]]
    if not cuts:
        return write_less(house, register, rng)
    end, level = rng.choice(cuts)
    if level == "county" and len(draft.within or "") == TOWNSHIP:
        # The office's own township is known for certain.
        level = "township"
    return "".join(piece.text for piece in draft.pieces[:end]).strip(), draft.within, level


def _draft(house: House, register: Register, rng: random.Random) -> tuple[Draft, tuple[int, ...]]:
    draft = Draft(house, Statement((house.village,), house.parts))
    outer = outer_pieces(draft, register, rng)
    inner = inner_pieces(draft, register, rng)
    draft.pieces = [*outer, *inner]
    fits = register.fits(draft.said)
    if house.at not in fits:
        raise AssertionError(f"{house} is not among what {draft} says")
    return draft, tuple(fits)


def _dressed(draft: Draft, rng: random.Random) -> list[Piece]:
    """Give the pieces with spaces or points between levels, and with what people add before and after."""
    pieces = list(draft.pieces)
    mark = rng.choices(("", " ", ",", "，", "-", "/", "、"), (76, 12, 3, 3, 2, 2, 2))[0]
    if mark:
        draft.forms.append("separated")
        pieces = [part for piece in pieces for part in (piece, Piece(mark, "")) if piece.text][:-1]
        # A stroke between figures would be read as another kind of address.
        pieces = [
            Piece(" ", "") if piece.text in "-/" and _between_figures(pieces, at) else piece
            for at, piece in enumerate(pieces)
        ]
    chance = rng.random()
    if chance < 0.05:
        place = rng.choice(BESIDE)
        said = rng.choice(
            (f"【{place}附近】", f"（{place}旁）", f"({place}对面)", f"【{place}后面】", f"，{place}旁边")
        )
        pieces.append(Piece(said, ""))
        draft.forms.append("beside")
    elif chance < 0.09:
        shop = rng.choice(SHOPS)
        pieces.append(Piece(rng.choice((f" {shop}", f"，{shop}", f"（{shop}）")), ""))
        draft.forms.append("shop")
    elif chance < 0.15:
        pieces.append(Piece(_contact(rng), ""))
        draft.forms.append("contact")
    if rng.random() < 0.03:
        pieces.insert(0, Piece(rng.choice(LABELS), ""))
        draft.forms.append("label")
    return pieces


def _between_figures(pieces: list[Piece], at: int) -> bool:
    after = pieces[at + 1].text[:1] if at + 1 < len(pieces) else ""
    return bool(at and re.search(r"[0-9A-Za-z]$", pieces[at - 1].text)) or after.isdigit()


def _contact(rng: random.Random) -> str:
    """Give an invented name, title or phone number."""
    who = rng.choice(SURNAMES) + rng.choice(CALLED)
    phone = f"1990000{rng.randrange(10_000):04d}"
    landline = f"087{rng.randrange(10)}-20000{rng.randrange(100):02d}"
    return rng.choice(
        (f" {who} {phone}", f"（{who}，{phone}）", f" {phone}", f",电话{phone}", f" {who}", f" {landline}")
    )


def _slipped(written: Written, pieces: list[Piece], draft: Draft, register: Register, rng: random.Random) -> Written:
    slip = slip_into(pieces, draft, register, rng)
    fits = tuple(sorted({*written.fits, *slip.as_near}))
    return replace(written, text=slip.text, fits=fits, edit=slip.kind, struck=slip.struck, lost=slip.lost)


def _printed(written: Written, draft: Draft, rng: random.Random) -> Written:
    """Give the text as a form or an old program leaves it: full width, or with spaces about it."""
    chance = rng.random()
    if chance < 0.05:
        return replace(written, text=written.text.translate(FULL_WIDTH), forms=(*draft.forms, "full_width"))
    if chance < 0.08:
        return replace(written, text=f" {written.text}　", forms=(*draft.forms, "padded"))
    return replace(written, forms=tuple(draft.forms))
