"""The head of a request over a real socket: too long, too slow, or none at all."""

from __future__ import annotations

import json
import socket
import threading

import pytest
import uvicorn

from spatial_api import request_head
from spatial_api.request_head import LONGEST_HEAD_BYTES, HeadProtocol

HOST = b"Host: 127.0.0.1\r\n"
WHOLE = b"GET /there HTTP/1.1\r\n" + HOST + b"\r\n"


async def _answer(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def connect():
    """Open connections to a server that answers `ok` to whatever reaches it."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(_answer, http=HeadProtocol, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    opened = []

    def connect():
        opened.append(socket.create_connection(listening.getsockname(), timeout=20))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()
    server.should_exit = True
    thread.join(30)
    listening.close()
    assert not thread.is_alive()


def _send(connection, data):
    """Send all of it; a server that has heard enough may close while we still send."""
    try:
        connection.sendall(data)
    except ConnectionError:
        return


def _received(connection):
    """Status, headers and body of one answer."""
    reader = connection.makefile("rb")
    status = int(reader.readline().split()[1])
    headers = {}
    while (line := reader.readline().strip()) != b"":
        name, _, value = line.partition(b": ")
        headers[name.decode().lower()] = value.decode()
    return status, headers, reader.read(int(headers["content-length"]))


@pytest.mark.parametrize("length", [65_600, 10_000_000])
def test_an_address_that_the_parser_does_not_take_is_too_long(connect, length):
    connection = connect()
    _send(connection, b"GET /there?" + b"a" * length + b" HTTP/1.1\r\n" + HOST + b"\r\n")
    status, headers, body = _received(connection)
    assert (status, headers["content-type"]) == (414, "application/problem+json")
    assert json.loads(body)["type"] == "/problems/too-long"


@pytest.mark.parametrize(
    "headers", [b"X-A: " + b"a" * 3_000_000 + b"\r\n", b"X-A: b\r\n" * 300_000], ids=["one", "many"]
)
def test_headers_without_end_are_refused(connect, headers):
    connection = connect()
    _send(connection, b"GET /there HTTP/1.1\r\n" + HOST + headers + b"\r\n")
    status, said, body = _received(connection)
    assert (status, json.loads(body)["type"]) == (431, "/problems/head-too-large")
    assert said["connection"] == "close"


@pytest.mark.parametrize("line", [b"BREW /there HTTP/1.1", b"GET /th\xc3\xa9 e HTTP/1.1", b"nonsense"])
def test_what_is_no_request_is_a_problem_with_our_headers(connect, line):
    connection = connect()
    connection.sendall(line + b"\r\n" + HOST + b"\r\n")
    status, headers, body = _received(connection)
    assert (status, json.loads(body)["type"]) == (400, "/problems/bad-request")
    assert headers["x-content-type-options"] == "nosniff"


def test_a_problem_is_told_in_english_to_whoever_asks_for_it(connect):
    connection = connect()
    begin = b"GET /there HTTP/1.1\r\n" + HOST + b"Accept-Language: en\r\n"
    _send(connection, begin + b"X-A: " + b"a" * 4 * LONGEST_HEAD_BYTES + b"\r\n\r\n")
    _, headers, body = _received(connection)
    assert headers["content-language"] == "en"
    assert json.loads(body)["title"] == "The request's headers are too large"


def test_each_head_of_a_connection_is_measured_by_itself(connect):
    connection = connect()
    long = b"GET /there HTTP/1.1\r\n" + HOST + b"X-A: " + b"a" * (LONGEST_HEAD_BYTES * 2 // 3) + b"\r\n\r\n"
    for _ in range(3):
        connection.sendall(long)
        assert _received(connection)[0] == 200


def test_a_body_is_no_part_of_the_head(connect):
    connection = connect()
    size = LONGEST_HEAD_BYTES * 4
    connection.sendall(b"POST /there HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % size + b"b" * size)
    assert _received(connection)[0] == 200


@pytest.mark.parametrize("sent", [b"", b"GET /there HTTP/1.1\r\nHost: 127"], ids=["nothing", "half"])
def test_whoever_does_not_finish_a_head_is_hung_up_on(connect, monkeypatch, sent):
    monkeypatch.setattr(request_head, "HEAD_WITHIN_S", 0.3)
    connection = connect()
    connection.sendall(sent)
    assert connection.recv(100) == b""


def test_a_head_in_time_is_answered_however_late_the_next_comes(connect, monkeypatch):
    monkeypatch.setattr(request_head, "HEAD_WITHIN_S", 0.5)
    connection = connect()
    for part in (WHOLE[:10], WHOLE[10:]):
        connection.sendall(part)
    assert _received(connection)[0] == 200
    # The next head begins with its first byte.
    threading.Event().wait(0.8)
    connection.sendall(WHOLE)
    assert _received(connection)[0] == 200
