"""The words of the interface: one catalogue for the HTML made here and for the modules in the browser."""

import json
from pathlib import Path
from typing import Literal

__all__ = ["LANGUAGES", "Language", "words"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def words(language: Language) -> dict[str, str]:
    """Every text of the interface in that language, by key; `{name}` stands for a value put in later."""
    path = Path(__file__).resolve().parent / f"{language}.json"
    catalogue: dict[str, str] = json.loads(path.read_text("utf-8"))
    return catalogue
