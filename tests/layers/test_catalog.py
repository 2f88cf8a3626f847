"""The catalog: complete in two languages, and each layer has its file."""

from __future__ import annotations

import re
import subprocess
import sys

from layers.catalog import CATALOG
from layers.models import Base
from layers.queries import SQL_DIR
from spatial_api.access import CAPABILITIES


def test_the_layers_are_those_of_the_contract():
    assert list(CATALOG) == [
        "province",
        "prefecture",
        "county",
        "township",
        "village",
        "grid",
        "plan",
        "duty",
        "barrier",
        "link",
        "building",
        "facility",
        "organisation",
        "place",
        "house",
        "incident",
    ]


def test_each_layer_has_a_file_and_each_file_a_layer():
    files = {path.name for path in (SQL_DIR / "tiles").glob("*.sql")}
    assert {spec.sql for spec in CATALOG.values()} | {"cells.sql"} == files


def test_each_layer_says_which_tables_its_file_reads():
    for spec in CATALOG.values():
        query = re.sub(r"--.*", "", (SQL_DIR / "tiles" / spec.sql).read_text(encoding="utf-8"))
        named = set(re.findall(r"(?:from|join|,) (\w+)", query)) & set(Base.metadata.tables)
        assert named == set(spec.reads), spec.name


def test_each_layer_needs_a_capability_that_some_role_has():
    for spec in CATALOG.values():
        assert spec.needs, spec.name
        assert set(spec.needs) <= frozenset().union(*CAPABILITIES.values()), spec.name


def test_each_file_takes_the_scope():
    for path in (SQL_DIR / "tiles").glob("*.sql"):
        query = path.read_text(encoding="utf-8")
        assert all(f"%({name})s" in query for name in ("lo", "hi", "grids")), path.name


def test_titles_are_in_chinese_and_in_english():
    for spec in CATALOG.values():
        for named in (spec, *spec.fields, *spec.legend):
            assert not named.title_zh.isascii(), spec.name
            assert named.title_en.isascii(), spec.name
        assert 0 <= spec.min_zoom <= spec.max_zoom <= 22


def test_layers_that_show_people_say_so():
    assert [name for name, spec in CATALOG.items() if spec.personal] == ["house", "incident"]
    assert [name for name, spec in CATALOG.items() if spec.counts_people] == ["building"]


def test_the_catalog_needs_no_database():
    heavy = ("sqlalchemy", "psycopg", "shapely")
    code = f"import sys, layers.catalog; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
