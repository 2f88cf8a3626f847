"""`wangge serve`: the web server."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from layers.db import Database
from layers.migrate import require_ready
from spatial_api.app import create_app
from spatial_api.cli.context import settings
from spatial_api.request_log import configure_logs

__all__ = ["app", "serve"]

app = typer.Typer()

_GRACE_S = 10


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on, instead of WANGGE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port, instead of WANGGE_PORT.")] = None,
) -> None:
    """Serve pages and API until SIGINT or SIGTERM; requests under way are finished first."""
    given = settings()
    database = Database(given)
    require_ready(database)
    configure_logs(given.log_level)
    config = uvicorn.Config(
        create_app(given, database),
        host=host or given.host,
        port=port or given.port,
        # Its access log writes query strings, and its headers tell what runs here.
        access_log=False,
        log_config=None,
        server_header=False,
        # A header of the client must not change what we think of its address.
        proxy_headers=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = uvicorn.Server(config)
    try:
        server.run()
    except KeyboardInterrupt:
        # uvicorn has shut down in order and then raises the signal again.
        return
    if not server.started:
        raise typer.Exit(1)
