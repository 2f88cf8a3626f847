"""One list query a layer: filters, pages that go on after a key, and the same rows in batches or as GeoJSON."""

from layers.items.batches import batches, estimate
from layers.items.features import (
    MAX_FEATURES,
    Condition,
    FeaturePage,
    Features,
    Prepared,
    feature,
    features,
    prepare,
)
from layers.items.filters import MAX_RADIUS_M, Filters
from layers.items.queryables import GEOMETRY, queryables_of
from layers.items.read import MAX_LIMIT, find_list, items, refuse_unseen
from layers.items.strips import extent

__all__ = [
    "GEOMETRY",
    "MAX_FEATURES",
    "MAX_LIMIT",
    "MAX_RADIUS_M",
    "Condition",
    "FeaturePage",
    "Features",
    "Filters",
    "Prepared",
    "batches",
    "estimate",
    "extent",
    "feature",
    "features",
    "find_list",
    "items",
    "prepare",
    "queryables_of",
    "refuse_unseen",
]
