"""Which encodings of an answer a client takes."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["takes_gzip"]


@lru_cache(256)
def takes_gzip(accepted: str) -> bool:
    """Whether a header Accept-Encoding allows gzip; a weight of 0 forbids it (RFC 9110, 12.5.3)."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = weight.replace(" ", "")
    weight = weights.get("gzip", weights.get("*", "q=0"))
    return weight not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
