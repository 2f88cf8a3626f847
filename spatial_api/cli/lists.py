"""`wangge import building|house|…`: lists from CSV, Excel and Parquet files; `map`, `list`, `show` and `undo`."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Annotated

import typer

from layers import import_log, registers
from layers.crypto import Vault
from layers.errors import Fault, Invalid
from layers.imports import digest
from layers.lists import PAGE
from layers.scope import Scope
from layers.undo import undo
from spatial_api.cli.context import AsJson, answer, ready_database, settings
from spatial_api.cli.importing import (
    DryRun,
    Faults,
    Fields,
    File,
    keeping_faults,
    show_faults,
    showing,
    store,
    tell_result,
)
from spatial_api.importers import fields_of

__all__ = ["register"]

ImportId = Annotated[str, typer.Argument(metavar="ID", help="The import's id, as `wangge import list` shows it.")]
Crs = Annotated[str | None, typer.Option(help="The datum of the coordinates: wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")]
SheetName = Annotated[
    str | None, typer.Option("--sheet", help="The sheet of a workbook; the first that holds anything.")
]
Within = Annotated[
    str | None,
    typer.Option(
        help="The region's code that all rows lie in: addresses are looked for there, rows elsewhere are faults."
    ),
]
Encoding = Annotated[str | None, typer.Option(help="The file's encoding; found out when not stated.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `wangge import`."""
    for name in registers.REGISTERS:
        _register_list(app, name)
    app.command(name="map")(show_map)
    app.command(name="list")(list_imports)
    app.command(name="show")(show_import)
    app.command(name="undo")(undo_import)


def _register_list(app: typer.Typer, name: str) -> None:
    title = registers.REGISTERS[name].title

    @app.command(
        name=name,
        help=f"A list of {title} ({name}) from a CSV, Excel or Parquet file; all of it or, with any fault, nothing.",
    )
    def import_list(  # noqa: PLR0913, PLR0917 -- each is an option of the command line
        file: File,
        crs: Crs = None,
        within: Within = None,
        encoding: Encoding = None,
        sheet: SheetName = None,
        field: Fields = None,
        dry_run: DryRun = False,
        faults: Faults = None,
        as_json: AsJson = False,
    ) -> None:
        fields = fields_of(field or (), "--field")
        with keeping_faults(faults):
            with showing(f"Reading {file.name}"):
                rows = registers.read(file, name, crs=crs, encoding=encoding, sheet=sheet, fields=fields)
            with showing(f"Checking and storing {len(rows.lines)} rows"):
                vault = Vault.open_file(settings().key_path)
                source, sha256 = file.name, digest(file)
                result = store(lambda session: registers.store(session, vault, rows, source, sha256), dry_run, within)
        tell_result(result, dry_run, as_json, faults)


def show_map(
    register: Annotated[str, typer.Argument(help="Which list: building, house …")],
    file: File,
    encoding: Encoding = None,
    sheet: SheetName = None,
    field: Fields = None,
    as_json: AsJson = False,
) -> None:
    """Which header of a list would be which of our columns, and what would be dropped; nothing is imported."""
    fields = fields_of(field or (), "--field")
    proposal = registers.propose(file, register, encoding=encoding, sheet=sheet, fields=fields)
    if as_json:
        answer(dataclasses.asdict(proposal), as_json)
        return
    answer(
        [
            {
                "column": f"{column.title} ({column.name}){' *' if column.required else ''}",
                "header": "" if column.header is None else f"{column.header}{' ?' if column.guessed else ''}",
                "samples": ", ".join(column.samples),
            }
            for column in proposal.columns
        ],
        as_json,
    )
    for one in proposal.dropped:
        reason = "not used" if one.refused is None else f"refused: the model keeps no {one.refused}"
        typer.echo(f"dropped: {one.header} ({reason})")
    for fault in (*proposal.faults, *proposal.warnings):
        typer.echo(f"{fault.where}: {fault.message}")
    if any(column.guessed for column in proposal.columns):
        typer.echo("? is a guess: confirm it by --field COLUMN=HEADER")


def list_imports(
    limit: Annotated[int, typer.Option(min=1, max=PAGE, help="How many.")] = 50,
    after: Annotated[str | None, typer.Option(metavar="ID", help="Go on after the import with this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """What was brought in, newest first, and what of it was undone."""
    with ready_database().write(Scope.everything()) as session:
        page = import_log.list_imports(session, limit, after)
    if as_json:
        answer({"imports": [dataclasses.asdict(entry) for entry in page.items], "next": page.next}, as_json)
        return
    shown = ("id", "at", "kind", "source_name", "rows", "fault_count", "undone_at")
    answer([{name: getattr(entry, name) for name in shown} for entry in page.items], as_json)


def show_import(import_id: ImportId, as_json: AsJson = False) -> None:
    """One import with every fault that did not stop it."""
    with ready_database().write(Scope.everything()) as session:
        detail = import_log.find_import(session, _id(import_id))
    entry = dataclasses.asdict(detail.entry)
    if as_json:
        faults = [{"where": fault.where, "message": fault.message, "place": fault.place} for fault in detail.faults]
        answer({**entry, "faults": faults}, as_json)
        return
    answer(entry, as_json)
    if detail.faults:
        show_faults(detail.faults)


def undo_import(import_id: ImportId, as_json: AsJson = False) -> None:
    """Take an import back, unless rows of it were edited since or other things hang on them."""
    with ready_database().write(Scope.everything()) as session:
        result = undo(session, _id(import_id))
    answer(result, as_json)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid("The options have faults.", [Fault("ID", f"{text!r} is not an import's id")]) from None
