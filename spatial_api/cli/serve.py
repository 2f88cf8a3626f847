"""`wangge serve`: the web server."""

from __future__ import annotations

from pathlib import Path
from socket import socket
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from layers.db import Database
from layers.errors import Fault, Invalid
from layers.migrate import require_ready
from spatial_api.app import create_app
from spatial_api.cli.context import settings
from spatial_api.request_head import HeadProtocol
from spatial_api.request_log import configure_logs
from spatial_api.settings import Settings
from spatial_api.tls import check_certificate

__all__ = ["Server", "app", "serve"]

app = typer.Typer()

_GRACE_S = 10


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on, instead of WANGGE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port, instead of WANGGE_PORT.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Speak HTTPS under this certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The certificate's key (PEM).")] = None,
) -> None:
    """Serve pages and API until SIGINT or SIGTERM; requests under way are finished first."""
    given = _with_tls(settings(), tls_cert, tls_key)
    database = Database(given)
    require_ready(database)
    configure_logs(given.log_level)
    config = uvicorn.Config(
        create_app(given, database),
        host=host or given.host,
        port=port or given.port,
        ssl_certfile=given.tls_cert,
        ssl_keyfile=given.tls_key,
        # Its access log writes query strings, and its headers tell what runs here.
        access_log=False,
        log_config=None,
        server_header=False,
        # A header of the client must not change what we think of its address.
        proxy_headers=False,
        lifespan="on",
        http=HeadProtocol,
        ws="none",
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = Server(config)
    try:
        server.run()
    except KeyboardInterrupt:
        # uvicorn has shut down in order and then raises the signal again.
        return
    if not server.started:
        raise typer.Exit(1)


class Server(uvicorn.Server):
    """A server that does not wait for those who watch: they would never be done."""

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """End what would not end by itself, then finish the requests under way."""
        app = self.config.app
        assert isinstance(app, FastAPI)  # noqa: S101 -- told to mypy; we gave it
        app.state.doors.live.close()
        await super().shutdown(sockets)


def _with_tls(given: Settings, cert: Path | None, key: Path | None) -> Settings:
    """The settings with these files instead of their own; checked where HTTPS is to be spoken."""
    if (cert is None) != (key is None):
        raise Invalid("HTTPS needs both files.", [Fault("--tls-cert, --tls-key", "give both or none")])
    chosen = given if cert is None else given.model_copy(update={"tls_cert": cert, "tls_key": key})
    if chosen.tls_cert is not None and chosen.tls_key is not None:
        check_certificate(chosen.tls_cert, chosen.tls_key)
    return chosen
