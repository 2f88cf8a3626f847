"""`wangge import`: bring in files of every kind, list what was brought in, and take it back."""

from __future__ import annotations

from typing import Annotated

import typer

from layers import aliases, boundaries, china, divisions, osm
from layers.errors import Fault, Invalid
from layers.imports import digest
from spatial_api.cli import changes, lists
from spatial_api.cli.context import AsJson
from spatial_api.cli.importing import (
    DryRun,
    Faults,
    Fields,
    File,
    keeping_faults,
    showing,
    store,
    tell_result,
)
from spatial_api.importers import fields_of

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Bring in files, list what was brought in, and take it back.")


@app.command(name="divisions")
def import_divisions(file: File, dry_run: DryRun = False, faults: Faults = None, as_json: AsJson = False) -> None:
    """Codes and names of regions from a CSV file: level, code, name, parent_code and perhaps mca_code."""
    with keeping_faults(faults):
        with showing(f"Reading {file.name}"):
            found = divisions.read(file)
        with showing(f"Storing {len(found.rows)} regions"):
            result = store(lambda session: divisions.store(session, found, file.name, digest(file)), dry_run)
    tell_result(result, dry_run, as_json, faults)


@app.command(name="aliases")
def import_aliases(file: File, dry_run: DryRun = False, faults: Faults = None, as_json: AsJson = False) -> None:
    """Other names of regions from a CSV file: code, name, kind (short, ethnic, old), valid_to."""
    with keeping_faults(faults):
        with showing(f"Reading {file.name}"):
            found = aliases.read(file)
        with showing(f"Storing {len(found.rows)} names"):
            result = store(lambda session: aliases.store(session, found, file.name, digest(file)), dry_run)
    tell_result(result, dry_run, as_json, faults)


@app.command(name="regions")
def import_regions(  # noqa: PLR0913 -- each is an option of the command
    file: File,
    *,
    crs: Annotated[
        str | None, typer.Option(help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n, if the file has none.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a shapefile's texts, if it is not found.")] = None,
    layer: Annotated[str | None, typer.Option(help="Which layer, if the file has several.")] = None,
    field: Fields = None,
    level: Annotated[int | None, typer.Option(min=1, max=5, help="Of all rows: 1 province to 5 village.")] = None,
    repair_limit: Annotated[str, typer.Option(help="How much of an area a repair may change, as 1% or 0.01.")] = "1%",
    outside: Annotated[bool, typer.Option("--outside", help="From outside China: make codes under 99.")] = False,
    accept_faults: Annotated[bool, typer.Option("--accept-faults", help="Store villages that overlap, too.")] = False,
    dry_run: DryRun = False,
    faults: Faults = None,
    as_json: AsJson = False,
) -> None:
    """Boundaries from GeoPackage, GeoJSON, FlatGeobuf, Shapefile, or a zip with one: new and corrected regions."""
    with keeping_faults(faults):
        limit = _share_of(repair_limit)
        with showing(f"Reading {file.name}"):
            found = boundaries.read(
                file,
                crs=crs,
                encoding=encoding,
                layer=layer,
                fields=fields_of(field or (), "--field"),
                level=level,
                repair_limit=limit,
                outside=outside,
            )
        with showing(f"Checking and storing {len(found.frame)} regions"):
            result = store(
                lambda session: boundaries.store(
                    session, found, file.name, digest(file), accept_faults=accept_faults
                ),
                dry_run,
            )  # fmt: skip
    tell_result(result, dry_run, as_json, faults)


def _share_of(text: str) -> float:
    """A share written as "1%" or "0.01".

    Raises:
        Invalid: when it is neither.
    """
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise Invalid("The options have faults.", [Fault("--repair-limit", f"{text!r} is no share")]) from None


@app.command(name="county")
def import_county(
    code: Annotated[str, typer.Argument(help="The county's code, 6 digits.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """The shape of a county of China that is in the list of divisions; needs the extra `cn`."""
    with showing(f"Looking for {code}"):
        result = store(lambda session: china.store_county(session, code), dry_run)
    tell_result(result, dry_run, as_json)


@app.command(name="osm")
def import_osm(
    file: File,
    level: Annotated[int, typer.Option(min=2, max=12, help="The admin_level whose areas are villages.")],
    dry_run: DryRun = False,
    faults: Faults = None,
    as_json: AsJson = False,
) -> None:
    """Villages, buildings, facilities, barriers and links from a .osm.pbf, .osm.gz or .osm file."""
    with keeping_faults(faults):
        with showing(f"Reading {file.name}"):
            found = osm.read(file, level)
        with showing(f"Storing {len(found.villages)} villages and {len(found.building)} buildings"):
            result = store(lambda session: osm.store_osm(session, found, file.name, digest(file)), dry_run)
    tell_result(result, dry_run, as_json, faults)


lists.register(app)
changes.register(app)
