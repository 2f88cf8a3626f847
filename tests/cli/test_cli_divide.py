"""`wangge plan divide --region`: what it tells while it runs, and how it ends."""

from __future__ import annotations

import pytest
from town import COUNTY, EAST, WEST

from layers import jobs

TARGET = ("--load", "8", "--band", "6", "10", "--tolerance", "0.2", "--workers", "1")
DIVIDE = ("plan", "divide", "--region", COUNTY, *TARGET)


@pytest.fixture
def failing(monkeypatch):
    """Lets the storing of one village fail."""

    def fail(error, code=WEST):
        whole = jobs.save

        def save(session, made):
            if made.code == code:
                raise error
            return whole(session, made)

        monkeypatch.setattr(jobs, "save", save)

    return fail


@pytest.mark.usefixtures("town")
def test_in_a_log_it_tells_how_far_it_is_and_how_well_it_goes(run):
    said = run(*DIVIDE).stderr.splitlines()[-1]
    assert said.startswith("2 of 2 villages, ")
    assert said.endswith("/s, worst deviation 0.0%, 0 refused, 0 s to go")


@pytest.mark.usefixtures("town")
def test_a_refused_village_is_named_and_the_exit_code_says_so(run, told, failing):
    failing(KeyError("[bold]seq"))
    summary = told(*DIVIDE, "--publish", code=1)
    assert (summary["villages"], summary["published"], summary["grids"]) == (1, 1, 2)
    assert summary["refused"] == [
        {"where": WEST, "message": "internal error: KeyError: '[bold]seq'", "place": None},
    ]
    result = run(*DIVIDE)
    assert result.exit_code == 1
    assert f"{WEST}: internal error: KeyError: '[bold]seq'" in result.stderr


@pytest.mark.usefixtures("town")
def test_ctrl_c_keeps_what_is_done_and_says_how_it_goes_on(run, told, failing):
    failing(KeyboardInterrupt(), EAST)
    result = run(*DIVIDE)
    assert (result.exit_code, result.stdout) == (130, "")
    assert "Stopped after 1 of 2 villages. They are kept: start it again to go on." in result.stderr
    assert [row["status"] for row in told("plan", "list", WEST)] == ["draft"]
    assert told("plan", "list", EAST) == []


@pytest.mark.usefixtures("town")
def test_nothing_to_do_is_no_error(told):
    assert told(*DIVIDE)["villages"] == 2
    assert told(*DIVIDE) == {
        "villages": 0, "published": 0, "grids": 0, "worst_deviation": 0.0, "moved": {}, "refused": [],
    }  # fmt: skip
