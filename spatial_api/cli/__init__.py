"""The command line: `wangge …`. What answers something takes `--json`; what is refused ends with exit code 1.

Each command's module is loaded when it is asked for: with all of them at hand, starting the database took as long as
loading pandas, folium and the web server.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Any

import typer
from typer.main import get_command

from spatial_api.cli.context import AsJson, TellingGroup, answer

__all__ = ["COMMANDS", "app", "main"]

COMMANDS = {
    "db": "spatial_api.cli.db",
    "account": "spatial_api.cli.account",
    "token": "spatial_api.cli.token",
    "import": "spatial_api.cli.imports",
    "plan": "spatial_api.cli.plan",
    "region": "spatial_api.cli.changes",
    "duplicates": "spatial_api.cli.duplicates",
    "kinds": "spatial_api.cli.kinds",
    "export": "spatial_api.cli.export",
    "geocode": "spatial_api.cli.geocode",
    "reverse": "spatial_api.cli.reverse",
    "serve": "spatial_api.cli.serve",
    "doctor": "spatial_api.cli.doctor",
}
"""The commands and the module of each; every module has a typer `app`."""


class _OnDemand(TellingGroup):
    """The outermost group: finds a command by loading its module."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, as help shows them."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command = get_command(import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_OnDemand,
    no_args_is_help=True,
    # A traceback with local variables would print passwords and people.
    pretty_exceptions_show_locals=False,
    help="网格 wangge: divide villages into management grids, and serve them.",
)


@app.callback()
def _together() -> None:
    """Without a callback a single command of its own would make this no group."""


@app.command(name="version")
def show_version(as_json: AsJson = False) -> None:
    """The version of this program."""
    answer({"wangge": version("wangge")}, as_json)


def main() -> None:
    """Run the command line."""
    app()
