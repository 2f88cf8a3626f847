"""The pages as HTML: composed with folium around one module each; all data come later, from the API."""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader

from layers.catalog import CATALOG
from map_ui.assets import Assets
from map_ui.elements import ModuleMount, QuietMap, Verbatim
from map_ui.figure import LocalFigure
from map_ui.i18n import LANGUAGES, Language, words

__all__ = ["PageSettings", "login_page", "map_page"]

# Keys of the pages' titles
_MAP_TITLE = "map.title"
_LOGIN_TITLE = "login.title"
# The middle of China, until the page knows the caller's region.
START_LAT_LON = (35.0, 104.0)
START_ZOOM = 4
MAX_ZOOM = 19
# Layers that are on when the page opens.
SHOWN = ("county", "township", "village", "grid", "barrier")

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


def map_page(settings: PageSettings) -> str:
    """The HTML of the map page `/`.

    Raises: ValueError for an unfit nonce; map_ui.figure.UnvendoredAsset when an element wants a foreign file.
    """
    figure = _figure(settings, _MAP_TITLE, "map.html")
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
    shown = [name for name in CATALOG if name in SHOWN]
    _mount(figure, settings, "app/map.mjs", {"title": _MAP_TITLE, "map": quiet_map.get_name(), "shown": shown})
    return figure.render()


def login_page(settings: PageSettings) -> str:
    """The HTML of the page `/login`.

    Raises: ValueError for an unfit nonce.
    """
    figure = _figure(settings, _LOGIN_TITLE, "login.html")
    _mount(figure, settings, "app/login.mjs", {"title": _LOGIN_TITLE})
    return figure.render()


def _figure(settings: PageSettings, title_key: str, frame: str) -> LocalFigure:
    texts = words(settings.language)
    title = f"{texts[title_key]} · {texts['brand']}"
    figure = LocalFigure(settings.assets, settings.nonce, title, settings.language)
    html = FRAMES.get_template(frame).render(
        words=texts, icon=settings.assets.url("app/icon.svg"), map_id=QuietMap.element_id
    )
    figure.html.add_child(Verbatim(html), name="frame")
    return figure


def _mount(figure: LocalFigure, settings: PageSettings, module: str, config: dict[str, Any]) -> None:
    catalogues = {language: settings.assets.url(f"i18n/{language}.json") for language in LANGUAGES}
    mount = ModuleMount(module, config | {"language": settings.language, "words": catalogues})
    mount.add_to(figure)
