"""OpenStreetMap files: villages, buildings, facilities, barriers and links from tags."""

from layers.osm.model import Osm
from layers.osm.reading import read
from layers.osm.store import store_osm

__all__ = ["Osm", "read", "store_osm"]
