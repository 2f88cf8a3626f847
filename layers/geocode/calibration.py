"""From which score on an answer is right how often; written by `tests/bench/geocoding_fit.py`."""

from __future__ import annotations

__all__ = ["TABLE"]

TABLE = (
    (0.000, 0.333),
    (0.460, 0.977),
    (0.742, 0.997),
    (0.994, 1.000),
)
