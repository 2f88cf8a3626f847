"""`wangge export`: a layer's rows into a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import anyio
import typer
from anyio import to_thread
from pydantic import ValidationError

from layers.db import Database
from layers.errors import Conflict, Fault, Invalid
from layers.export import FORMATS, Export, Order, prepare
from layers.items import find_list
from layers.known_kinds import KnownKinds
from layers.listing import LISTS
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database
from spatial_api.cli.progress import ExportProgress
from spatial_api.routes.items import refuse_unknown_kinds
from spatial_api.schemas.items import ItemQuery

__all__ = ["app"]

app = typer.Typer()


@app.command(name="export")
def export_layer(  # noqa: PLR0913, PLR0917 -- each is an option of the command line
    layer: Annotated[str, typer.Argument(help=f"One of {', '.join(LISTS)}.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    format_: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(FORMATS)}; by the file's suffix when left out.")
    ] = None,
    crs: Annotated[str, typer.Option(help="EPSG:n, wgs84, cgcs2000, gcj02 or bd09.")] = "EPSG:4326",
    region: Annotated[str | None, typer.Option(help="The code of a region.")] = None,
    grid: Annotated[str | None, typer.Option(help="The 15 digits of a grid.")] = None,
    near: Annotated[str | None, typer.Option(help="lon,lat: what lies around this place, by distance.")] = None,
    radius_m: Annotated[float | None, typer.Option(help="How far around it, in metres.")] = None,
    bbox: Annotated[str | None, typer.Option(help="west,south,east,north in degrees.")] = None,
    kind: Annotated[str | None, typer.Option(help="The code of a kind.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="The first day.")] = None,
    to: Annotated[str | None, typer.Option(help="The day after the last.")] = None,
    as_of: Annotated[str | None, typer.Option(help="A moment with its offset, now when left out.")] = None,
    q: Annotated[str | None, typer.Option(help="Text to look for.")] = None,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a layer's rows into a file: all that the filters leave, whole or not at all."""
    suffix = format_ or out.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        raise Invalid("There is no such format.", [Fault("--format", f"must be one of {', '.join(FORMATS)}")])
    if out.exists() and not force:
        raise Conflict(f"{out} is there already; --force writes over it.")
    given = {"region": region, "grid": grid, "near": near, "radius_m": radius_m, "bbox": bbox, "kind": kind}
    given |= {"from": from_, "to": to, "as_of": as_of, "q": q}
    order = Order(layer, _query(given).filters(), suffix, crs)
    with ExportProgress(layer) as progress:
        rows = anyio.run(_export, ready_database(), order, out, progress)
    answer({"file": str(out), "layer": layer, "rows": rows}, as_json)


def _query(given: Mapping[str, object]) -> ItemQuery:
    """The filters as the API takes them.

    Raises:
        Invalid: naming every option that is wrong.
    """
    try:
        return ItemQuery.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        faults = [Fault(f"--{'.'.join(map(str, f['loc']))}".replace("_", "-"), f["msg"]) for f in error.errors()]
        raise Invalid("The options have faults.", faults) from None


async def _export(database: Database, order: Order, out: Path, progress: ExportProgress) -> int:
    async with database.read_pool(1) as pool:
        await refuse_unknown_kinds(find_list(order.layer), order.filters.kind, KnownKinds(pool))
        export = await prepare(database, pool, Scope.everything(), order)
        export.progress = progress
        await to_thread.run_sync(_write, export, out)
        return export.rows


def _write(export: Export, out: Path) -> None:
    # Beside the file, so that it can be put in its place in one step: half an export never bears its name.
    part = out.with_name(f".{out.name}.{uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            for piece in export.pieces():
                file.write(piece)
        part.replace(out)
    except OSError as error:
        raise Invalid("The file cannot be written.", [Fault(str(out), str(error))]) from error
    finally:
        part.unlink(missing_ok=True)
