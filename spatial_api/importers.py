"""Which reader takes which kind of uploaded file, and what each kind knows.

The readers bring geopandas and GDAL along: they are loaded with the first file, not with the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from layers.crypto import Vault
from layers.errors import Fault, Invalid
from layers.imports import ImportResult, digest
from spatial_api.schemas.imports import FileKind, ImportKind, ImportQuery, KnownColumn

if TYPE_CHECKING:
    from layers.registers import Proposal

__all__ = [
    "FILE_LISTS",
    "KINDS",
    "SHAPES",
    "Source",
    "Store",
    "check_options",
    "fields_of",
    "known_kinds",
    "propose_source",
    "read_source",
]

SHAPES: tuple[ImportKind, ...] = ("regions",)
FILE_LISTS: tuple[ImportKind, ...] = ("divisions", "aliases", "changes")
REGISTERS: tuple[ImportKind, ...] = (
    "building",
    "house",
    "household",
    "person",
    "facility",
    "organisation",
    "place",
    "incident",
    "duty",
)
KINDS: tuple[ImportKind, ...] = (*SHAPES, *FILE_LISTS, *REGISTERS)
_SHAPE_SUFFIXES = [".gpkg", ".geojson", ".json", ".fgb", ".zip"]
_TABLE_SUFFIXES = [".csv", ".xlsx", ".parquet"]

Store = Callable[[Session], ImportResult]


@dataclass(frozen=True)
class Source:
    """A file to be brought in, under which name, and how it is to be read."""

    kind: ImportKind
    path: Path
    name: str
    asked: ImportQuery


def check_options(kind: ImportKind, asked: ImportQuery) -> None:
    """Return when the options mean something for this kind of file.

    Raises:
        Invalid: naming every option that does not, and a datum that is unknown.
    """
    from layers.datum import parse_crs  # noqa: PLC0415

    useless = {"regions": ("sheet", "field")} | dict.fromkeys(
        FILE_LISTS, ("crs", "encoding", "level", "sheet", "field")
    )
    names = [name for name in useless.get(kind, ("level",)) if getattr(asked, name)]
    if names:
        raise Invalid("The request has faults.", [Fault(name, f"files of {kind} have none") for name in names])
    if asked.crs is not None:
        parse_crs(asked.crs)
    fields_of(asked.field, "field")


def fields_of(stated: Sequence[str], where: str) -> dict[str, str]:
    """The file's header by our column, from texts COLUMN=HEADER; an empty header says that it is not to be read.

    Raises:
        Invalid: naming each that is not of that form.
    """
    pairs = [text.partition("=") for text in stated]
    faults = [Fault(where, f"{a + b + c!r} is not COLUMN=HEADER") for a, b, c in pairs if not (a and b)]
    if faults:
        raise Invalid("The options have faults.", faults)
    return {column.strip(): header for column, _, header in pairs}


def read_source(source: Source, vault: Vault) -> Store:
    """Reads a file, and gives what stores it in a session.

    Raises:
        Invalid: with every fault of the file.
    """
    return _READERS.get(source.kind, _read_register)(source, vault)


def propose_source(source: Source) -> Proposal:
    """How a list would be read, from its first rows.

    Raises:
        Invalid: when it is no list.
    """
    from layers import registers  # noqa: PLC0415

    asked = source.asked
    fields = fields_of(asked.field, "field")
    return registers.propose(source.path, source.kind, encoding=asked.encoding, sheet=asked.sheet, fields=fields)


def known_kinds() -> list[FileKind]:
    """Every kind of file with the columns it knows, in the order in which a county needs them."""
    from layers import aliases, divisions  # noqa: PLC0415
    from layers.changes.reading import COLUMNS as CHANGES  # noqa: PLC0415
    from layers.registers import REGISTERS as SPECS  # noqa: PLC0415

    shapes = [KnownColumn(name=name, title=name, required=name == "code") for name in ("code", "name", "parent")]
    found = [_kind("regions", shapes, takes_crs=True, takes_level=True)]
    lists: dict[ImportKind, tuple[str, ...]] = {
        "divisions": divisions.COLUMNS,
        "aliases": aliases.COLUMNS,
        "changes": CHANGES,
    }
    for name, columns in lists.items():
        found.append(_kind(name, [KnownColumn(name=column, title=column, required=True) for column in columns]))
    for name in REGISTERS:
        known = [KnownColumn.model_validate(column) for column in SPECS[name].columns]
        found.append(_kind(name, known, takes_crs=any(column.name == "lon" for column in known)))
    return found


def _kind(
    name: ImportKind, columns: list[KnownColumn], *, takes_crs: bool = False, takes_level: bool = False
) -> FileKind:
    return FileKind(
        name=name,
        takes_crs=takes_crs,
        takes_encoding=name not in FILE_LISTS,
        takes_level=takes_level,
        takes_fields=name in REGISTERS,
        suffixes=_SHAPE_SUFFIXES if name in SHAPES else _TABLE_SUFFIXES if name in REGISTERS else [".csv"],
        columns=columns,
    )


def _read_regions(source: Source, _vault: Vault) -> Store:
    from layers import boundaries  # noqa: PLC0415

    asked = source.asked
    found = boundaries.read(source.path, crs=asked.crs, encoding=asked.encoding, level=asked.level)
    return lambda session: boundaries.store(session, found, source.name, digest(source.path))


def _read_divisions(source: Source, _vault: Vault) -> Store:
    from layers import divisions  # noqa: PLC0415

    found = divisions.read(source.path)
    return lambda session: divisions.store(session, found, source.name, digest(source.path))


def _read_aliases(source: Source, _vault: Vault) -> Store:
    from layers import aliases  # noqa: PLC0415

    found = aliases.read(source.path)
    return lambda session: aliases.store(session, found, source.name, digest(source.path))


def _read_changes(source: Source, _vault: Vault) -> Store:
    from layers import changes  # noqa: PLC0415

    found = changes.read(source.path)
    return lambda session: changes.store(session, found, source.name, digest(source.path))


def _read_register(source: Source, vault: Vault) -> Store:
    from layers import registers  # noqa: PLC0415

    asked = source.asked
    sheet = registers.read(
        source.path,
        source.kind,
        crs=asked.crs,
        encoding=asked.encoding,
        sheet=asked.sheet,
        fields=fields_of(asked.field, "field"),
    )
    return lambda session: registers.store(session, vault, sheet, source.name, digest(source.path))


_READERS: Mapping[ImportKind, Callable[[Source, Vault], Store]] = {
    "regions": _read_regions,
    "divisions": _read_divisions,
    "aliases": _read_aliases,
    "changes": _read_changes,
}
