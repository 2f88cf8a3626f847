"""How long lists take to come in: read, checked, placed and stored, as CSV, .xlsx and Parquet.

Data, made with a seed: a county of a hundred square villages of some 2 km, `--rows` invented houses with coordinates
and addresses, as many households, persons (with id numbers and phones), incidents with coordinates, and facilities with
nothing but an address, four fifths of them those of registered houses. In a private cluster made for this run. CSV is
stored, since persons need their households; the other two are dry runs, taken back at the end, of the same list under
other keys. CPU seconds of this process and wall seconds, of which the database has its part; one run of each.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridding import densify
from layers.cluster import Cluster
from layers.crypto import Vault
from layers.db import Database
from layers.imports import begin, digest
from layers.migrate import migrate
from layers.registers import read, store
from layers.scope import Scope
from layers.settings import DatabaseSettings

COUNTY = "532901"
SIDE = 10
WIDTH = 0.02
LEFT, BOTTOM = 100.1, 25.4
FORMS = ("csv", "xlsx", "parquet")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
TOWNS = ("下关", "喜洲", "凤仪", "海东", "挖色", "湾桥", "银桥", "双廊", "上关", "太邑")
STREETS = ("人民", "建设", "文化", "团结", "和平", "东风", "红旗", "民族", "苍山", "洱海")


def main() -> None:
    """Make the lists, bring each in, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--forms", nargs="+", choices=FORMS, default=FORMS)
    given = options.parse_args()
    root = Path(tempfile.mkdtemp(prefix="wangge-bench-", dir="/tmp"))
    root.chmod(0o711)
    settings = DatabaseSettings(database_url=None, data_root=root, instance="b", key_file=None)
    cluster = Cluster(settings)
    try:
        cluster.ensure()
        database = Database(settings)
        migrate(database)
        measure(database, root, given.rows, given.forms)
        database.dispose()
    finally:
        cluster.stop("immediate")
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(cluster.socket_dir, ignore_errors=True)


def measure(database: Database, root: Path, rows: int, forms: Sequence[str]) -> None:
    """Bring every list in, in every form, and print what it took."""
    with database.write(Scope.everything()) as session:
        regions(session)
        for table in ("facility_kind", "incident_kind"):
            session.execute(text(f"insert into {table} (code, name_zh, name_en) values ('one', '一', 'one')"))
    vault = Vault(bytes(32))
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {rows:,} rows a list")
    print(f"{'list':<10} {'file':<8} {'MB':>6} {'read s':>8} {'CPU s':>8} {'wall s':>8} {'waiting':>8}")
    for name, frame in lists(rows):
        for form in forms:
            path = save(frame, root, name, form)
            started, cpu = time.perf_counter(), time.process_time()
            sheet = read(path, name, crs="wgs84" if "经度" in frame else None)
            read_s = time.perf_counter() - started
            with database.write(Scope.everything()) as session:
                store(session, vault, sheet, path.name, digest(path))
                waiting = session.execute(text("select count(*) from review")).scalar_one()
                if form != "csv":
                    session.rollback()
            taken = time.process_time() - cpu, time.perf_counter() - started
            size_mb = path.stat().st_size / 1e6
            print(
                f"{name:<10} {form:<8} {size_mb:>6.1f} {read_s:>8.1f} {taken[0]:>8.1f} {taken[1]:>8.1f} {waiting:>8,}"
            )
            path.unlink()
    print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def regions(session: Session) -> None:
    """The county and its villages."""
    rows = [("53", "云南省", None), ("5329", "大理州", None), (COUNTY, "大理市", None)]
    rows += [(f"{COUNTY}{town + 1:03}", f"{TOWNS[town]}镇", None) for town in range(SIDE)]
    for town in range(SIDE):
        for village in range(SIDE):
            west, south = LEFT + town * WIDTH, BOTTOM + village * WIDTH
            shape = shapely.MultiPolygon([densify(shapely.box(west, south, west + WIDTH, south + WIDTH))])
            rows.append((village_code(town, village), village_name(town, village), shape))
    above = {2: None, 4: 2, 6: 4, 9: 6, 12: 9}
    frame = pd.DataFrame(
        [
            {
                "code": code,
                "name": name,
                "level": list(above).index(len(code)) + 1,
                "parent_code": None if above[len(code)] is None else code[: above[len(code)]],
                "geom": shape,
                "source": "test",
            }
            for code, name, shape in rows
        ]
    )
    with begin(session, "test", "regions") as log:
        log.copy("region", frame)


def village_code(town: int, village: int) -> str:
    """The code of a village."""
    return f"{COUNTY}{town + 1:03}{village + 1:03}"


def village_name(town: int, village: int) -> str:
    """The name of a village, no two alike."""
    return f"{'东西南北中上下新大小'[village]}{'营庄甸登和坪塘箐寨坡'[town]}村"


def lists(rows: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """The lists in the order in which a county brings them; keys end in the form's letter when they are saved."""
    rng = np.random.default_rng(5)
    town, village = rng.integers(0, SIDE, rows), rng.integers(0, SIDE, rows)
    lon = LEFT + (town + rng.uniform(0.05, 0.95, rows)) * WIDTH
    lat = BOTTOM + (village + rng.uniform(0.05, 0.95, rows)) * WIDTH
    code = [village_code(a, b) for a, b in zip(town, village, strict=True)]
    street = [STREETS[at % len(STREETS)] for at in range(rows)]
    number = np.arange(rows) // len(STREETS) + 1
    address = [f"{a}路{b}号" for a, b in zip(street, number, strict=True)]
    key = [f"{at:07}" for at in range(rows)]
    point = {"村代码": code, "经度": lon.round(7), "纬度": lat.round(7)}
    yield "house", pd.DataFrame({"编号": key, "地址": address, **point})
    phone = [f"138{at:08}" for at in range(rows)]
    yield "household", pd.DataFrame({"编号": key, "房屋编号": key, "手机": phone})
    people = {"编号": key, "户编号": key, "姓名": [f"甲{at}" for at in range(rows)], "人户状态": ["户籍"] * rows}
    yield "person", pd.DataFrame(people | {"身份证号": "", "手机": phone})
    happened = pd.Timestamp("2026-01-01 08:00") + pd.to_timedelta(np.arange(rows), "min")
    told = {"编号": key, "事件类型": ["one"] * rows, "描述": ["路灯不亮"] * rows, "发生时间": happened.astype(str)}
    yield "incident", pd.DataFrame(told | point)
    known = rng.random(rows) < 0.8
    texts = [one if is_known else f"{one[:-1]}00号" for one, is_known in zip(address, known, strict=True)]
    full = [f"大理市{TOWNS[a]}镇{village_name(a, b)}{one}" for a, b, one in zip(town, village, texts, strict=True)]
    yield "facility", pd.DataFrame({"编号": key, "设施类型": ["one"] * rows, "地址": full})


def id_number(at: int) -> str:
    """An invented id number with its check character."""
    digits = f"53290119{60 + at % 40}{at // 40 % 12 + 1:02}{at // 480 % 28 + 1:02}{at % 1000:03}"
    return digits + CHECKS[sum(int(one) * weight for one, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def save(frame: pd.DataFrame, root: Path, name: str, form: str) -> Path:
    """The list as a file of this form, under keys of its own."""
    path = root / f"{name}.{form}"
    frame = frame.assign(编号=frame["编号"] + form[0])
    if name == "household":
        frame = frame.assign(房屋编号=frame["房屋编号"] + "c")
    if name == "person":
        first = FORMS.index(form) * len(frame)
        numbers = [id_number(at) for at in range(first, first + len(frame))]
        frame = frame.assign(户编号=frame["户编号"] + "c", 身份证号=numbers)
    if name == "house":
        frame = frame.assign(地址=frame["地址"] + f"附{FORMS.index(form)}号" if form != "csv" else frame["地址"])
    if form == "csv":
        frame.to_csv(path, index=False)
    elif form == "xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("表")
        sheet.append(list(frame.columns))
        for row in frame.itertuples(index=False):
            sheet.append(row)
        book.save(path)
    elif "经度" in frame:
        points = gpd.points_from_xy(frame["经度"], frame["纬度"])
        gpd.GeoDataFrame(frame.drop(columns=["经度", "纬度"]), geometry=points, crs="EPSG:4326").to_parquet(path)
    else:
        frame.to_parquet(path)
    return path


if __name__ == "__main__":
    main()
