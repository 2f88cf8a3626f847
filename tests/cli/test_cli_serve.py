"""`wangge serve` as a real process: it refuses, serves, logs JSON, and ends in order."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time

import httpx2
import pytest

COMMAND = [sys.executable, "-c", "from spatial_api.cli import main; main()", "serve"]
PATIENCE_S = 60


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start(environment, port):
    whole = {**os.environ, **environment, "WANGGE_PORT": str(port)}
    return subprocess.Popen(COMMAND, env=whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _wait(process, port):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            return httpx2.get(f"http://127.0.0.1:{port}/ready?", timeout=5)
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"it does not serve: {process.communicate()[1]}")


def test_it_refuses_without_a_database_and_says_what_to_do(environment, port):
    process = _start(environment, port)
    said, complaint = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said) == (1, "")
    assert "wangge db start" in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_end(environment, port, town, end):
    process = _start(environment, port)
    try:
        assert _wait(process, port).status_code == 200
        assert httpx2.get(f"http://127.0.0.1:{port}/api/geocode?text=secret").status_code == 401
        process.send_signal(end)
        said, logged = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode in (0, -signal.SIGTERM)
    assert said == ""
    lines = [json.loads(line) for line in logged.splitlines()]
    assert any(line.get("path") == "/api/geocode" and line["status"] == 401 for line in lines)
    assert "secret" not in logged
    assert "Traceback" not in logged
