"""What the import commands share: their options, the work in one transaction, and how its result is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from layers.errors import Fault, Invalid
from layers.imports import ImportResult
from layers.scope import Scope
from spatial_api.cli.context import answer, ready_database

__all__ = [
    "DryRun",
    "Faults",
    "Fields",
    "File",
    "keeping_faults",
    "show_faults",
    "showing",
    "store",
    "tell_result",
]

_SHOWN_FAULTS = 20

File = Annotated[Path, typer.Argument(help="The file to bring in.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything, show the faults, keep nothing.")]
Faults = Annotated[Path | None, typer.Option("--faults", help="Write every fault, with its place, to this GeoPackage.")]
Fields = Annotated[
    list[str] | None, typer.Option("--field", help="COLUMN=HEADER: the file's header for one of our columns.")
]


@contextmanager
def showing(text: str) -> Iterator[None]:
    """Show on stderr what is being done, so that the answer on stdout stays clean."""
    with Console(stderr=True).status(Text(text)):
        yield


def store(act: Callable[[Session], ImportResult], dry_run: bool, within: str | None = None) -> ImportResult:
    """What `act` did in one transaction over everything, or `within` a region, which a dry run takes back."""
    database = ready_database()
    try:
        with database.write(Scope.everything() if within is None else Scope.of_region(within)) as session:
            result = act(session)
            if dry_run:
                session.rollback()
            return result
    finally:
        database.dispose()


@contextmanager
def keeping_faults(path: Path | None) -> Iterator[None]:
    """Write the faults for which the work inside is refused to the GeoPackage `path`, if one is named."""
    try:
        yield
    except Invalid as error:
        _write(path, error.faults)
        raise


def tell_result(result: ImportResult, dry_run: bool, as_json: bool, faults_to: Path | None = None) -> None:
    """Show what an import did with the faults that did not stop it, on stdout and in the GeoPackage `faults_to`."""
    _write(faults_to, result.faults)
    summary = {"import_id": None if dry_run else str(result.import_id), "dry_run": dry_run, "counts": result.counts}
    if as_json:
        faults = [{"where": fault.where, "message": fault.message, "place": fault.place} for fault in result.faults]
        answer({**summary, "faults": faults}, as_json)
        return
    answer({**summary, "faults": len(result.faults)}, as_json)
    if result.faults:
        show_faults(result.faults)


def show_faults(faults: Sequence[Fault]) -> None:
    """The first faults as a table on stdout."""
    table = Table("where", "fault", "lon, lat", title="Faults", title_justify="left")
    for fault in faults[:_SHOWN_FAULTS]:
        place = "" if fault.place is None else f"{fault.place[0]:.6f}, {fault.place[1]:.6f}"
        # Names come from the file: shown as they are, never read as markup.
        table.add_row(Text(fault.where), Text(fault.message), place)
    Console().print(table)
    if len(faults) > _SHOWN_FAULTS:
        typer.echo(f"… {len(faults) - _SHOWN_FAULTS} more; --json lists all")


def _write(path: Path | None, faults: Sequence[Fault]) -> None:
    if path is None:
        return
    # Loaded when it is asked for: it brings geopandas along.
    from layers.faults_file import write_faults  # noqa: PLC0415

    write_faults(path, faults)
