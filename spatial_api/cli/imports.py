"""`wangge import`: bring in divisions, county shapes and OpenStreetMap files."""

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

from layers import china, divisions, osm
from layers.errors import Fault
from layers.imports import ImportResult, digest
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database

__all__ = ["app"]

_SHOWN_FAULTS = 20
app = typer.Typer(no_args_is_help=True, help="Bring in divisions, county shapes and OpenStreetMap files.")

File = Annotated[Path, typer.Argument(help="The file to bring in.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything, show the faults, keep nothing.")]


@app.command(name="divisions")
def import_divisions(file: File, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Codes and names of regions from a CSV file: level, code, name, parent_code and perhaps mca_code."""
    with _showing(f"Reading {file.name}"):
        found = divisions.read(file)
    with _showing(f"Storing {len(found.rows)} regions"):
        result = _store(lambda session: divisions.store(session, found, file.name, digest(file)), dry_run)
    _tell(result, dry_run, as_json)


@app.command(name="county")
def import_county(
    code: Annotated[str, typer.Argument(help="The county's code, 6 digits.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """The shape of a county of China that is in the list of divisions; needs the extra `cn`."""
    with _showing(f"Looking for {code}"):
        result = _store(lambda session: china.store_county(session, code), dry_run)
    _tell(result, dry_run, as_json)


@app.command(name="osm")
def import_osm(
    file: File,
    level: Annotated[int, typer.Option(min=2, max=12, help="The admin_level whose areas are villages.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Villages, buildings, facilities, barriers and links from a .osm.pbf, .osm.gz or .osm file."""
    with _showing(f"Reading {file.name}"):
        found = osm.read(file, level)
    with _showing(f"Storing {len(found.villages)} villages and {len(found.building)} buildings"):
        result = _store(lambda session: osm.store_osm(session, found, file.name, digest(file)), dry_run)
    _tell(result, dry_run, as_json)


@contextmanager
def _showing(text: str) -> Iterator[None]:
    # On stderr, so that the answer on stdout stays clean.
    with Console(stderr=True).status(Text(text)):
        yield


def _store(act: Callable[[Session], ImportResult], dry_run: bool) -> ImportResult:
    database = ready_database()
    try:
        with database.write(Scope.everything()) as session:
            result = act(session)
            if dry_run:
                session.rollback()
            return result
    finally:
        database.dispose()


def _tell(result: ImportResult, dry_run: bool, as_json: bool) -> None:
    summary = {"import_id": None if dry_run else str(result.import_id), "dry_run": dry_run, "counts": result.counts}
    if as_json:
        faults = [{"where": fault.where, "message": fault.message, "place": fault.place} for fault in result.faults]
        answer({**summary, "faults": faults}, as_json)
        return
    answer({**summary, "faults": len(result.faults)}, as_json)
    if result.faults:
        _show_faults(result.faults)


def _show_faults(faults: Sequence[Fault]) -> None:
    table = Table("where", "fault", "lon, lat", title="Faults", title_justify="left")
    for fault in faults[:_SHOWN_FAULTS]:
        place = "" if fault.place is None else f"{fault.place[0]:.6f}, {fault.place[1]:.6f}"
        # Names come from the file: shown as they are, never read as markup.
        table.add_row(Text(fault.where), Text(fault.message), place)
    Console().print(table)
    if len(faults) > _SHOWN_FAULTS:
        typer.echo(f"… {len(faults) - _SHOWN_FAULTS} more; --json lists all")
