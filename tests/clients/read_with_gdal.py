"""What GDAL, the one of pyogrio, makes of a server, as JSON; a process of its own, for GDAL keeps Python waiting.

`python read_with_gdal.py URL LOGIN:SECRET FOLDER` with a tile `FOLDER/tile.pbf` (14/6990/12752 of the layer grid).
"""

from __future__ import annotations

import json
import sys

import pyogrio
from pyogrio.raw import read

BOX = (100.20, 25.50, 100.22, 25.52)


def main(url: str, user: str, folder: str) -> None:
    """Print it."""
    source = f"OAPIF:{url}"
    told = {"drivers": sorted({"OAPIF", "OGCAPI", "MVT"} & set(pyogrio.list_drivers())), "refused": refused(source)}
    pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": user, "GDAL_HTTP_AUTH": "BASIC"})
    told["layers"] = sorted(str(name) for name, _ in pyogrio.list_layers(source))
    told["pages"] = rows(source, "building", PAGE_SIZE=5)
    told["box"] = rows(source, "building", bbox=BOX)
    told["noise"] = rows(source, "incident", where="kind = 'noise'")
    told["hazard"] = rows(source, "incident", where="kind = 'hazard'")
    told["bounds"] = pyogrio.read_info(source, layer="village", force_total_bounds=True)["total_bounds"]
    metres = pyogrio.read_info(source, layer="village", force_total_bounds=True, CRS="EPSG:4542")
    told["metres"] = {"crs": metres["crs"], "bounds": metres["total_bounds"]}
    told["ogcapi"] = rows(f"OGCAPI:{url}/collections/building", "building", API="ITEMS")
    tile = rows(f"MVT:{folder}/tile.pbf", "grid", X=12752, Y=6990, Z=14)
    print(json.dumps(told | {"tile": tile}, default=str))  # noqa: T201 -- what it is for


def rows(source: str, layer: str, **asked: object) -> dict[str, object]:
    """How many rows there are, and their values column by column."""
    meta, _, shapes, columns = read(source, layer=layer, **asked)
    values = {name: [str(one) for one in column] for name, column in zip(meta["fields"], columns, strict=True)}
    return {"count": len(shapes), "crs": meta["crs"], "values": values}


def refused(source: str) -> str | None:
    """What GDAL says without a token."""
    try:
        read(source, layer="building")
    except pyogrio.errors.DataSourceError as error:
        return str(error)
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
