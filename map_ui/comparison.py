"""A comparison of two plans on one sheet of A4, as SVG: nothing in it comes from elsewhere."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from map_ui.i18n import Language, words

__all__ = ["Sheet", "SheetRow", "comparison_svg"]

XY = tuple[float, float]
Line = Sequence[XY]

# All in millimetres on the sheet.
WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 14.0
MAP_TOP, MAP_HEIGHT = 34.0, 128.0
TABLE_TOP, ROW_HEIGHT = 186.0, 5.4
MOST_ROWS = 17
DOT = 0.8
LONGEST_BAR = 50.0
# Colours that stay apart for the colour-blind (Okabe and Ito, 2008), without its yellow, which paper swallows.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6b4c9a", "#8c564b")
FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STYLE = """
text{font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;fill:#1a1a1a}
.title{font-size:6.2px;font-weight:700}.small{font-size:3.1px;fill:#444}.cell{font-size:3.3px}
.head{font-size:3.1px;font-weight:700;fill:#444}.grid{font-size:4.2px;font-weight:700;stroke:#fff;stroke-width:.9;
paint-order:stroke}.outline{fill:#f6f4ef;fill-rule:evenodd;stroke:#777;stroke-width:.5}.kept{fill:none;stroke:#9a9a9a;
stroke-width:.45}.gone{fill:none;stroke:#8a1c1c;stroke-width:.5;stroke-dasharray:1.8 1.2}.new{fill:none;stroke:#111;
stroke-width:.95;stroke-linejoin:round}.rule{stroke:#bbb;stroke-width:.2}.dot{stroke:#fff;stroke-width:.15}
"""


@dataclass(frozen=True)
class SheetRow:
    """One grid: its numbers and loads before and after, and what becomes of it (kept, changed, begun, ended)."""

    before: str | None
    after: str | None
    name: str | None
    load_before: int | None
    load_after: int | None
    fate: str
    partner: str | None


@dataclass(frozen=True)
class Sheet:
    """What stands on the sheet: texts as they came, lines and points in metres east and north.

    `outline` are the rings of the village, `kept`, `gone` and `new` borders between grids, `labels` numbers of
    the new grids, `moves` houses with the number of their new grid.
    """

    title: str
    subtitle: str
    outline: Sequence[Line]
    kept: Sequence[Line]
    gone: Sequence[Line]
    new: Sequence[Line]
    labels: Sequence[tuple[XY, str]]
    moves: Sequence[tuple[XY, str]]
    rows: Sequence[SheetRow]
    moved_load: int
    moved_share: float


@dataclass(frozen=True)
class _Frame:
    """From metres to millimetres on the sheet: north stays up."""

    west: float
    north: float
    mm_per_m: float
    left: float
    top: float

    @classmethod
    def around(cls, outline: Sequence[Line]) -> "_Frame":
        xs = [x for ring in outline for x, _ in ring] or [0.0]
        ys = [y for ring in outline for _, y in ring] or [0.0]
        wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
        scale = min((WIDTH - 2 * MARGIN) / wide, MAP_HEIGHT / high)
        left, top = (WIDTH - wide * scale) / 2, MAP_TOP + (MAP_HEIGHT - high * scale) / 2
        return cls(min(xs), max(ys), scale, left, top)

    def at(self, place: XY) -> tuple[str, str]:
        x, y = place
        return _mm(self.left + (x - self.west) * self.mm_per_m), _mm(self.top + (self.north - y) * self.mm_per_m)

    def path(self, lines: Sequence[Line], style: str) -> str:
        d = "".join("M" + "L".join(" ".join(self.at(place)) for place in line) for line in lines)
        return f'<path class="{style}" d="{d}"/>'


def comparison_svg(sheet: Sheet, language: Language) -> str:
    """Give the sheet as an SVG document of A4 size, upright, with a legend, a scale bar and north.

    All texts are escaped. Limit: of more than 17 grids the table names those that change first, and how many more
    there are.
    """
    say = words(language)
    frame = _Frame.around(sheet.outline)
    colour = _colours(sheet)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'lang="{"zh-CN" if language == "zh" else "en"}" role="img">',
        f"<title>{_plain(sheet.title)}</title><style>{STYLE}</style>",
        '<rect width="210" height="297" fill="#fff"/>',
        *_heading(sheet, say),
        frame.path(sheet.outline, "outline"),
        frame.path(sheet.kept, "kept"),
        frame.path(sheet.gone, "gone"),
        frame.path(sheet.new, "new"),
        *(_dot(frame.at(place), colour[goal]) for place, goal in sheet.moves),
        *(_text(*frame.at(place), number, "grid", "middle") for place, number in sheet.labels),
        *_legend(say),
        *_scale_bar(frame),
        *_north(),
        *_table(sheet, say, colour),
        "</svg>",
    ]
    return "\n".join(parts)


def _colours(sheet: Sheet) -> dict[str, str]:
    goals = dict.fromkeys([row.after for row in sheet.rows if row.after] + [goal for _, goal in sheet.moves])
    moving = [goal for goal in goals if goal in {goal for _, goal in sheet.moves}]
    return {goal: COLOURS[place % len(COLOURS)] for place, goal in enumerate(moving)}


def _mm(value: float) -> str:
    return f"{value:.2f}"


def _text(x: float | str, y: float | str, text: str, style: str, anchor: str = "start") -> str:
    place = f'x="{x}" y="{y}"'
    return f'<text {place} class="{style}" text-anchor="{anchor}">{_plain(text)}</text>'


def _dot(place: tuple[str, str], colour: str) -> str:
    return f'<circle class="dot" cx="{place[0]}" cy="{place[1]}" r="{DOT}" fill="{colour}"/>'


def _heading(sheet: Sheet, say: Mapping[str, str]) -> Iterable[str]:
    moved = say["comparison.moved"].format(n=f"{sheet.moved_load:,}", share=f"{sheet.moved_share:.1%}")
    yield _text(MARGIN, 17, sheet.title, "title")
    yield _text(MARGIN, 23.5, sheet.subtitle, "small")
    yield _text(MARGIN, 28.5, moved, "small")


def _legend(say: Mapping[str, str]) -> Iterable[str]:
    y = 170.0
    for place, style in enumerate(("kept", "gone", "new")):
        x = MARGIN + place * 38
        yield f'<path class="{style}" d="M{x:g} {y:g}h10"/>'
        yield _text(x + 12, y + 1, say[f"comparison.border.{style}"], "small")
    x = MARGIN + 3 * 38
    yield _dot((f"{x + 1:g}", f"{y:g}"), COLOURS[0])
    yield _text(x + 4, y + 1, say["comparison.dot"], "small")


def _scale_bar(frame: _Frame) -> Iterable[str]:
    most_m = LONGEST_BAR / frame.mm_per_m
    step = 10 ** math.floor(math.log10(most_m))
    length_m = next(step * times for times in (5, 2, 1) if step * times <= most_m)
    x, y, width = MARGIN, 178.0, length_m * frame.mm_per_m
    text = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    yield f'<path d="M{x:g} {y - 1.5:g}v1.5h{width:.2f}v-1.5" fill="none" stroke="#111" stroke-width=".4"/>'
    yield _text(f"{x + width + 2:.2f}", y, text, "small")


def _north() -> Iterable[str]:
    x, y = WIDTH - MARGIN - 4, 13.0
    yield f'<path d="M{x:g} {y:g}l2.6 8-2.6-2-2.6 2z" fill="#111"/>'
    yield _text(x, y - 1.2, "N", "head", "middle")


def _table(sheet: Sheet, say: Mapping[str, str], colour: Mapping[str, str]) -> Iterable[str]:
    columns = {"before": 20.0, "after": 38.0, "name": 52.0, "load_before": 108.0, "load_after": 130.0, "change": 152.0}
    right = WIDTH - MARGIN
    for column, x in columns.items():
        anchor = "end" if column.startswith("load") else "start"
        yield _text(x, TABLE_TOP, say[f"comparison.column.{column}"], "head", anchor)
    rows = sorted(sheet.rows, key=lambda row: row.fate == "kept") if len(sheet.rows) > MOST_ROWS else sheet.rows
    for place, row in enumerate(rows[:MOST_ROWS], start=1):
        y = TABLE_TOP + place * ROW_HEIGHT
        yield f'<path class="rule" d="M{MARGIN:g} {y - 3.8:.2f}H{right:g}"/>'
        if row.after is not None and row.after in colour:
            yield _dot((f"{MARGIN + 2:g}", f"{y - 1.2:.2f}"), colour[row.after])
        yield _text(columns["before"], f"{y:.2f}", row.before or "—", "cell")
        yield _text(columns["after"], f"{y:.2f}", row.after or "—", "cell")
        yield _text(columns["name"], f"{y:.2f}", _short(row.name or ""), "cell")
        yield _text(columns["load_before"], f"{y:.2f}", _number(row.load_before), "cell", "end")
        yield _text(columns["load_after"], f"{y:.2f}", _number(row.load_after), "cell", "end")
        yield _text(columns["change"], f"{y:.2f}", _fate(row, say), "cell")
    if len(rows) > MOST_ROWS:
        more = say["comparison.more"].format(n=len(rows) - MOST_ROWS)
        yield _text(MARGIN, f"{TABLE_TOP + (MOST_ROWS + 1) * ROW_HEIGHT:.2f}", more, "small")


def _fate(row: SheetRow, say: Mapping[str, str]) -> str:
    if row.partner is not None:
        return say[f"comparison.fate.{row.fate}.partner"].format(grid=row.partner)
    return say[f"comparison.fate.{row.fate}"]


def _number(load: int | None) -> str:
    return "—" if load is None else f"{load:,}"


def _plain(text: str) -> str:
    """The text as XML may hold it: escaped, without characters that no XML document may have."""
    return escape(FORBIDDEN.sub("", text))


def _short(text: str, most: int = 13) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
