"""Every page that one logs in to says that the demo county's data are made."""

from __future__ import annotations

import pytest
from browser.desk import PHONE, NewDesk

PAGES = [
    ("planner", "planner"),
    ("officer", "officer"),
    ("officer", "review"),
    ("officer", "duplicates"),
    ("officer", "moves"),
    ("planner", "imports"),
    ("planner", "account"),
    ("field", "field"),
]


@pytest.mark.parametrize(("login", "page"), PAGES)
def test_a_page_says_that_its_data_are_made(new_desk: NewDesk, login: str, page: str) -> None:
    desk = new_desk(login, f"/{page}", PHONE)
    assert desk.words("#account #made") == "合成数据"
    assert desk.page.is_visible("#made")
    assert desk.overflow_px() == 0
