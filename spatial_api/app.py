"""The web application: made from settings, opening its doors when it starts and closing them when it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware import Middleware

from layers.db import Database
from spatial_api.doors import open_doors, outages
from spatial_api.freshness import ReadYourWrites
from spatial_api.guard import Guard, SecurityHeaders
from spatial_api.hot_tiles import HotTiles
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
    heat,
    here,
    houses,
    imports,
    incidents,
    items,
    jobs,
    kinds,
    layers,
    live,
    ogc,
    ogc_tiles,
    pack,
    pages,
    people,
    plans,
    regions,
    reviews,
    session,
    tiles,
    tokens,
)
from spatial_api.settings import Settings

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
    heat,
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


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """The application; `database` is that of the settings unless another one is given.

    Nothing is opened before it starts. It starts without a database too, and then answers 503: whoever serves looks
    first (`layers.migrate.require_ready`).
    """
    database = database or Database(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_doors(settings, database) as opened:
            app.state.doors = opened
            yield

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
            Middleware(HotTiles),
            Middleware(ReadYourWrites),
        ],
    )
    app.state.settings = settings
    for module in _ROUTES:
        app.include_router(module.router)
    add_handlers(app, outages(database))
    return app
