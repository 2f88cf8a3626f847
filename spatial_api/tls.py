"""The certificate under which the server speaks HTTPS, looked at before it is used."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from layers.errors import Fault, Invalid

__all__ = ["check_certificate"]


def check_certificate(cert: Path, key: Path) -> None:
    """Return when the certificate (PEM, perhaps with its chain) is in force and fits the key (PEM, without password).

    Raises:
        Invalid: naming every fault and the file it is in.
    Limit: whether browsers trust it, and for which names, is not looked at.
    """
    faults = [Fault(str(path), "cannot be read as a file") for path in (cert, key) if not path.is_file()]
    if not faults:
        faults = [*_faults_of_dates(cert), *_faults_of_pair(cert, key)]
    if faults:
        raise Invalid("HTTPS cannot be spoken with these files.", faults)


def _faults_of_dates(cert: Path) -> list[Fault]:
    try:
        first = x509.load_pem_x509_certificates(cert.read_bytes())[0]
    except (ValueError, OSError) as error:
        return [Fault(str(cert), f"is not a certificate in PEM: {error}")]
    now = datetime.now(UTC)
    if now >= first.not_valid_after_utc:
        return [Fault(str(cert), f"ended on {first.not_valid_after_utc:%Y-%m-%d}")]
    if now < first.not_valid_before_utc:
        return [Fault(str(cert), f"begins on {first.not_valid_before_utc:%Y-%m-%d}")]
    return []


def _faults_of_pair(cert: Path, key: Path) -> list[Fault]:
    try:
        # A key with a password would make the server wait for somebody to type it.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password=lambda: b"")
    except (ssl.SSLError, OSError, ValueError) as error:
        return [Fault(str(key), f"does not fit the certificate, or has a password: {error}")]
    return []
