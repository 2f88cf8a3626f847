"""Encrypted columns: AES-256-GCM with a key outside the database, and a keyed blind index for exact match."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from layers.errors import Unavailable

__all__ = ["Vault"]

_KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


class Vault:
    """Seals and opens short texts (phones, id numbers); `context` binds a text to its column.

    Two keys are derived from the key file, one to encrypt and one for the blind index, so that neither tells the other.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise Unavailable(f"The key must be {_KEY_BYTES} bytes, not {len(key)}.")
        self._cipher = AESGCM(hmac.digest(key, b"wangge seal", hashlib.sha256))
        self._index_key = hmac.digest(key, b"wangge index", hashlib.sha256)

    @classmethod
    def open_file(cls, path: Path, *, create: bool = False) -> Vault:
        """The vault of a key file; with `create` a new one (mode 0600) where there is none.

        Raises:
            Unavailable: when the file is missing, or not 32 bytes.
        """
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(os.urandom(_KEY_BYTES))
        try:
            return cls(path.read_bytes())
        except FileNotFoundError as error:
            raise Unavailable(f"The key file {path} is missing; restore it from its copy.") from error

    def seal(self, text: str, context: str) -> bytes:
        """The text encrypted; two seals of one text differ."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """The text of a seal.

        Raises:
            Unavailable: when key or context is not the one it was sealed with, or the bytes were changed.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, context.encode()).decode()
        except InvalidTag as error:
            raise Unavailable(f"A sealed value of {context} does not open with this key.") from error

    def index(self, text: str, context: str) -> bytes:
        """A keyed digest of 16 bytes that finds equal texts of one column and tells nothing else."""
        return hmac.digest(self._index_key, f"{context}\0{text}".encode(), hashlib.sha256)[:16]
