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
    """Words by their first two characters, and by what is left when one of these is taken out.

    Of two words within one edit (a character changed, dropped, added, or two neighbours swapped) either the first two
    characters are the same, or the words share a rest, or one is a rest of the other: the edit is among the first three
    then. So a look-up costs the words that begin alike, and three entries a word are enough.

    Source: W. Garbe's symmetric delete spelling correction (SymSpell), for one edit and the beginning of the words.
    """

    __slots__ = ("_asked", "_beginning", "_ends", "_rests")

    def __init__(self, words: Iterable[str]) -> None:
        words = [word for word in words if len(word) > 1]
        self._ends = frozenset(word[-2:] for word in words)
        self._beginning: dict[str, list[str]] = {}
        self._rests: dict[str, list[str]] = {}
        self._asked: dict[str, tuple[str, ...]] = {}
        beginning, rests = self._beginning, self._rests
        for word in words:
            beginning.setdefault(word[:2], []).append(word)
            rests.setdefault(word[1:], []).append(word)
            rests.setdefault(word[0] + word[2:], []).append(word)

    def near(self, written: str) -> tuple[str, ...]:
        """The known words of two characters or more within one edit of the written one, itself left out; in order."""
        # One edit leaves the first two characters of five or the last two as they were.
        if len(written) >= _GATED and written[:2] not in self._beginning and written[-2:] not in self._ends:
            return ()
        found = self._asked.get(written)
        if found is None:
            if len(self._asked) >= _MOST_KEPT:
                self._asked.clear()
            found = self._asked[written] = self._search(written) if 2 <= len(written) <= _LONGEST else ()
        return found

    def _search(self, written: str) -> tuple[str, ...]:
        beginning, rests, length = self._beginning, self._rests, len(written)
        found = {word for word in beginning.get(written[:2], ()) if -2 < len(word) - length < 2}
        found.update(rests.get(written, ()))
        for rest in (written[1:], written[0] + written[2:], written[:2] + written[3:]):
            if rest in rests:
                found.update(rests[rest])
            if rest in beginning.get(rest[:2], ()):
                found.add(rest)
        return tuple(sorted(word for word in found if OSA.distance(word, written, score_cutoff=1) == 1))


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
