"""What programs log in with: tokens with fewer rights than their owner's, a day on which they end, and a secret."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from layers.accounts import Caller
from layers.audit import record
from layers.codes import LEVELS, WIDTH, region_range
from layers.db import ReadPool, raw, reading
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.models import AccessToken, Account
from layers.queries import load
from layers.scope import Scope

__all__ = [
    "LONGEST_DAYS",
    "MOST_TOKENS",
    "NewToken",
    "TokenRow",
    "account_of",
    "caller_by_token",
    "list_tokens",
    "make",
    "narrowed",
    "revoke",
]

LONGEST_DAYS = 365
LONGEST_NAME = 100
MOST_TOKENS = 50
"""An account may hold so many that are in force."""

_SECRET = re.compile(r"wg_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class TokenRow:
    """A token as its owner sees it; `region_code` is None where it reaches as far as its owner."""

    id: uuid.UUID
    name: str
    capabilities: list[str]
    region_code: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class NewToken:
    """A token just made; its `secret` is never to be had again."""

    token: TokenRow
    secret: str


def make(
    session: Session,
    account_id: uuid.UUID,
    name: str,
    capabilities: Collection[str],
    days: int,
    *,
    allowed: Collection[str],
    region: str | None = None,
) -> NewToken:
    """A new token of an account; `allowed` is what its owner may give away.

    `days` counts from now. `region` narrows it to a region inside its owner's.

    Raises:
        Invalid: with every fault of the name, the capabilities, the days and the region.
        NotFound: when there is no such account, or it is disabled.
        Conflict: when the account holds `MOST_TOKENS` that are in force.
    """
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or account.disabled_at is not None:
        raise NotFound("There is no such account.")
    faults = [*_faults(name, capabilities, days, allowed), *_region_faults(region, account.region_code)]
    if faults:
        raise Invalid("The token has faults.", faults)
    if _valid_tokens(session, account_id) >= MOST_TOKENS:
        raise Conflict(f"This account has {MOST_TOKENS} tokens in force; revoke one first.")
    secret = f"wg_{secrets.token_urlsafe(32)}"
    now = session.scalars(select(func.now())).one()
    row = AccessToken(
        id=uuid.uuid4(),
        account_id=account_id,
        name=name.strip(),
        secret_hash=_digest(secret),
        capabilities=sorted(set(capabilities)),
        region_code=region,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(row)
    detail = {"account_id": str(account_id), "capabilities": row.capabilities, "region": region, "days": days}
    record(session, "make", "access_token", str(row.id), detail=detail)
    session.flush()
    token = TokenRow(row.id, row.name, row.capabilities, region, now, row.expires_at, None)
    return NewToken(token, secret)


def list_tokens(session: Session, account_id: uuid.UUID) -> list[TokenRow]:
    """The tokens of an account, newest first; those revoked more than 30 days ago are left out."""
    with raw(session).cursor(row_factory=class_row(TokenRow)) as cursor:
        return cursor.execute(load("tokens.sql")["list"], {"account_id": account_id}).fetchall()


def revoke(session: Session, account_id: uuid.UUID, token_id: uuid.UUID) -> None:
    """End a token of an account at once.

    Raises:
        NotFound: when the account has no such token, or it was revoked before.
    """
    values = {"id": token_id, "account_id": account_id}
    if raw(session).execute(load("tokens.sql")["revoke"], values).rowcount == 0:
        raise NotFound("There is no such token in force.")
    record(session, "revoke", "access_token", str(token_id), detail={"account_id": str(account_id)})
    session.flush()


def account_of(session: Session, login: str) -> tuple[uuid.UUID, str]:
    """The id and the role of the account with this login.

    Raises:
        NotFound: when there is none.
    """
    row = session.execute(select(Account.id, Account.role).where(Account.login == login)).one_or_none()
    if row is None:
        raise NotFound(f"There is no account {login!r}.")
    return row.id, row.role


async def caller_by_token(pool: ReadPool, secret: str, login: str | None = None) -> Caller | None:
    """Who holds this secret now, or None: no such token, one that ended, a disabled account, or another's `login`.

    The caller is bounded by the token: its capabilities, and its region inside the owner's scope of this moment.
    The secret is looked up by its digest, and there are 2**256: what the answer takes tells nothing of it.
    """
    # What no token looks like is not asked for: PostgreSQL refuses a zero byte, for one.
    if not _SECRET.fullmatch(secret) or (login is not None and "\0" in login):
        return None
    async with reading(pool) as connection:
        values = {"secret_hash": _digest(secret), "login": login}
        cursor = await connection.execute(load("tokens.sql")["caller"], values)
        row = await cursor.fetchone()
    if row is None:
        return None
    grids, region = row["grids"], row["token_region"]
    scope = Scope.of_region(row["region_code"]) if grids is None else Scope.of_grids(grids)
    return Caller(
        account_id=row["id"],
        login=row["login"],
        name=row["name"],
        role=row["role"],
        region_code=region or row["region_code"],
        scope=scope if region is None else narrowed(scope, region),
        csrf="",
        limited_to=frozenset(row["capabilities"]),
        lasts_s=row["lasts_s"],
    )


def narrowed(scope: Scope, region: str) -> Scope:
    """What of a scope lies inside a region."""
    lo, hi = region_range(region)
    if scope.grids is not None:
        return Scope.of_grids(number for number in scope.grids if lo <= number <= hi)
    lo, hi = max(lo, scope.lo), min(hi, scope.hi)
    return Scope(lo, hi) if lo <= hi else Scope.nothing()


def _faults(name: str, capabilities: Collection[str], days: int, allowed: Collection[str]) -> list[Fault]:
    faults = []
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        faults.append(Fault("name", f"must have 1 to {LONGEST_NAME} characters, no control characters"))
    if not capabilities:
        faults.append(Fault("capabilities", "at least one is needed"))
    for one in sorted(set(capabilities) - set(allowed)):
        faults.append(Fault("capabilities", f"{one[:40]!r} is not one that this account can give to a token"))
    if not 1 <= days <= LONGEST_DAYS:
        faults.append(Fault("days", f"must be 1 to {LONGEST_DAYS}"))
    return faults


def _region_faults(region: str | None, home: str) -> Sequence[Fault]:
    if region is None:
        return ()
    is_code = len(region) in LEVELS and len(region) <= WIDTH and region.isascii() and region.isdigit()
    if is_code and region.startswith(home):
        return ()
    return (Fault("region", f"must be {home} or a region inside it"),)


def _valid_tokens(session: Session, account_id: uuid.UUID) -> int:
    row = raw(session).execute(load("tokens.sql")["count_valid"], {"account_id": account_id}).fetchone()
    return 0 if row is None else int(str(row[0]))


def _digest(secret: str) -> bytes:
    # 32 random bytes: a plain digest of them cannot be searched.
    return hashlib.sha256(secret.encode()).digest()
