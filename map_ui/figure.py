"""The HTML document around folium's elements: own files only, and a policy under which nothing else runs."""

import json
import re
from typing import Any

from branca.element import Figure, Link
from jinja2 import Environment

from map_ui.assets import Assets
from map_ui.i18n import Language

__all__ = ["LocalFigure", "UnvendoredAsset", "content_security_policy"]

# folium's and our own asset names -> our files
MANIFEST = {
    "leaflet": "vendor/leaflet/leaflet.js",
    "leaflet_css": "vendor/leaflet/leaflet.css",
    "page_css": "app/page.css",
    **{
        f"{page}_css": f"app/{page}.css"
        for page in ("login", "planner", "officer", "field", "imports", "review", "duplicates", "moves", "account")
    },
}
# Every folium map asks for these; its popups and icons need them, our pages do not.
DROPPED = frozenset(
    {
        "jquery",
        "bootstrap",
        "bootstrap_css",
        "awesome_markers",
        "awesome_markers_css",
        "awesome_markers_font_css",
        "awesome_rotate_css",
        "glyphicons_css",
    }
)
# Bare names in `import` statements -> our files
IMPORTS = {
    "@mapbox/point-geometry": "vendor/point-geometry/index.js",
    "@mapbox/vector-tile": "vendor/vector-tile/index.js",
    "pbf": "vendor/pbf/index.js",
}
LANGUAGE_TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
NONCE = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
# An address with a scheme, or one that begins with // where an address may stand.
REMOTE = re.compile(r"""(?:https?|wss?|ftp)://[^\s"'<>)]*|(?<=["'(=])\s*//[^\s"'<>)]+""", re.IGNORECASE)

PAGE = Environment(autoescape=True).from_string(
    """<!DOCTYPE html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<link rel="icon" href="{{ icon }}" type="image/svg+xml">
<script type="importmap" nonce="{{ nonce }}">{{ imports|safe }}</script>
{{ header|safe }}
</head>
<body>
{{ body|safe }}
<script nonce="{{ nonce }}">
{{ script|safe }}
</script>
</body>
</html>
"""
)


class UnvendoredAsset(Exception):
    """The page would load something from elsewhere."""


class LocalFigure(Figure):
    """A folium figure whose links go to our own files, and which refuses to render with any other address.

    The nonce stands on the import map and on the one script block of the figure alone: a block that
    untrusted text managed to open would not have it.
    """

    def __init__(self, assets: Assets, nonce: str, title: str, language: Language) -> None:
        """Begin an empty page.

        Raises: ValueError when the nonce is not 16 or more characters of base64.
        """
        super().__init__(title=title)
        if not NONCE.fullmatch(nonce):
            raise ValueError("a nonce has at least 16 characters of base64")
        self.assets = assets
        self.nonce = nonce
        self.language = language
        self.header._children.clear()  # branca's own charset line; the template has one

    def render(self, **kwargs: Any) -> str:
        """The HTML page.

        Raises: UnvendoredAsset naming the asset or address that is not ours.
        """
        for child in list(self._children.values()):
            child.render(**kwargs)
        self._localise_links()
        imports = {name: self.assets.url(path) for name, path in IMPORTS.items()}
        page = PAGE.render(
            lang=LANGUAGE_TAGS[self.language],
            title=self.title,
            icon=self.assets.url("app/icon.svg"),
            nonce=self.nonce,
            imports=json.dumps({"imports": imports}),
            header=self.header.render(**kwargs),
            body=self.html.render(**kwargs),
            script=self.script.render(**kwargs),
        )
        if remote := REMOTE.search(page):
            raise UnvendoredAsset(remote.group().strip())
        return page

    def _localise_links(self) -> None:
        for name, child in list(self.header._children.items()):
            if not isinstance(child, Link):
                continue
            if name in MANIFEST:
                child.url = self.assets.url(MANIFEST[name])
            elif name in DROPPED:
                del self.header._children[name]
            else:
                raise UnvendoredAsset(f"{name}: {child.url}")


def content_security_policy(nonce: str) -> str:
    """The `Content-Security-Policy` under which a page with this nonce works, and nothing foreign runs."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
