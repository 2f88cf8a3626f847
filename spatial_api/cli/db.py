"""`wangge db`: the private cluster and the schema in it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from layers.backup import backup, restore
from layers.cluster import Cluster
from layers.crypto import Vault
from layers.errors import Conflict
from layers.migrate import DatabaseStatus, migrate, status
from layers.recounting import recount
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, database, ready_database, settings
from spatial_api.settings import Settings

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Start, stop, migrate, save and look at the database.")


@app.command()
def start(
    migrate_too: Annotated[bool, typer.Option("--migrate", help="Bring the schema up to date as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the private cluster when there is none, and start it."""
    cluster = _own_cluster(settings())
    before = cluster.ensure()
    if migrate_too:
        _bring_up_to_date()
    answer(asdict(cluster.status()) | {"before": before}, as_json)


@app.command()
def stop(as_json: AsJson = False) -> None:
    """Stop the private cluster."""
    cluster = _own_cluster(settings())
    cluster.stop()
    answer(cluster.status(), as_json)


@app.command(name="migrate")
def bring_up_to_date(as_json: AsJson = False) -> None:
    """Bring the schema to this program's newest revision; make the key file when there is none."""
    answer(_bring_up_to_date(), as_json)


@app.command(name="status")
def show_status(as_json: AsJson = False) -> None:
    """What the database is and whether this program can use it; exit code 1 when it cannot."""
    found = database()
    state = asdict(status(found))
    if found.private:
        state["data_dir"] = str(Cluster(found.settings).data_dir)
    answer(state, as_json)
    if state["problems"]:
        raise typer.Exit(1)


@app.command(name="backup")
def save(
    folder: Annotated[Path, typer.Argument(help="A new folder; it holds the key too: keep it as safe as the data.")],
    as_json: AsJson = False,
) -> None:
    """Save the database and the key file into a new folder, as they are at one moment."""
    answer(backup(database(), folder), as_json)


@app.command(name="restore")
def bring_back(
    folder: Annotated[Path, typer.Argument(help="The folder that `wangge db backup` wrote.")],
    key: Annotated[Path | None, typer.Option(help="The key file, when it was kept elsewhere.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the database's place, once the doctor has found it sound; what stood there is kept."""
    answer(restore(database(), folder, key), as_json)


@app.command(name="recount")
def count_anew(as_json: AsJson = False) -> None:
    """Make the counts that dashboards show anew from what they count; tells how many were wrong."""
    with ready_database().write(Scope.everything()) as session:
        wrong = recount(session)
    answer({"wrong": wrong}, as_json)


def _bring_up_to_date() -> DatabaseStatus:
    found = database()
    done = migrate(found)
    Vault.open_file(found.settings.key_path, create=True)
    return done


def _own_cluster(given: Settings) -> Cluster:
    if given.database_url is not None:
        raise Conflict("WANGGE_DATABASE_URL names a server of your own; start and stop it yourself.")
    return Cluster(given)
