"""Values as a table on paper shows them, harmless to the programs that open it."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

__all__ = ["defused", "local", "printable"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Blanks that a spreadsheet may drop before it looks: of every width, and those of no width at all.
_BLANK = re.compile("[^\\S\t\r\n]*(?:[\u200b-\u200f\u2060\ufeff][^\\S\t\r\n]*)*")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ZONE = ZoneInfo("Asia/Shanghai")


def defused(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula, blanks before it or not.

    Source: OWASP, CSV injection; the full-width signs are what spreadsheets in Chinese and Japanese take too.
    """
    blank = _BLANK.match(text)
    begins = 0 if blank is None else blank.end()
    return f"'{text}" if text.startswith(_FORMULA, begins) else text


def printable(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return _NOT_IN_XML.sub("", text)


def local(moment: datetime) -> datetime:
    """The moment as a clock in Shanghai shows it, without an offset."""
    return moment.astimezone(_ZONE).replace(tzinfo=None)
