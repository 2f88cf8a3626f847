"""What a query's text is refused for before a route reads it."""

from __future__ import annotations

from urllib.parse import quote

import pytest


def _refused(browser, path):
    answer = browser.get(path, accept_language="en")
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, [(fault["where"], fault["message"]) for fault in answer.json()["faults"]]


PERIOD = "from=2025-01-01&to=2026-01-01"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (f"by=grid&from=2025-06-01&{PERIOD}", "from"),
        (f"by=village&by=township&{PERIOD}", "by"),
        (f"by=grid&kind=noise&kind=dispute&{PERIOD}", "kind"),
        (f"by=grid&kind=noise&%6bind=dispute&{PERIOD}", "kind"),
    ],
)
def test_a_parameter_given_twice_is_a_fault(login, query, name):
    found = _refused(login("officer"), f"/api/counts?{query}")
    assert found == (422, [(f"query.{name}", "is given more than once")])


@pytest.mark.parametrize("text", ["%ff", "%c0%80", "a%ed%a0%80b"])
@pytest.mark.parametrize(("path", "status"), [("/api/layers/grid/items", 422), ("/ogc/collections/grid/items", 400)])
def test_what_is_no_text_is_a_fault(login, path, status, text):
    assert _refused(login("officer"), f"{path}?q={text}") == (status, [("query.q", "is no UTF-8")])


def test_all_faults_are_told(login):
    found = _refused(login("officer"), "/api/layers/grid/items?q=%ff&limit=1&limit=2")
    assert found == (422, [("query.q", "is no UTF-8"), ("query.limit", "is given more than once")])


def test_text_of_any_script_is_taken(login):
    answer = login("officer").get("/api/layers/grid/items?q=%E6%B4%B1%E6%B5%B7+a%20b&")
    assert answer.status_code == 200


@pytest.mark.parametrize("box", ["1_0,0,11,1", "٣,0,11,1", "0x1,0,11,1", "nan,0,11,1", "1,2,3", " ,0,1,1"])
def test_numbers_are_written_in_figures(login, box):
    status, [(where, _)] = _refused(login("officer"), f"/api/layers/grid/items?bbox={quote(box)}")
    assert (status, where) == (422, "query.bbox")


@pytest.mark.parametrize("box", ["100,25,101.5,26", "1e2,25.,+101.5,.26e2", "100, 25, 101.5, 26"])
def test_numbers_may_be_written_in_every_usual_way(login, box):
    assert login("officer").get(f"/api/layers/grid/items?bbox={quote(box)}").status_code == 200
