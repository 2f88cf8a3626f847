"""`wangge token`: what programs log in with."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from layers import tokens
from layers.scope import Scope
from spatial_api.access import TOKEN_CAPABILITIES, may
from spatial_api.cli.context import AsJson, answer, ready_database

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke the tokens with which programs log in.")

Login = Annotated[str, typer.Option(help="The account whose token it is.")]


@app.command()
def make(
    login: Login,
    name: Annotated[str, typer.Option(help="What it is for.")],
    capability: Annotated[list[str], typer.Option(help="What it may do, such as export:read; several times.")],
    days: Annotated[int, typer.Option(help=f"How long it holds, 1 to {tokens.LONGEST_DAYS}.")] = 90,
    region: Annotated[str | None, typer.Option(help="Only inside this region.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token; its secret is shown this once."""
    with ready_database().write(Scope.everything()) as session:
        account_id, role = tokens.account_of(session, login)
        allowed = may(role) & TOKEN_CAPABILITIES
        made = tokens.make(session, account_id, name, capability, days, allowed=allowed, region=region)
    token = made.token
    told = {"id": str(token.id), "secret": made.secret, "expires_at": token.expires_at.isoformat(timespec="minutes")}
    answer(told | {"capabilities": token.capabilities, "region": token.region_code}, as_json)


@app.command(name="list")
def list_tokens(login: Login, as_json: AsJson = False) -> None:
    """The tokens of an account, newest first, without their secrets."""
    with ready_database().write(Scope.everything()) as session:
        account_id, _ = tokens.account_of(session, login)
        found = tokens.list_tokens(session, account_id)
    answer(found, as_json)


@app.command()
def revoke(
    token_id: Annotated[uuid.UUID, typer.Argument(help="The token's id, as the list shows it.")],
    login: Login,
    as_json: AsJson = False,
) -> None:
    """End a token at once."""
    with ready_database().write(Scope.everything()) as session:
        account_id, _ = tokens.account_of(session, login)
        tokens.revoke(session, account_id, token_id)
    answer({"id": str(token_id), "revoked": True}, as_json)
