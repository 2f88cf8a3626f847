"""Every sentence that the code can say to a caller, read from its source: what a translation must know."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PROJECT", "Sentence", "sentences_in_code", "titles_of_errors"]

PROJECT = Path(__file__).resolve().parent.parent
_ROOMS = ("gridding", "layers", "spatial_api")
_WARNING = "warning: "

_SILENT = {
    "layers/backup.py": "wangge db backup and restore",
    "layers/china.py": "wangge import county",
    "layers/cluster.py": "wangge db start",
    "layers/crypto.py": "keys: what is said of them goes into the log as an internal error",
    "layers/doctor.py": "wangge doctor",
    "layers/migrate.py": "Unavailable: no caller is told why, see spatial_api/problems.py",
    "layers/queries.py": "reads SQL",
    "layers/settings.py": "settings",
    "layers/catalog.py": "names of layers and fields, in both languages there",
    "layers/listing.py": "names of columns, in both languages there",
    "layers/db.py": "options of connections",
    "spatial_api/app.py": "describes the API in /openapi.json",
    "spatial_api/ogc/describe.py": "describes OGC API, with the titles of the catalog",
    "spatial_api/ogc/document.py": "describes OGC API in /ogc/api",
    "spatial_api/ogc/links.py": "writes headers",
    "spatial_api/ogc/schemas.py": "describes OGC API in /ogc/api",
    "spatial_api/ogc/tile_sets.py": "describes the tiling, by its official title",
    "spatial_api/openapi.py": "describes the API in /openapi.json",
    "spatial_api/problems.py": "has its titles and advice in both languages",
    "spatial_api/request_log.py": "the log",
    "spatial_api/settings.py": "settings",
    "spatial_api/tls.py": "wangge serve",
}
"""Modules whose words reach no caller, or reach them in both languages, and what says them."""
_SILENT_FOLDERS = ("layers/models/", "layers/migrations/", "spatial_api/cli/", "spatial_api/words/")
_SILENT_CALLS = frozenset({"Field", "Literal", "SQL", "compile", "error", "execute", "one", "_one", "fullmatch", "sub"})
"""Functions whose texts are no messages: descriptions in the API's document, SQL, patterns, the log."""


class Sentence(str):
    """A sentence with `{}` for each value, and where in the code it stands."""

    place: str

    def __new__(cls, text: str, place: str) -> Sentence:
        made = super().__new__(cls, text)
        made.place = place
        return made


def sentences_in_code() -> list[Sentence]:
    """The literals with a blank in them, but for HTML: many a message is made far from the fault that says it."""
    found: list[Sentence] = []
    for room in _ROOMS:
        for path in sorted((PROJECT / room).rglob("*.py")):
            name = path.relative_to(PROJECT).as_posix()
            if name not in _SILENT and not name.startswith(_SILENT_FOLDERS):
                found += _Reader(path, name).sentences()
    return found


def titles_of_errors() -> list[Sentence]:
    """The first lines of the docstrings of the errors: what they say when they are given no detail."""
    found = []
    for name in ("layers/errors.py", "spatial_api/errors.py"):
        for node in ast.parse((PROJECT / name).read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name != "Fault":
                found.append(Sentence((ast.get_docstring(node) or "").splitlines()[0], f"{name}:{node.lineno}"))
    return found


class _Reader:
    """Reads one module."""

    def __init__(self, path: Path, name: str) -> None:
        self._tree = ast.parse(path.read_text("utf-8"))
        self._name = name
        self._constants = _constants(self._tree)

    def sentences(self) -> Iterator[Sentence]:
        for node in self._walk(self._tree):
            text = self._template(node)
            if text is not None:
                text = text.removeprefix(_WARNING)
                if " " in text.strip() and re.search("[a-z]", text) and not text.startswith("<!doctype"):
                    yield Sentence(text, f"{self._name}:{node.lineno}")  # type: ignore[attr-defined]

    def _walk(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes that may say something; not docstrings, annotations, nor what only silent functions are given."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            if isinstance(child, ast.Call) and _called(child) in _SILENT_CALLS:
                continue
            if isinstance(child, ast.JoinedStr):
                yield child
                yield from (part for value in child.values if not isinstance(value, ast.Constant)
                            for part in self._walk(value))  # fmt: skip
                continue
            yield child
            yield from self._walk(child)

    def _template(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if not isinstance(node, ast.JoinedStr):
            return None
        return "".join(self._part(value) for value in node.values)

    def _part(self, value: ast.expr) -> str:
        if isinstance(value, ast.Constant):
            return str(value.value)
        if isinstance(value, ast.FormattedValue) and isinstance(value.value, ast.Name):
            return self._constants.get(value.value.id, "{}")
        return "{}"


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _constants(tree: ast.Module) -> dict[str, str]:
    """The texts that a module names; `WARNING` is imported from another one."""
    found = {"WARNING": _WARNING}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found |= {target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)}
    return found
