"""The pages as HTML: composed with folium around one module each; all data come later, from the API."""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader

from layers.catalog import CATALOG
from layers.listing import LISTS
from map_ui.assets import Assets
from map_ui.elements import ModuleMount, QuietMap, Verbatim
from map_ui.figure import LocalFigure
from map_ui.i18n import LANGUAGES, Language, words

__all__ = ["PAGES", "Page", "PageSettings", "render"]

# The middle of China, until the page knows the caller's region.
START_LAT_LON = (35.0, 104.0)
START_ZOOM = 4
MAX_ZOOM = 19
_REGIONS = ("county", "township", "village")


@dataclass(frozen=True)
class Page:
    """One page: `templates/<name>.html`, `app/<name>.mjs` and `app/<name>.css`, titled `<name>.title`.

    `shown` are the layers that are on when the page's map opens, None for a page without a map.
    """

    name: str
    shown: tuple[str, ...] | None = None


PAGES = {
    page.name: page
    for page in (
        Page("planner", (*_REGIONS, "grid", "barrier")),
        Page("officer", (*_REGIONS, "grid")),
        Page("field", ("village", "grid", "barrier", "building")),
        Page("review", (*_REGIONS, "grid", "barrier", "building")),
        Page("duplicates"),
        Page("moves"),
        Page("imports"),
        Page("account"),
        Page("login"),
    )
}
"""The pages; each is served at `/<name>`."""

FRAMES = Environment(loader=PackageLoader("map_ui", "templates"), autoescape=True)


@dataclass(frozen=True)
class PageSettings:
    """What one rendering of a page needs.

    `nonce` is new for every answer and the one in its Content-Security-Policy; `language` is used until the
    browser's own choice is known.
    """

    assets: Assets
    nonce: str
    language: Language = "zh"


def render(name: str, settings: PageSettings) -> str:
    """The HTML of the page of that name.

    Raises:
        KeyError: when there is no such page.
        ValueError: for an unfit nonce.
        map_ui.figure.UnvendoredAsset: when an element wants a foreign file.
    """
    page = PAGES[name]
    texts = words(settings.language)
    title_key = f"{name}.title"
    title = f"{texts[title_key]} · {texts['brand']}"
    figure = LocalFigure(settings.assets, settings.nonce, title, settings.language)
    icon = settings.assets.url("app/icon.svg")
    html = FRAMES.get_template(f"{name}.html").render(words=texts, icon=icon, map_id=QuietMap.element_id)
    figure.html.add_child(Verbatim(html), name="frame")
    catalogues = {language: settings.assets.url(f"i18n/{language}.json") for language in LANGUAGES}
    config: dict[str, Any] = {"title": title_key, "language": settings.language, "words": catalogues}
    if page.shown is not None:
        config |= {
            "map": _add_map(figure),
            "shown": [layer for layer in CATALOG if layer in page.shown],
            "lists": {layer: LISTS[layer].geometry for layer in CATALOG if layer in LISTS},
            "dated": [layer for layer in CATALOG if layer in LISTS and "as_of" in LISTS[layer].filters],
        }
    ModuleMount(name, config).add_to(figure)
    return figure.render()


def _add_map(figure: LocalFigure) -> str:
    """The name of a map added to the page."""
    # Zoom buttons are made in the browser, where their titles have a language. Sources stand in the panel, as text:
    # Leaflet's attribution would put them into the page as HTML.
    quiet_map = QuietMap(
        location=START_LAT_LON,
        zoom_start=START_ZOOM,
        max_zoom=MAX_ZOOM,
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
    )
    quiet_map.add_to(figure)
    return quiet_map.get_name()
