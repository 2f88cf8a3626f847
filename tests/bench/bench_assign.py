"""Which grid holds which building: our set-based assignment beside what people write by themselves, in one run.

Data: `--points` buildings drawn around 40 centres, and `--grids` Voronoi cells with some 80 vertices each, in a private
cluster made for this run; the peers may use a GiST index on the points, which ours does without. Every way must give
the same answer and write it into every row. Wall seconds, median of `--rounds`, all ways in turn.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from layers.assign import assign
from layers.cluster import Cluster
from layers.db import OWNER_ROLE, Database, raw
from layers.imports import begin, copy_frame
from layers.migrate import migrate
from layers.scope import Scope
from layers.settings import DatabaseSettings

VILLAGE = "532901001001"
BOX = (100.0, 25.0, 100.6, 25.6)
JOIN = """update building set grid_no = found.grid_no from (
    select b.id, g.grid_no from grid g join building b on st_contains(g.geom, b.point)) found
    where building.id = found.id"""
LATERAL = """update building set grid_no = found.grid_no from (
    select inside.id, g.grid_no from grid g cross join lateral (
        select b.id from building b where b.point && g.geom and st_contains(g.geom, b.point) offset 0) inside) found
    where building.id = found.id"""
BACK = "update building set grid_no = joined.grid_no from joined where building.id = joined.id"


def main() -> None:
    """Make the data, run every way in turn, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=200_000)
    options.add_argument("--grids", type=int, default=900, help="at most 900: the numbers of one village")
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    root = Path(tempfile.mkdtemp(prefix="wangge-bench-", dir="/tmp"))
    root.chmod(0o711)
    settings = DatabaseSettings(database_url=None, data_root=root, instance="b", key_file=None)
    cluster = Cluster(settings)
    try:
        cluster.ensure()
        database = Database(settings)
        migrate(database)
        run(database, given.points, min(given.grids, 899), given.rounds)
        database.dispose()
    finally:
        cluster.stop("immediate")
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(cluster.socket_dir, ignore_errors=True)


def run(database: Database, points: int, grids: int, rounds: int) -> None:
    """Measure every way on the same data, and print the table."""
    rng = np.random.default_rng(1)
    places = scatter(rng, points)
    cells = draw(rng, grids)
    with database.write(Scope.everything()) as session:
        fill(session, places, cells)
    index_points(database)
    ways: dict[str, Callable[[Session], None]] = {
        "ours: assign()": by_assign,
        "SQL: grid join building on st_contains": lambda session: by_sql(session, JOIN),
        "SQL: grid outer, lateral": lambda session: by_sql(session, LATERAL),
        "geopandas.sjoin, read and written back": lambda session: by_geopandas(session, cells),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        answers = []
        for name, way in ways.items():
            with database.write(Scope.everything()) as session:
                begun = time.perf_counter()
                way(session)
                seconds[name].append(time.perf_counter() - begun)
                answers.append(counts(session))
                session.rollback()
        assert all(answer == answers[0] for answer in answers), "the ways disagree"
    report(seconds, points, grids, rounds)


def index_points(database: Database) -> None:
    """The index on points that the peers need, made by the tables' owner."""
    with psycopg.connect(database.conninfo(OWNER_ROLE), autocommit=True) as connection:
        connection.execute("create index bench_point on building using gist (point)")
        connection.execute("analyze building, grid")


def scatter(rng: np.random.Generator, points: int) -> list[shapely.Point]:
    """Points around 40 centres inside the box."""
    west, south, east, north = BOX
    centres = rng.uniform((west + 0.05, south + 0.05), (east - 0.05, north - 0.05), (40, 2))
    found = centres[rng.integers(0, 40, points)] + rng.normal(0, 0.02, (points, 2))
    return list(shapely.points(np.clip(found, (west + 1e-6, south + 1e-6), (east - 1e-6, north - 1e-6))))


def draw(rng: np.random.Generator, grids: int) -> list[shapely.Polygon]:
    """Voronoi cells that tile the box, with some 80 vertices each."""
    west, south, east, north = BOX
    seeds = shapely.MultiPoint(rng.uniform((west, south), (east, north), (grids, 2)))
    box = shapely.box(*BOX)
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box)), box)
    return list(shapely.segmentize(cells, 0.0011))


def fill(session: Session, places: list[shapely.Point], cells: list[shapely.Polygon]) -> None:
    """One village with its grids in force, and the buildings, not yet placed."""
    parents = {"53": None, "5329": "53", "532901": "5329", "532901001": "532901", VILLAGE: "532901001"}
    shape = {VILLAGE: shapely.MultiPolygon([shapely.box(*BOX)])}
    levels = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
    regions = [
        {"code": c, "name": c, "level": levels[len(c)], "parent_code": p, "geom": shape.get(c), "source": "bench"}
        for c, p in parents.items()
    ]
    plan = {"id": str(uuid.uuid4()), "village_code": VILLAGE, "status": "published", "target_load": 1}
    plan |= {"band_low": 1, "band_high": 1, "tolerance": 0.05}
    rows = [
        {"grid_no": int(VILLAGE) * 1000 + n, "geom": shapely.MultiPolygon([cell])}
        for n, cell in enumerate(cells, start=1)
    ]
    common = {"validity": "[2020-01-01,)", "plan_id": plan["id"], "kind": "basic", "load": 0, "area_m2": 0.0}
    with begin(session, "bench", "data") as log:
        log.copy("region", pd.DataFrame(regions))
        copy_frame(session, "plan", pd.DataFrame([plan]))
        copy_frame(session, "grid", pd.DataFrame(rows).assign(**common))
        buildings = {"point": places, "grid_no": int(VILLAGE) * 1000, "level": "building", "source": "bench"}
        log.copy("building", pd.DataFrame(buildings))


def by_assign(session: Session) -> None:
    """Ours."""
    assign(session, [VILLAGE])


def by_sql(session: Session, statement: str) -> None:
    """One statement, as one writes it without thinking of the planner, or with."""
    session.execute(text(statement))


def by_geopandas(session: Session, cells: list[shapely.Polygon]) -> None:
    """Read, join in memory, write back through a temporary table."""
    points = gpd.read_postgis("select id, point from building", session.connection(), geom_col="point")
    numbers = [int(VILLAGE) * 1000 + n for n in range(1, len(cells) + 1)]
    grids = gpd.GeoDataFrame({"grid_no": numbers}, geometry=cells, crs="EPSG:4326")
    joined = gpd.sjoin(points, grids, predicate="within")[["id", "grid_no"]]
    session.execute(text("create temporary table joined (id uuid, grid_no bigint) on commit drop"))
    with raw(session).cursor() as cursor, cursor.copy("copy joined (id, grid_no) from stdin") as copy:
        for row in zip(joined["id"], joined["grid_no"].tolist(), strict=True):
            copy.write_row(row)
    session.execute(text(BACK))


def counts(session: Session) -> dict[int, int]:
    """Buildings by grid, to compare the ways."""
    rows = session.execute(text("select grid_no, count(*) from building group by 1"))
    return {number: count for number, count in rows}


def report(seconds: dict[str, list[float]], points: int, grids: int, rounds: int) -> None:
    """Print the table with what it was measured on."""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"{points:,} buildings, {grids} grids, {rounds} rounds; {machine}")
    ours = statistics.median(seconds["ours: assign()"])
    for name, found in seconds.items():
        median = statistics.median(found)
        print(f"  {name:48} {median:8.2f} s  {median / ours:6.2f} x ours  (min {min(found):.2f}, max {max(found):.2f})")


if __name__ == "__main__":
    main()
