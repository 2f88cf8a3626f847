"""Links of OGC API: from this server's own address, as the client wrote it."""

from __future__ import annotations

from starlette.requests import Request

__all__ = [
    "GEOJSON",
    "JSON",
    "OPENAPI",
    "QUERYABLES",
    "ROOT",
    "SCHEMA",
    "TILESETS_VECTOR",
    "Link",
    "header",
    "link",
    "root_of",
]

ROOT = "/ogc"
JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
TILESETS_VECTOR = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"

Link = dict[str, object]


def root_of(request: Request) -> str:
    """The address under which the caller reached OGC API; https where this server is told that there is HTTPS."""
    base = request.base_url
    if request.app.state.settings.cookie_secure:
        base = base.replace(scheme="https")
    return str(base).rstrip("/") + ROOT


def link(rel: str, href: str, media_type: str = JSON, title: str | None = None) -> Link:
    """One link of a document."""
    found: Link = {"rel": rel, "href": href, "type": media_type}
    return found if title is None else {**found, "title": title}


def header(links: list[Link]) -> str:
    """The links as a header Link (RFC 8288); titles are left out."""
    return ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in links)
