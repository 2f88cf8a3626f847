"""A whole list as a file: GeoJSON, CSV, XLSX, GeoPackage, FlatGeobuf or GeoParquet, in a chosen CRS, batch by batch."""

from layers.export.formats import FORMATS, Format
from layers.export.run import Export, Order, prepare

__all__ = ["FORMATS", "Export", "Format", "Order", "prepare"]
