"""How many times faster than the peers, and how many times it must be, as a picture (SVG)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from bench.layers_rows import Row

__all__ = ["ratios_picture"]

LEFT, TOP, WIDE, HIGH = 330, 40, 420, 26
MET, MISSED, INK, FAINT = "#228833", "#ee6677", "#333333", "#cccccc"
LEAST, MOST = 0.5, 200.0


def ratios_picture(rows: Sequence[Row]) -> str:
    """A bar for each row with a factor, on a logarithmic scale; the black mark is what it must reach."""
    shown = [row for row in rows if row.factor is not None]
    height = TOP + HIGH * len(shown) + 40
    lines = [_text(12, 22, "Times as fast as the peer (black mark: what must be reached)", 14)]
    for value in (1, 2, 5, 10, 20, 50, 100):
        x = _x(value)
        lines.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{height - 30}" stroke="{FAINT}"/>')
        lines.append(_text(x, height - 14, f"{value} ×", 11, "middle"))
    for at, row in enumerate(shown):
        lines += _bar(row, TOP + HIGH * at)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDE + 40}" height="{height}">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *lines, "</svg>\n"])


def _bar(row: Row, y: float) -> list[str]:
    factor = row.factor or LEAST
    colour = MISSED if row.met is False else MET
    wide = max(1.0, _x(factor) - LEFT)
    lines = [_text(LEFT - 8, y + 17, row.name.split(";")[0][:56], 11, "end")]
    lines.append(f'<rect x="{LEFT}" y="{y + 5}" width="{wide:.1f}" height="{HIGH - 10}" fill="{colour}"/>')
    if row.bar is not None:
        lines.append(f'<rect x="{_x(row.bar) - 1.5:.1f}" y="{y + 2}" width="3" height="{HIGH - 4}" fill="black"/>')
    return [*lines, _text(LEFT + wide + 6, y + 17, f"{factor:.1f}", 11)]


def _x(factor: float) -> float:
    within = min(max(factor, LEAST), MOST)
    return LEFT + WIDE * math.log(within / LEAST) / math.log(MOST / LEAST)


def _text(x: float, y: float, words: str, size: int, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{INK}">{escape(words)}</text>'
    )
