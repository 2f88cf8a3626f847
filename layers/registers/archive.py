"""Whether a workbook is safe to open: what it unpacks to is counted before anything takes memory for it.

A reader of workbooks makes a rectangle of all cells between the first and the last: one cell at the end of an empty
sheet is enough to ask for gigabytes. So the positions of the cells are read off the packed XML first, in small pieces.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from layers.registers.table import refused

__all__ = ["Inspected", "inspect"]

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError,
    ElementTree.ParseError,
)  # fmt: skip
"""What the readers of the standard library raise for an archive that is not whole."""
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MOST_MEMBERS = 2000
_MOST_UNPACKED = 600 * 1024 * 1024
_MOST_TAGS = 40_000_000
_MOST_CELLS = 10_000_000
_PIECE = 1 << 20
_LONGEST_TAG = 1 << 20
_BOOK = "xl/workbook.xml"
# An element that holds nothing takes no place in the rectangle: such are whole rows and columns that were coloured.
_EMPTY = rb"(?!(?:\s+[a-zA-Z:]+=\"[0-9a-zA-Z.]*\")*\s*/>)"
_POSITION = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,9})([0-9]{1,9})[\"']" + _EMPTY)
_ROW = re.compile(rb"<(?:\w+:)?row[^<>]*?\sr\s*=\s*[\"']([0-9]{1,9})[\"']")
_BARE = re.compile(rb"<(?:\w+:)?c(?:\s+[a-qs-z]\w*=\"[^\"<>]*\")*\s*>")
_ERROR = re.compile(
    rb"<c r=\"([A-Z]+[0-9]+)\"(?: s=\"[0-9]+\")? t=\"e\"[^<>]*>(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?<v>([^<]*)</v>"
)
_UNCOUNTED = re.compile(
    rb"<c r=\"([A-Z]+[0-9]+)\"[^<>]*><f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_NO_TEXT = "#FORMULA?"


@dataclass
class Inspected:
    """What a workbook holds: by sheet, the cells that show no value, with what stands there instead.

    That is an error (#N/A), or "#FORMULA?" for a formula whose value is not in the file.
    """

    broken: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class _Extent:
    rows: int = 0
    columns: int = 0
    bare: bool = False
    stated_rows: int = 0


def inspect(path: Path) -> Inspected:
    """What a reader cannot tell about the workbook at `path`, which is safe to open when this returns.

    Raises:
        Invalid: when it is no workbook, damaged, locked, holds macros or XML entities, or unpacks to too much.
    Cost: linear in what it unpacks to, at most 600 MB; memory a few megabytes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(path, archive)
            broken = _scan(path, archive)
            return Inspected({name: broken.get(member, {}) for name, member in _sheets(archive)})
    except _DAMAGE as error:
        raise refused(path.name, "it is a damaged workbook; open it and save it again") from error


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    names = [member.filename.lower() for member in archive.infolist()]
    if len(names) > _MOST_MEMBERS or len(set(names)) < len(names):
        raise refused(path.name, "it is an archive with too many files, or two of one name")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise refused(path.name, "it holds macros; save it as .xlsx without them")
    if any(member.flag_bits & 1 for member in archive.infolist()):
        raise refused(path.name, "it is locked by a password; save it without one")
    if any(member.compress_type not in _PACKED for member in archive.infolist()):
        raise refused(path.name, "it is packed in a way that no spreadsheet uses; open it and save it again")
    if _BOOK not in names:
        raise refused(path.name, "it is an archive, no .xlsx workbook; save it as .xlsx or CSV")


def _scan(path: Path, archive: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    """The cells without a value by the sheet's file, once all of the archive was looked at."""
    unpacked = tags = 0
    broken: dict[str, dict[str, str]] = {}
    for member in archive.infolist():
        extent = _Extent()
        for piece, fresh in _pieces(path, archive, member):
            unpacked += fresh
            tags += piece.count(b"<")
            if unpacked > _MOST_UNPACKED or tags > _MOST_TAGS:
                raise refused(
                    path.name, f"it unpacks to more than {_MOST_UNPACKED:,} bytes or too many cells; divide it"
                )
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                raise refused(path.name, "its XML defines entities: no workbook of a spreadsheet does")
            if "worksheets/" in member.filename:
                broken.setdefault(member.filename, {}).update(_without_value(piece))
            _widen(extent, piece)
        rows = max(extent.rows, extent.stated_rows) if extent.bare else extent.rows
        if rows * max(extent.columns, 1) > _MOST_CELLS:
            raise refused(path.name, f"a sheet has {rows:,} rows and {extent.columns:,} columns; divide it")
    return broken


def _pieces(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """A file of the archive in pieces that end between two rows or tags, and how many bytes each adds."""
    rest = b""
    with archive.open(member) as file:
        while chunk := file.read(_PIECE):
            data = rest + chunk
            cut = data.rfind(b"<row")
            if cut <= 0 or len(data) - cut > _LONGEST_TAG:
                cut = data.rfind(b"<")
            # What is no XML, a picture, has no tags to keep whole.
            if cut < 0 or not member.filename.endswith((".xml", ".rels")):
                cut = len(data)
            if len(data) - cut > _LONGEST_TAG:
                raise refused(path.name, "its XML has a tag that never ends: it is a damaged workbook")
            yield data[:cut], len(chunk)
            rest = data[cut:]
    yield rest, 0


def _widen(extent: _Extent, piece: bytes) -> None:
    found = _POSITION.findall(piece)
    extent.rows = max(extent.rows, *(int(row) for _, row in found), 0)
    extent.columns = max(extent.columns, *map(_column, {letters for letters, _ in found}), 0)
    extent.stated_rows = max(extent.stated_rows, *map(int, _ROW.findall(piece)), 0)
    extent.bare = extent.bare or _BARE.search(piece) is not None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _without_value(piece: bytes) -> dict[str, str]:
    found = {cell.decode(): error.decode("ascii", "replace") for cell, error in _ERROR.findall(piece)}
    return found | {cell.decode(): _NO_TEXT for cell in _UNCOUNTED.findall(piece)}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the file in the archive that holds it."""
    # Entities were refused before: without them the parser of the standard library expands nothing.
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in ElementTree.fromstring(archive.read(_BOOK)).iterfind(".//{*}sheet"):  # noqa: S314
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        target = targets.get(link, "")
        yield sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
