"""One list query a layer: filters, pages that go on after a key, and the same rows in batches for exports."""

from layers.items.batches import batches
from layers.items.filters import MAX_RADIUS_M, Filters
from layers.items.read import MAX_LIMIT, find_list, items, longer_than

__all__ = ["MAX_LIMIT", "MAX_RADIUS_M", "Filters", "batches", "find_list", "items", "longer_than"]
