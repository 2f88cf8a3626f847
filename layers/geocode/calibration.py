"""From which score on an answer is right how often; written by `tests/bench/geocoding_fit.py`."""

from __future__ import annotations

__all__ = ["TABLE"]

TABLE = tuple((at / 20, at / 20) for at in range(21))
