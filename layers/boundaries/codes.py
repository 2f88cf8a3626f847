"""Codes as boundary files write them, as codes of ours."""

from __future__ import annotations

import re

from layers.codes import LEVELS, level_of, parent_of

__all__ = ["code_from", "parent_fault"]

_LENGTHS = {level: length for length, level in LEVELS.items()}
_COUNTRY = "156"
_LAND_CODE = 19
"""Codes of the land survey: the village's 12 digits, then seven for what lies below it."""


def code_from(text: str, level: int | None) -> str:
    """The region's code in a text of digits: padded with zeros to 6, 9, 12 or 19, or with the country's 156 in front.

    `level`, when given, says which level the region is of; otherwise the zeros at the end do.

    Raises:
        ValueError: with the reason, when there is no code in it.
    """
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"code {text[:30]!r} is not a number" if digits else "it has no code")
    if len(digits) == _LAND_CODE and digits.endswith("0" * 7):
        digits = digits[:12]
    if len(digits) == 9 and digits.startswith(_COUNTRY):
        digits = digits[3:]
    length = _LENGTHS[level] if level is not None else _length(digits)
    if length not in LEVELS or len(digits) < length or digits[length:].strip("0"):
        wanted = f"a code of level {level}" if level is not None else "2, 4, 6, 9 or 12 digits"
        raise ValueError(f"code {text[:30]!r} is not {wanted}")
    return digits[:length]


def parent_fault(code: str, parent: str) -> str | None:
    """What is wrong with the parent that a file states for a code, None when nothing is or the code is a province."""
    above = parent_of(code)
    if not parent or above is None:
        return None
    try:
        stated = code_from(parent, level_of(above))
    except ValueError:
        stated = parent
    return None if stated == above else f"parent {parent[:30]!r} is not {above}, the region above {code}"


def _length(digits: str) -> int:
    """How many of the digits are the code: a padded one ends in the zeros of the levels below."""
    if len(digits) not in (6, 9, 12):
        return len(digits)
    kept = re.sub(r"(000)*$", "", digits) if len(digits) > 6 else digits
    if len(kept) < 6:
        kept = digits[:6]
    if len(kept) == 6:
        kept = re.sub(r"(00){1,2}$", "", kept)
    return len(kept)
