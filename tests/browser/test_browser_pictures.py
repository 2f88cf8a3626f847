"""The pictures that README shows; WANGGE_WRITE_PICTURES=1 writes them anew, from a county of full size."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from browser.desk import DESK, PHONE, NewDesk

from fixtures.load import OFFICER_TOWNSHIP

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST_BYTES = 400_000
# Of one colour all over, a picture of this size has a few thousand bytes.
SMALLEST_BYTES = 20_000
WRITES = os.environ.get("WANGGE_WRITE_PICTURES") == "1"
CITY = "() => map_main.setView([25.578, 100.224], 15, {animate: false})"
INCIDENTS = "() => map_main.setView([25.583, 100.229], 14, {animate: false})"
CLOSER = "() => map_main.zoomIn(1, {animate: false})"


@pytest.mark.parametrize(
    ("name", "login", "path", "size", "clicks", "look"),
    [
        ("map-desk", "planner", f"/#region={OFFICER_TOWNSHIP}", DESK, ["#layer-barrier"], CITY),
        ("map-heat", "officer", "/", DESK, ["#days-90", "#layer-barrier"], INCIDENTS),
        ("map-phone", "planner", f"/#region={OFFICER_TOWNSHIP}009", PHONE, [], CLOSER),
    ],
)  # fmt: skip
def test_a_picture_of_the_page_is_neither_empty_nor_large(
    new_desk: NewDesk, tmp_path: Path, name: str, login: str, path: str, size: tuple[int, int],
    clicks: list[str], look: str,
) -> None:  # fmt: skip
    desk = new_desk(login, path, size)
    for selector in clicks:
        desk.page.click(selector)
        desk.settle()
    desk.page.evaluate(look)
    desk.settle()
    picture = tmp_path / f"{name}.png"
    desk.page.screenshot(path=picture)
    assert SMALLEST_BYTES < picture.stat().st_size < LARGEST_BYTES
    if WRITES:
        shutil.copy(picture, PICTURES)
