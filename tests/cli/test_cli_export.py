"""`wangge export`: the whole layer in a file, whole or not at all."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import geopandas
import openpyxl
import pytest
from town import COUNTY, EAST, WEST

from layers.db import raw
from layers.scope import Scope
from spatial_api.cli.progress import ExportProgress

FORMATS = ("geojson", "csv", "xlsx", "gpkg", "fgb", "parquet")


def read_back(path):
    """How many rows another program finds in a file."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return len(list(csv.DictReader(file)))
    if path.suffix == ".xlsx":
        return openpyxl.load_workbook(path).active.max_row - 1
    return len(geopandas.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path))


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_suffix_says_the_format(town, told, tmp_path, suffix):
    out = tmp_path / f"buildings.{suffix}"
    told_of = told("export", "building", "--out", str(out))
    assert told_of == {"file": str(out), "layer": "building", "rows": 32}
    assert read_back(out) == 32
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_the_filters_are_those_of_the_api(town, told, tmp_path):
    def rows(*options):
        return told("export", "building", "--out", str(tmp_path / "b.csv"), "--force", *options)["rows"]

    assert rows("--region", WEST) == 16
    assert rows("--region", WEST, "--bbox", "100.2,25.5,100.205,25.52") == 4
    assert rows("--near", "100.2025,25.5025", "--radius-m", "50") == 1
    assert rows("--grid", f"{EAST}000") == 16


def test_a_format_may_be_named_and_so_may_a_datum(town, told, tmp_path):
    out = tmp_path / "villages.txt"
    told("export", "village", "--out", str(out), "--format", "csv", "--crs", "GCJ-02", "--region", WEST)
    head, west = out.read_text(encoding="utf-8-sig").splitlines()
    assert head.endswith("经度（GCJ-02）,纬度（GCJ-02）")
    assert west.startswith(f"{WEST},西村,")


def test_a_file_that_is_there_stays_unless_forced(town, told, tmp_path):
    out = tmp_path / "county.csv"
    out.write_text("mine")
    refused = told("export", "county", "--out", str(out), code=1)
    assert (refused["status"], out.read_text()) == (409, "mine")
    assert told("export", "county", "--out", str(out), "--force")["rows"] == 1
    assert COUNTY in out.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("village", "--region", "1"), "--region"),
        (("village", "--near", "x"), "--near"),
        (("village", "--kind", "river"), "kind"),
        (("incident", "--from", "2026-02-01", "--to", "2026-01-01"), "to"),
        (("village", "--crs", "mars"), "crs"),
        (("village", "--format", "doc"), "--format"),
        (("village", "--format", "gpkg", "--crs", "bd09"), "crs"),
        (("duty", "--format", "geojson"), "f"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(town, told, tmp_path, words, where):
    refused = told("export", *words, "--out", str(tmp_path / "x.csv"), code=1)
    assert refused["status"] == 422
    assert where in [fault["where"] for fault in refused["faults"]]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_layer_or_region_is_not_found(town, told, tmp_path):
    out = str(tmp_path / "x.csv")
    assert told("export", "drains", "--out", out, code=1)["status"] == 404
    assert told("export", "village", "--region", "54", "--out", out, code=1)["status"] == 404


def test_a_folder_that_is_not_there_is_refused_with_its_name(town, told, tmp_path):
    refused = told("export", "county", "--out", str(tmp_path / "none" / "x.csv"), code=1)
    assert "none" in refused["faults"][0]["where"]


def test_it_is_audited_before_and_after(town, told, tmp_path):
    told("export", "building", "--region", WEST, "--out", str(tmp_path / "b.csv"))
    with town.write(Scope.everything()) as session:
        rows = (
            raw(session)
            .execute("select act, subject, subject_id, account_id, detail from audit order by id")
            .fetchall()
        )
    (begun, ended) = rows
    assert begun[:2] == ("export", "building")
    assert begun[4] == {"format": "csv", "crs": "wgs84", "filters": {"region": WEST}}
    assert ended[:4] == ("exported", "building", begun[2], None)
    assert ended[4] == {"rows": 16, "complete": True}


@pytest.mark.parametrize(
    ("rows", "about", "told"), [(99_998, 200_000, ""), (150_000, 120_000, "150,000 of about 150,000 rows\n")]
)
def test_into_a_log_it_says_now_and_then_how_far_it_is(capfd, rows, about, told):
    with ExportProgress("house") as progress:
        progress(SimpleNamespace(rows=rows, about=about))
        progress(SimpleNamespace(rows=rows + 1, about=about))
    assert capfd.readouterr().err == told
