"""The settings of the whole program: those of the database and those of the server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import NoDecode

from layers.settings import DatabaseSettings

__all__ = ["LogLevel", "Settings"]

LogLevel = Literal["debug", "info", "warning", "error"]


class Settings(DatabaseSettings):
    """Settings from `WANGGE_*` variables; frozen, read once and passed on."""

    host: str = Field(default="127.0.0.1", description="The address to listen on; 0.0.0.0 for every interface.")
    port: int = Field(default=8000, ge=1, le=65535, description="The TCP port to listen on.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Names under which browsers reach this server, comma-separated; localhost is always allowed.",
    )
    read_pool_size: int = Field(default=4, ge=1, le=64, description="Connections of the reading door.")
    tile_cache_bytes: int = Field(
        default=64_000_000, ge=0, description="Memory for tiles kept in the process, in bytes; 0 keeps none."
    )
    heat_in_memory: bool = Field(
        default=True,
        description="Keep all incidents in memory for heat: 13 bytes each, 130 MB for ten million; else SQL counts.",
    )
    session_cookie_secure: bool = Field(
        default=False, description="Send the session cookie over HTTPS only; set it wherever there is HTTPS."
    )
    tls_cert: Path | None = Field(
        default=None, description="The certificate (PEM, with its chain) under which to speak HTTPS; needs tls_key."
    )
    tls_key: Path | None = Field(default=None, description="The private key (PEM) of the certificate.")
    max_body_bytes: int = Field(default=1_000_000, ge=1_000, description="The largest request body taken, in bytes.")
    max_upload_bytes: int = Field(
        default=200_000_000, ge=1_000, description="The largest file taken for an import by upload, in bytes."
    )
    concurrent_logins: int = Field(
        default=2, ge=1, le=32, description="Passwords checked at one time; each takes about 64 MB of memory."
    )
    log_level: LogLevel = Field(default="info", description="The least level of log lines on stderr.")

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip().lower() for name in value.split(",") if name.strip())
        return value

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("HTTPS needs both WANGGE_TLS_CERT and WANGGE_TLS_KEY")
        return self

    @property
    def cookie_secure(self) -> bool:
        """Whether the session cookie is sent over HTTPS only: as said, and wherever this server speaks HTTPS itself."""
        return self.session_cookie_secure or self.tls_cert is not None
