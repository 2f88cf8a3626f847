"""The pages, their files, and what each kind of problem means."""

from __future__ import annotations

import secrets
from functools import cache
from html import escape
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from layers import accounts
from layers.errors import NotFound
from map_ui.assets import CACHE_CONTROL, Assets, load_assets
from map_ui.figure import content_security_policy
from map_ui.i18n import Language
from map_ui.pages import PageSettings, login_page, map_page
from spatial_api.access import COOKIE, OpenDoors
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery, PageQuery
from spatial_api.problems import BY_SLUG

__all__ = ["router"]

router = APIRouter(tags=["pages"])
_NONCE_BYTES = 18


@router.get("/", response_class=HTMLResponse, responses={302: {"description": "log in first"}, **problems(422, 503)})
async def show_map(request: Request, opened: OpenDoors, asked: Annotated[PageQuery, Query()]) -> Response:
    """The map page; without a session the browser is sent to the login page."""
    token = request.cookies.get(COOKIE)
    if not token or await accounts.caller(opened.pool, token) is None:
        return RedirectResponse("/login", status_code=302)
    settings = _page_settings(asked.lang)
    return _page(map_page(settings), settings.nonce)


@router.get("/login", response_class=HTMLResponse, responses=problems(422))
def show_login(asked: Annotated[PageQuery, Query()]) -> Response:
    """The login page."""
    settings = _page_settings(asked.lang)
    return _page(login_page(settings), settings.nonce)


@router.get("/static/{version}/{name:path}", response_class=Response, responses=problems(404, 422))
def serve_asset(version: str, name: str, _: Annotated[NoQuery, Query()]) -> Response:
    """A file of the pages; its address changes with its content, so it may be kept for ever."""
    asset = _assets().find(version, name)
    if asset is None:
        raise NotFound("There is no such file in this version of the pages.")
    return Response(asset.content, headers={"Cache-Control": CACHE_CONTROL, "Content-Type": asset.media_type})


@router.get("/problems/{slug}", response_class=HTMLResponse, responses=problems(404, 422))
def explain(slug: str, _: Annotated[NoQuery, Query()]) -> HTMLResponse:
    """What a kind of problem means and what to do, in Chinese and English."""
    kind = BY_SLUG.get(slug)
    if kind is None:
        raise NotFound("There is no such kind of problem.")
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(kind.title_zh)}</title>'
        f"<h1>{escape(kind.title_zh)}</h1><p>{escape(kind.advice_zh)}</p>"
        f'<h1 lang="en">{escape(kind.title_en)}</h1><p lang="en">{escape(kind.advice_en)}</p>'
        f"<p>HTTP {kind.status} · /problems/{escape(kind.slug)}</p></html>"
    )


@cache
def _assets() -> Assets:
    return load_assets()


def _page_settings(language: Language) -> PageSettings:
    return PageSettings(_assets(), secrets.token_urlsafe(_NONCE_BYTES), language)


def _page(html: str, nonce: str) -> HTMLResponse:
    return HTMLResponse(html, headers={"Content-Security-Policy": content_security_policy(nonce)})
