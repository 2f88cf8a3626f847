"""The servers that are measured: ours and the peers, each with the same pool over the same PostgreSQL, one worker."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench.layers_configs import MAPFILE, MAPSERVER, NGINX, PYGEOAPI
from bench.layers_store import Store

__all__ = ["PEERS_PYTHON", "POOL", "Server", "cpu_s", "mapserver", "ours", "postgres_cpu_s", "pygeoapi", "tipg"]

ROOT = Path(__file__).parents[2]
PEERS_PYTHON = ROOT / ".setup" / "layers-peers" / "bin" / "python"
POOL = 8
PATIENCE_S = 240.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running server: where it listens, its processes, the commands that started it."""

    name: str
    port: int
    commands: tuple[str, ...]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def cpu_s(self) -> float:
        """CPU seconds of its processes and of all that they started, so far."""
        return sum(cpu_s(process.pid) for process in self.processes)

    def memory_mb(self) -> float:
        """Resident memory of its processes now."""
        return sum(_resident_mb(pid) for process in self.processes for pid in _family(process.pid))


def cpu_s(pid: int) -> float:
    """CPU seconds of a process, its living children and those that have ended."""
    return sum(_own_cpu_s(one) for one in _family(pid))


def postgres_cpu_s(store: Store) -> float:
    """CPU seconds of the whole PostgreSQL, so far."""
    return cpu_s(store.postmaster())


def _own_cpu_s(pid: int) -> float:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, words[11:15])) / TICKS


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0


@contextmanager
def _running(name: str, commands: Sequence[Sequence[str]], environment: dict[str, str], log: Path) -> Iterator[Server]:
    """Start the commands, wait until the port answers, end them with the block."""
    port = int(environment["PORT"])
    told = tuple(" ".join(_short(word) for word in command) for command in commands)
    server = Server(name, port, told)
    env = {key: value for key, value in os.environ.items() if not key.startswith("WANGGE_")} | environment
    with log.open("wb") as out:
        try:
            for command in commands:
                server.processes.append(subprocess.Popen(command, env=env, stdout=out, stderr=out, cwd=log.parent))
            _wait_for(port, server, log)
            yield server
        finally:
            for process in reversed(server.processes[: len(commands)]):
                _end(process)


def _free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _note(server: Server, folder: Path) -> None:
    """Keep the commands for the page."""
    (folder / f"{server.name}.command").write_text(f"{server.name}: `{'` and `'.join(server.commands)}`")


def _short(word: str) -> str:
    return Path(word).name if word.startswith("/") else word


def _wait_for(port: int, server: Server, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if any(process.poll() is not None for process in server.processes):
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{server.name} does not start:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def ours(store: Store, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """This program as `wangge serve` runs it, with the peers' pool size and perhaps more settings."""
    port = _free_port()
    shown = {"WANGGE_READ_POOL_SIZE": str(POOL)} | dict(more or {})
    environment = shown | {"PORT": str(port), "WANGGE_PORT": str(port)}
    environment |= {"WANGGE_INSTANCE": store.settings.instance, "WANGGE_LOG_LEVEL": "warning"}
    environment |= {"WANGGE_DATA_ROOT": str(store.settings.data_root), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from spatial_api.cli import main; main()", "serve"]
    with _running("wangge", [command], environment, folder / "wangge.log") as server:
        told = " ".join(f"{key}={value}" for key, value in shown.items())
        server.commands = (f"{told} wangge serve",)
        _note(server, folder)
        yield server


@contextmanager
def tipg(store: Store, folder: Path) -> Iterator[Server]:
    """TiPg on uvicorn with uvloop, pool filled at start, no limit of features that would make its tiles smaller."""
    port = _free_port()
    settings = {"DB_MIN_CONN_SIZE": str(POOL), "DB_MAX_CONN_SIZE": str(POOL), "TIPG_DB_SCHEMAS": '["peer"]'}
    settings |= {"TIPG_MAX_FEATURES_PER_TILE": "2000000", "TIPG_TILE_BUFFER": "64", "TIPG_CATALOG_TTL": "86400"}
    command = [str(PEERS_PYTHON), "-m", "uvicorn", "tipg.main:app", "--port", str(port), "--no-access-log"]
    command += ["--log-level", "warning", "--loop", "uvloop", "--http", "httptools"]
    # Its settings want a host in the URL: the folder of the socket, quoted.
    url = f"postgresql://wangge_peer@{quote(str(store.socket_dir), '')}/wangge"
    environment = settings | {"DATABASE_URL": url, "PORT": str(port)}
    with _running("TiPg", [command], environment, folder / "tipg.log") as server:
        told = " ".join(f"{key}={value}" for key, value in settings.items())
        server.commands = (f"{told} {server.commands[0]}",)
        _note(server, folder)
        yield server


@contextmanager
def pygeoapi(store: Store, folder: Path) -> Iterator[Server]:
    """Pygeoapi on gunicorn, one worker with as many threads as the pool has connections."""
    port = _free_port()
    config = folder / "pygeoapi.yml"
    config.write_text(PYGEOAPI.format(port=port, host=store.socket_dir), encoding="utf-8")
    environment = {"PORT": str(port), "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(folder / "openapi.yml")}
    generate = [str(PEERS_PYTHON.with_name("pygeoapi")), "openapi", "generate", str(config)]
    generate += ["--output-file", str(folder / "openapi.yml")]
    made = subprocess.run(generate, check=False, capture_output=True, text=True, env=os.environ | environment)
    if made.returncode:
        raise RuntimeError(f"pygeoapi: {made.stderr[-2000:]}")
    command = [str(PEERS_PYTHON.with_name("gunicorn")), "--workers", "1", "--threads", str(POOL)]
    command += ["--bind", f"127.0.0.1:{port}", "--keep-alive", "60", "pygeoapi.flask_app:APP"]
    with _running("pygeoapi", [command], environment, folder / "pygeoapi.log") as server:
        _note(server, folder)
        yield server


@contextmanager
def mapserver(store: Store, folder: Path) -> Iterator[Server]:
    """MapServer as FastCGI behind nginx: as many processes as the pool has connections, on one socket."""
    port = _free_port()
    mapfile, config, listening = folder / "bench.map", folder / "mapserver.conf", folder / "mapserver.sock"
    mapfile.write_text(MAPFILE.format(host=store.socket_dir, port=port), encoding="utf-8")
    config.write_text(MAPSERVER.format(mapfile=mapfile))
    conf = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    conf.write_text(NGINX % {"user": user, "folder": folder, "port": port, "sock": listening, "map": mapfile})
    environment = {"PORT": str(port), "MAPSERVER_CONFIG_FILE": str(config), "MS_MAPFILE": str(mapfile)}
    nginx = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c", str(conf), "-g", "daemon off;"]
    env = {**os.environ, **environment}
    with socket.socket(socket.AF_UNIX) as shared, ExitStack() as stack:
        listening.unlink(missing_ok=True)
        shared.bind(str(listening))
        shared.listen(128)
        # FastCGI takes its connections from the socket that is its standard input.
        program = [shutil.which("mapserv") or "/usr/bin/mapserv"]
        workers = [subprocess.Popen(program, stdin=shared, env=env) for _ in range(POOL)]
        for worker in workers:
            # It would wait for one more request before it heeds a gentler signal.
            stack.callback(worker.wait)
            stack.callback(worker.kill)
        with _running("MapServer", [nginx], environment, folder / "mapserver.log") as server:
            server.processes += workers
            server.commands = (f"{POOL} × mapserv as FastCGI on one socket", *server.commands)
            _note(server, folder)
            yield server


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, by force when it does not go."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
