"""An Excel workbook as a table: which sheet, where its header stands, and its cells as text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from layers.errors import Fault
from layers.registers.archive import inspect
from layers.registers.specs import header_key
from layers.registers.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Table, check_size, refused, text_of

__all__ = ["column_letters", "read_workbook"]

_LOOKED_AT = 20
"""A header stands in one of the first rows."""
_MOST_MERGED = 2_000_000
_REMARK = re.compile(
    r"必填|选填|必录|填写|填报|说明|示例|样例|例如|例[:：]|如[:：]|格式|不填|下拉|备注[:：]|required|optional|e\.g\."
)
_Cells = list[str]


@dataclass(frozen=True)
class _Grid:
    """The rows of a sheet as text, each with its number in it; `left` is the first column, counted from 0."""

    rows: list[tuple[int, _Cells]]
    left: int
    merged: tuple[tuple[int, int, int, int], ...]


def read_workbook(path: Path, sheet: str | None, known: Collection[str]) -> Table:
    """The table on a sheet of an .xlsx workbook: the named one, else the first visible one that holds anything.

    `known` are headers as `header_key` gives them: the row that has most of them is the header. Titles above it are
    passed over, a header of two rows becomes one, a row of remarks under it is left out with a warning. A merged cell
    stands for each of the cells that it covers; a formula for the value that was last computed.

    Raises:
        Invalid: when the file is no safe workbook (see `archive.inspect`), has no such sheet, or nothing on it.
    Cost: linear in its cells.
    """
    check_size(path)
    broken = inspect(path).broken
    try:
        with CalamineWorkbook.from_path(path) as book:
            name = _choose(path, book, sheet)
            sheets = _filled(book)
            grid = _grid(path, book.get_sheet_by_name(name), broken.get(name, {}))
    except CalamineError as error:
        raise refused(path.name, "it is a damaged workbook; open it and save it again") from error
    wanted = frozenset(known)
    start, height = _header_rows(grid, wanted)
    header = _header(grid, start, height, wanted)
    if len(header) > MOST_COLUMNS:
        raise refused(f"{path.name} line {grid.rows[start][0]}", f"{len(header)} columns are more than {MOST_COLUMNS}")
    head = f"{path.name} line {grid.rows[start + height - 1][0]}"
    others = [other for other in sheets if other != name and sheet is None]
    warnings = [Fault(head, f"warning: other sheets were not read: {', '.join(others)}")] if others else []
    first = start + height
    if first < len(grid.rows) and _is_remark(grid.rows[first][1]):
        warnings.append(Fault(f"line {grid.rows[first][0]}", "warning: the row was taken for remarks and left out"))
        first += 1
    letters = tuple(column_letters(grid.left + at) for at in range(len(header)))
    rows = _checked(path, grid.rows[first:], len(header), letters)
    return Table("xlsx", header, rows, head, tuple(warnings), letters, sheet=name, sheets=tuple(sheets))


def column_letters(at: int) -> str:
    """What a sheet calls its column `at`, counted from 0: A … Z, AA …"""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _choose(path: Path, book: CalamineWorkbook, sheet: str | None) -> str:
    if sheet is not None:
        if sheet not in book.sheet_names:
            raise refused(path.name, f"there is no sheet {sheet}; it has {', '.join(book.sheet_names)}")
        return sheet
    filled = _filled(book)
    if not filled:
        raise refused(path.name, "no visible sheet of it holds anything")
    return filled[0]


def _filled(book: CalamineWorkbook) -> list[str]:
    visible = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    return [name for name in visible if book.get_sheet_by_name(name).start is not None]


def _grid(path: Path, sheet: CalamineSheet, broken: dict[str, str]) -> _Grid:
    if sheet.start is None:
        raise refused(path.name, f"the sheet {sheet.name} is empty")
    top, left = sheet.start
    rows = [(number, [text_of(value) for value in row]) for number, row in enumerate(sheet.to_python(), start=top + 1)]
    for cell, what in broken.items():
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()  # type: ignore[union-attr]
        at, row = _column(letters) - left, int(number) - top - 1
        if 0 <= row < len(rows) and 0 <= at < len(rows[row][1]) and not rows[row][1][at]:
            rows[row][1][at] = what
    merged = tuple((a - top, b - left, c - top, d - left) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
    _fill(path, rows, merged)
    return _Grid(
        [row for row in rows if any(row[1])], left, tuple((a + top + 1, b, c + top + 1, d) for a, b, c, d in merged)
    )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _fill(path: Path, rows: list[tuple[int, _Cells]], merged: Sequence[tuple[int, int, int, int]]) -> None:
    """Put what a merged cell holds into each cell that it covers."""
    spent = 0
    for top, left, bottom, right in merged:
        if not 0 <= top < len(rows) or not 0 <= left < len(rows[top][1]):
            continue
        text = rows[top][1][left]
        for _, cells in rows[top : bottom + 1]:
            width = min(right + 1, len(cells)) - left
            cells[left : left + width] = [text] * width
            spent += width
        if spent > _MOST_MERGED:
            raise refused(path.name, f"more than {_MOST_MERGED:,} of its cells are merged; divide it")


def _header_rows(grid: _Grid, known: frozenset[str]) -> tuple[int, int]:
    """Which of the rows the header is, and whether it has one row or two."""
    top = [cells for _, cells in grid.rows[:_LOOKED_AT]]
    hits = [len({header_key(cell) for cell in cells} & known) for cells in top]
    if max(hits) > 0:
        start = hits.index(max(hits))
    else:
        # Titles are one text, merged over the table or not: a header has half as many as the fullest row or more.
        counts = [len({cell for cell in cells if cell}) for cells in top]
        start = next(at for at, count in enumerate(counts) if count * 2 >= max(counts))
    if start > 0 and _is_upper(grid, start - 1):
        return start - 1, 2
    return start, 2 if _is_upper(grid, start) and start + 1 < len(grid.rows) else 1


def _is_upper(grid: _Grid, at: int) -> bool:
    """Whether a row heads the one under it: some of its cells span columns, and others reach down."""
    number, cells = grid.rows[at]
    spans = [(left, right) for top, left, bottom, right in grid.merged if top == bottom == number and right > left]
    down = [left for top, left, bottom, _ in grid.merged if top == number and bottom == number + 1]
    return bool(spans) and (bool(down) or len({cell for cell in cells if cell}) > 1)


def _header(grid: _Grid, start: int, height: int, known: frozenset[str]) -> tuple[str, ...]:
    upper = grid.rows[start][1]
    if height == 1:
        header = [" ".join(cell.split()) for cell in upper]
    else:
        header = [_joined(*pair, known) for pair in zip(upper, grid.rows[start + 1][1], strict=True)]
    while header and not header[-1]:
        header.pop()
    return tuple(header)


def _joined(upper: str, lower: str, known: frozenset[str]) -> str:
    """The header of a column under two rows: the two together where that is known, else the lower one."""
    if not lower or upper == lower:
        return upper
    both = f"{upper}{lower}"
    return both if header_key(both) in known or header_key(lower) not in known else lower


def _is_remark(cells: _Cells) -> bool:
    texts = [cell for cell in cells if cell]
    return sum(_REMARK.search(text) is not None for text in texts) * 2 >= len(texts)


def _checked(
    path: Path, rows: Sequence[tuple[int, _Cells]], width: int, letters: Sequence[str]
) -> Iterator[tuple[int, _Cells]]:
    if len(rows) > MOST_ROWS:
        raise refused(path.name, f"it has more than {MOST_ROWS:,} rows; divide it")
    for number, cells in rows:
        if max(map(len, cells)) > LONGEST_CELL:
            long = next(at for at, cell in enumerate(cells) if len(cell) > LONGEST_CELL)
            cell = f"{letters[long] if long < width else ''}{number}"
            raise refused(f"{path.name} cell {cell}", f"a cell has more than {LONGEST_CELL:,} characters")
        # Cells beyond the header belong to no column, unless they hold something: then the row has another length.
        yield number, cells[:width] if not any(cells[width:]) else cells
