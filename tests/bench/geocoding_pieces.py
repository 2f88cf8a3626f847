"""The pieces that a text is put together from, and what people write for a number."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from bench.geocoding_truth import House, Statement

__all__ = ["Draft", "Piece", "digits", "numeral"]

DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Piece:
    """A stretch of a text and what it is about: a level of region, a slot of the address, or nothing (an addition).

    `parts` are the parts of the address whose figures it has, in order; `numeral` that it has Chinese numerals.
    """

    text: str
    slot: str
    parts: tuple[str, ...] = ()
    numeral: bool = False

    @property
    def struck(self) -> str:
        """What an edit here hits: a region, a name, or a figure and its word."""
        if self.slot in ("street", "estate", "hamlet"):
            return self.slot
        return "number" if self.parts else f"region {self.slot}"


@dataclass
class Draft:
    """A text in the making: the house, what is said of it so far, in what forms, and for which office."""

    house: House
    said: Statement
    within: str | None = None
    forms: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)


def digits(value: str) -> str:
    """Give a room as it is read out: 501 gives 五零一."""
    return "".join(DIGITS[int(one)] for one in value)


def numeral(value: str, rng: random.Random) -> str:
    """Give a number below 1,000 in Chinese: 12 gives 十二, 105 gives 一百零五."""
    number = int(value)
    if number >= 1000:
        return digits(value)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零" if rng.random() < 0.9 else "〇"
    return text + (DIGITS[ones] if ones or not number else "")
