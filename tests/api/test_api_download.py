"""Files on their way: made at their own speed, taken at the browser's, and ended in order whatever happens."""

from __future__ import annotations

import tempfile
import threading

import anyio
import pytest

from spatial_api.download import Download, Spooled

FORMS = [Download, Spooled]
SCOPE = {"type": "http", "asgi": {"spec_version": "2.3"}, "method": "GET", "path": "/", "headers": []}


class Pieces:
    """Pieces, each told when it is made; `broken` at the end."""

    def __init__(self, count, broken=False):
        self.made, self.closed = 0, threading.Event()
        self.all = threading.Event()
        self._count, self._broken = count, broken

    def __call__(self):
        try:
            for number in range(self._count):
                self.made = number + 1
                yield b"%03d" % number
            if self._broken:
                raise LookupError("torn")
            self.all.set()
        finally:
            self.closed.set()


def sent(form, pieces, *, leave_after=None, before_each=None):
    """What a browser got that may leave after so many messages with a body."""
    bodies = []

    async def run():
        gone = anyio.Event()

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] != "http.response.body":
                return
            if before_each is not None:
                await before_each(len(bodies))
            if leave_after is not None and len(bodies) >= leave_after:
                gone.set()
                await anyio.sleep_forever()
            bodies.append(message.get("body", b""))

        rest = pieces()
        limit = anyio.CapacityLimiter(1)
        await form(next(rest), rest, limit, "text/plain", "attachment")(SCOPE, receive, send)
        assert limit.borrowed_tokens == 0

    anyio.run(run)
    return b"".join(bodies)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [1, 2, 200])
def test_every_piece_arrives_once_and_in_order(form, count):
    pieces = Pieces(count)
    assert sent(form, pieces) == b"".join(b"%03d" % number for number in range(count))
    assert pieces.closed.is_set()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("leave_after", [0, 1, 3])
def test_a_browser_that_goes_away_leaves_nothing_open(form, leave_after, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pieces = Pieces(500)
    sent(form, pieces, leave_after=leave_after)
    assert pieces.closed.is_set()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMS)
def test_what_goes_wrong_on_the_way_is_not_taken_for_the_end(form):
    pieces = Pieces(3, broken=True)
    with pytest.raises(LookupError, match="torn"):
        sent(form, pieces)
    assert pieces.closed.is_set()


def test_a_slow_line_does_not_keep_the_pieces_from_being_made():
    pieces = Pieces(200)

    async def slow(number):
        # Before the browser has taken anything, everything is made.
        if number == 0:
            assert await anyio.to_thread.run_sync(pieces.all.wait, 30)

    assert len(sent(Spooled, pieces, before_each=slow)) == 600
