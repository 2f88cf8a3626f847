"""The reliability of the confidence, and which level was answered for which, as pictures (SVG)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from bench.geocoding_scores import Bin

__all__ = ["confusion_picture", "reliability_picture"]

SIZE, LEFT, TOP = 360, 60, 46
COLOURS = ("#4477aa", "#ee6677", "#228833")
INK, FAINT = "#333333", "#cccccc"


def reliability_picture(series: Mapping[str, Sequence[Bin]], title: str) -> str:
    """Confidence across, share right upwards, one line for each series; bars below say how many texts."""
    lines = [_text(LEFT, 22, title, 14, bold=True)]
    for tenth in range(0, 11, 2):
        x, y = LEFT + SIZE * tenth / 10, TOP + SIZE * (1 - tenth / 10)
        lines.append(_line(LEFT, y, LEFT + SIZE, y, FAINT) + _line(x, TOP, x, TOP + SIZE, FAINT))
        lines.append(_text(LEFT - 8, y + 4, f"{tenth / 10:.1f}", 11, "end"))
        lines.append(_text(x, TOP + SIZE + 16, f"{tenth / 10:.1f}", 11, "middle"))
    lines.append(_line(LEFT, TOP + SIZE, LEFT + SIZE, TOP, INK, dashed=True))
    for place, (name, groups) in enumerate(series.items()):
        lines += _series(name, groups, place)
    middle = LEFT + SIZE / 2
    lines.append(_text(middle, TOP + SIZE + 34, "confidence stated", 12, "middle"))
    lines.append(_text(LEFT, TOP - 8, "share with the right house; a dot's area tells its texts", 12))
    return _svg(LEFT + SIZE + 30, TOP + SIZE + 46, lines)


def _series(name: str, groups: Sequence[Bin], place: int) -> list[str]:
    colour, most = COLOURS[place % len(COLOURS)], max(group.texts for group in groups) or 1
    points = [(LEFT + SIZE * g.confidence, TOP + SIZE * (1 - g.right), g.texts) for g in groups if g.texts]
    lines = [_line(*one[:2], *other[:2], colour) for one, other in pairwise(points)]
    lines += [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2.5 + 7 * (texts / most) ** 0.5:.1f}" fill="{colour}" opacity="0.75"/>'
        for x, y, texts in points
    ]
    y = TOP + 18 + 18 * place
    return [*lines, f'<circle cx="{LEFT + 14}" cy="{y - 4}" r="5" fill="{colour}"/>', _text(LEFT + 24, y, name, 12)]


def confusion_picture(counts: Counter[tuple[str, str]], levels: Sequence[str], title: str) -> str:
    """Rows are what the text tells, columns what was answered; the darker, the larger the share of its row."""
    cell, wide = 46, 78
    lines = [_text(12, 22, title, 14, bold=True), _text(12, 42, "told down to", 11)]
    for column, level in enumerate(levels):
        lines.append(_text(100 + wide * (column + 0.5), 42, level, 11, "middle"))
    told = [level for level in levels if any(row == level for row, _ in counts)]
    for row, level in enumerate(told):
        y = 52 + cell * row
        total = sum(count for (one, _), count in counts.items() if one == level)
        lines.append(_text(92, y + 28, level, 11, "end"))
        for column, answered in enumerate(levels):
            share = counts[level, answered] / total
            x = 100 + wide * column
            lines.append(
                f'<rect x="{x}" y="{y}" width="{wide - 2}" height="{cell - 2}" fill="#4477aa" '
                f'fill-opacity="{0.04 + 0.96 * share:.3f}"/>'
            )
            if counts[level, answered]:
                ink = "#ffffff" if share > 0.5 else INK
                lines.append(_text(x + wide / 2, y + 20, f"{share:.1%}", 12, "middle", ink))
                lines.append(_text(x + wide / 2, y + 35, f"{counts[level, answered]:,}", 10, "middle", ink))
    return _svg(100 + wide * len(levels) + 10, 60 + cell * len(told), lines)


def _text(x: float, y: float, words: str, size: int, anchor: str = "start", ink: str = INK, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{ink}"{weight}'
    return f"<text {place}>{escape(words)}</text>"


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}"{dash}/>'


def _svg(width: float, height: float, lines: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" font-family="sans-serif">'
    )
    return "\n".join([head, '<rect width="100%" height="100%" fill="#ffffff"/>', *lines, "</svg>", ""])
