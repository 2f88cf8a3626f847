"""`wangge import changes` and `wangge region lineage`: what they show, keep and refuse."""

from __future__ import annotations

import geopandas as gpd
import pytest
from sqlalchemy import text
from town import BOTTOM, COUNTY, LEFT, MIDDLE, TOP, WEST, square

from layers.scope import Scope

HEADER = "old_code,new_code,new_name,kind\n"
NORTH = "532901001003"


@pytest.fixture
def write(tmp_path):
    def make(*lines):
        path = tmp_path / "changes.csv"
        path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
        return str(path)

    return make


def codes(town):
    with town.write(Scope.everything()) as session:
        query = "select code from region where upper_inf(validity) and level > 2 order by code"
        return list(session.execute(text(query)).scalars())


def test_a_county_is_recoded_and_its_lineage_told(town, told, write):
    result = told("import", "changes", write(f"{COUNTY},532902,大理县,recoded"))
    assert (result["counts"]["recoded"], result["counts"]["building"]) == (1, 32)
    assert codes(town) == ["532902", "532902001", "532902001001", "532902001002"]
    (step,) = told("region", "lineage", COUNTY)
    assert (step["old_name"], step["new_code"], step["new_name"]) == ("大理市", "532902", "大理县")
    assert step["import_id"] == result["import_id"]
    assert told("doctor")["sound"]


def test_a_dry_run_keeps_nothing(town, told, write):
    before = codes(town)
    result = told("import", "changes", write(f"{COUNTY},532902,,recoded"), "--dry-run")
    assert (result["dry_run"], result["import_id"]) == (True, None)
    assert codes(town) == before
    assert told("region", "lineage", COUNTY) == []


def test_a_split_takes_its_shapes_from_a_boundary_file(town, told, write, tmp_path):
    shapes = tmp_path / "parts.geojson"
    halves = [square(LEFT, MIDDLE, BOTTOM, 25.51), square(LEFT, MIDDLE, 25.51, TOP)]
    frame = gpd.GeoDataFrame({"code": [WEST, NORTH], "name": ["西村", "北村"]}, geometry=halves, crs="EPSG:4326")
    frame.to_file(shapes, driver="GeoJSON")
    told("import", "changes", write(f"{WEST},{WEST},,split", f"{WEST},{NORTH},北村,split"), "--shapes", str(shapes))
    assert codes(town)[2:] == [WEST, "532901001002", NORTH]
    assert told("doctor")["sound"]


def test_what_is_wrong_is_told_with_its_line(town, told, run, write):
    problem = told("import", "changes", write("532999,532998,,recoded"), code=1)
    assert problem["faults"][0]["where"] == "line 2"
    assert "there is no region 532999" in run("import", "changes", write("532999,532998,,recoded")).stderr
