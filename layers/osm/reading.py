"""Read an OpenStreetMap file as what our tables hold."""

from __future__ import annotations

from pathlib import Path

from layers.osm.barriers import find_barriers, find_links
from layers.osm.buildings import find_buildings
from layers.osm.facilities import find_facilities, find_organisations
from layers.osm.model import Osm
from layers.osm.source import open_source
from layers.osm.villages import find_villages, neighbour_faults

__all__ = ["read"]


def read(path: Path, level: int) -> Osm:
    """The content of a `.osm.pbf`, `.osm.gz` or `.osm` file with its areas of `admin_level` = `level` as villages.

    Everything is lon/lat (EPSG:4326), which is what OpenStreetMap is in; the same file gives the same result.

    Raises:
        Invalid: when the file cannot be read or has no village of this level.
    Limit: houses and people are not made; a building stands for one assumed household.
    """
    source = open_source(path)
    regions, region_faults = find_villages(source, level)
    villages = regions[regions["level"] == 5]
    buildings, building_faults = find_buildings(source, villages)
    organisations, organisation_faults = find_organisations(source, villages)
    barriers = find_barriers(source)
    faults = [
        *source.faults,
        *region_faults,
        *neighbour_faults(villages),
        *building_faults,
        *organisation_faults,
    ]
    return Osm(
        region=regions,
        building=buildings,
        facility=find_facilities(source, villages),
        organisation=organisations,
        barrier=barriers.drop(columns="bridge"),
        link=find_links(source, barriers),
        faults=tuple(faults),
    )
