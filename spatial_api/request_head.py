"""How a request's head is read: one that is too long, too slow, or none at all is refused before it costs anything."""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from spatial_api.guard import DEFAULT_HEADERS, LONGEST_URL_BYTES
from spatial_api.problems import BY_SLUG, answer_problem

__all__ = ["HEAD_WITHIN_S", "LONGEST_HEAD_BYTES", "HeadProtocol"]

LONGEST_HEAD_BYTES = 131_072
"""Method, address and headers together: the longest address, and as much again; in one piece it may be more."""
HEAD_WITHIN_S = 20.0
"""Within this from the first byte, or from the connection, the head must be there."""
_LINGER_S = 2.0
"""Who still sends would not see the answer if the connection were closed at once."""


class HeadProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, its heads bounded in length and time; what is refused is answered with a problem.

    The parser alone keeps a head of any length, and looks through all of it again with every piece that comes.
    """

    _head_bytes = 0
    _in_head = True
    _refused = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass on what came, unless the head is too long by now or the request was refused."""
        if self._refused:
            return
        super().data_received(data)
        if self._in_head and not self._refused:
            self._head_bytes += len(data)
            if self._head_bytes > LONGEST_HEAD_BYTES:
                self._refuse("too-long" if self._address_is_long() else "head-too-large")

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._begin_head()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._end_head()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- uvicorn's signature
        """Refuse what the parser cannot read; of an address of over 65,535 bytes it says no more than that."""
        self._refuse("too-long" if self._address_is_long() else "bad-request")

    def _begin_head(self) -> None:
        self._end_head()
        self._in_head, self._head_bytes = True, 0
        self._deadline = self.loop.call_later(HEAD_WITHIN_S, self.transport.close)

    def _end_head(self) -> None:
        self._in_head = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _address_is_long(self) -> bool:
        return len(getattr(self, "url", b"")) > LONGEST_URL_BYTES

    def _refuse(self, slug: str) -> None:
        self._refused = True
        self._end_head()
        self._unset_keepalive_if_required()
        # Before the first byte of a head there are none.
        answer = answer_problem({"type": "http", "headers": self.headers or []}, BY_SLUG[slug])
        self.transport.write(_as_bytes(answer))
        self.loop.call_later(_LINGER_S, self.transport.close)


def _as_bytes(answer: Response) -> bytes:
    headers = [*answer.raw_headers, *DEFAULT_HEADERS, (b"connection", b"close")]
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return STATUS_LINE[answer.status_code] + lines + b"\r\n" + bytes(answer.body)
