"""What stands before every route: is it our host, our page, small enough; and the headers of every answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from layers.errors import Fault, WanggeError
from spatial_api.access import SAFE_METHODS
from spatial_api.errors import ForeignRequest, UnknownHost
from spatial_api.problems import BY_SLUG, answer_problem, kind_of, refusal_of

__all__ = ["DEFAULT_HEADERS", "LOCAL_HOSTS", "LONGEST_URL_BYTES", "Guard", "SecurityHeaders"]

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_CONTENT_TOO_LARGE = 413
LONGEST_URL_BYTES = 64_000
"""A filter of OGC API of the greatest length fits, with a good part of it written as %XX."""
_ONCE = ("/api/", "/tiles/")
"""Below these a parameter stands once; the framework would take the last of two. OGC API says so itself."""
_OFTEN = "/api/imports/"
_UPLOAD = re.compile(r"/api/imports/[a-z]+|/api/geocode/jobs")

DEFAULT_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
"""A page sets its own policy, a tile and a static file their own caching: these stand where nothing else was said."""


class SecurityHeaders:
    """Adds to every answer the security headers that it does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *[one for one in DEFAULT_HEADERS if one[0] not in said]]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Guard:
    """Refuses requests addressed to a foreign host, changes asked for by a foreign page, and bodies that are too large.

    The host's name is looked at because a hostile page can make its own name point here (DNS rebinding): to the browser
    it then is the same site, but it still says that name.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], max_body_bytes: int, max_upload_bytes: int) -> None:
        self._app = app
        self._hosts = LOCAL_HOSTS | frozenset(hosts)
        self._max_body_bytes = max_body_bytes
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Of several with one name the first counts.
        headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        try:
            self._refuse_strangers(scope["method"], headers)
        except WanggeError as error:
            await answer_problem(scope, kind_of(error), error.detail)(scope, receive, send)
            return
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_URL_BYTES:
            await answer_problem(scope, BY_SLUG["too-long"])(scope, receive, send)
            return
        if faults := _query_faults(scope["path"], scope["query_string"]):
            await answer_problem(scope, refusal_of(scope["path"]), "The request has faults.", faults)(
                scope, receive, send
            )
            return
        limit_bytes = self._limit_bytes(scope)
        if _stated_bytes(headers) > limit_bytes:
            # Whoever says so beforehand is not made to send it all.
            await answer_problem(scope, BY_SLUG["too-large"])(scope, receive, send)
            return
        await self._app(scope, self._measured(receive, limit_bytes), send)

    def _refuse_strangers(self, method: str, headers: Mapping[bytes, bytes]) -> None:
        host = headers.get(b"host", b"").decode("latin-1")
        if _name_of(host) not in self._hosts:
            raise UnknownHost("The Host header names no host of this server; see WANGGE_ALLOWED_HOSTS.")
        origin = headers.get(b"origin")
        if origin is not None and method not in SAFE_METHODS and _site_of(origin.decode("latin-1")) != host.lower():
            raise ForeignRequest("The Origin header names another site.")

    def _limit_bytes(self, scope: AsgiScope) -> int:
        """A file may be larger than anything else; its route takes it piece by piece."""
        is_upload = scope["method"] == "POST" and _UPLOAD.fullmatch(scope["path"])
        return self._max_upload_bytes if is_upload else self._max_body_bytes

    def _measured(self, receive: Receive, limit_bytes: int) -> Receive:
        taken = 0

        async def receive_measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit_bytes:
                raise HTTPException(_CONTENT_TOO_LARGE)
            return message

        return receive_measured


def _query_faults(path: str, query: bytes) -> list[Fault]:
    """What is wrong with a query before anybody reads it: bytes that are no text, and names given more than once."""
    if not query:
        return []
    pairs = [pair.partition(b"=")[::2] for pair in query.split(b"&") if pair]
    names = Counter(unquote_to_bytes(name).decode(errors="replace") for name, _ in pairs)
    faults = [
        Fault(f"query.{unquote_to_bytes(name).decode(errors='replace')}", "is no UTF-8")
        for name, value in pairs
        if not (_is_text(name) and _is_text(value))
    ]
    if path.startswith(_ONCE) and not path.startswith(_OFTEN):
        faults += [Fault(f"query.{name}", "is given more than once") for name, count in names.items() if count > 1]
    return faults


def _is_text(written: bytes) -> bool:
    try:
        unquote_to_bytes(written).decode()
    except UnicodeDecodeError:
        return False
    return True


def _stated_bytes(headers: Mapping[bytes, bytes]) -> int:
    """The length that a request says its body has; 0 where it says none."""
    stated = headers.get(b"content-length", b"")
    return int(stated) if stated.isdigit() else 0


def _site_of(origin: str) -> str | None:
    """Host and port of an origin, None when it is none."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") else None


@lru_cache(256)
def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
