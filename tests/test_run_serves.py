"""`./run` says the address when the server answers there, and ends it without a word of Python's."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "run"
SERVER = """
import signal, socket, sys, time
print("loading", flush=True)
time.sleep(float(sys.argv[1]))
door = socket.create_server(("127.0.0.1", int(sys.argv[2])))
print("listening", flush=True)
signal.signal(signal.SIGINT, lambda *_: None)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    time.sleep(0.1)
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def started(tmp_path: Path, *command: str, port: int) -> subprocess.Popen[str]:
    """The part of `./run` that serves, with this command in place of `wangge serve`, in a session of its own."""
    functions = re.search(r"^listens\(\).*?^}$", RUN.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert functions is not None
    wangge = tmp_path / "wangge"
    wangge.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in command) + "\n")
    wangge.chmod(0o755)
    script = f'set -euo pipefail\nsay() {{ echo "$*"; }}\nwangge={wangge}\n{functions[0]}\nserve_until_stopped\n'
    # A shell cannot trap what was ignored when it began, as it is for whoever runs these tests in the background.
    begin = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp('bash', sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", begin, "bash", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env=os.environ | {"WANGGE_PORT": str(port), "WANGGE_HOST": "127.0.0.1"},
    )


def read_until(run: subprocess.Popen[str], word: str) -> list[str]:
    """The lines that are said up to the one that begins so."""
    assert run.stdout is not None
    told = []
    for line in run.stdout:
        told.append(line.strip())
        if line.startswith(word):
            return told
    raise AssertionError(told)


def rest_of(run: subprocess.Popen[str]) -> str:
    """What is still said until all of it has ended, which must be soon."""
    try:
        return run.communicate(timeout=30)[0]
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        raise


@pytest.mark.parametrize(("loads_s", "waited_for"), [("60", "loading"), ("0", "Open")])
def test_the_address_is_said_when_it_answers_and_ctrl_c_ends_in_order(tmp_path, loads_s, waited_for):
    script, port = tmp_path / "server.py", free_port()
    script.write_text(SERVER)
    with started(tmp_path, sys.executable, str(script), loads_s, str(port), port=port) as run:
        told = read_until(run, waited_for)
        assert [line.split()[0] for line in told] == ["loading", "listening", "Open"][: len(told)]
        # As a terminal does: to all of them at once.
        os.killpg(run.pid, signal.SIGINT)
        rest = rest_of(run)
    assert "Traceback" not in rest
    assert "KeyboardInterrupt" not in rest
    assert run.returncode == 0
    assert ("Open" in " ".join(told)) == (waited_for == "Open")


def test_a_server_that_fails_is_told(tmp_path):
    with started(tmp_path, "sh", "-c", "exit 3", port=free_port()) as run:
        told = rest_of(run)
    assert (run.returncode, told) == (3, "")
