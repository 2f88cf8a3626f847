"""Whoever changes something and then looks, sees it: what this process keeps is told before the answer is sent."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from spatial_api.access import SAFE_METHODS, Doors

__all__ = ["ReadYourWrites"]

_FIRST_ERROR = 400


class ReadYourWrites:
    """Holds back the answer to a request that may have changed something until the copies in this process know.

    Without it a page that reloads its tiles after a publish would be given the old ones, and a session that was logged
    out would live on for a moment. Other processes hear of it from the outbox.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return

        async def send_settled(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < _FIRST_ERROR:
                opened: Doors = scope["app"].state.doors
                await opened.follower.settle(opened.pool)
            await send(message)

        await self._app(scope, receive, send_settled)
