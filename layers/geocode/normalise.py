"""One spelling for an address: width, brackets, Chinese numerals and the words for units."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["normalise"]

_NOT_ADDRESS = re.compile(r"[\s,.;:'\"!?，。；：、！？“”‘’【】\[\]「」]|\([^()]*\)")
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNIT = r"[房户]$|门(?=[零〇一二两三四五六七八九十\d])|号(?![路街巷])|社(?!区)|[栋幢座层楼室组]|单元|村民小组|小组"
_NUMERAL = re.compile(rf"([零〇一二两三四五六七八九十]+)(?={_UNIT})")
_SYNONYMS = (
    (re.compile(r"(?<=\d)(?:号楼|幢|座)"), "栋"),
    (re.compile(r"(?<=\d)门(?=\d|$)"), "单元"),
    (re.compile(r"第?(\d+)(?:村民小组|小组|社(?!区))"), r"\1组"),
    (re.compile(r"(?<=\d)楼"), "层"),
    (re.compile(r"(?<=\d)(?:号房|房|户)$"), "室"),
    (re.compile(r"[付附](?=\d)"), "附"),
    (re.compile(r"(?<=\d)[—–－~至](?=\d)"), "-"),
)


def normalise(text: str) -> str:
    """The address in one spelling, without spaces, punctuation, bracketed remarks and mobile phone numbers.

    Chinese numerals become digits only right before the word of a unit, so that the names 三一街 and 九龙社区 survive.
    Linear in the length of the text.
    """
    plain = _PHONE.sub("", _NOT_ADDRESS.sub("", unicodedata.normalize("NFKC", text)))
    plain = _NUMERAL.sub(lambda match: str(_number(match[1])), plain)
    for pattern, standard in _SYNONYMS:
        plain = pattern.sub(standard, plain)
    return plain


def _number(numeral: str) -> str:
    """The digits of a numeral below 100 (十二), or of one read figure by figure (五〇一)."""
    if "十" not in numeral:
        return "".join(str(_DIGITS[char]) for char in numeral)
    tens, _, ones = numeral.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return numeral
    return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
