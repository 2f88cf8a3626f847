"""One JSON line per request on stderr; never a query string, never a value from a request.

The path is the route's template (`/api/plans/{plan_id}`), because addresses, names and numbers of people stand in
queries and paths.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope
from structlog.typing import Processor

from spatial_api.problems import UNEXPECTED, answer_problem
from spatial_api.settings import LogLevel

__all__ = ["REQUEST_ID", "RequestLog", "configure_logs"]

REQUEST_ID = "X-Request-ID"
_REQUEST_ID = REQUEST_ID.lower().encode()
_FRAMES = 12


def configure_logs(level: LogLevel) -> None:
    """Send our lines, and those of uvicorn, to stderr as JSON from `level` on."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    stamps: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.add_log_level,
    ]
    structlog.configure(
        processors=[*stamps, structlog.processors.JSONRenderer(_as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    renderer = structlog.processors.JSONRenderer()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=stamps))
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.INFO), force=True)


def _as_json(line: Mapping[str, object], **_: object) -> str:
    return orjson.dumps(line, default=str).decode()


class RequestLog:
    """Writes the line, gives every answer its request id, and turns what nobody foresaw into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._log = structlog.get_logger("wangge")

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Pass the request on and log how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(16)
        began_s = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (_REQUEST_ID, request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            self._log.error("request failed", request_id=request_id, **_where(error))
            if status:
                raise
            await answer_problem(scope, UNEXPECTED)(scope, receive, send_with_id)
        finally:
            self._write(scope, request_id, status, time.perf_counter() - began_s)

    def _write(self, scope: AsgiScope, request_id: str, status: int, took_s: float) -> None:
        self._log.info(
            "request",
            method=scope["method"],
            path=getattr(scope.get("route"), "path", "unknown"),
            status=status,
            ms=round(took_s * 1000, 1),
            account_id=scope.get("state", {}).get("account_id"),
            request_id=request_id,
        )


def _where(error: Exception) -> dict[str, object]:
    """The kind of an error and the lines it came through; its message may hold a person's data and stays out."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    lines = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": f"{type(error).__module__}.{type(error).__qualname__}", "through": lines}
