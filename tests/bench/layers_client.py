"""The one client of all servers: a fixed list over eight connections, the same list again and again, or a fixed pace.

Lists that every tile is asked for once go through asyncio (`sweep`), hot ones through wrk (`hammer`), which costs less
than what it measures; `pace` sends at a fixed rate whether or not answers come back (open loop), so that a slow answer
is not hidden by asking less.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from bench.layers_servers import Server, postgres_cpu_s
from bench.layers_store import Store

__all__ = ["CONNECTIONS", "Answer", "Run", "ask", "hammer", "pace", "sweep"]

CONNECTIONS = 8
LUA = Path(__file__).with_name("layers_wrk.lua")


@dataclass(frozen=True)
class Answer:
    """One answer: its status, headers in small letters, body, and seconds from asking to its last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass
class Run:
    """What a list of requests took: wall seconds, latencies, statuses, bytes, CPU of server and PostgreSQL."""

    count: int
    wall_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    bytes: int
    server_cpu_s: float
    postgres_cpu_s: float
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return self.count / self.wall_s

    @property
    def server_ms(self) -> float:
        """CPU milliseconds of the server for an answer."""
        return 1000 * self.server_cpu_s / self.count

    @property
    def postgres_ms(self) -> float:
        """CPU milliseconds of PostgreSQL for an answer."""
        return 1000 * self.postgres_cpu_s / self.count

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of both."""
        return self.server_ms + self.postgres_ms

    @property
    def refused(self) -> int:
        """Answers that are neither a tile, nor an empty one, nor "you have it"."""
        return sum(count for status, count in self.statuses.items() if status not in (200, 204, 304))


class _Connection:
    """One kept-alive connection."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._port = port
        self._head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    async def __aenter__(self) -> _Connection:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**26)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def get(self, path: str, more: str = "") -> Answer:
        begun = time.perf_counter()
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{self._head}{more}\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await self._body(status, headers)
        return Answer(status, headers, body, time.perf_counter() - begun)

    async def _body(self, status: int, headers: Mapping[str, str]) -> bytes:
        if status in (204, 304):
            return b""
        if "content-length" in headers:
            return await self._reader.readexactly(int(headers["content-length"]))
        parts = []
        while size := int(await self._reader.readline(), 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        await self._reader.readline()
        return b"".join(parts)


def ask(port: int, paths: Sequence[str], headers: Mapping[str, str]) -> list[Answer]:
    """The answers to some paths, one after the other on one connection."""

    async def run() -> list[Answer]:
        async with _Connection(port, headers) as connection:
            return [await connection.get(path) for path in paths]

    return asyncio.run(run())


def sweep(store: Store, server: Server, paths: Sequence[str], headers: Mapping[str, str]) -> Run:
    """Ask for every path once, over `CONNECTIONS` connections that each take the next one."""

    async def work(todo: list[str], answers: list[tuple[int, int, float]]) -> None:
        async with _Connection(server.port, headers) as connection:
            while todo:
                found = await connection.get(todo.pop())
                answers.append((found.status, len(found.body), found.seconds))

    async def run() -> list[tuple[int, int, float]]:
        todo, answers = list(reversed(paths)), []
        await asyncio.gather(*(work(todo, answers) for _ in range(CONNECTIONS)))
        return answers

    before = server.cpu_s(), postgres_cpu_s(store), time.perf_counter()
    answers = asyncio.run(run())
    return _made(store, server, before, answers)


def pace(store: Store, server: Server, paths: Sequence[str], headers: Mapping[str, str], per_s: float) -> Run:
    """Send a path every `1 / per_s` seconds, come what may; a latency counts from when it should have been sent."""

    async def one(idle: asyncio.Queue[_Connection], path: str, due: float) -> tuple[int, int, float]:
        connection = await idle.get()
        found = await connection.get(path)
        idle.put_nowait(connection)
        return found.status, len(found.body), time.perf_counter() - due

    async def run() -> list[tuple[int, int, float]]:
        idle: asyncio.Queue[_Connection] = asyncio.Queue()
        for _ in range(4 * CONNECTIONS):
            idle.put_nowait(await _Connection(server.port, headers).__aenter__())
        begun, tasks = time.perf_counter() + 0.05, []
        for at, path in enumerate(paths):
            due = begun + at / per_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(one(idle, path, due)))
        found = await asyncio.gather(*tasks)
        while not idle.empty():
            await idle.get_nowait().__aexit__()
        return found

    before = server.cpu_s(), postgres_cpu_s(store), time.perf_counter()
    answers = asyncio.run(run())
    return _made(store, server, before, answers)


def _made(
    store: Store, server: Server, before: tuple[float, float, float], answers: Sequence[tuple[int, int, float]]
) -> Run:
    wall = time.perf_counter() - before[2]
    p50, p95, p99 = np.percentile([seconds for _, _, seconds in answers], (50, 95, 99)) * 1000
    statuses = Counter(status for status, _, _ in answers)
    size = sum(size for _, size, _ in answers)
    cpu = server.cpu_s() - before[0], postgres_cpu_s(store) - before[1]
    return Run(len(answers), wall, float(p50), float(p95), float(p99), size, *cpu, statuses)


def hammer(
    store: Store,
    server: Server,
    paths: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
    seconds: float,
    folder: Path,
) -> Run:
    """Ask for (path, its tag or nothing) in turn, again and again, with wrk on one thread."""
    listed = folder / "paths.txt"
    listed.write_text("".join(f"{path}\t{tag}\n" for path, tag in paths))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "-s", str(LUA)]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    command += [f"http://127.0.0.1:{server.port}", "--", str(listed)]
    before = server.cpu_s(), postgres_cpu_s(store)
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(told.split("RESULT ", 1)[1])
    statuses = Counter({200: found["requests"] - found["errors"], 500: found["errors"]})
    cpu = server.cpu_s() - before[0], postgres_cpu_s(store) - before[1]
    return Run(
        found["requests"], found["us"] / 1e6, found["p50"] / 1000, found["p95"] / 1000, found["p99"] / 1000,
        found["bytes"], *cpu, +statuses,
    )  # fmt: skip
