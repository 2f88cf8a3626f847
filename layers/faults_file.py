"""Faults as files: a GeoPackage that opens in QGIS, and CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyogrio
import shapely
from geopandas import GeoDataFrame

from layers.errors import Fault, Invalid

__all__ = ["LAYER", "LAYER_WITHOUT_PLACE", "faults_csv", "write_faults"]

LAYER = "faults"
LAYER_WITHOUT_PLACE = "faults_without_place"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WARNING = "warning: "


def write_faults(path: Path, faults: Sequence[Fault]) -> None:
    """Write the faults to a GeoPackage, in place of a file that is there already.

    The layer `faults` has a point (EPSG:4326) for each fault with a place, the table `faults_without_place` the others;
    both have the columns `where`, `severity` ("fault" or "warning") and `message`.

    Raises:
        Invalid: when the file cannot be written there.
    """
    rows = pd.DataFrame(
        [(fault.where, _severity(fault), fault.message.removeprefix(_WARNING)) for fault in faults],
        columns=["where", "severity", "message"],
        dtype=object,
    )
    placed = pd.Series([fault.place is not None for fault in faults], dtype=bool)
    points = [shapely.Point(fault.place) for fault in faults if fault.place is not None]
    frame = GeoDataFrame(rows[placed], geometry=points, crs="EPSG:4326")
    try:
        _write(path, frame, rows[~placed])
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise Invalid("The faults cannot be written.", [Fault(path.name, str(error))]) from error


def faults_csv(faults: Sequence[Fault]) -> str:
    """The faults as CSV text with the columns where, severity, message, lon, lat; begins with the mark of UTF-8.

    Cells that a spreadsheet would take for a formula get an apostrophe in front.
    """
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(["where", "severity", "message", "lon", "lat"])
    for fault in faults:
        words = (fault.where, _severity(fault), fault.message.removeprefix(_WARNING))
        writer.writerow([*map(_defused, words), *(fault.place or ("", ""))])
    return text.getvalue()


def _write(path: Path, placed: GeoDataFrame, others: pd.DataFrame) -> None:
    # Written beside and moved, so that nobody ever opens half a file, and one that is open in QGIS is not torn.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".faults-") as folder:
        whole = Path(folder) / "faults.gpkg"
        pyogrio.write_dataframe(placed, whole, layer=LAYER, driver="GPKG", geometry_type="Point")
        if len(others):
            pyogrio.write_dataframe(others, whole, layer=LAYER_WITHOUT_PLACE, driver="GPKG", append=True)
        os.replace(whole, path)


def _severity(fault: Fault) -> str:
    return "warning" if fault.message.startswith(_WARNING) else "fault"


def _defused(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
