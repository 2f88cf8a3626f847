"""The command line: `wangge …`. What answers something takes `--json`; what is refused ends with exit code 1."""

from __future__ import annotations

from importlib.metadata import version

import typer

from spatial_api.cli import account, db, imports, plan
from spatial_api.cli.context import AsJson, TellingGroup, answer
from spatial_api.cli.doctor import doctor
from spatial_api.cli.serve import serve

__all__ = ["app", "main"]

app = typer.Typer(
    cls=TellingGroup,
    no_args_is_help=True,
    # A traceback with local variables would print passwords and people.
    pretty_exceptions_show_locals=False,
    help="网格 wangge: divide villages into management grids, and serve them.",
)
app.add_typer(db.app, name="db")
app.add_typer(account.app, name="account")
app.add_typer(plan.app, name="plan")
app.add_typer(imports.app, name="import")
app.command()(serve)
app.command()(doctor)


@app.command(name="version")
def show_version(as_json: AsJson = False) -> None:
    """The version of this program."""
    answer({"wangge": version("wangge")}, as_json)


def main() -> None:
    """Run the command line."""
    app()
