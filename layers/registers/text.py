"""The bytes of a CSV file as rows of text: encoding, delimiter, quotes, and what is refused outright."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from layers.errors import Fault
from layers.registers.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Table, check_size, refused

__all__ = ["read_text"]

_DELIMITERS = (",", ";", "\t")
_MAGIC = ((b"%PDF", "it is a PDF, not a list"), (b"\x1f\x8b", "it is compressed; unpack it first"))
# What may stand in text beside letters; every other control character says that the file is no text.
_BLANKS = frozenset("\t\n\r")


def read_text(path: Path, encoding: str | None) -> Table:
    """The rows of a CSV file whose delimiter is a comma, a semicolon or a tab.

    Without `encoding` it is UTF-8, and GB18030 where it is not, which `warnings` then say.

    Raises:
        Invalid: when there is no such file, it is too big, no text, or its header is missing. Going through `rows`
            raises it too: more rows than `MOST_ROWS`, a cell longer than `LONGEST_CELL`, quotes that do not end.
    """
    data = _bytes_of(path)
    text, warnings = _decode(path, data, encoding)
    control = next((char for char in text if char < " " and char not in _BLANKS), None)
    if control is not None:
        line = text.count("\n", 0, text.index(control)) + 1
        raise refused(f"{path.name} line {line}", f"it holds the control character U+{ord(control):04X}: no text")
    rows = _rows(path, text, _delimiter(text))
    first = next(rows, None)
    if first is None:
        raise refused(path.name, "it is empty")
    header = tuple(word.strip() for word in first[1])
    if len(header) > MOST_COLUMNS:
        raise refused(f"{path.name} line {first[0]}", f"{len(header)} columns are more than {MOST_COLUMNS}")
    return Table("csv", header, rows, f"{path.name} line 1", warnings)


def _bytes_of(path: Path) -> bytes:
    check_size(path)
    data = path.read_bytes()
    for magic, message in _MAGIC:
        if data.startswith(magic):
            raise refused(path.name, message)
    return data


def _decode(path: Path, data: bytes, encoding: str | None) -> tuple[str, tuple[Fault, ...]]:
    if encoding is not None:
        return _decode_as(path, data, encoding), ()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refused(path.name, "it is UTF-16: state that as its encoding, or save it as UTF-8")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise refused(f"{path.name} line {line}", "it holds a zero byte: no text")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        reason = f"byte {error.start}"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise refused(path.name, f"it is neither UTF-8 ({reason}) nor GBK (byte {error.start})") from None
    return text, (Fault(path.name, f"warning: it is not UTF-8 ({reason}); it was read as GBK"),)


def _decode_as(path: Path, data: bytes, encoding: str) -> str:
    try:
        # Some codecs (zip, rot13) turn bytes into something else than text: those are no encodings.
        name = codecs.lookup(encoding).name
        text = data.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError as error:
        raise refused(path.name, f"it is not {encoding} (byte {error.start})") from None
    except (LookupError, UnicodeError, ValueError):
        raise refused("encoding", f"{encoding!r} is not the name of an encoding") from None
    return text.removeprefix("\ufeff")


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    try:
        for row in reader:
            if not any(map(str.strip, row)):
                continue
            count += 1
            # The header is a row too.
            if count > MOST_ROWS + 1:
                raise refused(path.name, f"it has more than {MOST_ROWS:,} rows; divide it")
            if max(map(len, row)) > LONGEST_CELL:
                where = f"{path.name} line {reader.line_num}"
                raise refused(where, f"a cell has more than {LONGEST_CELL:,} characters")
            yield reader.line_num, row
    except csv.Error as error:
        raise refused(f"{path.name} line {reader.line_num}", f"it is not CSV: {error}") from None
