"""The reasons of geocoding in words; in the data each is a word of a fixed list."""

from __future__ import annotations

from collections.abc import Mapping

from spatial_api.words import in_chinese

__all__ = ["REASONS", "in_words"]

REASONS: Mapping[str, str] = {
    "ambiguous": "several places fit",
    "alias": "another name was used",
    "old_name": "an old name was used",
    "typo": "a name was corrected",
    "number_unknown": "the number is not registered there",
    "unit_unclear": "it is not clear which number is which",
    "room_unknown": "the room is not registered there",
    "street_unknown": "the street is not registered there",
    "hamlet_unknown": "the hamlet is not registered there",
    "estate_unknown": "the estate is not registered there",
    "not_understood": "a part was not understood",
    "county_missing": "no county is named",
    "went_up": "only a larger place is known",
    "region_unlike": "the region was written otherwise",
    "region_without_shape": "the region has no boundary",
    "outside_stated": "it lies outside the stated region",
    "remembered": "a reviewer placed this text",
}
"""By kind, in English; what Chinese says is in the catalogue of this room."""


def in_words(kind: str, text: str, *, english: bool) -> str:
    """A reason with what in the text it is about: "a name was corrected: 人名路 -> 人民路"."""
    words = REASONS.get(kind, kind)
    told = words if english else in_chinese(words)
    mark = ": " if english else "："
    return f"{told}{mark}{text}" if text else told
