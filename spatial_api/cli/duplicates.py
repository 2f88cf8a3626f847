"""`wangge duplicates find|list|merge|distinct|undo`: what may be in a register twice."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Annotated, Literal

import typer

from layers.duplicates import find_duplicates, keep_apart, offers
from layers.errors import Fault, Invalid
from layers.lists import PAGE
from layers.merging import merge, undo_decision
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="疑似重复: houses and persons that may be registered twice.")

OfferId = Annotated[str, typer.Argument(metavar="ID", help="The offer's id, as `wangge duplicates list` shows it.")]
Region = Annotated[str | None, typer.Option(help="The code of a region; all of them when not stated.")]


@app.command()
def find(region: Region = None, as_json: AsJson = False) -> None:
    """Look for what is there twice; how many pairs were found that had not been offered before."""
    with ready_database().write(Scope.everything()) as session:
        found = find_duplicates(session, region)
    answer(found, as_json)


@app.command(name="list")
def list_offers(
    region: Region = None,
    status: Annotated[Literal["open", "merged", "distinct"], typer.Option(help="What became of them.")] = "open",
    limit: Annotated[int, typer.Option(min=1, max=PAGE, help="How many.")] = 50,
    after: Annotated[str | None, typer.Option(metavar="KEY", help="Go on where the last list ended (`next`).")] = None,
    as_json: AsJson = False,
) -> None:
    """What is offered for merging, names masked."""
    with ready_database().write(Scope.everything()) as session:
        page = offers(session, region=region, status=status, limit=limit, after=after)
    if as_json:
        answer({"duplicates": [dataclasses.asdict(offer) for offer in page.items], "next": page.next}, as_json)
        return
    answer(
        [
            {
                "id": offer.id,
                "register": offer.register,
                "why": offer.why,
                "kept": f"{offer.kept.id} (rev {offer.kept.rev})",
                "other": "—" if offer.other is None else f"{offer.other.id} (rev {offer.other.rev})",
                "address": offer.kept.address,
            }
            for offer in page.items
        ],
        as_json,
    )


@app.command(name="merge")
def make_one(
    offer_id: OfferId,
    keep: Annotated[str, typer.Option(help="The id of the one that is kept.")],
    rev: Annotated[int, typer.Option(min=1, help="Its revision.")],
    as_json: AsJson = False,
) -> None:
    """Make one of two: what hung on the other hangs on the one kept."""
    with ready_database().write(Scope.everything()) as session:
        new_rev = merge(session, _id(offer_id), _id(keep), rev)
    answer({"id": keep, "rev": new_rev}, as_json)


@app.command(name="distinct")
def leave_two(offer_id: OfferId, as_json: AsJson = False) -> None:
    """Say that the two are two: they are not offered again."""
    with ready_database().write(Scope.everything()) as session:
        keep_apart(session, _id(offer_id))
    answer({"id": offer_id, "status": "distinct"}, as_json)


@app.command(name="undo")
def take_back(offer_id: OfferId, as_json: AsJson = False) -> None:
    """Take a decision back: of a merge both rows are there as they were."""
    with ready_database().write(Scope.everything()) as session:
        undo_decision(session, _id(offer_id))
    answer({"id": offer_id, "status": "open"}, as_json)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid("The options have faults.", [Fault("ID", f"{text!r} is not an id")]) from None
