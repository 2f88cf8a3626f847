"""The one number for place: codes of regions and grids, and the ranges they span."""

from __future__ import annotations

from layers.errors import Fault, Invalid

__all__ = ["LEVELS", "WIDTH", "code_of", "grid_no", "level_of", "parent_of", "region_of", "region_range", "village_of"]

WIDTH = 15
LEVELS = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
"""Length of a region's code -> its level (1 province … 5 village)."""

_PARENT_LENGTH = {4: 2, 6: 4, 9: 6, 12: 9}


def level_of(code: str) -> int:
    """The level of a region's code.

    Raises:
        Invalid: when it is not 2, 4, 6, 9 or 12 digits.
    """
    if len(code) not in LEVELS or not (code.isascii() and code.isdigit()):
        fault = Fault("code", f"{code!r} is not a region code of 2, 4, 6, 9 or 12 digits")
        raise Invalid("A region code is wrong.", [fault])
    return LEVELS[len(code)]


def parent_of(code: str) -> str | None:
    """The code of the region above, None for a province."""
    level_of(code)
    length = _PARENT_LENGTH.get(len(code))
    return code[:length] if length else None


def region_range(code: str) -> tuple[int, int]:
    """The first and the last grid number of a region, both inside it."""
    level_of(code)
    return int(code.ljust(WIDTH, "0")), int(code.ljust(WIDTH, "9"))


def grid_no(village_code: str, sequence: int) -> int:
    """The number of a village's grid; sequence 0 means: the village is known, the grid is not.

    Raises:
        Invalid: when the code is not a village's or the sequence is not 0–999.
    """
    if level_of(village_code) != 5 or not 0 <= sequence <= 999:
        fault = Fault("grid", f"{village_code} + {sequence} is not a village and a sequence of 0-999")
        raise Invalid("A grid number is wrong.", [fault])
    return int(village_code) * 1000 + sequence


def region_of(number: int) -> str:
    """The code of the deepest region that a grid number tells: of 530102001000000 that is the township 530102001."""
    known = code_of(number)[:12]
    while len(known) > 2 and not known[_PARENT_LENGTH[len(known)] :].strip("0"):
        known = known[: _PARENT_LENGTH[len(known)]]
    return known


def code_of(number: int) -> str:
    """The 15-digit code of a grid number."""
    return f"{number:0{WIDTH}d}"


def village_of(number: int) -> str:
    """The 12-digit code of the village that a grid number lies in."""
    return code_of(number)[:12]
