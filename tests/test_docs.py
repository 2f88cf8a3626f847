"""The documentation names what there is, all of it, and nothing else; and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from layers.catalog import CATALOG
from layers.doctor import CHECKS
from layers.models import Barrier, Link
from spatial_api.access import CAPABILITIES
from spatial_api.app import create_app
from spatial_api.cli import COMMANDS, app
from spatial_api.problems import BY_SLUG
from spatial_api.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
CODE = re.compile(r"`([^`]+)`")


def rows(page: str, heading: str | None = None) -> list[list[str]]:
    """The cells of the first table of a page, or of the section under a `## heading`."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if heading is not None:
        text = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    table = re.search(r"^\|.*\n\|[-|]+\n((?:\|.*\n?)*)", text, re.MULTILINE)
    assert table is not None, f"{page} has no table under {heading}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


def names(page: str, heading: str | None = None) -> list[str]:
    """What stands in backticks in the first column, sorted."""
    return sorted(CODE.findall(row[0])[0] for row in rows(page, heading))


def leaves(command, words: tuple[str, ...]) -> list[str]:
    if not hasattr(command, "list_commands"):
        return [" ".join(words)]
    context = command.context_class(command)
    children = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [leaf for name, child in children for leaf in leaves(child, (*words, name))]


@pytest.fixture(scope="module")
def document():
    return create_app(Settings()).openapi()


def test_every_setting_is_documented():
    assert names("docs/operating.md", "Settings") == sorted(f"WANGGE_{name.upper()}" for name in Settings.model_fields)


def test_plain_defaults_are_those_of_the_code():
    told = {CODE.findall(row[0])[0]: row[1].strip("`") for row in rows("docs/operating.md", "Settings")}
    plain = {
        f"WANGGE_{name.upper()}": str(field.default).lower()
        for name, field in Settings.model_fields.items()
        if isinstance(field.default, bool | int) or name in ("host", "log_level")
    }
    assert {name: told[name] for name in plain} == plain


def test_every_command_is_documented():
    found = leaves(get_command(app), ("wangge",))
    assert len(found) > len(COMMANDS)
    assert names("docs/operating.md", "Commands") == sorted(found)


def test_every_check_of_the_doctor_is_documented_in_its_order():
    assert [CODE.findall(row[0])[0] for row in rows("docs/operating.md", "What the doctor checks")] == list(CHECKS)


def test_every_route_is_documented(document):
    routes = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    told = [(row[0], CODE.findall(row[1])[0]) for row in rows("docs/api.md", "Routes")]
    assert sorted(told) == sorted(routes)


def test_every_capability_is_documented_for_every_role():
    told = {
        CODE.findall(row[0])[0]: {role for role, cell in zip(CAPABILITIES, row[1:], strict=True) if cell == "yes"}
        for row in rows("docs/api.md", "Who may")
    }
    every = frozenset().union(*CAPABILITIES.values())
    assert told == {one: {role for role, may in CAPABILITIES.items() if one in may} for one in every}


def test_every_problem_is_documented_with_its_status():
    told = [(CODE.findall(row[0])[0], int(row[1])) for row in rows("docs/api.md", "Problems")]
    assert sorted(told) == sorted((slug, kind.status) for slug, kind in BY_SLUG.items())


def test_every_layer_is_documented():
    told = [
        (CODE.findall(name)[0], geometry, zooms, CODE.findall(fields))
        for name, geometry, zooms, fields, _ in layer_rows()
    ]
    assert told == [
        (spec.name, spec.geometry, f"{spec.min_zoom}–{spec.max_zoom}", [field.name for field in spec.fields])
        for spec in CATALOG.values()
    ]


def layer_rows() -> list[list[str]]:
    return rows("docs/layers.md")


def test_personal_layers_are_said_to_be_personal():
    told = {CODE.findall(row[0])[0] for row in layer_rows() if "personal" in row[4]}
    assert told == {spec.name for spec in CATALOG.values() if spec.personal}


@pytest.mark.parametrize(("model", "heading"), [(Barrier, "Kinds of barriers"), (Link, "Kinds of links")])
def test_every_kind_is_documented(model, heading):
    allowed = " ".join(str(check.sqltext) for check in model.__table__.c.kind.constraints)
    assert names("docs/layers.md", heading) == sorted(re.findall(r"'(\w+)'", allowed))


def test_every_benchmark_is_documented():
    found = [path.stem.removeprefix("bench_") for path in (ROOT / "tests" / "bench").glob("bench_*.py")]
    assert names("docs/rooms.md", "Benchmarks") == sorted(found)


def test_every_fixture_of_the_database_is_documented():
    text = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    found = re.findall(r"^@pytest\.fixture.*\ndef (\w+)", text, re.MULTILINE)
    assert names("docs/rooms.md", "How a change is tried") == sorted(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    missing = [one for one in targets if one and "://" not in one and not (page.parent / one).exists()]
    assert missing == []


def test_every_page_is_reached_from_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    told = set(re.findall(r"\]\(([^)\s]+\.md)\)", index))
    docs = ROOT / "docs"
    pages = {page.relative_to(docs).as_posix() for page in docs.rglob("*.md") if page.parent.name != "decisions"}
    assert told == pages - {"index.md"}


def test_every_decision_has_its_number_once_and_its_four_parts():
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in found] == [f"{number:04}" for number in range(1, len(found) + 1)]
    parts = ["What", "Why", "What was measured", "What would change it"]
    for page in found:
        headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert [heading for heading in headings if heading in parts] == parts, page.name


def test_the_chinese_readme_has_the_same_parts():
    shapes = []
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        marks = re.findall(r"^(#+ |```\w*|!\[|\| |- )", text, re.MULTILINE)
        shapes.append(marks)
    assert shapes[0] == shapes[1]


def test_every_command_that_run_knows_is_in_its_usage():
    script = (ROOT / "run").read_text(encoding="utf-8")
    known = re.findall(r"^  (\w+)\) ", script.rsplit("case $command in", 1)[1], re.MULTILINE)
    told = re.findall(r"^\./run (\w+)", script, re.MULTILINE)
    assert sorted(told) == sorted(known)
