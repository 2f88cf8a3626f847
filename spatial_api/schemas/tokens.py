"""What the routes of tokens and of one's own password take and answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from layers.tokens import LONGEST_DAYS, LONGEST_NAME
from spatial_api.schemas import Answer, Strict

__all__ = ["MadeToken", "PasswordBody", "Token", "TokenBody", "TokenList"]

Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class TokenBody(Strict):
    """What a new token is called, what it may do, how long, and perhaps only where."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    capabilities: list[Annotated[str, StringConstraints(max_length=40)]] = Field(min_length=1, max_length=20)
    days: int = Field(ge=1, le=LONGEST_DAYS)
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,12}$")] | None = None


class PasswordBody(Strict):
    """One's own password, the one in force and the new one."""

    current: Password
    new: Password


class Token(Answer):
    """A token without its secret; `region_code` is null where it reaches as far as its owner."""

    id: UUID
    name: str
    capabilities: list[str]
    region_code: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenList(Answer):
    """One's own tokens, newest first, and what a new one could be allowed."""

    items: list[Token]
    allowed: Sequence[str]


class MadeToken(Answer):
    """A new token; the secret is told this once."""

    token: Token
    secret: str
