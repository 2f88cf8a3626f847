"""Log in, log out, and who am I."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from layers import accounts, lists
from layers.accounts import Caller, LoginResult
from layers.codes import code_of
from layers.db import Database, read
from layers.errors import Fault, Invalid, TooMany
from layers.scope import Scope
from spatial_api.access import COOKIE, AnyCaller, OpenDoors, SessionCaller, held
from spatial_api.answers import HomeRegion, Me, ScopeAnswer
from spatial_api.errors import NoSession
from spatial_api.openapi import problems
from spatial_api.parameters import LoginBody, NoQuery
from spatial_api.schemas.tokens import PasswordBody
from spatial_api.settings import Settings

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["session"])

# Whoever floods the login makes others wait for their turn; beyond this they are turned away at once.
_MOST_WAITING = 8


@router.post("/login", status_code=204, response_class=Response, responses=problems(400, 401, 403, 413, 422, 429, 503))
async def log_in(body: LoginBody, request: Request, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Response:
    """Open a session: the answer sets its cookie. Wrong login and wrong password are not told apart."""
    if opened.login_limit.statistics().tasks_waiting >= _MOST_WAITING:
        raise TooMany("Many are logging in at this moment; try again in a minute.")
    result = await anyio.to_thread.run_sync(_open_session, opened.database, body, limiter=opened.login_limit)
    if result is None:
        raise NoSession("Login and password do not match, or the account is disabled or locked for a while.")
    answer = Response(status_code=204)
    settings: Settings = request.app.state.settings
    answer.set_cookie(
        COOKIE,
        result.token,
        expires=result.expires_at,
        path="/",
        secure=settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/logout", status_code=204, response_class=Response, responses=problems(401, 403, 422, 503))
def log_out(request: Request, caller: SessionCaller, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Response:
    """End the session."""
    with opened.database.write(Scope.nothing(), caller.account_id) as session:
        accounts.logout(session, request.cookies[COOKIE])
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


@router.get("/me", responses=problems(401, 422, 503))
async def who_am_i(caller: AnyCaller, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Me:
    """Who is logged in, what they may do, and the token that every change must carry."""
    home = Scope.of_region(caller.region_code)
    async with read(opened.pool, caller.scope) as connection:
        page = await lists.regions(connection, home, code=caller.region_code, limit=1)
        synthetic = await lists.holds_synthetic(connection, caller.region_code)
    name, bbox = (page.items[0].name, page.items[0].bbox) if page.items else (caller.region_code, None)
    grids = caller.scope.grids
    return Me(
        login=caller.login,
        name=caller.name,
        role=caller.role,
        region=HomeRegion(code=caller.region_code, name=name, bbox=bbox, synthetic=synthetic),
        csrf=caller.csrf,
        may=sorted(held(caller)),
        scope=ScopeAnswer(
            lo=code_of(max(caller.scope.lo, 0)),
            hi=code_of(max(caller.scope.hi, 0)),
            grids=None if grids is None else [code_of(number) for number in grids],
        ),
    )


@router.post(
    "/me/password", status_code=204, response_class=Response, responses=problems(400, 401, 403, 413, 422, 429, 503)
)
async def change_password(
    body: PasswordBody, request: Request, caller: SessionCaller, opened: OpenDoors, _: Annotated[NoQuery, Query()]
) -> Response:
    """Choose a new password; one's other sessions end. Wrong ones are counted as at the login."""
    if opened.login_limit.statistics().tasks_waiting >= _MOST_WAITING:
        raise TooMany("Many are logging in at this moment; try again in a minute.")
    token = request.cookies[COOKIE]
    changed = await anyio.to_thread.run_sync(
        _change_password, opened.database, caller, body, token, limiter=opened.login_limit
    )
    if not changed:
        fault = Fault("current", "it is not your password, or too many wrong ones were given and you must wait")
        raise Invalid("The password was not changed.", [fault])
    return Response(status_code=204)


def _change_password(database: Database, caller: Caller, body: PasswordBody, token: str) -> bool:
    with database.write(Scope.nothing(), caller.account_id) as session:
        return accounts.change_password(session, caller.account_id, body.current, body.new, token, datetime.now(UTC))


def _open_session(database: Database, body: LoginBody) -> LoginResult | None:
    with database.write(Scope.nothing()) as session:
        return accounts.login(session, body.login, body.password, datetime.now(UTC))
