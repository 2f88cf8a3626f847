"""`wangge import changes` and `wangge region`: regions that change name, code or extent, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from layers import boundaries, changes
from layers.imports import digest
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database
from spatial_api.cli.importing import DryRun, Faults, File, keeping_faults, showing, store, tell_result

__all__ = ["app", "register"]

app = typer.Typer(no_args_is_help=True, help="Regions and what became of them.")


def register(imports: typer.Typer) -> None:
    """Add `changes` to the import commands."""
    imports.command(name="changes")(import_changes)


def import_changes(
    file: File,
    shapes: Annotated[
        Path | None, typer.Option(help="A boundary file with the villages that splits make, by code.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="The datum or CRS of the shapes, where the file does not say.")
    ] = None,
    dry_run: DryRun = False,
    faults: Faults = None,
    as_json: AsJson = False,
) -> None:
    """Regions renamed, recoded, merged or split, from a CSV file: old_code, new_code, new_name, kind."""
    with keeping_faults(faults):
        with showing(f"Reading {file.name}"):
            found = changes.read(file)
            drawn = {} if shapes is None else _shapes(shapes, crs)
        with showing(f"Carrying out {len(found.rows)} changes"):
            result = store(lambda session: changes.store(session, found, file.name, digest(file), drawn), dry_run)
    tell_result(result, dry_run, as_json, faults)


def _shapes(path: Path, crs: str | None) -> Mapping[str, Any]:
    frame = boundaries.read(path, crs=crs, level=5).frame
    return dict(zip(frame["code"], frame["geom"], strict=True))


@app.callback()
def _together() -> None:
    """Without a callback a single command of its own would make this no group."""


@app.command()
def lineage(
    code: Annotated[str, typer.Argument(help="The code of a region, in force or not.")], as_json: AsJson = False
) -> None:
    """Which regions one came from and which it went over into, oldest first."""
    with ready_database().write(Scope.everything()) as session:
        answer([asdict(step) for step in changes.lineage(session, code)], as_json)
