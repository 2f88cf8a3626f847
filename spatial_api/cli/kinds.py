"""`wangge kinds list|add|rename|remove`: the kinds that forms and lists know."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from layers.db import Database, reading
from layers.kinds import Extendable, KindRow, Register, add_kind, change_kind, kinds, remove_kind
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="类别: the kinds of facilities, organisations, places and incidents.")

Of = Annotated[Extendable, typer.Argument(metavar="REGISTER", help="facility, organisation, place or incident.")]
Code = Annotated[str, typer.Argument(help="Small letters, digits and _; it stays for ever.")]
NameZh = Annotated[str, typer.Argument(metavar="中文名", help="The name in Chinese.")]
NameEn = Annotated[str, typer.Argument(metavar="NAME", help="The name in English.")]
Sort = Annotated[int | None, typer.Option(min=0, help="The place in the order.")]


@app.command(name="list")
def list_kinds(
    of: Annotated[
        Register, typer.Argument(metavar="REGISTER", help="facility, organisation, place, incident, service.")
    ],
    as_json: AsJson = False,
) -> None:
    """The kinds of a register, in the order of a form."""
    answer(asyncio.run(_kinds(ready_database(), of)), as_json)


@app.command()
def add(of: Of, code: Code, name_zh: NameZh, name_en: NameEn, sort: Sort = None, as_json: AsJson = False) -> None:
    """A new kind, in every form and list at once."""
    with ready_database().write(Scope.everything()) as session:
        add_kind(session, of, KindRow(code, name_zh, name_en), sort)
    answer(KindRow(code, name_zh, name_en), as_json)


@app.command()
def rename(of: Of, code: Code, name_zh: NameZh, name_en: NameEn, sort: Sort = None, as_json: AsJson = False) -> None:
    """Other names for a kind."""
    with ready_database().write(Scope.everything()) as session:
        change_kind(session, of, KindRow(code, name_zh, name_en), sort)
    answer(KindRow(code, name_zh, name_en), as_json)


@app.command()
def remove(of: Of, code: Code, as_json: AsJson = False) -> None:
    """Take away a kind that no row has."""
    with ready_database().write(Scope.everything()) as session:
        remove_kind(session, of, code)
    answer({"removed": code}, as_json)


async def _kinds(database: Database, of: Register) -> list[KindRow]:
    async with database.read_pool(1) as pool, reading(pool) as connection:
        return await kinds(connection, of)
