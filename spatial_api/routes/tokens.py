"""Tokens for programs that cannot log in with a form: made, listed and revoked by who owns them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from layers import tokens
from layers.scope import Scope
from spatial_api.access import TOKEN_CAPABILITIES, OpenDoors, SessionCaller, may
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery
from spatial_api.schemas.tokens import MadeToken, Token, TokenBody, TokenList

__all__ = ["router"]

router = APIRouter(prefix="/api/tokens", tags=["tokens"])


@router.get("", responses=problems(401, 403, 422, 503))
def list_tokens(caller: SessionCaller, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> TokenList:
    """The caller's tokens, newest first, and what a new one could be allowed."""
    with opened.database.write(Scope.nothing(), caller.account_id) as session:
        found = tokens.list_tokens(session, caller.account_id)
    allowed = sorted(may(caller.role) & TOKEN_CAPABILITIES)
    return TokenList(items=[Token.model_validate(row) for row in found], allowed=allowed)


@router.post("", status_code=201, responses=problems(400, 401, 403, 404, 409, 413, 422, 503))
def make_token(body: TokenBody, caller: SessionCaller, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> MadeToken:
    """Make a token; its secret is in this answer and never told again."""
    with opened.database.write(Scope.nothing(), caller.account_id) as session:
        made = tokens.make(
            session,
            caller.account_id,
            body.name,
            body.capabilities,
            body.days,
            allowed=may(caller.role) & TOKEN_CAPABILITIES,
            region=body.region,
        )
    return MadeToken(token=Token.model_validate(made.token), secret=made.secret)


@router.delete("/{token_id}", status_code=204, response_class=Response, responses=problems(401, 403, 404, 422, 503))
def revoke_token(token_id: UUID, caller: SessionCaller, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Response:
    """End a token of the caller's at once."""
    with opened.database.write(Scope.nothing(), caller.account_id) as session:
        tokens.revoke(session, caller.account_id, token_id)
    return Response(status_code=204)
