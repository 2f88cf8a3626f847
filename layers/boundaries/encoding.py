"""Which encoding the texts of a shapefile are in: the file's own word is often missing and sometimes wrong."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from pathlib import Path

from layers.boundaries.model import WARNING, refusal

__all__ = ["decode", "find_encoding"]

_CODE_PAGES = {
    "936": "gb18030",
    "54936": "gb18030",
    "950": "cp950",
    "65001": "utf-8",
    "88591": "cp1252",
    "1252": "cp1252",
}
_CHINESE = {"gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "big5": "cp950", "big5hkscs": "big5hkscs"}
_LANGUAGES = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "cp950", 0x78: "cp950", 0x13: "cp932", 0x7B: "cp932"}
"""The language byte of a dBase file -> its encoding; others, 0x57 above all, are set by programs that do not know."""
_LANGUAGE_AT = 29
_SAYS_NOTHING = ("ascii", "cp1252", "iso8859-1", "latin-1")


def find_encoding(path: Path, shapefile: Path, texts: Iterable[bytes], stated: str | None) -> tuple[str, list[str]]:
    """The encoding of a shapefile's texts, and what is to be told about how it was found.

    `stated` by the caller counts most; then what the .cpg or the language byte says, unless the texts show that it is
    wrong; then UTF-8 where all texts are UTF-8; then GB18030, which holds GBK and GB2312.

    Raises:
        Invalid: when `stated` is no encoding, or the texts are neither in what is stated nor in anything we try.
    """
    told = [text for text in texts if not text.isascii()]
    if stated is not None:
        name = _standard(stated)
        if name is None:
            raise refusal(path, f"{stated[:40]!r} is no encoding that we know")
        if not _fits(told, name):
            raise refusal(path, f"its texts are not in {stated}")
        return name, []
    said = _said(shapefile)
    if not told:
        return "utf-8", []
    if said is not None and said not in _SAYS_NOTHING and _fits(told, said):
        return said, []
    for name in ("utf-8", "gb2312", "gb18030", *([said] if said else [])):
        if _fits(told, name):
            found = "gb18030" if name == "gb2312" else name
            return found, _remarks(said, found)
    raise refusal(path, "its texts are neither UTF-8 nor GB18030: state the encoding (--encoding)")


def decode(data: bytes, encoding: str, errors: str = "strict") -> str:
    """The text of a value or a field's name; a last letter that the field's width has cut in two is left out.

    Raises:
        UnicodeDecodeError: when it is not in this encoding, unless `errors` is "ignore": then only what is left counts.
    """
    data = data.rstrip(b"\0 ")
    return codecs.getincrementaldecoder(encoding)(errors).decode(data).strip()


def _fits(texts: list[bytes], encoding: str) -> bool:
    try:
        for text in texts:
            decode(text, encoding)
    except UnicodeDecodeError:
        return False
    return True


def _said(shapefile: Path) -> str | None:
    """What the file itself says that its texts are in."""
    sheet = shapefile.with_suffix(".cpg")
    if sheet.is_file():
        return _standard(sheet.read_bytes()[:40].decode("ascii", "replace"))
    with shapefile.with_suffix(".dbf").open("rb") as file:
        head = file.read(_LANGUAGE_AT + 1)
    return _LANGUAGES.get(head[_LANGUAGE_AT]) if len(head) > _LANGUAGE_AT else None


def _standard(text: str) -> str | None:
    plain = re.sub(r"[\s_-]|^oem|^ansi", "", text.strip().lower())
    plain = re.sub(r"^(cp|windows|ms)(?=\d)", "", plain)
    name = _CODE_PAGES.get(plain) or _CHINESE.get(plain)
    if name is not None:
        return name
    try:
        found = codecs.lookup(text.strip())
    except (LookupError, ValueError):
        return None
    # Some codecs of Python are no encodings of text.
    return found.name if found._is_text_encoding else None


def _remarks(said: str | None, found: str) -> list[str]:
    if said in _SAYS_NOTHING:
        said = None
    if said is None:
        return [f"{WARNING}it does not say its encoding; its texts were read as {found.upper()}"]
    return [
        f"{WARNING}it says that its texts are {said.upper()}, which they are not; they were read as {found.upper()}"
    ]
