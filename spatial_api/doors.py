"""The doors: what the routes reach the data through, opened when the application starts and closed when it ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import anyio
import anyio.to_thread
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request

from layers.callers import Callers
from layers.crypto import Vault
from layers.db import Database, ReadPool
from layers.follower import Follower
from layers.heat.drawing import HeatTiles
from layers.heat.source import HeatSource
from layers.heat.store import HeatStore
from layers.known_kinds import KnownKinds
from layers.live import Live
from layers.outbox import forget_changes
from layers.pack import Packs
from layers.recounting import merge_parts
from layers.scope import Scope
from layers.tile_versions import TileVersions
from layers.tiles import Tiles
from spatial_api.exports import Exports
from spatial_api.geocode_jobs import GeocodeJobs
from spatial_api.settings import Settings
from spatial_api.uploads import Uploads

__all__ = ["Doors", "doors", "open_doors", "outages"]

_CONCURRENT_EXPORTS = 2
_FORGET_EVERY_S = 3600


@dataclass(frozen=True)
class Doors:
    """What the routes reach the data through: the writing door, the reading door, the vault.

    `login_limit` bounds how many passwords are checked at one time: each takes tens of megabytes. `export_limit` bounds
    how many exports write at one time: each keeps a core busy. `uploads` imports the files that are sent,
    `geocode_jobs` locates the tables, `exports` writes the files that are fetched later. `follower` hears of every
    change. `callers`, `tiles`, `versions` and `packs` keep in this process what they found for as long as it does,
    `live` tells pages of it; `kinds` tells known kinds from misspelt ones; `heat` answers for incidents as heat, and
    `heat_tiles` draws it.
    """

    database: Database
    pool: ReadPool
    vault: Vault
    login_limit: anyio.CapacityLimiter
    export_limit: anyio.CapacityLimiter
    uploads: Uploads
    geocode_jobs: GeocodeJobs
    exports: Exports
    follower: Follower
    live: Live
    kinds: KnownKinds
    packs: Packs
    callers: Callers
    tiles: Tiles
    versions: TileVersions
    heat: HeatSource
    heat_tiles: HeatTiles


def doors(request: Request) -> Doors:
    """The doors that the running app has opened."""
    opened = request.app.state.doors
    assert isinstance(opened, Doors)  # noqa: S101 -- told to mypy; the lifespan put it there
    return opened


@asynccontextmanager
async def open_doors(settings: Settings, database: Database) -> AsyncIterator[Doors]:
    """The doors, open inside the block; what is under way when it ends is ended first."""
    async with AsyncExitStack() as ends:
        ends.callback(database.dispose)
        pool = database.read_pool(settings.read_pool_size)
        ends.push_async_callback(pool.close)
        await pool.open()
        opened, store = _doors(settings, database, pool)
        workers: list[Uploads | GeocodeJobs | Exports | HeatStore] = [
            opened.uploads,
            opened.geocode_jobs,
            opened.exports,
        ]
        for worker in workers if store is None else [*workers, store]:
            worker.start()
            ends.push_async_callback(anyio.to_thread.run_sync, worker.close)
        ends.push_async_callback(
            _end, [asyncio.create_task(opened.follower.run()), asyncio.create_task(_forget(database))]
        )
        ends.callback(opened.live.close)
        yield opened


def _doors(settings: Settings, database: Database, pool: ReadPool) -> tuple[Doors, HeatStore | None]:
    def is_followed() -> bool:
        return follower.healthy

    store = HeatStore(database) if settings.heat_in_memory else None
    callers, versions = Callers(pool, is_followed), TileVersions(pool, is_followed)
    tiles, packs, live = Tiles(pool, settings.tile_cache_bytes, is_followed), Packs(), Live(pool)
    # Who watches is woken last: what they then ask for is no older than what they hear of.
    follower = Follower(database, [callers, tiles, versions, packs, *([] if store is None else [store]), live])
    heat = HeatSource(pool, follower, store)
    opened = Doors(
        database,
        pool,
        Vault.open_file(settings.key_path),
        login_limit=anyio.CapacityLimiter(settings.concurrent_logins),
        export_limit=anyio.CapacityLimiter(_CONCURRENT_EXPORTS),
        uploads=Uploads(database, Vault.open_file(settings.key_path), settings.data_dir / "uploads"),
        geocode_jobs=GeocodeJobs(database, settings.data_dir / "geocoding"),
        exports=Exports(database, settings.data_dir / "exports"),
        follower=follower,
        live=live,
        kinds=KnownKinds(pool),
        packs=packs,
        callers=callers,
        tiles=tiles,
        versions=versions,
        heat=heat,
        heat_tiles=HeatTiles(heat),
    )
    return opened, store


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _forget(database: Database) -> None:
    """Keep the outbox short and counts in one part, each hour; a database that is away is no fault here."""
    over = threading.Event()

    def forget() -> None:
        with suppress(*outages(database)):
            with database.write(Scope.nothing()) as session:
                forget_changes(session)
            merge_parts(database, over.is_set)

    while True:
        under_way = asyncio.create_task(asyncio.to_thread(forget))
        try:
            await asyncio.shield(under_way)
        except asyncio.CancelledError:
            # A thread is not cancelled: it must have given its connection back before the door is closed.
            over.set()
            await under_way
            raise
        await asyncio.sleep(_FORGET_EVERY_S)


def outages(database: Database) -> list[type[Exception]]:
    """The errors that mean: the database cannot serve now (gone, full, or a statement took too long).

    The reading door and COPY raise the driver's own error, which this room may not import; the engine knows its driver.
    """
    return [OperationalError, PoolTimeout, database.engine.dialect.loaded_dbapi.OperationalError]
