"""Known words within one edit of a written one, found without comparing each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from rapidfuzz.distance import OSA

__all__ = ["NearWords", "edit_cost", "sound"]

_HOMOPHONE, _SLIP, _OTHER = 0.8, 0.9, 1.2
_LONGEST, _GATED = 20, 5
_MOST_KEPT = 10_000


class NearWords:
    """Words by what is left of each when one character is taken out.

    Two words within one edit (a character changed, dropped, added, or two neighbours swapped) share such a rest or are
    it themselves, so a look-up costs the length of the word, whatever the number of words.

    Source: W. Garbe's symmetric delete spelling correction (SymSpell), for one edit.
    """

    __slots__ = ("_asked", "_begins", "_ends", "_rests", "_words")

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._begins = frozenset(word[:2] for word in self._words)
        self._ends = frozenset(word[-2:] for word in self._words)
        self._asked: dict[str, tuple[str, ...]] = {}
        self._rests: dict[str, list[str]] = {}
        for word in sorted(self._words):
            for rest in dict.fromkeys(_rests(word)):
                self._rests.setdefault(rest, []).append(word)

    def near(self, written: str) -> tuple[str, ...]:
        """The known words within one edit of the written one, itself left out."""
        # One edit leaves the first two characters of five or the last two as they were.
        if len(written) >= _GATED and written[:2] not in self._begins and written[-2:] not in self._ends:
            return ()
        found = self._asked.get(written)
        if found is None:
            if len(self._asked) >= _MOST_KEPT:
                self._asked.clear()
            found = self._asked[written] = self._search(written)
        return found

    def _search(self, written: str) -> tuple[str, ...]:
        if not 2 <= len(written) <= _LONGEST:
            return ()
        by_rest, words = self._rests, self._words
        found = dict.fromkeys(by_rest.get(written, ()))
        for rest in _rests(written):
            if rest in words and len(rest) > 1:
                found[rest] = None
            if rest in by_rest:
                found.update(dict.fromkeys(by_rest[rest]))
        found.pop(written, None)
        return tuple(word for word in found if OSA.distance(word, written, score_cutoff=1) == 1)


@lru_cache(maxsize=50_000)
def edit_cost(written: str, known: str) -> float:
    """How unlikely it is that one edit made `known` into `written`: a homophone or a doubled character is common."""
    if len(written) == len(known):
        return _HOMOPHONE if sound(written) == sound(known) else _SLIP if sorted(written) == sorted(known) else _OTHER
    if len(written) > len(known):
        doubled = any(written[at] == written[at - 1] for at in range(1, len(written)))
        return _SLIP if doubled else _OTHER
    return _OTHER


def sound(text: str) -> str:
    """The text read aloud, without tones."""
    return " ".join(_syllable(char) for char in text)


@lru_cache(maxsize=20_000)
def _syllable(char: str) -> str:
    return str(lazy_pinyin(char, style=Style.NORMAL)[0])


def _rests(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]
