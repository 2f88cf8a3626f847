"""Boundary files as GDAL may open them: unpacked, known by their content, in a folder of their own.

GDAL picks a driver by a file's name and content, and some of its drivers open what a file names: other files, programs,
addresses. So every file is known here by its first bytes, gets a name of ours, and only four drivers are ever asked.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from layers.boundaries.model import refusal

__all__ = ["MOST_BYTES", "Part", "unpacked"]

MOST_BYTES = 200_000_000
_MOST_MEMBERS = 2_000
_HIGHEST_RATIO = 200
_RATIO_COUNTS_FROM = 1_000_000
"""Small files of nothing but zeros pack better than any ratio, and do no harm."""
_IS_UTF8 = 0x800
_IS_ENCRYPTED = 0x1
_SIDES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SUFFIXES = {"shapefile": ".shp", "geopackage": ".gpkg", "geojson": ".geojson", "flatgeobuf": ".fgb"}
_HEAD = 4096


@dataclass(frozen=True)
class Part:
    """One file: `kind` is shapefile, geopackage, geojson or flatgeobuf, `name` its own without ending.

    `path` is where GDAL finds it; the other files of a shapefile are beside it under the same name.
    """

    kind: str
    name: str
    path: Path


@contextmanager
def unpacked(path: Path) -> Iterator[list[Part]]:
    """The boundary files in a file, which may be a zip, in order of name; they are gone afterwards.

    Raises:
        Invalid: when it is missing, empty, too large, of no kind we read, or a zip that is damaged, encrypted, a bomb
            or leads outside its folder.
    """
    if not path.is_file():
        raise refusal(path, "there is no such file")
    size = path.stat().st_size
    if not 0 < size <= MOST_BYTES:
        raise refusal(path, f"it has {size:,} bytes; 1 to {MOST_BYTES:,} can be read")
    with tempfile.TemporaryDirectory(prefix="wangge-boundaries-") as folder:
        if zipfile.is_zipfile(path) and _head(path).startswith(b"PK"):
            found = _from_zip(path, Path(folder))
        else:
            found = _siblings(path)
        parts = [part for part in (_part(*item, Path(folder)) for item in enumerate(sorted(found.items()))) if part]
        if not parts:
            raise refusal(path, "it is no GeoPackage, GeoJSON, FlatGeobuf or Shapefile, nor a zip with one")
        yield parts


def _siblings(path: Path) -> dict[str, dict[str, Path]]:
    """The file with those beside it that belong to the same shapefile, by ending, under its own name."""
    if _kind(path) != "shapefile":
        return {path.stem: {path.suffix.lower(): path}}
    beside = [each for each in path.parent.iterdir() if each.stem == path.stem and each.suffix.lower() in _SIDES]
    return {path.stem: {".shp": path} | {each.suffix.lower(): each for each in sorted(beside) if each != path}}


def _part(number: int, named: tuple[str, dict[str, Path]], folder: Path) -> Part | None:
    name, files = named
    main = files.get(".shp") or min(files.values())
    kind = _kind(main)
    if kind is None:
        return None
    place = folder / f"part{number}{_SUFFIXES[kind]}"
    _link(main, place)
    if kind == "shapefile":
        for suffix in _SIDES[1:]:
            if suffix in files:
                _link(files[suffix], place.with_suffix(suffix))
    return Part(kind, PurePosixPath(name).name, place)


def _link(source: Path, target: Path) -> None:
    target.symlink_to(source.absolute())


def _kind(path: Path) -> str | None:
    head = _head(path)
    if head.startswith(b"SQLite format 3\0"):
        return "geopackage"
    if head.startswith(b"fgb\x03fgb"):
        return "flatgeobuf"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile"
    return "geojson" if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else None


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _from_zip(path: Path, folder: Path) -> dict[str, dict[str, Path]]:
    """The files of a zip that may be boundaries, by name without ending and by ending, unpacked under names of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(path, archive)
            found: dict[str, dict[str, Path]] = {}
            for number, (name, member) in enumerate(members.items()):
                pure = PurePosixPath(name)
                suffix, place = pure.suffix.lower(), folder / f"member{number}"
                with archive.open(member) as packed, place.open("wb") as plain:
                    _copy(path, packed, plain, member.file_size)
                key = str(pure.with_suffix("")) if suffix in _SIDES else name
                found.setdefault(key, {})[suffix] = place
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise refusal(path, f"it cannot be unpacked ({error})") from error
    return {key: files for key, files in found.items() if ".shp" in files or not set(files) & set(_SIDES)}


def _members(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Those members of a zip that can belong to a boundary file, by their name; refuses what is no honest zip."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    faults = []
    if len(members) > _MOST_MEMBERS:
        faults.append(f"it holds {len(members):,} files; {_MOST_MEMBERS:,} are the most")
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        faults.append(f"it holds {total:,} bytes when unpacked; {MOST_BYTES:,} are the most")
    packed = max(1, sum(member.compress_size for member in members))
    if total > _RATIO_COUNTS_FROM and total > packed * _HIGHEST_RATIO:
        faults.append(f"it unpacks to {total / packed:,.0f} times its size; {_HIGHEST_RATIO} times is the most")
    named = {_name(member): member for member in members}
    faults += [f"its member {name[:80]!r} leads outside its folder" for name in named if _leads_outside(name)]
    if any(member.flag_bits & _IS_ENCRYPTED for member in members):
        faults.append("it is encrypted")
    if faults:
        raise refusal(path, *faults)
    endings = (*_SIDES, ".gpkg", ".geojson", ".json", ".fgb")
    return {
        name: member
        for name, member in named.items()
        if name.lower().endswith(endings) and not name.startswith("__MACOSX/") and "/._" not in f"/{name}"
    }


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; without the mark of UTF-8 it is whatever the packing machine used, in China GBK."""
    if member.flag_bits & _IS_UTF8:
        return member.filename
    data = member.filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _leads_outside(name: str) -> bool:
    pure = PurePosixPath(name.replace("\\", "/"))
    return pure.is_absolute() or ".." in pure.parts or "\0" in name or (len(name) > 1 and name[1] == ":")


def _copy(path: Path, packed: IO[bytes], plain: IO[bytes], size: int) -> None:
    # What the directory of the zip says may be a lie.
    shutil.copyfileobj(packed, plain, length=1 << 20)
    if plain.tell() != size:
        raise refusal(path, "its list of contents does not tell the truth")
