"""The pages, their files, and what each kind of problem means."""

from __future__ import annotations

import secrets
from functools import cache
from html import escape
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from layers.errors import NotFound
from map_ui.assets import CACHE_CONTROL, Assets, load_assets
from map_ui.figure import content_security_policy
from map_ui.i18n import Language
from map_ui.pages import PAGES, PageSettings, render
from spatial_api.access import COOKIE, OpenDoors, may
from spatial_api.openapi import problems
from spatial_api.parameters import NoQuery, PageQuery
from spatial_api.problems import BY_SLUG

__all__ = ["router"]

router = APIRouter(tags=["pages"])
_NONCE_BYTES = 18


_CAPABILITY = {
    name: f"page:{name}" for name in ("planner", "officer", "field", "imports", "review", "duplicates", "moves")
}
"""What a role needs to open a page; who is logged in may open any other."""


@router.get("/", response_class=RedirectResponse, status_code=302, responses=problems(422, 503))
async def lead_in(request: Request, opened: OpenDoors, _: Annotated[NoQuery, Query()]) -> Response:
    """To the first page of the caller's role; without a session to the login page."""
    token = request.cookies.get(COOKIE)
    found = await opened.callers.by_session(token) if token else None
    if found is None:
        return RedirectResponse("/login", status_code=302)
    held = may(found.role)
    first = next((name for name, needed in _CAPABILITY.items() if needed in held), "account")
    return RedirectResponse(f"/{first}", status_code=302)


@router.get("/login", response_class=HTMLResponse, responses=problems(422))
def show_login(asked: Annotated[PageQuery, Query()]) -> Response:
    """The login page."""
    return _page("login", asked.lang)


def _add_page(name: str) -> None:
    async def show(request: Request, opened: OpenDoors, asked: Annotated[PageQuery, Query()]) -> Response:
        token = request.cookies.get(COOKIE)
        found = await opened.callers.by_session(token) if token else None
        if found is None:
            return RedirectResponse("/login", status_code=302)
        if name in _CAPABILITY and _CAPABILITY[name] not in may(found.role):
            return RedirectResponse("/", status_code=302)
        return _page(name, asked.lang)

    show.__doc__ = f"The page `{name}`; who may not open it is led to their own."
    answers = {302: {"description": "another page first"}, **problems(422, 503)}
    router.add_api_route(
        f"/{name}", show, name=f"show_{name}", methods=["GET"], response_class=HTMLResponse, responses=answers
    )


for _name in PAGES:
    if _name != "login":
        _add_page(_name)


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


def _page(name: str, language: Language) -> HTMLResponse:
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    html = render(name, PageSettings(_assets(), nonce, language))
    return HTMLResponse(html, headers={"Content-Security-Policy": content_security_policy(nonce)})
