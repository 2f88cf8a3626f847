"""The web application: made from settings, opening its doors when it starts and closing them when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

import anyio
import anyio.to_thread
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.middleware import Middleware

from layers.callers import Callers
from layers.crypto import Vault
from layers.db import Database
from layers.follower import Follower
from layers.live import Live
from layers.outbox import forget_changes
from layers.pack import Packs
from layers.scope import Scope
from layers.tile_versions import TileVersions
from layers.tiles import Tiles
from spatial_api.access import Doors
from spatial_api.exports import Exports
from spatial_api.freshness import ReadYourWrites
from spatial_api.geocode_jobs import GeocodeJobs
from spatial_api.guard import Guard, SecurityHeaders
from spatial_api.openapi import TAGS, DocumentedApp
from spatial_api.problems import add_handlers
from spatial_api.request_log import RequestLog
from spatial_api.routes import (
    counts,
    duplicates,
    exports,
    fieldwork,
    geocode,
    geocode_jobs,
    grids,
    health,
    here,
    houses,
    imports,
    incidents,
    items,
    jobs,
    kinds,
    layers,
    live,
    pack,
    ogc,
    ogc_tiles,
    pages,
    people,
    plans,
    regions,
    reviews,
    session,
    tiles,
    tokens,
)
from spatial_api.routes.tiles import HotTiles
from spatial_api.settings import Settings
from spatial_api.uploads import Uploads

__all__ = ["create_app"]

_ROUTES = (
    session,
    layers,
    kinds,
    regions,
    plans,
    grids,
    here,
    counts,
    incidents,
    geocode,
    geocode_jobs,
    houses,
    fieldwork,
    pack,
    people,
    duplicates,
    reviews,
    items,
    exports,
    live,
    imports,
    jobs,
    tokens,
    tiles,
    ogc,
    ogc_tiles,
    pages,
    health,
)
_CONCURRENT_EXPORTS = 2
_FORGET_EVERY_S = 3600


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """The application; `database` is that of the settings unless another one is given.

    Nothing is opened before it starts. It starts without a database too, and then answers 503: whoever serves looks
    first (`layers.migrate.require_ready`).
    """
    database = database or Database(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = database.read_pool(settings.read_pool_size)
        await pool.open()

        def is_followed() -> bool:
            return follower.healthy

        callers, tiles_kept = Callers(pool, is_followed), Tiles(pool, settings.tile_cache_bytes, is_followed)
        versions = TileVersions(pool, is_followed)
        watched, packs = Live(pool), Packs()
        # Who watches is woken last: what they then ask for is no older than what they hear of.
        follower = Follower(database, [callers, tiles_kept, versions, packs, watched])
        following = asyncio.create_task(follower.run())
        forgetting = asyncio.create_task(_forget_each_hour(database))
        vault = Vault.open_file(settings.key_path)
        app.state.doors = Doors(
            database,
            pool,
            vault,
            login_limit=anyio.CapacityLimiter(settings.concurrent_logins),
            export_limit=anyio.CapacityLimiter(_CONCURRENT_EXPORTS),
            uploads=Uploads(database, vault, settings.data_dir / "uploads"),
            geocode_jobs=GeocodeJobs(database, settings.data_dir / "geocoding"),
            exports=Exports(database, settings.data_dir / "exports"),
            follower=follower,
            live=watched,
            packs=packs,
            callers=callers,
            tiles=tiles_kept,
            versions=versions,
        )
        app.state.doors.uploads.start()
        app.state.doors.geocode_jobs.start()
        app.state.doors.exports.start()
        try:
            yield
        finally:
            watched.close()
            following.cancel()
            forgetting.cancel()
            await asyncio.gather(following, forgetting, return_exceptions=True)
            await anyio.to_thread.run_sync(app.state.doors.uploads.close)
            await anyio.to_thread.run_sync(app.state.doors.geocode_jobs.close)
            await anyio.to_thread.run_sync(app.state.doors.exports.close)
            await pool.close()
            database.dispose()

    app = DocumentedApp(
        title="wangge 网格",
        summary="A GIS-centred spatial service for grid-based community management",
        version=version("wangge"),
        openapi_tags=TAGS,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(RequestLog),
            Middleware(
                Guard,
                hosts=settings.allowed_hosts,
                max_body_bytes=settings.max_body_bytes,
                max_upload_bytes=settings.max_upload_bytes,
            ),
            Middleware(ReadYourWrites),
        ],
    )
    app.state.settings = settings
    app.router.routes.insert(0, HotTiles())
    for module in _ROUTES:
        app.include_router(module.router)
    add_handlers(app, _outages(database))
    return app


async def _forget_each_hour(database: Database) -> None:
    """Keep the outbox short while the service runs; a database that is away is no fault here."""

    def forget() -> None:
        with suppress(*_outages(database)), database.write(Scope.nothing()) as session:
            forget_changes(session)

    while True:
        await anyio.to_thread.run_sync(forget)
        await asyncio.sleep(_FORGET_EVERY_S)


def _outages(database: Database) -> list[type[Exception]]:
    """The errors that mean: the database cannot serve now (gone, full, or a statement took too long).

    The reading door and COPY raise the driver's own error, which this room may not import; the engine knows its driver.
    """
    return [OperationalError, PoolTimeout, database.engine.dialect.loaded_dbapi.OperationalError]
