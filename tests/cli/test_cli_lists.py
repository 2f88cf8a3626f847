"""`wangge import building|…`, `list`, `show` and `undo`: what they show, what they keep, how they refuse."""

from __future__ import annotations

import pyogrio
import pytest
from sqlalchemy import text
from town import WEST

from layers.registers import REGISTERS
from layers.scope import Scope

GOOD = f"编号,村代码,经度,纬度,民族\nA,{WEST},100.21,25.51,某族\n"
BAD = f"编号,村代码,经度,纬度\nA,{WEST},0,0\nB,{WEST},x,25.51\nC,{WEST},100.23,25.51\n"


@pytest.fixture
def write(tmp_path):
    """The path of a file with this text."""

    def make(content):
        path = tmp_path / "list.csv"
        path.write_text(content, encoding="utf-8")
        return str(path)

    return make


def buildings(town):
    with town.write(Scope.everything()) as session:
        return session.scalar(text("select count(*) from building where source = 'list'"))


def test_a_list_is_stored_shown_undone_and_stored_again(town, told, write):
    words = ("import", "building", write(GOOD), "--crs", "wgs84")
    dry = told(*words, "--dry-run")
    assert (dry["import_id"], dry["dry_run"], dry["counts"], buildings(town)) == (None, True, {"building": 1}, 0)
    stored = told(*words)
    assert [fault["message"] for fault in stored["faults"]] == [
        "warning: the column 民族 was dropped: the model keeps no ethnicity"
    ]
    assert buildings(town) == 1
    assert told(*words, code=1)["status"] == 409
    newest = told("import", "list", "--limit", "1")["imports"][0]
    assert (newest["id"], newest["kind"], newest["fault_count"]) == (stored["import_id"], "building", 1)
    shown = told("import", "show", stored["import_id"])
    assert (shown["crs"], shown["region_code"], len(shown["faults"])) == ("wgs84", WEST, 1)
    assert told("import", "undo", stored["import_id"])["counts"] == {"building": 1}
    assert buildings(town) == 0
    assert told("import", "show", stored["import_id"])["undone_at"] is not None
    assert told(*words)["counts"] == {"building": 1}


def test_a_refused_list_names_every_fault_and_writes_them_for_a_map(town, told, run, write, tmp_path):
    path = str(tmp_path / "faults.gpkg")
    body = told("import", "building", write(BAD), "--crs", "wgs84", "--faults", path, code=1)
    assert [fault["where"] for fault in body["faults"]] == ["line 2, 经度", "line 3, 经度", "line 4, 村代码"]
    assert len(pyogrio.read_dataframe(path, layer="faults")) == 2
    assert buildings(town) == 0
    plain = run("import", "building", write(BAD), "--crs", "wgs84")
    assert (plain.exit_code, "line 3, 经度: 'x' is not a number" in plain.stderr) == (1, True)


def test_headers_are_named_by_option(town, told, write):
    content = f"甲,村代码\nA,{WEST}\n"
    assert told("import", "building", write(content), "--field", "ref=甲")["counts"] == {"building": 1}
    assert told("import", "building", write(content), "--field", "ref", code=1)["faults"][0]["where"] == "--field"


def test_lists_and_shows_for_people(town, run, write):
    assert run("import", "building", write(GOOD), "--crs", "wgs84").exit_code == 0
    listed = run("import", "list")
    assert "list.csv" in listed.stdout
    with town.write(Scope.everything()) as session:
        import_id = session.scalar(text("select id from import_log where kind = 'building'"))
    assert "ethnicity" in run("import", "show", str(import_id)).stdout


def test_wrong_ids_are_refused(town, told):
    assert told("import", "show", "x", code=1)["faults"][0]["where"] == "ID"
    assert told("import", "undo", "00000000-0000-0000-0000-000000000000", code=1)["status"] == 404


def test_every_register_has_its_command(run):
    for register in REGISTERS:
        assert "--crs" in run("import", register, "--help").stdout


def test_addresses_are_looked_for_in_the_region_that_is_stated(town, told, write):
    content = "编号,地址\nA,学校\n"
    assert told("import", "building", write(content), code=1)["faults"][0]["where"] == "line 2, 地址"
    assert told("import", "building", write(content), "--within", WEST)["counts"] == {"building": 1}
    with town.write(Scope.everything()) as session:
        assert session.scalar(text("select grid_no from building where source = 'geocoded'")) == int(WEST) * 1000


def test_a_row_outside_the_region_that_is_stated_is_a_fault(town, told, write):
    refused = told("import", "building", write(GOOD), "--crs", "wgs84", "--within", f"{WEST[:9]}002", code=1)
    assert "line 2, 村代码" in [fault["where"] for fault in refused["faults"]]
    assert told("import", "building", write(GOOD), "--crs", "wgs84", "--within", "53x", code=1)["status"] == 422
