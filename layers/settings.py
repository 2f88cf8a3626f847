"""Where the database and its key are: read once from the environment, then passed on."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["DatabaseSettings"]


def _default_data_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/wangge")
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "wangge"


class DatabaseSettings(BaseSettings):
    """Settings of the database, from `WANGGE_*` variables; frozen."""

    model_config = SettingsConfigDict(env_prefix="WANGGE_", frozen=True, extra="ignore")

    database_url: str | None = Field(
        default=None,
        description="A PostGIS server of one's own, postgresql://user@host/name; unset: the private cluster.",
    )
    data_root: Path = Field(
        default_factory=_default_data_dir,
        description="The folder under which each instance keeps its private cluster and its key.",
    )
    instance: str = Field(
        default="default",
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        description="The name of this instance: two instances on one machine share nothing.",
    )
    key_file: Path | None = Field(
        default=None,
        description="The 32-byte key of encrypted columns; unset: `key` in the instance's folder. Keep a copy.",
    )

    @property
    def data_dir(self) -> Path:
        """The folder of this instance."""
        return self.data_root / self.instance

    @property
    def key_path(self) -> Path:
        """The key file in use."""
        return self.key_file or self.data_dir / "key"
