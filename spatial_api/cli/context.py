"""What the commands share: settings, the database, how an answer is shown, and how an error is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Annotated, Any

import orjson
import typer
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from layers.db import Database
from layers.errors import Fault, Invalid, WanggeError
from layers.migrate import require_ready
from spatial_api.problems import kind_of, problem_body
from spatial_api.settings import Settings

__all__ = ["AsJson", "TellingGroup", "answer", "database", "ready_database", "settings", "tell"]

_JSON = "wangge.json"
_SHOWN_FAULTS = 20
# Closed by the outermost group, whichever command opened it; an ExitStack is empty and as new after that.
_at_end = ExitStack()


def _remember(context: typer.Context, value: bool) -> bool:
    # An error is told by the outermost group, which does not see the options of the command.
    context.meta[_JSON] = value
    return value


AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.", callback=_remember)]


class TellingGroup(TyperGroup):
    """The outermost command group: whatever refuses is told on stderr, or as JSON, and ends with exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Raises:
            typer.Exit: with code 1, after a domain error was told.
        """
        try:
            return super().invoke(ctx)
        except WanggeError as error:
            tell(error, as_json=bool(ctx.meta.get(_JSON, False)))
            raise typer.Exit(1) from None
        finally:
            _at_end.close()


def settings() -> Settings:
    """The settings of this environment.

    Raises:
        Invalid: naming every variable that is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        # What concerns several settings together names them in its words.
        faults = [Fault(f"WANGGE_{'.'.join(map(str, f['loc'])) or '*'}".upper(), f["msg"]) for f in error.errors()]
        raise Invalid("The settings have faults.", faults) from None


def database() -> Database:
    """The database of this environment, closed when the command ends; whether it answers is not looked at."""
    found = Database(settings())
    _at_end.callback(found.dispose)
    return found


def ready_database() -> Database:
    """The database of this environment, reachable and of this program's schema.

    Raises:
        Unavailable: with every reason and what to do about it.
    """
    found = database()
    require_ready(found)
    return found


def tell(error: WanggeError, *, as_json: bool) -> None:
    """Say what went wrong: as a problem on stdout with `as_json`, otherwise in words on stderr."""
    if as_json:
        body = problem_body(kind_of(error), error.detail, error.faults, english=True)
        typer.echo(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())
        return
    console = Console(stderr=True)
    console.print(Text(error.detail, style="bold red"))
    for fault in error.faults[:_SHOWN_FAULTS]:
        place = "" if fault.place is None else f" ({fault.place[0]:.6f}, {fault.place[1]:.6f})"
        console.print(Text(f"  {fault.where}: {fault.message}{place}"))
    if len(error.faults) > _SHOWN_FAULTS:
        console.print(Text(f"  … {len(error.faults) - _SHOWN_FAULTS} more; --json lists all"))


def answer(value: object, as_json: bool, title: str | None = None) -> None:
    """Show a value on stdout: JSON, or a table of its fields (one thing) or rows (a list of things).

    Takes dataclasses, pydantic models, mappings, and lists of these. Text of a person or a file is shown as it is,
    never read as markup.
    """
    plain = _plain(value)
    if as_json:
        typer.echo(orjson.dumps(plain, default=str, option=orjson.OPT_INDENT_2).decode())
        return
    if not isinstance(plain, list):
        _show(title, ("", ""), plain.items() if isinstance(plain, Mapping) else [("", plain)])
    elif plain:
        _show(title, list(plain[0]), (row.values() for row in plain))
    else:
        typer.echo("—")


def _show(title: str | None, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    table = Table(title=title, show_header=any(columns), title_justify="left")
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_text(cell)) for cell in row))
    Console().print(table)


def _text(cell: object) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, Mapping):
        return ", ".join(f"{key} {value}" for key, value in cell.items()) or "—"
    if isinstance(cell, list | tuple):
        return "\n".join(_text(part) for part in cell) or "—"
    return str(cell)


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    return value
