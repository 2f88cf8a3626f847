"""The gazetteer in a PostgreSQL of its own, and what a process and its connection cost in CPU."""

from __future__ import annotations

import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import psycopg
import shapely
from sqlalchemy.orm import Session

from layers.aliases import add, shipped
from layers.china import counties as county_polygons
from layers.cluster import Cluster
from layers.db import OWNER_ROLE, Database, raw
from layers.imports import begin
from layers.migrate import migrate
from layers.scope import Scope
from layers.settings import DatabaseSettings

__all__ = ["Meter", "house_at", "settings_of", "store"]

GRIDS_OF_VILLAGE = 1000
# Degrees around the outermost houses.
MARGIN = 0.002


def settings_of(root: Path) -> DatabaseSettings:
    """Give the settings of the bench's own cluster."""
    return DatabaseSettings(database_url=None, data_root=root, instance="b", key_file=None)


@contextmanager
def store(houses: pd.DataFrame, regions: pd.DataFrame) -> Iterator[tuple[Path, Database]]:
    """A private cluster with the gazetteer, for as long as the block lasts: its folder and its database."""
    root = Path(tempfile.mkdtemp(prefix="wangge-bench-", dir="/tmp"))
    root.chmod(0o711)
    settings = settings_of(root)
    cluster = Cluster(settings)
    try:
        cluster.ensure()
        database = Database(settings)
        migrate(database)
        with database.write(Scope.everything()) as session:
            _fill(session, houses, regions)
        with psycopg.connect(database.conninfo(OWNER_ROLE), autocommit=True) as connection:
            connection.execute("vacuum analyze house, region, region_alias, place_name")
        yield root, database
        database.dispose()
    finally:
        cluster.stop("immediate")
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(cluster.socket_dir, ignore_errors=True)


def _fill(session: Session, houses: pd.DataFrame, regions: pd.DataFrame) -> None:
    shapes = county_polygons("53") | _shapes(houses)
    rows = regions.assign(
        level=regions["level"].astype(int),
        parent_code=regions["parent_code"].where(regions["parent_code"] != "", None),
        geom=[shapes.get(code) for code in regions["code"]],
        synthetic=regions["level"].isin(("4", "5")),
        source="bench",
    )
    placed = houses.drop(columns=["lon", "lat", "village_code"]).assign(
        id=[str(uuid.UUID(int=at + 1)) for at in range(len(houses))],
        point=shapely.points(houses["lon"], houses["lat"]),
        grid_no=houses["village_code"].astype("int64") * GRIDS_OF_VILLAGE,
        level="house",
        source="bench",
    )
    with begin(session, "bench", "gazetteer") as log:
        log.copy("region", rows)
        add(log, shipped())
        log.copy("house", placed)


def _shapes(houses: pd.DataFrame) -> dict[str, shapely.MultiPolygon]:
    """Boxes around the houses of each village and each township: there are no true shapes of them."""
    found = {}
    for length in (9, 12):
        bounds = houses.groupby(houses["village_code"].str[:length])[["lon", "lat"]].agg(["min", "max"])
        corners = bounds.to_numpy()[:, [0, 2, 1, 3]]
        boxes = shapely.box(*(corners + np.array([-MARGIN, -MARGIN, MARGIN, MARGIN])).T)
        found |= {code: shapely.MultiPolygon([box]) for code, box in zip(bounds.index, boxes, strict=True)}
    return found


def house_at(house_id: object) -> int | None:
    """Give the row of the gazetteer that has this id."""
    return None if house_id is None else uuid.UUID(str(house_id)).int - 1


class Meter:
    """CPU seconds of this process and of its connection's server process together."""

    def __init__(self, session: Session) -> None:
        row = raw(session).execute("select pg_backend_pid()").fetchone()
        assert row is not None
        self._file = Path(f"/proc/{row[0]}/schedstat")

    def seconds(self) -> float:
        """CPU seconds so far."""
        return time.process_time() + int(self._file.read_text().split()[0]) / 1e9
