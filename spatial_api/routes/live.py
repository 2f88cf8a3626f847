"""What changes, told as server-sent events while it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from layers.accounts import Caller
from layers.errors import Unavailable
from layers.live import Live, Seen, seen
from layers.outbox import Change, CursorTooOldError
from spatial_api.access import AnyCaller, Capability, Doors, OpenDoors, caller, held
from spatial_api.errors import NoSession
from spatial_api.openapi import problems
from spatial_api.schemas.live import LiveQuery

__all__ = ["TOLD", "router"]

router = APIRouter(prefix="/api", tags=["live"])

TOLD: Mapping[str, frozenset[Capability]] = {
    "region": frozenset({"region:read"}),
    "grid": frozenset({"grid:read"}),
    "barrier": frozenset({"grid:read"}),
    "link": frozenset({"grid:read"}),
    "building": frozenset({"grid:read"}),
    "facility": frozenset({"grid:read"}),
    "organisation": frozenset({"grid:read"}),
    "place": frozenset({"grid:read"}),
    "plan": frozenset({"plan:read"}),
    "plan_grid": frozenset({"plan:read"}),
    "house": frozenset({"house:read"}),
    "visit": frozenset({"house:read"}),
    "household": frozenset({"person:read"}),
    "person": frozenset({"person:read"}),
    # Not even that there was one: for whoever may not open the cases no count below five is told.
    "incident": frozenset({"case:open"}),
    "review": frozenset({"review:decide"}),
    "duty": frozenset({"plan:read", "account:manage"}),
}
"""Who is told of a table's changes: whoever has one of these. What is not here is told to nobody."""

_OF_ACCOUNTS = frozenset({"account", "session", "access_token", "duty"})
_HEARTBEAT_S = 15.0
_RETRY_S = 1.0
_MEDIA_TYPE = "text/event-stream"
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "events `ready`, `changes` and `reset`; see docs/live.md",
        "content": {_MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


@router.get("/live", responses={**_STREAM, **problems(401, 422, 429, 503)}, response_class=Response)
async def watch(
    request: Request,
    asking: AnyCaller,
    opened: OpenDoors,
    asked: Annotated[LiveQuery, Query()],
    last_event_id: Annotated[str | None, Header(max_length=20_000)] = None,
) -> Response:
    """What changes in the caller's scope, from the event on that they saw last."""
    with ExitStack() as ends:
        ends.enter_context(opened.live.watching(asking.account_id))
        began_at = last_event_id or asked.after or await opened.live.now()
        watcher = _Watcher(request, opened, asking, began_at)
        if asked.once:
            told = await watcher.look() or _event("ready", {}, watcher.cursor)
            return Response(told, media_type=_MEDIA_TYPE)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        # The place among those who watch is kept until the stream ends.
        return _Stream(ends.pop_all(), watcher.events(), media_type=_MEDIA_TYPE, headers=headers)


class _Stream(StreamingResponse):
    """An answer that leaves its place to others when it ends, however it ends."""

    def __init__(self, ends: ExitStack, events: AsyncIterator[bytes], **given: object) -> None:
        self._ends = ends
        super().__init__(events, **given)  # type: ignore[arg-type]  # passed on as they are

    async def __call__(self, *asgi: object) -> None:
        """Send the answer."""
        with self._ends:
            await super().__call__(*asgi)  # type: ignore[arg-type]  # passed on as they are


class _EndedError(Exception):
    """Whoever watches may not go on: their session is over, or they may see other things than before."""


@dataclass
class _Watcher:
    """One who watches: who they are, and how far they have seen."""

    request: Request
    opened: Doors
    asking: Caller
    cursor: str
    # A session ends by the clock, and a duty begins by it: after each heartbeat it is looked at again who asks.
    asking_again: bool = True

    @property
    def live(self) -> Live:
        return self.opened.live

    async def events(self) -> AsyncIterator[bytes]:
        """The stream, until the session ends, the scope changes or the server stops."""
        yield b"retry: 3000\n\n" + _event("ready", {}, self.cursor)
        while not self.live.closed:
            turn, before = self.live.turn, self.cursor
            try:
                told = await self.look()
            except _EndedError:
                # Who comes back under the same id is told from there on what they may see then.
                yield _event("reset", {}, self.cursor)
                return
            except Unavailable:
                yield b": waiting for the database\n\n"
                await asyncio.sleep(_RETRY_S)
                continue
            if told:
                yield told
            if not await self.live.next_turn(turn, _HEARTBEAT_S):
                # An id alone is no event, but where to go on from.
                yield b": still here\n\n" if self.cursor == before else f"id: {self.cursor}\n\n".encode()
                self.asking_again = True

    async def look(self) -> bytes:
        """The event of what was changed since the last look, empty where nothing is to be told.

        Raises:
            _EndedError: when whoever watches may not go on; nothing more was told them.
            Unavailable: when the database does not answer.
        """
        try:
            told = await self.live.since(self.cursor)
        except CursorTooOldError:
            await self._look_again_who_asks()
            self.cursor = await self.live.now()
            return _event("reset", {}, self.cursor)
        if self.asking_again or any(_concerns(change, self.asking) for change in told.changes):
            await self._look_again_who_asks()
        self.cursor = told.cursor
        may = held(self.asking)
        found = seen(told.changes, self.asking.scope, {table for table, needed in TOLD.items() if needed & may})
        return _event("changes", {"changes": _told(found)}, self.cursor) if found else b""

    async def _look_again_who_asks(self) -> None:
        try:
            # Who asks may be kept in this process, which may not have heard yet of what was just read.
            await self.opened.follower.settle(self.opened.pool)
            now = await caller(self.request, self.opened)
        except NoSession:
            raise _EndedError from None
        if (now.role, now.scope, now.limited_to) != (self.asking.role, self.asking.scope, self.asking.limited_to):
            raise _EndedError
        self.asking_again = False


def _concerns(change: Change, asking: Caller) -> bool:
    return change.table in _OF_ACCOUNTS and (not change.ids or asking.account_id in change.ids)


def _told(found: Sequence[Seen]) -> list[dict[str, object]]:
    return [asdict(one) for one in found]


def _event(name: str, data: Mapping[str, object], cursor: str) -> bytes:
    return f"id: {cursor}\nevent: {name}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"
