"""The other names that come with the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from layers.aliases.reading import Alias, read

__all__ = ["shipped"]


@cache
def shipped() -> tuple[Alias, ...]:
    """Old names, and short ones that no rule makes, of the regions of Yunnan."""
    return read(Path(__file__).parent / "yunnan.csv").rows
