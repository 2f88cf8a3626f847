"""The settings of the whole program: those of the database and those of the server."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator
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
    session_cookie_secure: bool = Field(
        default=False, description="Send the session cookie over HTTPS only; set it wherever there is HTTPS."
    )
    max_body_bytes: int = Field(default=1_000_000, ge=1_000, description="The largest request body taken, in bytes.")
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
