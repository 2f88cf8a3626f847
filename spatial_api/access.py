"""Who asks, and what they may do: one table of capabilities, and the dependencies that hold every route to it.

Three questions in this order: is there a session or a token (401), was it one of our pages that asked (403; a token has
no page), may the role do it, and the token (403). Where they may do it is the caller's scope, which every call into
`layers` takes; outside it is nothing (404).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal

from fastapi import Depends
from starlette.requests import Request

from layers.accounts import Caller
from layers.errors import Forbidden
from spatial_api.doors import Doors, doors
from spatial_api.errors import ForeignRequest, NoSession

__all__ = [
    "CAPABILITIES",
    "COOKIE",
    "CSRF_HEADER",
    "SAFE_METHODS",
    "TOKEN_CAPABILITIES",
    "AnyCaller",
    "Capability",
    "Doors",
    "OpenDoors",
    "SessionCaller",
    "caller",
    "doors",
    "held",
    "in_session",
    "may",
    "require",
]

COOKIE = "wangge_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Capability = Literal[
    "account:manage",
    "region:read",
    "plan:read",
    "plan:divide",
    "plan:submit",
    "plan:publish",
    "grid:read",
    "counts:read",
    "case:open",
    "address:locate",
    "house:read",
    "house:write",
    "person:read",
    "person:write",
    "kind:manage",
    "incident:report",
    "visit:write",
    "review:decide",
    "import:write",
    "export:read",
    "page:planner",
    "page:officer",
    "page:field",
    "page:imports",
    "page:review",
    "page:duplicates",
    "page:moves",
]

CAPABILITIES: Mapping[str, frozenset[Capability]] = {
    "administrator": frozenset({"account:manage", "kind:manage"}),
    "planner": frozenset(
        {
            "region:read",
            "plan:read",
            "plan:divide",
            "plan:submit",
            "plan:publish",
            "grid:read",
            "counts:read",
            "review:decide",
            "address:locate",
            "kind:manage",
            "import:write",
            "export:read",
            "page:planner",
            "page:officer",
            "page:imports",
            "page:review",
        }
    ),
    "officer": frozenset(
        {
            "region:read",
            "grid:read",
            "counts:read",
            "case:open",
            "address:locate",
            "house:read",
            "house:write",
            "person:read",
            "person:write",
            "incident:report",
            "review:decide",
            "export:read",
            "page:officer",
            "page:review",
            "page:duplicates",
            "page:moves",
        }
    ),
    # Their scope is a list of grids: of everything they may read, only what lies in these.
    "field": frozenset(
        {
            "region:read",
            "grid:read",
            "counts:read",
            "case:open",
            "address:locate",
            "house:read",
            "house:write",
            "incident:report",
            "visit:write",
            "page:field",
        }
    ),
}


TOKEN_CAPABILITIES: frozenset[Capability] = frozenset(
    {
        "region:read",
        "plan:read",
        "grid:read",
        "counts:read",
        "case:open",
        "address:locate",
        "house:read",
        "export:read",
        "import:write",
    }
)
"""What a token may hold, where its owner's role has it: no page, no person, no plan changed, no other token."""


async def _opened(request: Request) -> Doors:
    # FastAPI sends a plain function to another thread, and the request waits for two switches between them.
    return doors(request)


OpenDoors = Annotated[Doors, Depends(_opened)]


def may(role: str) -> frozenset[Capability]:
    """What a role may do; nothing for a role that is not in the table."""
    return CAPABILITIES.get(role, frozenset())


def held(asking: Caller) -> frozenset[str]:
    """What a caller may do: what the role may, and of that only what the token holds where a token asks."""
    if asking.limited_to is None:
        return may(asking.role)
    return may(asking.role) & TOKEN_CAPABILITIES & asking.limited_to


async def caller(request: Request, opened: OpenDoors) -> Caller:
    """Who asks: by the token of the header Authorization if there is one, otherwise by the session of the cookie.

    A request with both counts as the token's, which never may do more.

    Raises:
        NoSession: without a session or token in force.
        ForeignRequest: when an unsafe method comes with a session but without the session's CSRF token.
    """
    given = request.headers.get("authorization")
    cookie = request.cookies.get(COOKIE)
    if given is not None:
        found = await _by_header(opened, given)
    else:
        found = await opened.callers.by_session(cookie) if cookie else None
    if found is None:
        raise NoSession
    request.state.account_id = str(found.account_id)
    # No browser adds a token by itself to what a foreign page asks for; of a Basic one the Origin is looked at.
    if given is None and request.method not in SAFE_METHODS:
        csrf = request.headers.get(CSRF_HEADER, "")
        if not secrets.compare_digest(csrf.encode(), found.csrf.encode()):
            raise ForeignRequest(f"The header {CSRF_HEADER} is missing or wrong; /api/me gives it.")
    return found


AnyCaller = Annotated[Caller, Depends(caller)]


async def in_session(asking: AnyCaller) -> Caller:
    """The caller, who is a person with a session.

    Raises:
        Forbidden: when a token asks.
    """
    if asking.limited_to is not None:
        raise Forbidden("A token may not do this; log in.")
    return asking


SessionCaller = Annotated[Caller, Depends(in_session)]


def require(capability: Capability) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency that gives the caller when their role has the capability, and their token when a token asks.

    Raises:
        Forbidden: from the dependency, when it has not.
    """

    async def allowed(asking: AnyCaller) -> Caller:
        if asking.limited_to is not None and capability not in held(asking):
            raise Forbidden(f"This needs the capability {capability}, which this token has not.")
        if capability not in may(asking.role):
            raise Forbidden(f"This needs the capability {capability}, which the role {asking.role} has not.")
        return asking

    return allowed


async def _by_header(opened: Doors, given: str) -> Caller | None:
    """The holder of the token in `Bearer <token>` or `Basic <login:token>`; a password opens nothing here."""
    scheme, _, value = given.partition(" ")
    if scheme.lower() == "bearer":
        return await opened.callers.by_token(value.strip())
    if scheme.lower() != "basic":
        return None
    try:
        login, _, secret = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return await opened.callers.by_token(secret, login)
