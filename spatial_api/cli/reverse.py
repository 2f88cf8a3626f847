"""`wangge reverse`: what lies at a place."""

from __future__ import annotations

from typing import Annotated

import typer

from layers.geocoding import reverse
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database

__all__ = ["app"]

app = typer.Typer()


@app.command(name="reverse")
def tell_place(
    lon: Annotated[float, typer.Argument(help="Longitude in degrees.")],
    lat: Annotated[float, typer.Argument(help="Latitude in degrees.")],
    crs: Annotated[str, typer.Option(help="wgs84, cgcs2000, gcj02 or bd09.")] = "wgs84",
    as_json: AsJson = False,
) -> None:
    """The regions, the grid and the nearest house of a place."""
    with ready_database().write(Scope.everything()) as session:
        here = reverse(session, lon, lat, crs)
    told = {
        "regions": [f"{region.code} {region.name}" for region in here.regions],
        "grid_no": here.grid_no,
        "nearest": None if here.nearest is None else here.nearest.address,
        "distance_m": None if here.nearest is None else round(here.nearest.distance_m, 1),
    }
    answer(told, as_json)
