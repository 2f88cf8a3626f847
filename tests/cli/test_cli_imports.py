"""`wangge import`: what it shows, what it keeps, how it refuses."""

from __future__ import annotations

import json

import pytest
import typer
from osmtown import Town
from sqlalchemy import make_url, text
from typer.testing import CliRunner

from layers import china
from layers.db import OWNER_ROLE, Database
from spatial_api.cli import importing, imports
from spatial_api.cli.context import TellingGroup

LIST = "level,code,name,parent_code\n1,53,云南省,\n2,5329,大理州,53\n3,532901,大理市,5329\n"


@pytest.fixture
def run(database, monkeypatch):
    """Run `import …` against this test's database."""
    name = make_url(database.conninfo(OWNER_ROLE)).database
    monkeypatch.setattr(importing, "ready_database", lambda: Database(database.settings, name))
    outer = typer.Typer(cls=TellingGroup)
    outer.add_typer(imports.app, name="import")
    runner = CliRunner(env={"COLUMNS": "160"})
    return lambda *words: runner.invoke(outer, ["import", *map(str, words)])


@pytest.fixture
def divisions(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


@pytest.fixture
def town(tmp_path):
    """One village with a building inside and 25 outside, one of which has a hostile name."""
    town = Town()
    town.village("[red]Alfa[/red]", (0, 0, 10, 10))
    town.village("[red]Alfa[/red]", (20, 0, 30, 10))
    town.box(1, 1, 2, 2, building="yes")
    for number in range(25):
        town.box(50 + number, 1, 50.5 + number, 2, building="yes")
    return town.write(tmp_path / "town.osm")


def count(session, table):
    return session.scalar(text(f"select count(*) from {table}"))


def test_divisions_are_stored_and_counted(run, session, divisions):
    result = run("divisions", divisions, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["counts"] == {"new": 3, "kept": 0, "renamed": 0, "recoded": 0, "aliases": 2}
    assert (told["dry_run"], told["faults"]) == (False, [])
    assert told["import_id"] == str(session.scalar(text("select id from import_log")))
    assert count(session, "region") == 3


def test_a_dry_run_keeps_nothing(run, session, divisions, town):
    for words in (("divisions", divisions), ("osm", town, "--level", "8")):
        result = run(*words, "--dry-run", "--json")
        assert result.exit_code == 0
        assert (json.loads(result.stdout)["dry_run"], json.loads(result.stdout)["import_id"]) == (True, None)
    assert (count(session, "region"), count(session, "building"), count(session, "import_log")) == (0, 0, 0)


def test_a_wrong_list_is_refused_with_every_fault(run, session, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST + "2,53x,,53\n", encoding="utf-8")
    result = run("divisions", path, "--json")
    assert result.exit_code == 1
    assert [fault["where"] for fault in json.loads(result.stdout)["faults"]] == ["line 5", "line 5"]
    plain = run("divisions", path)
    assert plain.exit_code == 1
    assert "line 5: the name is missing" in plain.stderr
    assert count(session, "region") == 0


def test_the_same_file_twice_is_refused(run, divisions):
    assert run("divisions", divisions).exit_code == 0
    again = run("divisions", divisions)
    assert again.exit_code == 1
    assert "imported before" in again.stderr


def test_other_names_come_in(run, session, divisions, tmp_path):
    run("divisions", divisions)
    path = tmp_path / "names.csv"
    path.write_text("code,name,kind,valid_to\n532901,榆城,short,\n532901,下关市,old,1983-12-31\n", encoding="utf-8")
    tried = run("aliases", path, "--dry-run", "--json")
    assert (json.loads(tried.stdout)["counts"], count(session, "region_alias")) == ({"new": 1, "kept": 1}, 2)
    assert json.loads(run("aliases", path, "--json").stdout)["import_id"] is not None
    assert count(session, "region_alias") == 3
    path.write_text("code,name,kind,valid_to\n539999,无县,old,\n", encoding="utf-8")
    refused = run("aliases", path)
    assert (refused.exit_code, "line 2: there is no region 539999 here" in refused.stderr) == (1, True)


def test_a_county_gets_its_shape(run, session, divisions):
    run("divisions", divisions)
    assert json.loads(run("county", "532901", "--json").stdout)["counts"] == {"region": 1}
    assert session.scalar(text("select count(*) from region where geom is not null and code = '532901'")) == 1


@pytest.mark.parametrize("code", ["532901", "5329", "999999", "'; drop table region"])
def test_a_county_that_cannot_have_a_shape_is_refused(run, code):
    assert run("county", code).exit_code == 1


def test_without_the_package_it_says_how_to_get_it(run, monkeypatch):
    china._polygons.cache_clear()
    monkeypatch.setattr(china, "find_spec", lambda name: None)
    result = run("county", "532901")
    assert result.exit_code == 1
    assert "pip install 'wangge[cn]'" in result.stderr


def test_an_osm_file_is_stored_and_its_faults_are_all_in_the_json(run, session, town):
    told = json.loads(run("osm", town, "--level", "8", "--json").stdout)
    assert told["counts"] == {
        "barrier": 0, "building": 26, "facility": 0, "link": 0, "organisation": 0, "region": 5,
    }  # fmt: skip
    assert len(told["faults"]) == 26
    assert {fault["message"] for fault in told["faults"][1:]} == {"the building lies in no village"}
    assert all(len(fault["place"]) == 2 for fault in told["faults"])
    assert count(session, "building") == 26


def test_the_first_20_faults_are_shown_and_names_are_no_markup(run, town):
    shown = run("osm", town, "--level", "8").stdout
    assert shown.count("lies in no") == 19
    assert "… 6 more; --json lists all" in shown
    assert "[red]Alfa[/red]" in shown.replace("\n", "")


def test_an_osm_file_without_the_level_is_refused(run, town):
    result = run("osm", town, "--level", "10")
    assert result.exit_code == 1
    assert "levels in the file: 8 (2 areas)" in result.stderr


def test_a_file_of_another_kind_is_refused(run, divisions, tmp_path):
    fake = tmp_path / "fake.osm.pbf"
    fake.write_text("hello", encoding="utf-8")
    assert "not an OpenStreetMap file" in run("osm", fake, "--level", "8").stderr
    assert "must end in" in run("osm", divisions, "--level", "8").stderr
    assert run("osm", fake).exit_code == 2  # no level given


def test_the_map_of_a_list_shows_its_columns_and_what_is_dropped(run, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("编号,村代码,本楼名称,民族\nA,532901001001,一号,某族\n", encoding="utf-8")
    told = json.loads(run("map", "building", path, "--json").stdout)
    columns = {column["name"]: column for column in told["columns"]}
    assert (columns["ref"]["header"], columns["name"]["guessed"]) == ("编号", True)
    assert [dropped["header"] for dropped in told["dropped"]] == ["民族"]
    shown = run("map", "building", path, "--field", "name=本楼名称").stdout
    assert "dropped: 民族 (refused: the model keeps no ethnicity)" in shown
    assert "?" not in shown
