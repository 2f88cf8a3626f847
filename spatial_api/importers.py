"""Which reader takes which kind of uploaded file, and what each kind knows.

The readers bring geopandas and GDAL along: they are loaded with the first file, not with the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from layers.crypto import Vault
from layers.errors import Fault, Invalid
from layers.imports import ImportResult, digest
from spatial_api.schemas.imports import FileKind, ImportKind, KnownColumn

__all__ = ["FILE_LISTS", "KINDS", "SHAPES", "Source", "Store", "check_options", "known_kinds", "read_source"]

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

Store = Callable[[Session], ImportResult]


@dataclass(frozen=True)
class Source:
    """A file to be brought in, and how it is to be read."""

    kind: ImportKind
    path: Path
    name: str
    crs: str | None
    encoding: str | None
    level: int | None


def check_options(kind: ImportKind, crs: str | None, encoding: str | None, level: int | None) -> None:
    """Return when the options mean something for this kind of file.

    Raises:
        Invalid: naming every option that does not, and a datum that is unknown.
    """
    from layers.datum import parse_crs  # noqa: PLC0415

    given = {"crs": crs, "encoding": encoding, "level": level}
    useless = {"regions": ()} | dict.fromkeys(FILE_LISTS, ("crs", "encoding", "level"))
    names = [name for name in useless.get(kind, ("level",)) if given[name] is not None]
    if names:
        raise Invalid("The request has faults.", [Fault(name, f"files of {kind} have none") for name in names])
    if crs is not None:
        parse_crs(crs)


def read_source(source: Source, vault: Vault) -> Store:
    """Reads a file, and gives what stores it in a session.

    Raises:
        Invalid: with every fault of the file.
    """
    return _READERS.get(source.kind, _read_register)(source, vault)


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
        suffixes=_SHAPE_SUFFIXES if name in SHAPES else [".csv"],
        columns=columns,
    )


def _read_regions(source: Source, _vault: Vault) -> Store:
    from layers import boundaries  # noqa: PLC0415

    found = boundaries.read(source.path, crs=source.crs, encoding=source.encoding, level=source.level)
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

    sheet = registers.read(source.path, source.kind, crs=source.crs, encoding=source.encoding)
    return lambda session: registers.store(session, vault, sheet, source.name, digest(source.path))


_READERS: Mapping[ImportKind, Callable[[Source, Vault], Store]] = {
    "regions": _read_regions,
    "divisions": _read_divisions,
    "aliases": _read_aliases,
    "changes": _read_changes,
}
