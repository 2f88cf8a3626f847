"""Answers of geocoding as the review queue looks at them: for tests that need no gazetteer."""

from __future__ import annotations

from layers.geocode.answer import Candidate, Location, Reason
from layers.geocode.parts import Parts

__all__ = ["because", "located", "meant"]


def located(level="house", confidence=1.0, reasons=(), candidates=()):
    """A place that was found so well."""
    return Location(None, level, None, confidence, tuple(reasons), tuple(candidates), Parts(), "53", None)


def because(*kinds, **values):
    """A place doubted for these reasons."""
    return located(reasons=[Reason(kind, 0.1, "") for kind in kinds], **values)


def meant(address, point, level, number, house_id=None):
    """A place that the text may mean."""
    return Candidate(address, point, level, number, house_id, 0.5)
