"""The HTML document: our own files only, nothing foreign can run."""

import re

import folium
import pytest
from branca.element import CssLink, Element, JavascriptLink
from folium.plugins import HeatMap, MiniMap

from map_ui.assets import Assets, load_assets
from map_ui.elements import ModuleMount, QuietMap, Verbatim, escape_json
from map_ui.figure import IMPORTS, MANIFEST, LocalFigure, UnvendoredAsset, content_security_policy

NONCE = "AAAABBBBCCCCDDDD"


@pytest.fixture(scope="module")
def assets() -> Assets:
    return load_assets()


@pytest.fixture
def figure(assets):
    return LocalFigure(assets, NONCE, "页", "zh")


def test_every_name_of_the_manifest_and_the_import_map_is_a_file(assets):
    assert set(MANIFEST.values()) | set(IMPORTS.values()) <= set(assets.names)


def test_folium_links_become_our_files_and_the_unused_ones_go(figure, assets):
    QuietMap(tiles=None).add_to(figure)
    page = figure.render()
    assert f'<script src="{assets.url("vendor/leaflet/leaflet.js")}"' in page
    assert f'href="{assets.url("vendor/leaflet/leaflet.css")}"' in page
    assert not re.search("jquery|bootstrap|awesome|glyphicons", page)


def test_folium_keeps_its_own_links_for_other_users_of_the_process(figure):
    before = list(folium.Map.default_js)
    QuietMap(tiles=None).add_to(figure)
    figure.render()
    assert folium.Map.default_js == before
    assert dict(before)["leaflet"].startswith("https://")


def test_a_plugin_that_is_not_vendored_is_refused_by_name(figure):
    HeatMap([[25.0, 102.0]]).add_to(QuietMap(tiles=None).add_to(figure))
    with pytest.raises(UnvendoredAsset, match=r"leaflet-heat\.js"):
        figure.render()


def test_tiles_from_the_net_are_refused(figure):
    QuietMap(tiles="OpenStreetMap").add_to(figure)
    with pytest.raises(UnvendoredAsset, match=r"tile\.openstreetmap\.org"):
        figure.render()


def test_a_mini_map_is_refused(figure):
    MiniMap().add_to(QuietMap(tiles=None).add_to(figure))
    with pytest.raises(UnvendoredAsset):
        figure.render()


@pytest.mark.parametrize("link", [JavascriptLink, CssLink])
def test_a_link_of_unknown_name_is_refused_even_when_it_is_local(figure, link):
    figure.header.add_child(link("/elsewhere.js"), name="elsewhere")
    with pytest.raises(UnvendoredAsset, match=r"elsewhere: /elsewhere\.js"):
        figure.render()


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/a.png">',
        "<img src='//example.org/a.png'>",
        "<img src=//example.org/a.png>",
        "<style>@import url(//example.org/a.css)</style>",
        '<script>new WebSocket("wss://example.org")</script>',
        "<script src='HTTP://example.org/a.js'></script>",
    ],
)
def test_a_remote_address_anywhere_is_refused(figure, html):
    figure.html.add_child(Verbatim(html))
    with pytest.raises(UnvendoredAsset, match=r"example\.org"):
        figure.render()


def test_a_comment_in_a_script_is_no_address(figure):
    figure.script.add_child(Element("let a = 1; // why"))
    assert "// why" in figure.render()


def test_the_page_can_be_zoomed_and_names_its_language(figure):
    QuietMap(tiles=None).add_to(figure)
    page = figure.render()
    assert '<html lang="zh-CN">' in page
    assert "user-scalable" not in page
    assert page.count('name="viewport"') == 1


def test_the_nonce_is_on_the_import_map_and_one_script_block_only(figure):
    figure.html.add_child(Verbatim("<script>alert(1)</script>"))
    page = figure.render()
    assert page.count(NONCE) == 2
    assert f'<script type="importmap" nonce="{NONCE}">' in page
    assert "<script>alert(1)</script>" in page


def test_a_text_that_breaks_out_of_foliums_script_has_no_nonce(figure):
    hostile = "</script><script>alert(1)</script>"
    marker = folium.Marker([25.0, 102.0], tooltip=folium.Tooltip(hostile), icon=folium.DivIcon())
    marker.add_to(QuietMap(tiles=None).add_to(figure))
    page = figure.render()
    assert "<script>alert(1)" in page, "folium still does not escape tooltips"
    assert re.findall(r"<script[^>]*>alert", page) == ["<script>alert"]


@pytest.mark.parametrize("nonce", ["", "short", 'AAAABBBBCCCCDDDD"><script>', "AAAABBBBCCCCDDD\n"])
def test_an_unfit_nonce_is_refused(assets, nonce):
    with pytest.raises(ValueError, match="16 characters"):
        LocalFigure(assets, nonce, "页", "zh")


def test_the_title_is_escaped(assets):
    page = LocalFigure(assets, NONCE, "</title><script>", "zh").render()
    assert "<title>&lt;/title&gt;&lt;script&gt;</title>" in page


def test_the_policy_allows_the_nonce_and_ourselves_and_nothing_inline():
    policy = content_security_policy(NONCE)
    assert f"script-src 'self' 'nonce-{NONCE}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>&amp;",
    "{{ 7 * 7 }}{% for x in y %}",
    "\u2028'\"\\",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_configuration_stays_inside_its_element_and_unchanged(figure, text):
    ModuleMount("planner", {"text": text}).add_to(figure)
    page = figure.render()
    found = re.search(r'<script type="application/json" id="page-config">(.*?)</script>', page)
    assert found is not None
    assert found.group(1) == escape_json({"text": text})
    assert not set("<>&") & set(found.group(1))
    assert page.count("<script") == 4, "import map, configuration, module, folium's block"


def test_a_mount_outside_our_figure_is_refused():
    with pytest.raises(TypeError, match="LocalFigure"):
        ModuleMount("planner", {}).render()


def test_a_module_that_does_not_exist_is_refused(figure):
    ModuleMount("app/nothing.mjs", {}).add_to(figure)
    with pytest.raises(KeyError, match="nothing"):
        figure.render()


def test_json_that_browsers_cannot_read_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        escape_json({"n": float("nan")})
