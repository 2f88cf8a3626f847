"""How right the answers are: the house at the top, what was accepted and wrong, and whether confidence means it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.geocoding_noise_b import Written
from bench.geocoding_work import Answer

__all__ = ["Bin", "Score", "bins", "calibration_error", "failures", "right", "score"]

ACCEPTED = 0.9
BINS = 15
Pair = tuple[Written, Answer]


@dataclass(frozen=True)
class Score:
    """Shares of the texts; `lost` texts, in which the edit destroyed the address, are counted apart.

    `top1` of the texts that a careful reader resolves; `with_lost` of all; `among` of the ambiguous ones, whether the
    house is among the candidates; `wrong` of the accepted ones, `wrong_with_lost` with the lost ones among them.
    """

    texts: int
    lost: int
    ambiguous: int
    top1: float
    with_lost: float
    accepted: float
    wrong: float
    wrong_count: int
    wrong_with_lost: float
    ece: float
    ece_with_lost: float


@dataclass(frozen=True)
class Bin:
    """Texts whose confidence lies in one fifteenth: how many, their mean confidence, and the share that is right."""

    texts: int
    confidence: float
    right: float


def right(written: Written, answer: Answer) -> bool:
    """Whether the house is found; where the text fits several, whether it is among the candidates."""
    if len(written.fits) > 1:
        return written.truth in (answer.house, *answer.candidates)
    return answer.house == written.truth


def score(pairs: Sequence[Pair]) -> Score:
    """Score the answers to texts of whole addresses."""
    kept = [pair for pair in pairs if not pair[0].lost]
    taken = [pair for pair in kept if _accepted(pair[1])]
    every = [pair for pair in pairs if _accepted(pair[1])]
    wrong = sum(answer.house != written.truth for written, answer in taken)
    return Score(
        texts=len(pairs),
        lost=len(pairs) - len(kept),
        ambiguous=sum(len(written.fits) > 1 for written, _ in kept),
        top1=_share(right(*pair) for pair in kept),
        with_lost=_share(right(*pair) for pair in pairs),
        accepted=len(taken) / max(len(kept), 1),
        wrong=wrong / max(len(taken), 1),
        wrong_count=wrong,
        wrong_with_lost=_share(answer.house != written.truth for written, answer in every),
        ece=calibration_error(bins(kept)),
        ece_with_lost=calibration_error(bins(pairs)),
    )


def _accepted(answer: Answer) -> bool:
    return answer.level == "house" and answer.confidence >= ACCEPTED


def _share(held: Iterable[bool]) -> float:
    flags = list(held)
    return sum(flags) / max(len(flags), 1)


def bins(pairs: Sequence[Pair]) -> list[Bin]:
    """Give the answers that name a house, by confidence, in fifteen bins (empty ones without texts).

    Of an ambiguous text, too, only the true house counts as right: confidence must say that it is a guess.
    """
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for written, answer in pairs:
        if answer.level == "house":
            at = min(int(answer.confidence * BINS), BINS - 1)
            groups[at].append((answer.confidence, answer.house == written.truth))
    return [
        Bin(len(group), sum(c for c, _ in group) / max(len(group), 1), _share(held for _, held in group))
        for group in groups
    ]


def calibration_error(groups: Sequence[Bin]) -> float:
    """Give the mean distance of confidence and share right, weighted by texts (ECE)."""
    texts = sum(group.texts for group in groups)
    return sum(group.texts * abs(group.confidence - group.right) for group in groups) / max(texts, 1)


def failures(pairs: Sequence[Pair], kinds: Callable[[Written], Iterable[str]]) -> list[tuple[str, int, int]]:
    """Give for each kind of text how many there are and how many are not right, most failures first."""
    texts, failed = Counter[str](), Counter[str]()
    for written, answer in pairs:
        if written.lost:
            continue
        for kind in kinds(written):
            texts[kind] += 1
            failed[kind] += not right(written, answer)
    return sorted(((kind, texts[kind], failed[kind]) for kind in texts), key=lambda row: (-row[2], row[0]))
