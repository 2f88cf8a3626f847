"""Who asks, kept in this process until the session, the token, the account or a duty changes.

One thread uses it: that of the event loop.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from time import monotonic

from layers import accounts, tokens
from layers.accounts import Caller
from layers.db import ReadPool
from layers.outbox import Changes

__all__ = ["KNOWN_FROM", "MOST_CALLERS", "Callers"]

MOST_CALLERS = 10_000
KNOWN_FROM = frozenset({"account", "session", "access_token", "duty", "region"})
"""The tables that say who a caller is and what they may see."""

_Key = tuple[bytes, str | None]


@dataclass
class Callers:
    """Callers by their cookie or token, of which only digests are kept.

    It is a subscriber of the outbox's follower. While `is_followed` says that changes are not being told, the database
    is asked each time.
    """

    pool: ReadPool
    is_followed: Callable[[], bool]
    _known: OrderedDict[_Key, tuple[Caller, float]] = field(default_factory=OrderedDict)
    # Who was asked for before something changed is not kept.
    _changes: int = 0

    async def by_session(self, token: str) -> Caller | None:
        """The caller with this cookie, as `accounts.caller` finds them."""
        return await self._find((_digest("session", token), None), partial(accounts.caller, self.pool, token))

    async def by_token(self, secret: str, login: str | None = None) -> Caller | None:
        """The caller with this token, as `tokens.caller_by_token` finds them."""
        key = (_digest("token", secret), login)
        return await self._find(key, partial(tokens.caller_by_token, self.pool, secret, login))

    async def _find(self, key: _Key, ask: Callable[[], Awaitable[Caller | None]]) -> Caller | None:
        if not self.is_followed():
            return await ask()
        now_s, changes = monotonic(), self._changes
        if (kept := self._known.get(key)) is not None and now_s < kept[1]:
            self._known.move_to_end(key)
            return kept[0]
        found = await ask()
        if found is not None and changes == self._changes:
            self._known[key] = (found, now_s + found.lasts_s)
            if len(self._known) > MOST_CALLERS:
                self._known.popitem(last=False)
        return found

    def changed(self, told: Changes) -> None:
        """Forget everyone when something has changed that says who they are."""
        if any(change.table in KNOWN_FROM for change in told.changes):
            self.reset()

    def reset(self) -> None:
        """Forget everyone."""
        self._changes += 1
        self._known.clear()


def _digest(kind: str, secret: str) -> bytes:
    return sha256(f"{kind} {secret}".encode(errors="surrogatepass")).digest()
