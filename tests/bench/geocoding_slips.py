"""A slip in a text, and what it does: does the text still mean its house, another one, several, or none?"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bench.geocoding_edits import edit_at, may_become
from bench.geocoding_pieces import Draft, Piece
from bench.geocoding_truth import Register, Statement, bare_region

__all__ = ["Slip", "slip_into"]

COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12
# Edits fall evenly over an address, but seldom on its figures.
FIGURE_WEIGHT = 0.15
NARROW = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


@dataclass(frozen=True)
class Slip:
    """A text after one edit: its kind and what it hit; `lost` and `as_near` say what a careful reader can make of it.

    `as_near` are houses that the same slip would have led to from another name: 上下村 may be 上村 or 下村.
    """

    text: str
    kind: str
    struck: str
    lost: str
    as_near: tuple[int, ...]


def slip_into(pieces: list[Piece], draft: Draft, register: Register, rng: random.Random) -> Slip:
    """Edit the text once, somewhere in the address, never in what was added to it."""
    text = "".join(piece.text for piece in pieces)
    weights = [
        0.0 if not piece.slot else FIGURE_WEIGHT if character.isdigit() else 1.0
        for piece in pieces
        for character in piece.text
    ]
    at = rng.choices(range(len(weights)), weights)[0]
    edited, kind = edit_at(text, at, rng)
    piece, start = _piece_at(pieces, at)
    raw = edited[start : start + len(piece.text) + len(edited) - len(text)]
    if _figures(text) != _figures(edited) or (piece.numeral and _numerals(piece.text) != _numerals(raw)):
        return Slip(edited, kind, piece.struck, _lost_figure(piece, raw, draft, register), ())
    named = _houses(_named(piece, raw, draft, register), register)
    if named and draft.house.at not in named:
        return Slip(edited, kind, piece.struck, "another", ())
    near = _houses(_as_near(piece, raw, kind, draft, register), register)
    return Slip(edited, kind, piece.struck, "", tuple(sorted(near)))


def _piece_at(pieces: list[Piece], at: int) -> tuple[Piece, int]:
    """Give which piece a place of the text is in, and where it begins."""
    start = 0
    for piece in pieces:
        if at < start + len(piece.text):
            return piece, start
        start += len(piece.text)
    raise IndexError(at)


def _figures(text: str) -> list[str]:
    """The runs of digits and Latin letters of a text, whatever their width."""
    return re.findall(r"[0-9]+|[A-Z]+", text.translate(NARROW).upper())


def _numerals(text: str) -> list[str]:
    return re.findall(r"[零〇一二三四五六七八九十百]+", text)


def _lost_figure(piece: Piece, raw: str, draft: Draft, register: Register) -> str:
    """Say whether the new figure is another house's."""
    values = _figures(raw)
    if len(values) != len(piece.parts):
        return "number"
    said = draft.said.says(**dict(zip(piece.parts, values, strict=True)))
    return "another" if register.fits(said) else "number"


def _houses(statements: Iterable[Statement], register: Register) -> set[int]:
    return {at for said in statements for at in register.fits(said)}


def _named(piece: Piece, raw: str, draft: Draft, register: Register) -> list[Statement]:
    """What the text says where a name has become another one that the county has."""
    county = draft.house.village[:COUNTY]
    if piece.slot in ("street", "estate", "hamlet"):
        bare = _plain(raw)
        forms = {raw, bare, bare + "村", bare.removesuffix("村")}
        return _with_names(piece.slot, forms & register.names_in(county, piece.slot), draft)
    if piece.slot in ("township", "village") and len(raw) > 1:
        return _with_regions(piece.slot, register.regions_named(county, bare_region(raw)), draft)
    return []


def _as_near(piece: Piece, raw: str, kind: str, draft: Draft, register: Register) -> list[Statement]:
    """What the text would say had the same slip been made in another name."""
    county = draft.house.village[:COUNTY]
    if piece.slot in ("street", "estate", "hamlet"):
        known, bare = register.names_in(county, piece.slot), _plain(raw)
        return _with_names(piece.slot, {name for name in known if may_become(name, bare, kind)}, draft)
    if piece.slot in ("township", "village"):
        bare = bare_region(raw)
        known = [code for name, codes in register.regions_of(county) if may_become(name, bare, kind) for code in codes]
        return _with_regions(piece.slot, known, draft)
    return []


def _plain(hamlet: str) -> str:
    """Give the name without the words that say it is a hamlet or a group."""
    return re.sub(r"(自然村|村民小组|小组|组)$", "", hamlet.strip())


def _with_names(slot: str, names: Iterable[str], draft: Draft) -> list[Statement]:
    return [draft.said.says(**{slot: name}) for name in sorted(names) if name != draft.house.parts[slot]]


def _with_regions(slot: str, codes: Iterable[str], draft: Draft) -> list[Statement]:
    """Other townships of the county, or other villages of the township where one is told."""
    inside = draft.within or ""
    if slot == "village" and any(piece.slot == "township" for piece in draft.pieces):
        inside = draft.house.village[:TOWNSHIP]
    length = TOWNSHIP if slot == "township" else VILLAGE
    found = tuple(code for code in codes if len(code) == length and code.startswith(inside))
    return [replace(draft.said, regions=found)] if found else []
