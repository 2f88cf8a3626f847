"""Which field of a boundary file is the code, which the name, which the parent: the usual names, and what is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from layers.boundaries.model import refusal
from layers.boundaries.source import Objects, Source
from layers.errors import Fault

__all__ = ["COLUMNS", "find_columns", "plain_text"]

COLUMNS = {
    "code": (
        "PAC", "CODE", "REGION_CODE", "村代码", "村编码", "村级代码", "村委会代码", "社区代码", "行政村代码",
        "行政村编码", "CUNDM", "CDM", "SJXZQDM", "XZQDM", "XZQHDM", "XZDM", "ZLDWDM", "QSDWDM", "行政区代码",
        "行政区划代码", "区划代码", "坐落单位代码", "权属单位代码", "乡镇代码", "镇代码", "县代码",
        "代码", "编码", "ADCODE", "GEOCODE", "DM", "GB",
    ),
    "name": (
        "NAME", "REGION_NAME", "村名", "村名称", "村委会名称", "社区名称", "行政村", "行政村名", "行政村名称", "CUNMC",
        "CMC", "SJXZQMC", "XZQMC", "XZQHMC", "XZMC", "ZLDWMC", "QSDWMC", "行政区名称", "行政区划名称", "坐落单位名称",
        "权属单位名称", "乡镇名称", "乡镇名", "县名", "名称", "DISPNAME", "FULLNAME", "NAME_ZH", "MC",
    ),
    "parent": ("UPPAC", "UPCODE", "PARENT_CODE", "PARENT", "上级代码", "上级行政区代码", "父级代码", "SJDM", "FDM"),
}  # fmt: skip
"""What we need -> what it is called in the files that there are, the likeliest first."""
_CUT_AT = 10
"""A shapefile keeps ten bytes of a field's name."""
_MOSTLY = 0.5


def find_columns(source: Source, stated: Mapping[str, str], needed: Iterable[str]) -> dict[str, Objects]:
    """The values of code, name and parent, as far as the file has them; all else is left.

    `stated` names a field for any of them. Names are compared without regard to case, and as a shapefile cuts them.

    Raises:
        Invalid: naming the fields that there are, when a stated or needed one is not there.
    """
    there = ", ".join(source.columns) or "none"
    faults = [
        Fault(source.path.name, f"{ours!r} is no column of ours: give one of {', '.join(COLUMNS)}")
        for ours in stated
        if ours not in COLUMNS
    ]
    found: dict[str, Objects] = {}
    for column, names in COLUMNS.items():
        wanted = (stated[column],) if column in stated else names
        field = _field(source, column, wanted, exact=column in stated)
        if field is not None:
            found[column] = source.columns[field]
        elif column in stated:
            faults.append(Fault(source.path.name, f"it has no field {stated[column]!r}; its fields: {there}"))
        elif column in needed:
            faults.append(
                Fault(source.path.name, f"no field of it is known to hold the {column}; its fields: {there}"
                      f" (say which one: --field {column}=FIELD)")
            )  # fmt: skip
    if faults:
        raise refusal(source.path, more=faults)
    return found


def plain_text(value: object) -> str:
    """A code or name as text: what a file keeps as a number has no fraction, nothing is empty."""
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip().strip("\0").strip()


def _field(source: Source, column: str, wanted: Iterable[str], *, exact: bool) -> str | None:
    for same in (_equal, _equal_when_cut):
        for name in wanted:
            for field, values in source.columns.items():
                if same(field, name) and (exact or _fits(column, values, whole=same is _equal)):
                    return field
    return None


def _equal(field: str, name: str) -> bool:
    return field.casefold() == name.casefold()


def _equal_when_cut(field: str, name: str) -> bool:
    # Of two fields cut to the same letters the second gets a number, which takes two more bytes.
    plain, numbers = re.subn(r"_\d$", "", field.casefold())
    width = _CUT_AT - 2 if numbers else _CUT_AT
    return plain in {_cut(name.casefold(), encoding, width) for encoding in ("utf-8", "gb18030")} - {""}


def _cut(name: str, encoding: str, width: int) -> str:
    return name.encode(encoding)[:width].decode(encoding, "ignore")


def _fits(column: str, values: Objects, *, whole: bool) -> bool:
    """Whether the values are what the column should hold: codes and names cut to the same letters are told apart so."""
    texts = [text for text in map(plain_text, values) if text]
    digits = sum(text.isascii() and text.isdigit() for text in texts) >= _MOSTLY * max(1, len(texts))
    return digits if column != "name" else whole or not digits
