"""A filter's text as a tree, refused before it is parsed when the parser would not come through it unharmed.

The parser of `cql2` 0.6 goes down one call a level: some thousand `not` in a row end the process (measured: 4,000 of
them, a segmentation fault), and a bracket that is never closed costs twice the time of one less (16 of them 0.15 s).
Hence the bounds here, which no filter that somebody writes comes near.
"""

from __future__ import annotations

import re

import cql2

from layers.cql.types import Node
from layers.errors import Fault, Invalid

__all__ = ["MAX_CHARS", "MAX_DEPTH", "MAX_NOTS", "read_json", "read_text"]

MAX_CHARS = 16_000
"""The longest filter."""
MAX_DEPTH = 10
"""Brackets in brackets."""
MAX_NOTS = 50
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_FOREIGN = re.compile(r"[^\w\s.,()=<>+:-]|-\s*-")
_NOT = re.compile(r"\bnot\b", re.IGNORECASE)


def read_text(text: str, where: str = "filter") -> Node:
    """The tree of a filter in CQL2 text.

    Raises:
        Invalid: when it is too long or too deep, or no CQL2.
    """
    fault = _fault(text)
    if fault is not None:
        raise Invalid("The filter cannot be read.", [Fault(where, fault)])
    try:
        return cql2.parse_text(text).to_json()
    # Of shapes that are none the parser says so with no class of its own.
    except Exception as error:
        raise _unreadable(where, error) from error


def read_json(text: str, where: str = "filter") -> Node:
    """The tree of a filter in CQL2 JSON; the parser bounds its depth itself.

    Raises:
        Invalid: when it is too long, or no CQL2.
    """
    if len(text) > MAX_CHARS:
        raise Invalid("The filter cannot be read.", [Fault(where, _too_long())])
    try:
        return cql2.parse_json(text).to_json()
    except Exception as error:
        raise _unreadable(where, error) from error


def _fault(text: str) -> str | None:
    if len(text) > MAX_CHARS:
        return _too_long()
    bare = _QUOTED.sub("''", text).replace("''", " ")
    foreign = _FOREIGN.search(bare)
    if foreign is not None:
        return f"{foreign[0][:1]!r} has no meaning here; arithmetic is not known"
    if len(_NOT.findall(bare)) > MAX_NOTS:
        return f"has more than {MAX_NOTS} not"
    return _bracket_fault(bare)


def _bracket_fault(bare: str) -> str | None:
    depth = 0
    for letter in bare:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            break
        if depth > MAX_DEPTH:
            return f"has more than {MAX_DEPTH} brackets in each other"
    return "has brackets that do not close" if depth else None


def _too_long() -> str:
    return f"is longer than {MAX_CHARS} letters"


def _unreadable(where: str, error: Exception) -> Invalid:
    # The parser draws its place under the text, over several lines; the last says what it had expected.
    said = str(error).strip().splitlines()
    return Invalid("The filter cannot be read.", [Fault(where, f"is no CQL2: {said[-1].strip(' =')[:200]}")])
