"""The pictures in the documents: taken of the page, made small, and written when asked to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from browser.desk import Desk
from PIL import Image

__all__ = ["WRITES", "keep"]

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST_BYTES = 200_000
# Of one colour all over, a picture of this size has a few thousand bytes.
SMALLEST_BYTES = 15_000
COLOURS = 256
WRITES = os.environ.get("WANGGE_WRITE_PICTURES", "") != ""
"""Whether the pictures in the documents are written anew: 1 takes a county of full size, `small` a small one."""


def keep(desk: Desk, folder: Path, name: str) -> None:
    """Take a picture of the page, look at its size, and put it into the documents when asked to."""
    picture = folder / f"{name}.png"
    desk.page.screenshot(path=picture)
    with Image.open(picture) as taken:
        small = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)
    assert SMALLEST_BYTES < picture.stat().st_size < LARGEST_BYTES
    if WRITES:
        shutil.copy(picture, PICTURES)
