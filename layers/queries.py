"""Named queries from the `.sql` files beside this module; SQL is written there, never assembled here."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["SQL_DIR", "load", "read_sql"]

SQL_DIR = Path(__file__).parent / "sql"
_HEADER = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def load(file: str) -> dict[str, str]:
    """The queries of `sql/queries/<file>`, by the name in their `-- name: xxx` header.

    The texts are constants of this package: nothing of a caller ever enters them, values are bound by the driver.
    """
    parts = _HEADER.split((SQL_DIR / "queries" / file).read_text(encoding="utf-8"))
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def read_sql(path: str) -> str:
    """The whole text of `sql/<path>`."""
    return (SQL_DIR / path).read_text(encoding="utf-8")
