"""What the rooms promise about themselves and no other check holds: light imports, one home for SQL, small parts."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("gridding", "layers", "map_ui", "spatial_api")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
PRODUCTION = sorted([*MODULES, *(ROOT / "fixtures").rglob("*.py")])
# A sentence may begin with Select or Update: SQL is small letters or capitals, and goes on as SQL does.
SQL = re.compile(r"\b(select\s+\S.*\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\b", re.IGNORECASE | re.DOTALL)
# 400 and 500 are left out: they are loads of grids too.
STATUSES = frozenset({401, 403, 404, 405, 409, 413, 421, 422, 429, 502, 503})


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of texts that stand alone: the docstrings of modules, classes, functions and names."""
    bodies = [node.body for node in ast.walk(tree) if hasattr(node, "body") and isinstance(node.body, list)]
    lone = [statement.value for body in bodies for statement in body if isinstance(statement, ast.Expr)]
    return {id(value) for value in lone}


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    said = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, ast.unparse(node)


def statuses(tree: ast.Module) -> list[int]:
    """HTTP statuses written as numbers, but for those that only document a route: `problems(401, 404)`."""
    told = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "problems"
        for argument in node.args
    }
    numbers = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is int]
    return [node.value for node in numbers if node.value in STATUSES and id(node) not in told]


def imported_with(module: str) -> set[str]:
    """The outermost names of everything that a new process has loaded after importing a module."""
    program = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_pages_load_no_database():
    loaded = imported_with("map_ui.pages")
    assert {"map_ui", "layers", "folium"} <= loaded
    assert loaded & {"sqlalchemy", "geoalchemy2", "psycopg", "psycopg_pool", "alembic"} == set()


def test_the_catalog_needs_the_standard_library_and_pydantic():
    roots = set()
    for node in ast.walk(parse(ROOT / "layers" / "catalog.py")):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            roots.add((node.module or "").split(".")[0])
    assert "pydantic" in roots
    assert roots - set(sys.stdlib_module_names) == {"pydantic"}


def test_layers_begins_with_nothing():
    assert (ROOT / "layers" / "__init__.py").read_text(encoding="utf-8").strip() == ""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_ships_the_four_rooms_and_no_other(shipped):
    tops = {name.split("/")[0] for name in shipped}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


def test_the_wheel_ships_all_that_the_rooms_read(shipped):
    kinds = (".py", ".sql", ".json", ".html", ".mjs", ".js", ".css", ".svg", ".ini", ".txt")
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in kinds]
    needed = {path.relative_to(ROOT).as_posix() for path in files}
    assert {"layers/sql/schema.sql", "map_ui/i18n/zh.json", "map_ui/static/vendor/leaflet/leaflet.js"} <= needed
    assert needed - set(shipped) == set()


@pytest.mark.parametrize("room", ["gridding", "map_ui", "spatial_api"])
def test_sql_is_written_in_layers_only(room):
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in MODULES
        if path.is_relative_to(ROOT / room)
        for line, text in texts(parse(path))
        if SQL.search(text)
    ]
    assert found == []


def test_the_scan_for_sql_finds_sql():
    sample = 'a = "select 1 from t"\nb = "DELETE FROM t"\nc = f"select {a} from t"\nd = "Select a grid."'
    assert [line for line, text in texts(ast.parse(sample)) if SQL.search(text)] == [1, 2, 3]


def test_error_statuses_stand_in_one_table():
    # Uvicorn must be told of a body that is too large from inside receive(), where only Starlette's own error serves.
    allowed = {f"spatial_api/{name}.py" for name in ("problems", "openapi", "ogc/document", "guard")}
    found = {path.relative_to(ROOT).as_posix(): statuses(parse(path)) for path in MODULES}
    assert {name: numbers for name, numbers in found.items() if numbers and name not in allowed} == {}
    assert found["spatial_api/guard.py"] == [413]


def test_the_scan_for_statuses_finds_them():
    assert statuses(ast.parse("raise HTTPException(404)\nrouter.get('/', responses=problems(401, 503))")) == [404]


@pytest.mark.parametrize("path", PRODUCTION, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_parts_are_small(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > 60]
    assert long == []


def test_every_module_with_code_says_what_it_offers():
    bare = [path for path in MODULES if "__all__" not in path.read_text(encoding="utf-8")]
    with_names = [
        path.relative_to(ROOT).as_posix()
        for path in bare
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in parse(path).body)
    ]
    entries = {"layers/migrations/env.py"}  # run by Alembic, imported by nobody
    assert [name for name in with_names if name not in entries and "/versions/" not in name] == []
