"""Filters in CQL2, text or JSON: read by `cql2`, walked by an allow-list, compiled to SQL with bound values."""

from layers.cql.compile import compile_filter
from layers.cql.reading import MAX_CHARS, read_json, read_text
from layers.cql.types import Filter, Node, Queryable

__all__ = ["MAX_CHARS", "Filter", "Node", "Queryable", "compile_filter", "read_json", "read_text"]
