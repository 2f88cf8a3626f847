"""`wangge account`: who may come in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from layers import accounts
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Add, list and disable accounts.")

Login = Annotated[str, typer.Argument(help="The login, letters and digits.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")]


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(accounts.ROLES)}.")],
    region: Annotated[str, typer.Option(help="The code of the region that bounds what they see.")],
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Add an account; the password is asked for, never given as an argument."""
    database = ready_database()
    password = _password(password_stdin)
    with database.write(Scope.everything()) as session:
        account_id = accounts.add(session, login, name, role, region, password)
    answer({"account_id": str(account_id), "login": login, "role": role, "region": region}, as_json)


@app.command()
def password(login: Login, password_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Give an account a new password; it is unlocked, and its sessions end."""
    database = ready_database()
    new = _password(password_stdin)
    with database.write(Scope.everything()) as session:
        accounts.set_password(session, login, new)
    answer({"login": login, "password": "changed"}, as_json)


@app.command(name="list")
def list_accounts(as_json: AsJson = False) -> None:
    """All accounts."""
    with ready_database().write(Scope.everything()) as session:
        found = accounts.accounts(session)
    answer(found, as_json)


@app.command()
def disable(login: Login, as_json: AsJson = False) -> None:
    """Shut an account out at once."""
    with ready_database().write(Scope.everything()) as session:
        accounts.disable(session, login)
    answer({"login": login, "disabled": True}, as_json)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
