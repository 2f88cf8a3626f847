"""The folium elements of the pages: text put in unchanged, one module with its configuration, a plain map."""

import json
from collections.abc import Mapping
from typing import Any

import folium
from branca.element import CssLink, Element, MacroElement
from folium.template import Template

from map_ui.figure import LocalFigure

__all__ = ["ModuleMount", "QuietMap", "Verbatim", "escape_json"]


class Verbatim(Element):
    """HTML put into the page as it is.

    branca compiles the text of a plain Element as a template, so that `{{ … }}` in it would be run.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self._html = html

    def render(self, **kwargs: Any) -> str:  # noqa: ARG002 - the signature is branca's
        """The text itself."""
        return self._html


class ModuleMount(MacroElement):
    """The style sheets and the ES module of one page, and the JSON it reads from the element `page-config`.

    Mounted after the map, so that our style sheets follow Leaflet's. `page` names `app/<page>.mjs` and
    `app/<page>.css` among the assets; `config` is anything JSON can hold.
    """

    def __init__(self, page: str, config: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ModuleMount"
        self._page = page
        self._config = config

    def render(self, **kwargs: Any) -> str:  # noqa: ARG002 - the signature is branca's
        """Add them to the figure; no text of its own.

        Raises: TypeError when the element is in no LocalFigure; KeyError when the module is no asset.
        """
        figure = self.get_root()
        if not isinstance(figure, LocalFigure):
            raise TypeError("a ModuleMount belongs in a LocalFigure")
        for sheet in ("page", self._page):
            figure.header.add_child(CssLink(f"{sheet}.css"), name=f"{sheet}_css")
        html = (
            f'<script type="application/json" id="page-config">{escape_json(self._config)}</script>\n'
            f'<script type="module" src="{figure.assets.url(f"app/{self._page}.mjs")}"></script>'
        )
        figure.html.add_child(Verbatim(html), name=self.get_name())
        return ""


class QuietMap(folium.Map):
    """A folium map that makes the Leaflet map and nothing else; the page's frame holds its box.

    folium's own template forbids zooming the page, and carries styles and scripts that the policy refuses.
    The Leaflet map is the global variable `element_id` of the page.
    """

    element_id = "map_main"
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                crs: L.CRS.{{ this.crs }},
                ...{{ this.options|tojavascript }}
            });
        {% endmacro %}
        """
    )

    def get_name(self) -> str:
        """A name that is the same in every rendering, so that equal pages are equal bytes."""
        return self.element_id


def escape_json(value: Mapping[str, Any]) -> str:
    r"""JSON that can stand inside a script element: `<`, `>` and `&` are written as `\u…`.

    Raises: TypeError or ValueError when JSON cannot hold the value.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
