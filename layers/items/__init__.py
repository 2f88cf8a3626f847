"""One list query a layer: filters, pages that go on after a key, and the same rows in batches for exports."""

from layers.items.batches import batches, estimate
from layers.items.filters import MAX_RADIUS_M, Filters
from layers.items.read import MAX_LIMIT, find_list, items, refuse_unseen

__all__ = ["MAX_LIMIT", "MAX_RADIUS_M", "Filters", "batches", "estimate", "find_list", "items", "refuse_unseen"]
