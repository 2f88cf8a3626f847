"""`wangge serve` as a real process: it refuses, serves, logs JSON, and ends in order."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from town import WEST

from layers import accounts
from layers.scope import Scope

COMMAND = [sys.executable, "-c", "from spatial_api.cli import main; main()", "serve"]
PATIENCE_S = 60


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start(environment, port, *words):
    whole = {**os.environ, **environment, "WANGGE_PORT": str(port)}
    return subprocess.Popen([*COMMAND, *words], env=whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _wait(process, port, **how):
    scheme = "https" if how else "http"
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            return httpx2.get(f"{scheme}://127.0.0.1:{port}/ready", timeout=5, **how)
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


def _certificate(folder: Path, name: str = "a", days: int = 30) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "wangge test")])
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=60))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_file.write_bytes(key.private_bytes(*form))
    return cert_file, key_file


def test_it_speaks_https_and_keeps_its_cookie_to_that(environment, port, town, tmp_path):
    cert, key = _certificate(tmp_path)
    with town.write(Scope.everything()) as session:
        accounts.add(session, "zhou", "周宁", "planner", WEST, "a long enough word")
    process = _start(environment, port, "--tls-cert", str(cert), "--tls-key", str(key))
    trust = ssl.create_default_context(cafile=str(cert))
    try:
        assert _wait(process, port, verify=trust).status_code == 200
        body = {"login": "zhou", "password": "a long enough word"}
        answer = httpx2.post(f"https://127.0.0.1:{port}/api/login", json=body, verify=trust)
        assert answer.status_code == 204
        assert "secure" in answer.headers["set-cookie"].lower()
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"http://127.0.0.1:{port}/health", timeout=5)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


@pytest.mark.parametrize(
    ("cert", "key", "words"),
    [
        ("a.pem", None, "give both or none"),
        (None, "a.key", "give both or none"),
        ("none.pem", "a.key", "cannot be read"),
        ("a.pem", "b.key", "does not fit"),
        ("a.key", "a.key", "not a certificate"),
        ("old.pem", "old.key", "ended on"),
    ],
)
def test_https_with_wrong_files_is_refused_in_words(run, town, tmp_path, cert, key, words):
    for name, days in (("a", 30), ("b", 30), ("old", -1)):
        _certificate(tmp_path, name, days)
    given = [(flag, str(tmp_path / name)) for flag, name in (("--tls-cert", cert), ("--tls-key", key)) if name]
    result = run("serve", *(word for pair in given for word in pair))
    assert result.exit_code == 1
    assert words in result.stderr


def test_half_of_https_in_the_settings_is_refused(run, monkeypatch):
    monkeypatch.setenv("WANGGE_TLS_CERT", "/nowhere.pem")
    result = run("serve")
    assert result.exit_code == 1
    assert "WANGGE_TLS_KEY" in result.stderr
