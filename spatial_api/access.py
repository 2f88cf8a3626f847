"""Who asks, and what they may do: one table of capabilities, and the dependencies that hold every route to it.

Three questions in this order: is there a session (401), was it one of our pages that asked (403), may the role do it
(403). Where they may do it is the caller's scope, which every call into `layers` takes; outside it is nothing (404).
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import anyio
from fastapi import Depends
from starlette.requests import Request

from layers import accounts
from layers.accounts import Caller
from layers.crypto import Vault
from layers.db import Database, ReadPool
from layers.errors import Forbidden
from spatial_api.errors import ForeignRequest, NoSession

__all__ = [
    "CAPABILITIES",
    "COOKIE",
    "CSRF_HEADER",
    "SAFE_METHODS",
    "AnyCaller",
    "Capability",
    "Doors",
    "OpenDoors",
    "caller",
    "doors",
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
    "house:read",
    "house:write",
    "person:read",
    "incident:report",
    "visit:write",
    "import:write",
    "export:read",
    "page:planner",
    "page:officer",
    "page:field",
    "page:imports",
]

CAPABILITIES: Mapping[str, frozenset[Capability]] = {
    "administrator": frozenset({"account:manage"}),
    "planner": frozenset(
        {
            "region:read",
            "plan:read",
            "plan:divide",
            "plan:submit",
            "plan:publish",
            "grid:read",
            "counts:read",
            "import:write",
            "export:read",
            "page:planner",
            "page:officer",
            "page:imports",
        }
    ),
    "officer": frozenset(
        {
            "region:read",
            "grid:read",
            "counts:read",
            "case:open",
            "house:read",
            "house:write",
            "person:read",
            "incident:report",
            "export:read",
            "page:officer",
        }
    ),
    # Their scope is a list of grids: of everything they may read, only what lies in these.
    "field": frozenset(
        {
            "region:read",
            "grid:read",
            "counts:read",
            "case:open",
            "house:read",
            "house:write",
            "incident:report",
            "visit:write",
            "page:field",
        }
    ),
}


@dataclass(frozen=True)
class Doors:
    """What the routes reach the data through: the writing door, the reading door, the vault.

    `login_limit` bounds how many passwords are checked at one time: each takes tens of megabytes.
    """

    database: Database
    pool: ReadPool
    vault: Vault
    login_limit: anyio.CapacityLimiter


def doors(request: Request) -> Doors:
    """The doors that the running app has opened."""
    opened = request.app.state.doors
    assert isinstance(opened, Doors)  # noqa: S101 -- told to mypy; the lifespan put it there
    return opened


OpenDoors = Annotated[Doors, Depends(doors)]


def may(role: str) -> frozenset[Capability]:
    """What a role may do; nothing for a role that is not in the table."""
    return CAPABILITIES.get(role, frozenset())


async def caller(request: Request, opened: OpenDoors) -> Caller:
    """Who asks.

    Raises:
        NoSession: without a session in force.
        ForeignRequest: when an unsafe method comes without the session's token.
    """
    token = request.cookies.get(COOKIE)
    found = await accounts.caller(opened.pool, token) if token else None
    if found is None:
        raise NoSession
    request.state.account_id = str(found.account_id)
    if request.method not in SAFE_METHODS:
        given = request.headers.get(CSRF_HEADER, "")
        if not secrets.compare_digest(given.encode(), found.csrf.encode()):
            raise ForeignRequest(f"The header {CSRF_HEADER} is missing or wrong; /api/me gives it.")
    return found


AnyCaller = Annotated[Caller, Depends(caller)]


def require(capability: Capability) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency that gives the caller when their role has the capability.

    Raises:
        Forbidden: from the dependency, when it has not.
    """

    async def allowed(asking: AnyCaller) -> Caller:
        if capability not in may(asking.role):
            raise Forbidden(f"This needs the capability {capability}, which the role {asking.role} has not.")
        return asking

    return allowed
