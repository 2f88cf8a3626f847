"""`wangge geocode` and `wangge reverse`: a table into a table, an address or a place on the screen."""

from __future__ import annotations

import csv
import json

import openpyxl
import pyarrow.parquet as pq
import pytest
from town import EAST, MIDDLE, TOP

from layers.houses import add_house
from layers.scope import Scope

HERE = (MIDDLE + 0.0045, TOP - 0.0045)


@pytest.fixture
def house(town):
    """The town with a house of the eastern village."""
    with town.write(Scope.everything()) as session:
        return add_house(session, "东村人民路12号", point=HERE, crs="wgs84")


@pytest.fixture
def names(tmp_path):
    """A list of three addresses."""
    path = tmp_path / "名单.csv"
    path.write_text("编号,住址\n1,大理市东村人民路12号\n2,大理市东村\n3,xyz\n", encoding="utf-8")
    return path


def test_a_table_becomes_a_table_and_a_summary(house, told, names, tmp_path):
    out = tmp_path / "out.csv"
    summary = told("geocode", str(names), "--out", str(out), "--workers", "1")
    assert summary == {"file": str(out), "rows": 3, "sure": 1, "house": 1, "village": 1, "unplaced": 1}
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["级别"] for row in rows] == ["房屋", "村（社区）", "未定位"]
    assert float(rows[0]["经度（EPSG:4326）"]) == pytest.approx(HERE[0])
    assert rows[1]["网格编号"] == f"{EAST}000"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "名单.csv"]


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_two_processes_write_any_format_and_read_it_again(house, told, names, tmp_path, suffix):
    out, again = tmp_path / f"out.{suffix}", tmp_path / "again.csv"
    assert told("geocode", str(names), "--out", str(out))["rows"] == 3
    if suffix == "xlsx":
        heads = [cell.value for cell in openpyxl.load_workbook(out).active[1]]
    else:
        heads = pq.read_table(out).column_names
    assert heads[:4] == ["编号", "住址", "经度（EPSG:4326）", "纬度（EPSG:4326）"]
    assert told("geocode", str(out), "--out", str(again), "--column", "住址", "--workers", "1")["house"] == 1
    with again.open(encoding="utf-8-sig", newline="") as file:
        assert "级别（地理编码）" in next(csv.reader(file))


def test_one_address_is_shown_with_its_reasons(house, told, run):
    found = told("geocode", "--text", "大理市东村人民路99号")
    assert found["level"] != "house"
    assert any(reason.startswith("the number is not registered there") for reason in found["reasons"])
    assert told("geocode", "--text", "人民路12号", "--within", EAST)["level"] == "house"
    assert "云南省大理州大理市镇东村人民路12号" in run("geocode", "--text", "大理市东村人民路12号").output


def test_a_place_is_shown_with_its_regions_and_its_nearest_house(house, told, run):
    here = told("reverse", str(HERE[0]), str(HERE[1]))
    assert here["regions"][-1] == f"{EAST} 东村"
    assert (here["nearest"], here["distance_m"], here["grid_no"]) == (house.address, 0.0, None)
    assert told("reverse", "110", "10", code=1)["status"] == 404
    assert told("reverse", "100", "25", "--crs", "mars", code=1)["status"] == 422


@pytest.mark.parametrize(
    ("options", "where"),
    [
        (["--out", "b.csv", "--column", "门牌"], "column"),
        (["--out", "b.ods"], "--out"),
        ([], "--out"),
        (["--out", "b.csv", "--crs", "mars"], "crs"),
        (["--text", "1号", "--out", "b.csv"], "--text"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(house, told, names, tmp_path, monkeypatch, options, where):
    monkeypatch.chdir(tmp_path)
    refused = told("geocode", str(names), *options, "--workers", "1", code=1)
    assert [fault["where"] for fault in refused["faults"]] == [where]
    assert [path.name for path in tmp_path.iterdir()] == [names.name]


def test_a_file_that_is_there_stays_unless_forced(house, told, names, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("mine")
    assert told("geocode", str(names), "--out", str(out), "--workers", "1", code=1)["status"] == 409
    assert out.read_text() == "mine"
    assert told("geocode", str(names), "--out", str(out), "--workers", "1", "--force")["rows"] == 3


def test_a_broken_table_leaves_no_half_result(house, told, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("住址,x\n大理市,1\n大理市\n", encoding="utf-8")
    refused = told("geocode", str(path), "--out", str(tmp_path / "b.csv"), "--workers", "1", code=1)
    assert [fault["where"] for fault in refused["faults"]] == ["line 3"]
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_a_missing_file_is_told(house, run, tmp_path):
    result = run("geocode", str(tmp_path / "no.csv"), "--out", str(tmp_path / "b.csv"), "--json")
    assert (result.exit_code, json.loads(result.output)["status"]) == (1, 422)
