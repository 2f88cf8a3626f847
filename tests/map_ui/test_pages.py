"""The pages as HTML."""

import re
import subprocess
import sys

import pytest

from layers.catalog import CATALOG
from map_ui.assets import load_assets
from map_ui.i18n import words
from map_ui.pages import PAGES, PageSettings, render

NONCE = "AAAABBBBCCCCDDDD"


def settings(**changes):
    return PageSettings(**{"assets": load_assets(), "nonce": NONCE, **changes})


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_other_host(page):
    html = render(page, settings())
    assert "://" not in html
    assert not re.search(r"""(?:src|href)=["']?//""", html)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_a_page_names_exists(page):
    assets = load_assets()
    found = re.findall(r"/static/([0-9a-f]+)/([^\"']+)", render(page, settings()))
    assert len(found) >= 5
    assert [name for version, name in found if assets.find(version, name) is None] == []


@pytest.mark.parametrize("page", PAGES)
def test_equal_settings_give_equal_bytes(page):
    assert render(page, settings()) == render(page, settings())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_inline_style_or_handler(page):
    html = render(page, settings())
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_heading_one_main_and_text_without_script(page):
    html = render(page, settings())
    assert html.count("<h1") == html.count("<main") == html.count("<noscript>") == 1


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en")])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_comes_in_the_language_asked_for(page, language, tag):
    html = render(page, settings(language=language))
    texts = words(language)
    assert f'<html lang="{tag}">' in html
    assert f'<span data-i18n="brand">{texts["brand"]}</span>' in html
    assert texts["noscript"] in html


@pytest.mark.parametrize("page", PAGES)
def test_ids_are_not_used_twice(page):
    ids = re.findall(r'\sid="([^"]+)"', render(page, settings()))
    assert sorted(ids) == sorted(set(ids))


def test_our_style_sheet_follows_leaflets():
    html = render("planner", settings())
    assert html.index("leaflet.css") < html.index("page.css")


def test_leaflet_makes_the_map_before_the_module_that_uses_it():
    html = render("planner", settings())
    assert 'id="map_main"' in html
    assert "var map_main = L.map(" in html
    assert "tileLayer" not in html


def test_the_layers_shown_first_are_in_the_catalog():
    assert {layer for page in PAGES.values() for layer in page.shown or ()} <= set(CATALOG)


def test_importing_the_pages_loads_no_database_code():
    code = (
        "import sys; import map_ui.pages, map_ui.vendor; "
        "print(sorted({'sqlalchemy', 'psycopg', 'geoalchemy2', 'alembic', 'fastapi'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
