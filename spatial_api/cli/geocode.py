"""`wangge geocode`: one address as a table, or a file of addresses into another file."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console

from layers.datum import parse_crs
from layers.errors import Conflict, Fault, Invalid
from layers.export.place import Target
from layers.geocode_files.answers import Answer
from layers.geocode_files.columns import Asked
from layers.geocode_files.crew import Asking, Batch, Crew, locate_batch
from layers.geocode_files.run import Summary, locate_table, write_located
from layers.geocode_files.source import Source, open_table
from layers.geocode_files.writing import FORMATS
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database
from spatial_api.reasons import in_words

__all__ = ["app"]

app = typer.Typer()
_TOLD_EVERY_S = 5.0
_MOST_WORKERS = 64


@app.command(name="geocode")
def geocode(  # noqa: PLR0913, PLR0917 -- each is an option of the command line
    file: Annotated[Path | None, typer.Argument(help="CSV, XLSX or Parquet with a column of addresses.")] = None,
    text: Annotated[str | None, typer.Option(help="One address, instead of a file.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write: .csv, .xlsx or .parquet.")] = None,
    column: Annotated[str | None, typer.Option(help="The header of the address, if it is not 地址, 住址 …")] = None,
    within: Annotated[str | None, typer.Option(help="The code of the region that all of them lie in.")] = None,
    within_column: Annotated[str | None, typer.Option(help="The header of a region's code for each row.")] = None,
    crs: Annotated[
        str | None, typer.Option(help="Of our coordinates, and of 经度/纬度 in the file: wgs84 (ours), gcj02 …")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a CSV file, if it is not found.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Of a workbook, if not the first with anything on it.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=_MOST_WORKERS, help="Processes that locate.")] = 2,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Locate addresses: a file with our columns beside its own, or with --text one address on the screen."""
    if (file is None) == (text is None):
        raise Invalid("The options have faults.", [Fault("--text", "give either a file or --text")])
    if text is not None:
        answer(_told(_locate_one(text, within)), as_json)
        return
    if file is None or out is None:
        raise Invalid("The options have faults.", [Fault("--out", "say which file to write")])
    suffix = out.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        raise Invalid("There is no such format.", [Fault("--out", f"must end in one of {', '.join(FORMATS)}")])
    if out.exists() and not force:
        raise Conflict(f"{out} is there already; --force writes over it.")
    source = Source(file, Asked(column, within_column, crs), encoding, within, sheet)
    summary = _locate_file(source, out, suffix, workers)
    told = {"file": str(out), "rows": summary.rows, "sure": summary.sure, **summary.levels}
    answer(told, as_json)


def _locate_one(text: str, within: str | None) -> Answer:
    batch = Batch([text], [within], [None])
    return locate_batch(ready_database(), batch, Asking(Scope.everything()))[0]


def _told(found: Answer) -> dict[str, object]:
    return {
        "level": found.level,
        "lon": found.lon,
        "lat": found.lat,
        "radius_m": found.radius_m,
        "confidence": found.confidence,
        "reasons": [in_words(kind, text, english=True) for kind, _, text in found.reasons],
        "address": found.address,
        "region_code": found.region_code,
        "grid_no": found.grid_no,
        "house_id": found.house_id,
        "candidates": list(found.candidates),
    }


def _locate_file(source: Source, out: Path, suffix: str, workers: int) -> Summary:
    """Write the result beside `out` and put it in its place in one step: half a result never bears its name."""
    database, target = ready_database(), Target.of(parse_crs(source.asked.crs or "wgs84"))
    part = out.with_name(f".{out.name}.{uuid4().hex}.part")
    table = open_table(source)
    try:
        with Crew(database, workers if workers > 1 else 0) as crew, _Progress() as progress:
            located = locate_table(table, crew, Asking(Scope.everything()))
            summary = write_located(part, suffix, table, located, target, _in_chinese, progress)
        part.replace(out)
    except OSError as error:
        raise Invalid("The file cannot be written.", [Fault(str(out), str(error))]) from error
    finally:
        part.unlink(missing_ok=True)
    return summary


def _in_chinese(kind: str, text: str) -> str:
    return in_words(kind, text, english=False)


class _Progress:
    """Tells on stderr how many rows are behind us: a line that changes on a terminal, else one every few seconds."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._status = self._console.status("Reading")
        self._began = self._told = time.monotonic()

    def __enter__(self) -> _Progress:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._status.stop()

    def __call__(self, rows: int) -> None:
        """Say that so many rows are located."""
        now = time.monotonic()
        line = f"{rows:,} rows, {rows / max(now - self._began, 1e-9):,.0f}/s"
        if self._console.is_terminal:
            self._status.update(line)
        elif now - self._told >= _TOLD_EVERY_S:
            self._told = now
            self._console.print(line, highlight=False)
