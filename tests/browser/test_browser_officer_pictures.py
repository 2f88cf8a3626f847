"""The pictures of the officer's guide; WANGGE_WRITE_PICTURES=1 writes them anew, from a county of full size."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from browser.desk import DESK, PHONE, NewDesk

from fixtures.load import OFFICER_TOWNSHIP

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST_BYTES = 300_000
# Of one colour all over, a picture of this size has a few thousand bytes.
SMALLEST_BYTES = 20_000
WRITES = os.environ.get("WANGGE_WRITE_PICTURES") == "1"


@pytest.mark.parametrize(
    ("name", "size", "clicks"),
    [
        ("officer-areas", DESK, ["#days-90", "#shade-count"]),
        ("officer-density", DESK, ["#days-90", "#shade-density"]),
        ("officer-card", PHONE, ["#days-90", "button.case >> nth=0"]),
    ],
)
def test_a_picture_of_the_officers_page_is_neither_empty_nor_large(
    new_desk: NewDesk, dense: str, tmp_path: Path, name: str, size: tuple[int, int], clicks: list[str]
) -> None:
    region = dense if name == "officer-card" else OFFICER_TOWNSHIP
    desk = new_desk("officer", f"/officer#region={region}", size)
    for selector in clicks:
        desk.page.click(selector)
        desk.settle()
    picture = tmp_path / f"{name}.png"
    desk.page.screenshot(path=picture)
    assert SMALLEST_BYTES < picture.stat().st_size < LARGEST_BYTES
    if WRITES:
        shutil.copy(picture, PICTURES)
