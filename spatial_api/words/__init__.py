"""What the rooms below say of faults, in Chinese: they say it in English, and this room translates.

`faults.zh.json` has sections of templates. In the English of a template `{}` stands for a value; in the Chinese `{1}`
is the first of them as it is, `{1:word}` what the section "word" makes of it, and `{1:word*}` that of each of several
with commas between them. Only what a template marks so is looked at again: what came from a file stays as it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import orjson

from layers.errors import Fault

__all__ = ["Catalogue", "in_chinese", "known_catalogue", "place_in_chinese", "translate"]

_WARNING = "warning: "
_WARNING_ZH = "提醒："
_DEEPEST = 4
_VALUE = re.compile(r"\{(?P<number>[1-9])(?::(?P<section>[a-z]+)(?P<several>\*?))?\}")


def in_chinese(message: str) -> str:
    """A message or detail in Chinese; as it is when no template fits it."""
    if message.startswith(_WARNING):
        return _WARNING_ZH + known_catalogue().say("sentence", message.removeprefix(_WARNING))
    return known_catalogue().say("sentence", message)


def place_in_chinese(where: str) -> str:
    """Where a fault is, such as "line 12", in Chinese; names of parameters and of files stay as they are."""
    return known_catalogue().say("where", where)


def translate(fault: Fault, *, english: bool) -> Fault:
    """The fault in the language of who asks; the mark `warning: ` before a message stays, since programs read it."""
    if english:
        return fault
    mark = _WARNING if fault.message.startswith(_WARNING) else ""
    message = mark + in_chinese(fault.message.removeprefix(_WARNING))
    return replace(fault, where=place_in_chinese(fault.where), message=message)


@dataclass(frozen=True)
class _Template:
    """`literals` are the text before, between and after the values, of which there is at least one."""

    literals: tuple[str, ...]
    spoken: str

    @property
    def rank(self) -> tuple[int, int, tuple[str, ...]]:
        """Sorts templates: that which says most at its ends first, for no value in the middle can change these."""
        ends = len(self.literals[0]) + len(self.literals[-1])
        return -ends, -sum(map(len, self.literals)), self.literals

    def values_in(self, text: str) -> list[str] | None:
        """The values where the template fits, the earlier ones as short as can be; None where it does not.

        Each literal is looked for once, from where the one before ended: a pattern of a regular expression would try
        the places of every literal with those of every other, and a hostile text could keep it busy.
        """
        first, last = self.literals[0], self.literals[-1]
        at, end = len(first), len(text) - len(last)
        if at > end or not (text.startswith(first) and text.endswith(last)):
            return None
        values = []
        for literal in self.literals[1:-1]:
            found = text.find(literal, at, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(literal)
        return [*values, text[at:end]]


class _Section:
    """Templates of one kind of text: those without a value by their text, the others by their first letter."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._whole = {said: spoken for said, spoken in entries.items() if "{}" not in said}
        made = [_Template(tuple(said.split("{}")), spoken) for said, spoken in entries.items() if "{}" in said]
        made.sort(key=lambda template: template.rank)
        letters = {template.literals[0][:1] for template in made}
        self._by_letter = {
            letter: [template for template in made if template.literals[0][:1] in (letter, "")] for letter in letters
        }
        self._open = [template for template in made if not template.literals[0]]

    def find(self, text: str) -> tuple[str, list[str]] | None:
        """What is to be spoken, and the values to put in; None when no template fits."""
        if text in self._whole:
            return self._whole[text], []
        for template in self._by_letter.get(text[:1], self._open):
            values = template.values_in(text)
            if values is not None:
                return template.spoken, values
        return None


class Catalogue:
    """Templates by section."""

    def __init__(self, sections: Mapping[str, Mapping[str, str]]) -> None:
        self._sections = {name: _Section(entries) for name, entries in sections.items()}

    def say(self, section: str, text: str) -> str:
        """The text by the template of that section which fits it, or the text as it is.

        Cost: linear in the text, for each template.
        """
        return self._say(section, text, _DEEPEST)

    def _say(self, section: str, text: str, deepest: int) -> str:
        found = self._sections[section].find(text) if deepest else None
        return text if found is None else self._filled(*found, deepest - 1)

    def _filled(self, spoken: str, values: Sequence[str], deepest: int) -> str:
        def one(match: re.Match[str]) -> str:
            value, section = values[int(match["number"]) - 1], match["section"]
            if section is None:
                return value
            parts = value.split(", ") if match["several"] else [value]
            return ", ".join(self._say(section, part, deepest) for part in parts)

        return _VALUE.sub(one, spoken)


@cache
def known_catalogue() -> Catalogue:
    """The catalogue of this program."""
    return Catalogue(orjson.loads((Path(__file__).parent / "faults.zh.json").read_bytes()))
