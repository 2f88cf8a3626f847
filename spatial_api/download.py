"""A file sent while it is written: pieces made in a worker thread, and ended in order when the browser goes away."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Generator
from http import HTTPStatus
from typing import IO
from urllib.parse import quote

import anyio
from anyio import from_thread, to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from spatial_api.errors import NoSuchPart

__all__ = ["Download", "PartedFile", "Spooled", "attachment"]

_PIECE_BYTES = 256 * 1024


def attachment(plain: str, name: str) -> str:
    """A Content-Disposition: `name` for those that read RFC 6266, `plain` (ASCII) for the others."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


class PartedFile(FileResponse):
    """A file, whole or by parts (`Range`); what Starlette refuses in plain text is a problem like all others."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or the part that is asked for.

        Raises:
            HTTPException: with 400, when Range cannot be read.
            NoSuchPart: when the file has no such part.
        """

        async def send_unless_refused(message: Message) -> None:
            status = message.get("status")
            if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise NoSuchPart(Headers(raw=message["headers"])["content-range"])
            if status == HTTPStatus.BAD_REQUEST:
                raise HTTPException(HTTPStatus.BAD_REQUEST)
            await send(message)

        await super().__call__(scope, receive, send_unless_refused)


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


class Spooled(Download):
    """A download whose pieces are made as fast as they can be, and taken as fast as the browser does.

    What makes them keeps a transaction open: it must not wait for a slow line. What is made and not yet taken lies in
    a temporary file without a name, which is gone when the answer ends, however it ends.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; what is not wanted any more is not made."""
        with tempfile.TemporaryFile(prefix="wangge-export-") as file:
            self._spool = _Spool(file)
            failure: Exception | None = None
            async with anyio.create_task_group() as group:
                group.start_soon(self._make)
                try:
                    await super().__call__(scope, receive, send)
                except Exception as error:
                    # Out of the group, which would wrap it.
                    failure = error
                finally:
                    self._spool.wanted = False
            if failure is not None:
                raise failure

    async def _make(self) -> None:
        error: Exception | None = None
        try:
            await to_thread.run_sync(self._spool.fill, self._rest, limiter=self._limit)
        except Exception as raised:
            error = raised
        self._spool.end(error)

    async def _body(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        while piece := await self._spool.take():
            yield piece


class _Spool:
    """A file that one thread writes at its end while another reads it from its beginning."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._written = self._taken = 0
        self._more = anyio.Event()
        self._ended = False
        self._error: Exception | None = None
        self.wanted = True

    def fill(self, pieces: Generator[bytes]) -> None:
        """Write all pieces, or as many as are wanted; in a worker thread."""
        for piece in pieces:
            if not self.wanted:
                return
            self._file.write(piece)
            self._file.flush()
            self._written += len(piece)
            from_thread.run_sync(self._tell)

    def end(self, error: Exception | None) -> None:
        """Say that nothing more will be written, because all is, or because of an error."""
        self._ended, self._error = True, error
        self._tell()

    async def take(self) -> bytes:
        """The next piece, once it is written; nothing at the end.

        Raises:
            Exception: what went wrong in the making, when all before it is taken.
        """
        while self._taken == self._written:
            if self._error is not None:
                raise self._error
            if self._ended:
                return b""
            await self._more.wait()
        return await to_thread.run_sync(self._read)

    def _read(self) -> bytes:
        # By its place, since the other thread is at the file's end.
        piece = os.pread(self._file.fileno(), min(_PIECE_BYTES, self._written - self._taken), self._taken)
        self._taken += len(piece)
        return piece

    def _tell(self) -> None:
        self._more.set()
        self._more = anyio.Event()
