"""The commands: what they answer, in words and as JSON, and how they refuse."""

from __future__ import annotations

import pytest
from town import COUNTY, EAST, WEST

from layers.errors import Fault, Invalid
from spatial_api.cli.context import answer, tell

TARGET = ("--load", "8", "--band", "6", "10", "--tolerance", "0.2")
ADD = ("account", "add", "lin", "--name", "林[bold]甲", "--role", "planner", "--region", COUNTY, "--password-stdin")


def test_version_and_help_need_no_database(run, told):
    assert told("version") == {"wangge": "0.1.0"}
    assert "0.1.0" in run("version").stdout
    for words in ((), ("db",), ("account",), ("plan",), ("import",)):
        assert "Commands" in run(*words, "--help").stdout


def test_without_a_database_it_says_what_to_do(run, told):
    result = run("account", "list")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "wangge db start" in result.stderr
    problem = told("db", "status", code=1)
    assert (problem["type"], problem["status"]) == ("/problems/unavailable", 503)


def test_a_wrong_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("WANGGE_PORT", "0")
    monkeypatch.setenv("WANGGE_LOG_LEVEL", "loud")
    result = run("db", "status")
    assert result.exit_code == 1
    assert "WANGGE_PORT" in result.stderr
    assert "WANGGE_LOG_LEVEL" in result.stderr


def test_a_server_of_ones_own_is_not_started_or_stopped(run, monkeypatch):
    monkeypatch.setenv("WANGGE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    for word in ("start", "stop"):
        result = run("db", word)
        assert result.exit_code == 1
        assert "WANGGE_DATABASE_URL" in result.stderr


def test_db_start_where_it_runs_already_changes_nothing(told, settings):
    assert told("db", "start")["running"] is True
    assert told("db", "start")["data_dir"] == str(settings.data_dir / "pg")


def test_status_and_migrate_of_a_ready_database(town, told, run):
    state = told("db", "status")
    assert state["problems"] == []
    assert state["revision"] == state["newest"]
    assert told("db", "migrate")["problems"] == []
    assert "postgis" in run("db", "status").stdout


def test_an_account_is_added_listed_and_disabled(town, told, run):
    added = told(*ADD, stdin="correct horse battery\n")
    assert (added["login"], added["role"], added["region"]) == ("lin", "planner", COUNTY)
    assert "password" not in added
    row = told("account", "list")[0]
    assert (row["login"], row["name"], row["disabled"]) == ("lin", "林[bold]甲", False)
    assert "林[bold]甲" in run("account", "list").stdout
    assert told("account", "password", "lin", "--password-stdin", stdin="another horse battery\n")["login"] == "lin"
    told("account", "disable", "lin")
    assert told("account", "list")[0]["disabled"] is True


def test_a_password_can_be_typed_twice(town, run, told):
    typed = run(*ADD[:-1], stdin="correct horse battery\ncorrect horse battery\n")
    assert typed.exit_code == 0, typed.output
    assert "correct horse battery" not in typed.output
    assert len(told("account", "list")) == 1


def test_every_fault_of_an_account_is_told(town, told, run):
    words = ("account", "add", "!", "--name", " ", "--role", "king", "--region", "99", "--password-stdin")
    problem = told(*words, code=1, stdin="short\n")
    assert sorted(fault["where"] for fault in problem["faults"]) == ["login", "name", "password", "region", "role"]
    result = run(*words, stdin="short\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no region '99'" in result.stderr


def test_a_village_is_divided_submitted_and_published(town, told):
    plan = told("plan", "divide", "--village", WEST, *TARGET)
    assert (plan["village"], plan["status"], plan["grids"]) == (WEST, "draft", 2)
    assert told("plan", "publish", plan["id"], code=1)["type"] == "/problems/conflict"
    assert told("plan", "submit", plan["id"])["status"] == "in_review"
    published = told("plan", "publish", plan["id"])
    assert (published["grids"], published["begun"]) == (2, 2)
    assert told("plan", "show", plan["id"])["status"] == "published"
    assert [row["status"] for row in told("plan", "list", WEST)] == ["published"]


def test_a_village_is_divided_and_published_in_one_go(town, told, run):
    done = told("plan", "divide", "--village", EAST, *TARGET, "--publish")
    assert (done["status"], done["grids"]) == ("published", 2)
    assert "published" in run("plan", "list", EAST).stdout


def test_grids_in_force_are_rebalanced_into_a_draft(town, told, run):
    assert told("plan", "rebalance", WEST, code=1)["type"] == "/problems/conflict", "nothing is in force yet"
    told("plan", "divide", "--village", WEST, *TARGET, "--publish")
    idle = told("plan", "rebalance", WEST)
    assert (idle["status"], idle["moved"], idle["unchanged"]) == ("nothing to do", 0, 2)
    tight = told("plan", "rebalance", WEST, "--band", "1", "7", "--load", "7")
    assert (tight["status"], tight["moved"] > 0, tight["begun"] != []) == ("draft", True, True)
    assert "->" in run("plan", "rebalance", WEST, "--band", "1", "7", "--load", "7").stdout


def test_a_region_is_divided_and_what_is_done_is_left_alone(town, told):
    first = told("plan", "divide", "--region", COUNTY, *TARGET, "--publish", "--workers", "1")
    assert (first["villages"], first["published"], first["grids"], first["refused"]) == (2, 2, 4, [])
    assert told("plan", "divide", "--region", COUNTY, *TARGET, "--workers", "1")["villages"] == 0


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("plan", "divide"), "--village"),
        (("plan", "divide", "--village", WEST, "--region", COUNTY), "--village"),
        (("plan", "divide", "--village", WEST, "--load", "5"), "--load/--band"),
    ],
)
def test_a_contradicting_order_is_refused(run, told, words, where):
    problem = told(*words, code=1)
    assert [fault["where"] for fault in problem["faults"]] == [where]


def test_doctor_finds_a_sound_database_sound_and_a_lost_key(town, told, run, settings):
    report = told("doctor")
    assert report["sound"] is True
    assert "misplaced" in report["checks"]
    assert "misplaced" in run("doctor").stdout
    kept = settings.key_path.read_bytes()
    settings.key_path.unlink()
    try:
        report = told("doctor", code=1)
    finally:
        settings.key_path.write_bytes(kept)
    assert report["sound"] is False
    assert "missing" in report["checks"]["key"][0]["message"]


def test_faults_beyond_twenty_are_counted_and_all_are_in_json(capsys):
    error = Invalid("Bad.", [Fault(f"row {n}", "wrong", (100.5, 25.25)) for n in range(25)])
    tell(error, as_json=False)
    words = capsys.readouterr().err
    assert "row 19: wrong (100.500000, 25.250000)" in words
    assert "row 20" not in words
    assert "5 more" in words
    tell(error, as_json=True)
    assert capsys.readouterr().out.count('"where"') == 25


@pytest.mark.parametrize(
    ("value", "shown"),
    [({"a": None, "b": [1, 2]}, ["a", "—", "1", "2"]), ([{"n": "x"}], ["n", "x"]), ([], ["—"]), ("word", ["word"])],
)
def test_answers_are_tables(capsys, value, shown):
    answer(value, as_json=False)
    said = capsys.readouterr().out
    assert all(word in said for word in shown)
