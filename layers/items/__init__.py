"""One list query a layer: filters, pages that go on after a key, and the same rows in batches or as GeoJSON."""

from layers.items.batches import batches
from layers.items.features import (
    MAX_FEATURES,
    Condition,
    FeaturePage,
    Features,
    Prepared,
    extent,
    feature,
    features,
    prepare,
)
from layers.items.filters import MAX_RADIUS_M, Filters
from layers.items.queryables import GEOMETRY, queryables_of
from layers.items.read import MAX_LIMIT, find_list, items, longer_than

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
    "extent",
    "feature",
    "features",
    "find_list",
    "items",
    "longer_than",
    "prepare",
    "queryables_of",
]
