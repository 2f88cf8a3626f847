"""What an OpenStreetMap file holds for us."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from geopandas import GeoDataFrame

from layers.errors import Fault

__all__ = ["COUNTY", "FIRST_PREFECTURE", "PROVINCE", "Osm"]

PROVINCE = "99"
"""Data from outside China lies under this province, each file under a prefecture of its own."""
FIRST_PREFECTURE = "9901"
COUNTY = "990101"


@dataclass(frozen=True)
class Osm:
    """The content of one file, lon/lat (EPSG:4326); each frame's columns are those of the table of its name.

    Codes and grid numbers are those of prefecture 9901; storing moves them to a free prefecture.
    `faults` are what was left out or repaired and where; those that begin with "warning" did not lose anything.
    """

    region: pd.DataFrame
    building: GeoDataFrame
    facility: GeoDataFrame
    organisation: GeoDataFrame
    barrier: GeoDataFrame
    link: GeoDataFrame
    faults: tuple[Fault, ...]

    @property
    def villages(self) -> pd.DataFrame:
        """The regions of level 5."""
        return self.region[self.region["level"] == 5]
