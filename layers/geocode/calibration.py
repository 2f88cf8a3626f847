"""From which score on an answer is right how often; written by `tests/bench/geocoding_fit.py`."""

from __future__ import annotations

__all__ = ["TABLE"]

TABLE = (
    (0.000, 0.000),
    (0.413, 0.919),
    (0.642, 0.998),
    (0.842, 0.998),
    (0.984, 0.999),
    (0.994, 0.999),
)
