"""Tiles before FastAPI: a map asks for dozens at a time, mostly kept ones, and routing would cost the most of them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from spatial_api import access
from spatial_api.routes.tiles import answer_tile, first_headers

__all__ = ["HotTiles"]

_PATH = re.compile(r"/tiles/(?:([0-9a-f]{16})/)?([a-z_]{1,32})/(\d|[12]\d)/(\d{1,9})/(\d{1,9})\.mvt")


class HotTiles:
    """Answers requests for tiles that have nothing odd about them, and leaves all others to the app.

    No dependency tree and no models; the caller, the problems and the answers are those of the routes in
    `spatial_api.routes.tiles`, and so is what stands before and behind: the guard, the headers, the log.
    """

    path = "/tiles/{layer}/{z}/{x}/{y}.mvt"

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer with the tile, or pass the request on."""
        wanted = None
        if scope["type"] == "http" and scope["method"] == "GET" and not scope["query_string"]:
            wanted = _PATH.fullmatch(scope["path"])
        if wanted is None:
            await self._app(scope, receive, send)
            return
        # What the log tells of the request.
        scope["route"] = self
        request = Request(scope)
        try:
            answer = await _answer(request, *wanted.groups())
        except Exception as error:
            answer = await _problem(request, error)
        await answer(scope, receive, send)


async def _answer(request: Request, version: str | None, layer: str, z: str, x: str, y: str) -> Response:
    opened = access.doors(request)
    caller = await access.caller(request, opened)
    return await answer_tile(opened, caller, first_headers(request), (layer, int(z), int(x), int(y)), version)


async def _problem(request: Request, error: Exception) -> Response:
    """What the app's own handler makes of an error; what none foresees is the request log's."""
    handlers = request.app.exception_handlers
    for kind in type(error).__mro__:
        if kind in handlers:
            handle = cast(Callable[[Request, Exception], Awaitable[Response]], handlers[kind])
            return await handle(request, error)
    raise error
