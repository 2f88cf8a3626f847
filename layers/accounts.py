"""Who may come in, and what they may see: accounts, passwords, logins and the caller of a request."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from layers.audit import record
from layers.codes import LEVELS
from layers.db import ReadPool, reading
from layers.errors import Conflict, Fault, Invalid, NotFound
from layers.models import Account, LoginSession, Region
from layers.queries import load
from layers.scope import Scope

__all__ = [
    "ROLES",
    "AccountRow",
    "Caller",
    "LoginResult",
    "accounts",
    "add",
    "caller",
    "change_password",
    "disable",
    "login",
    "logout",
    "set_password",
]

ROLES = ("administrator", "planner", "officer", "field")
SESSION_LASTS = timedelta(hours=12)
LOCK_LASTS = timedelta(minutes=15)
FAILURES_TO_LOCK = 8
PASSWORD_LENGTH = 10

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")
_HASHER = PasswordHasher()


@dataclass(frozen=True)
class AccountRow:
    """One account as it is listed; `disabled` accounts cannot log in."""

    account_id: uuid.UUID
    login: str
    name: str
    role: str
    region_code: str
    disabled: bool


@dataclass(frozen=True)
class LoginResult:
    """A new session: the secret for the cookie, the value every unsafe request must repeat, and when it ends."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True)
class Caller:
    """Who makes a request, and the scope of everything it may read or change.

    `limited_to` holds the capabilities of the token that asks, None for a session: then those of the role hold.
    `lasts_s` is how long all this stays so if nobody changes anything: until the session or the token ends, or a duty
    of theirs begins or ends.
    """

    account_id: uuid.UUID
    login: str
    name: str
    role: str
    region_code: str
    scope: Scope
    csrf: str
    limited_to: frozenset[str] | None = None
    lasts_s: float = field(default=0.0, compare=False)


def add(session: Session, login: str, name: str, role: str, region_code: str, password: str) -> uuid.UUID:
    """The id of a new account. Its region, with all below it, bounds what it may see.

    Raises:
        Invalid: with every fault of the login, name, role, region and password.
        Conflict: when the login is taken.
    """
    faults = [*_faults(login, name, role), *_password_faults(password)]
    if len(region_code) not in LEVELS or not _region_exists(session, region_code):
        faults.append(Fault("region", f"there is no region {region_code!r}"))
    if faults:
        raise Invalid("The account has faults.", faults)
    if session.scalar(select(exists().where(Account.login == login))):
        raise Conflict(f"The login {login!r} is taken.")
    account = Account(
        id=uuid.uuid4(),
        login=login,
        name=name.strip(),
        role=role,
        region_code=region_code,
        password_hash=_HASHER.hash(password),
    )
    session.add(account)
    record(session, "add", "account", str(account.id), detail={"login": login, "role": role, "region": region_code})
    session.flush()
    return account.id


def login(session: Session, login: str, password: str, now: datetime) -> LoginResult | None:
    """A new session, or None when login or password is wrong or the account is disabled or locked.

    Neither the answer nor its time tells whether the login exists. A wrong password is counted in the caller's
    transaction, so commit it (this is why it is no error): after `FAILURES_TO_LOCK` in a row the account is locked.

    Limit: whoever knows a login can lock it for as long as they keep guessing.
    """
    account = _find(session, login)
    right = _verify(_no_password() if account is None else account.password_hash, password)
    if account is None or (account.locked_until is not None and account.locked_until > now):
        return None
    if not right:
        _count_failure(session, account, now)
        return None
    if account.disabled_at is not None:
        return None
    account.failed_logins, account.locked_until = 0, None
    return _open(session, account, now)


def logout(session: Session, token: str) -> None:
    """End the session of this token; a token of no session is no error."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == _digest(token)))


def disable(session: Session, login: str) -> None:
    """Shut an account out at once: it cannot log in and its sessions are gone. Its past acts keep its name.

    Raises:
        NotFound: when there is no such account.
    """
    account = _account(session, login)
    account.disabled_at = func.now()
    _end_sessions(session, account)
    record(session, "disable", "account", str(account.id))
    session.flush()


def set_password(session: Session, login: str, password: str) -> None:
    """Give an account a new password; it is unlocked, and its open sessions end.

    Raises:
        NotFound: when there is no such account.
        Invalid: when the password is too short.
    """
    account = _account(session, login)
    if faults := _password_faults(password):
        raise Invalid("The password has faults.", faults)
    account.password_hash = _HASHER.hash(password)
    account.failed_logins, account.locked_until = 0, None
    _end_sessions(session, account)
    record(session, "set_password", "account", str(account.id))
    session.flush()


def change_password(session: Session, account_id: uuid.UUID, current: str, new: str, token: str, now: datetime) -> bool:
    """Whether a person got the new password they chose; the session of `token` stays, their others end.

    False when `current` is not their password, or they may not try now. As with `login` a wrong one is counted in the
    caller's transaction, so commit it.

    Raises:
        Invalid: when the new password is too short.
    """
    if faults := _password_faults(new):
        raise Invalid("The password has faults.", [Fault("new", fault.message) for fault in faults])
    account = session.get_one(Account, account_id, with_for_update=True)
    if account.locked_until is not None and account.locked_until > now:
        return False
    if not _verify(account.password_hash, current):
        _count_failure(session, account, now)
        return False
    account.password_hash = _HASHER.hash(new)
    account.failed_logins, account.locked_until = 0, None
    mine = LoginSession.account_id == account_id
    session.execute(delete(LoginSession).where(mine, LoginSession.token_hash != _digest(token)))
    record(session, "change_password", "account", str(account_id))
    session.flush()
    return True


def accounts(session: Session) -> list[AccountRow]:
    """All accounts in order of login."""
    return [
        AccountRow(row.id, row.login, row.name, row.role, row.region_code, row.disabled_at is not None)
        for row in session.scalars(select(Account).order_by(Account.login))
    ]


async def caller(pool: ReadPool, token: str) -> Caller | None:
    """Who holds this token now, or None: no such session, an ended one, or a disabled account. One query.

    A field worker's scope is the grids of duties active at this moment; everyone else's is their region.
    """
    async with reading(pool) as connection:
        cursor = await connection.execute(load("accounts.sql")["caller"], {"token_hash": _digest(token)})
        row = await cursor.fetchone()
    if row is None:
        return None
    grids = row["grids"]
    return Caller(
        account_id=row["id"],
        login=row["login"],
        name=row["name"],
        role=row["role"],
        region_code=row["region_code"],
        scope=Scope.of_region(row["region_code"]) if grids is None else Scope.of_grids(grids),
        csrf=row["csrf"],
        lasts_s=row["lasts_s"],
    )


def _faults(login: str, name: str, role: str) -> list[Fault]:
    faults = []
    if not _LOGIN.fullmatch(login):
        faults.append(Fault("login", "2 to 64 letters, digits, points, hyphens or underscores"))
    if not name.strip() or not name.isprintable():
        faults.append(Fault("name", "must not be empty, nor hold control characters"))
    if role not in ROLES:
        faults.append(Fault("role", f"must be one of {', '.join(ROLES)}"))
    return faults


def _password_faults(password: str) -> Sequence[Fault]:
    if len(password) >= PASSWORD_LENGTH:
        return ()
    return (Fault("password", f"must have at least {PASSWORD_LENGTH} characters"),)


def _region_exists(session: Session, code: str) -> bool:
    return bool(session.scalar(select(exists().where(Region.code == code, func.upper_inf(Region.validity)))))


def _find(session: Session, login: str) -> Account | None:
    # What cannot be a login is not asked for: PostgreSQL refuses a zero byte, for one.
    if not _LOGIN.fullmatch(login):
        return None
    return session.scalar(select(Account).where(Account.login == login).with_for_update())


def _account(session: Session, login: str) -> Account:
    account = _find(session, login)
    if account is None:
        raise NotFound(f"There is no account {login!r}.")
    return account


def _count_failure(session: Session, account: Account, now: datetime) -> None:
    account.failed_logins += 1
    if account.failed_logins >= FAILURES_TO_LOCK:
        account.failed_logins, account.locked_until = 0, now + LOCK_LASTS
        record(session, "lock", "account", str(account.id))


def _open(session: Session, account: Account, now: datetime) -> LoginResult:
    result = LoginResult(secrets.token_urlsafe(32), secrets.token_urlsafe(32), now + SESSION_LASTS)
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
    session.add(
        LoginSession(
            token_hash=_digest(result.token),
            account_id=account.id,
            csrf=result.csrf,
            created_at=now,
            expires_at=result.expires_at,
        )
    )
    return result


def _end_sessions(session: Session, account: Account) -> None:
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))


def _digest(token: str) -> bytes:
    # The token is 32 random bytes, so that a plain digest of it cannot be searched.
    return hashlib.sha256(token.encode()).digest()


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False


@cache
def _no_password() -> str:
    """A hash that no password opens, checked where the login is unknown so that the answer takes as long."""
    return _HASHER.hash(secrets.token_urlsafe(32))
