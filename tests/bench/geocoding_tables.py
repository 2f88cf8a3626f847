"""What was measured of geocoding, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from bench.geocoding_scores import Pair, failures, score
from bench.geocoding_work import Batch
from bench.gridding_tables import table

__all__ = ["failures_tables", "quality_table", "texts_a_second"]


def quality_table(pairs: dict[int, list[Pair]]) -> str:
    """How right the answers are at each share of typos."""
    head = ("typos", "texts", "lost", "ambiguous", "house right", "with the lost", "accepted at 0.9")
    head += ("wrong of them", "with the lost", "ECE", "with the lost")
    rows = []
    for rate, found in pairs.items():
        s = score(found)
        wrong = f"{s.wrong:.3%} ({s.wrong_count})"
        line = [f"{rate} %", f"{s.texts:,}", f"{s.lost:,}", str(s.ambiguous), f"**{s.top1:.2%}**", f"{s.with_lost:.2%}"]
        rows.append(
            [*line, f"{s.accepted:.1%}", wrong, f"{s.wrong_with_lost:.3%}", f"{s.ece:.4f}", f"{s.ece_with_lost:.4f}"]
        )
    return table(head, rows)


def failures_tables(pairs: dict[int, list[Pair]]) -> str:
    """What goes wrong most: by the form of the text, clean; by the edit and what it hit, of those edited at 30 %."""
    tables = []
    edited = [pair for pair in pairs[30] if pair[0].edit]
    clean = [pair for pair in pairs[0] if len(pair[0].fits) == 1]
    for title, chosen, kinds in (
        ("form of clean text", clean, lambda one: one.forms or ("plain",)),
        ("edit", edited, lambda one: (f"{one.edit} in {one.struck}",)),
    ):
        rows = [(kind, texts, failed) for kind, texts, failed in failures(chosen, kinds) if failed][:20]
        shown = [[kind, f"{texts:,}", f"{failed:,}", f"{failed / texts:.1%}"] for kind, texts, failed in rows]
        tables.append(table((title, "texts", "not right", "share"), shown))
    return "\n\n".join(tables)


def texts_a_second(done: Sequence[Batch]) -> str:
    """Texts a second if each of the workers has a core of its own: CPU seconds, for the machine is shared."""
    texts = sum(len(part.answers) for part in done)
    return f"{texts / (sum(part.cpu_s for part in done) / len(done)):,.0f}"
