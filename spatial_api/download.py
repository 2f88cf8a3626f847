"""A file sent as it is written: pieces made in a worker thread, and ended in order when the browser goes away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from urllib.parse import quote

import anyio
from anyio import to_thread
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

__all__ = ["Download", "attachment"]


def attachment(plain: str, name: str) -> str:
    """A Content-Disposition: `name` for those that read RFC 6266, `plain` (ASCII) for the others."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


class Download(StreamingResponse):
    """The pieces as the body of an answer; `limit` bounds how many files are written at one time."""

    def __init__(
        self, first: bytes, rest: Generator[bytes], limit: anyio.CapacityLimiter, media_type: str, disposition: str
    ) -> None:
        self._rest = rest
        self._limit = limit
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
        super().__init__(self._body(first), media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; the pieces are closed afterwards, whatever happened."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._rest.close)

    async def _body(self, first: bytes) -> AsyncIterator[bytes]:
        piece = first
        while piece:
            yield piece
            piece = await to_thread.run_sync(next, self._rest, b"", limiter=self._limit)
