"""From which score on an answer is right how often; written by `tests/bench/geocoding_fit.py`."""

from __future__ import annotations

__all__ = ["TABLE"]

TABLE = (
    (0.000, 0.333),
    (0.676, 0.998),
    (0.872, 0.998),
    (0.982, 0.999),
    (0.994, 0.999),
)
