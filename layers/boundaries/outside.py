"""Boundaries from outside China: codes by order of name under province 99, and the regions above them."""

from __future__ import annotations

import pandas as pd
import shapely

from layers.boundaries.model import WARNING
from layers.errors import Fault
from layers.osm.model import COUNTY, FIRST_PREFECTURE, PROVINCE
from layers.osm.villages import PROVINCE_NAME
from layers.shapes import as_multipolygon, place_of_shape

__all__ = ["give_codes", "with_parents"]

_MOST_IN_A_TOWNSHIP = 999


def give_codes(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows (row, name, geom) as villages under the first prefecture of province 99, with code, level, parent_code.

    Codes follow the order of names, so that the same file gives the same codes. Rows of one name are one village, and a
    fault says so.
    """
    rows, faults = [], []
    for number, (name, group) in enumerate(frame.groupby("name", sort=True)):
        shape = group["geom"].iloc[0]
        if len(group) > 1:
            shape = as_multipolygon(shapely.union_all(group["geom"].to_numpy()))
            numbers = ", ".join(map(str, group["row"]))
            message = f"{WARNING}{len(group)} rows named {name} make one village"
            faults.append(Fault(f"rows {numbers}", message, place_of_shape(shape)))
        township, village = divmod(number, _MOST_IN_A_TOWNSHIP)
        code = f"{COUNTY}{township + 1:03d}{village + 1:03d}"
        rows.append((int(group["row"].iloc[0]), code, name, 5, code[:9], shape))
    return pd.DataFrame(rows, columns=["row", "code", "name", "level", "parent_code", "geom"]), faults


def with_parents(frame: pd.DataFrame, name: str, prefecture: str) -> pd.DataFrame:
    """The villages of `give_codes` moved into `prefecture` (4 digits), below the regions above them, named `name`.

    A region above is the union of what lies in it; the province has no shape.
    """
    villages = frame.assign(
        **{
            column: frame[column].str.replace(rf"^{FIRST_PREFECTURE}", prefecture, regex=True)
            for column in ("code", "parent_code")
        }
    )
    county = prefecture + COUNTY[len(FIRST_PREFECTURE) :]
    townships = {
        str(code): as_multipolygon(shapely.union_all(shapes.to_numpy()))
        for code, shapes in villages.groupby("parent_code", sort=True)["geom"]
    }
    whole = as_multipolygon(shapely.union_all(list(townships.values())))
    rows: list[tuple[int, str, str, int, str | None, object]] = [
        (0, PROVINCE, PROVINCE_NAME[0], 1, None, None),
        (0, prefecture, name, 2, PROVINCE, whole),
        (0, county, name, 3, prefecture, whole),
    ]
    for number, (code, shape) in enumerate(townships.items(), start=1):
        suffix = f" {number}" if len(townships) > 1 else ""
        rows.append((0, code, name + suffix, 4, county, shape))
    above = pd.DataFrame(rows, columns=villages.columns.tolist())
    return pd.concat([above, villages], ignore_index=True)
