"""The private PostGIS cluster: made, started and stopped by us, reached only through a unix socket.

PostgreSQL refuses to run as root: as root the server runs as user `postgres` through `setpriv`, otherwise as
ourselves. The socket lies in a 0700 folder with a short path (a socket's path may have 107 bytes), so that only root
and the server's user can connect.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from layers.errors import Unavailable
from layers.settings import DatabaseSettings

__all__ = ["SUPERUSER", "Before", "Cluster", "ClusterStatus", "bin_dir"]

SUPERUSER = "postgres"
Before = Literal["absent", "stopped", "running"]
_SYSTEM_USER = "postgres"
_CONFIG = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "max_connections": "60",
}


@dataclass(frozen=True)
class ClusterStatus:
    """Whether the private cluster runs, and where it lives."""

    running: bool
    data_dir: Path
    socket_dir: Path


def bin_dir() -> Path:
    """The newest PostgreSQL programs of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise Unavailable("PostgreSQL is not installed: apt-get install postgresql-15-postgis-3")
    return Path(on_path).resolve().parent


class Cluster:
    """One private cluster; `config` adds to or replaces settings of postgresql.conf."""

    def __init__(self, settings: DatabaseSettings, config: Mapping[str, str] | None = None) -> None:
        self.home = settings.data_dir
        self.data_dir = settings.data_dir / "pg"
        self.socket_dir = _socket_dir(self.data_dir)
        self._config = {**_CONFIG, "unix_socket_directories": str(self.socket_dir), **(config or {})}

    @property
    def log_file(self) -> Path:
        """The server's log."""
        return self.data_dir / "server.log"

    def status(self) -> ClusterStatus:
        """Whether it runs, and where."""
        running = self.data_dir.exists() and self._pg_ctl("status").returncode == 0
        return ClusterStatus(running, self.data_dir, self.socket_dir)

    def ensure(self) -> Before:
        """What the cluster was before: it is made when there was none, and started when it did not run.

        Raises:
            Unavailable: when it cannot be made or started; the server's last words are in the message.
        """
        before: Before = "stopped"
        if not (self.data_dir / "PG_VERSION").exists():
            self._create()
            before = "absent"
        self._own_folder(self.socket_dir)
        if self.status().running:
            return "running"
        self._start()
        return before

    def stop(self, mode: str = "fast") -> None:
        """Stop it; nothing happens when it does not run."""
        if self.status().running:
            self._pg_ctl("stop", "-m", mode, "-w", check=True)

    def _create(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            for folder in (self.home, self.home.parent):
                folder.chmod(folder.stat().st_mode | 0o011)  # user postgres passes through, and sees nothing else
        self._own_folder(self.data_dir)
        options = [
            "-U",
            SUPERUSER,
            "--locale=C.UTF-8",
            "--encoding=UTF8",
            "--auth=trust",
            "--no-instructions",
        ]
        self._run("initdb", "-D", str(self.data_dir), *options, check=True)
        with (self.data_dir / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in self._config.items())

    def _start(self) -> None:
        # After a kill the old backends hold the lock file for a moment: try again before giving up.
        for wait_s in (0.5, 1.0, 2.0, 0.0):
            done = self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.log_file))
            if done.returncode == 0:
                return
            time.sleep(wait_s)
        tail = "\n".join(self.log_file.read_text(errors="replace").splitlines()[-8:]) if self.log_file.exists() else ""
        raise Unavailable(f"The private cluster in {self.data_dir} does not start:\n{tail or done.stderr}")

    def _own_folder(self, folder: Path) -> None:
        """Make a 0700 folder of the server's user, and refuse one that somebody else has put there."""
        uid, gid = _server_ids()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (uid, os.geteuid()):
            raise Unavailable(f"{folder} belongs to someone else; remove it.")
        os.chown(folder, uid, gid)
        folder.chmod(0o700)

    def _pg_ctl(self, *words: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", *words, "-D", str(self.data_dir), "-s", check=check)

    def _run(self, program: str, *words: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [str(bin_dir() / program), *words]
        if os.geteuid() == 0:
            command = [
                "setpriv",
                f"--reuid={_SYSTEM_USER}",
                f"--regid={_SYSTEM_USER}",
                "--init-groups",
                *command,
            ]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
        # A pipe would be kept open by the server for as long as it lives: its words go to the log, ours to a file.
        with (self.home / "command.log").open("w+", encoding="utf-8") as words_out:
            done = subprocess.run(  # noqa: S603
                command,
                cwd=self.home,
                env=environment,
                stdout=words_out,
                stderr=words_out,
                check=False,
                text=True,
            )
            words_out.seek(0)
            said = words_out.read()
        if check and done.returncode != 0:
            raise Unavailable(f"{program} failed:\n{said}")
        return subprocess.CompletedProcess(command, done.returncode, said, said)


def _server_ids() -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError as error:
        raise Unavailable("User postgres is missing: apt-get install postgresql-15-postgis-3") from error
    return entry.pw_uid, entry.pw_gid


def _socket_dir(data_dir: Path) -> Path:
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:10]
    if os.geteuid() == 0:
        return Path("/run") / f"wangge-{name}"
    return Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp")) / f"wangge-{os.geteuid()}-{name}"  # noqa: S108
