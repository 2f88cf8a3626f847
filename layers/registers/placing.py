"""Where the rows of a list lie: their points in WGS 84, the number for place, and whether that is what they state."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.codes import code_of, level_of, region_range, village_of
from layers.datum import datum_of_pairs, likely_datum, to_wgs84
from layers.db import raw, scope_of
from layers.errors import Fault, Invalid
from layers.queries import load
from layers.registers.geocoded import known_points, place_by_address
from layers.registers.rows import Rows
from layers.registers.townships import use_our_codes

__all__ = ["check_scope", "check_stated", "place", "read_footprints"]

_SAMPLE = 2000
_COMPARED = 200
"""So many addresses are looked up among the houses that are known."""
_SUSPICIOUS = 0.1
"""With more than this share of points outside where they should be, the datum is looked at."""
Floats = NDArray[np.float64]


def read_footprints(rows: Rows) -> None:
    """Bring the footprints into WGS 84; a building without a point stands at one inside its footprint."""
    crs = rows.sheet.crs
    for at, shape in enumerate(rows.column("footprint")):
        if shape is None or crs is None:
            continue
        moved = shapely.transform(shape, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], crs)))
        if not np.isfinite(shapely.get_coordinates(moved)).all() or not moved.is_valid:
            rows.fault(at, "footprint", f"cannot be brought from {crs} to longitude and latitude")
            continue
        rows.values["footprint"][at] = shapely.multipolygons([moved]) if moved.geom_type == "Polygon" else moved
        if not rows.stated(at, "lon"):
            inner = shape.point_on_surface()
            rows.column("lon")[at], rows.column("lat")[at] = inner.x, inner.y


def place(rows: Rows) -> None:
    """Give each row without a place a `point` and a `grid_no`: by its coordinates, its address, or its village.

    Raises:
        Invalid: when the points of the whole list lie where they should in another datum than the stated one.
    """
    use_our_codes(rows)
    _check_regions(rows)
    points, numbers = rows.column("point"), rows.column("grid_no")
    mine = [at for at in range(len(rows)) if numbers[at] is None and _coordinates(rows, at)]
    if mine:
        lons, lats = _converted(rows, mine)
        _refuse_shifted(rows, mine, lons, lats)
        _number_points(rows, mine, lons, lats)
    place_by_address(rows)
    for at in range(len(rows)):
        if numbers[at] is None and points[at] is None and not (rows.stated(at, "lon") or rows.stated(at, "lat")):
            _by_village(rows, at)


def check_stated(rows: Rows) -> None:
    """A row whose place follows another row's must lie in the region that it states."""
    for at, code in enumerate(rows.column("region_code")):
        if code is not None and rows.column("parent_id")[at] is not None:
            number, (lo, hi) = rows.column("grid_no")[at], region_range(code)
            if not lo <= number <= hi:
                rows.fault(at, "region_code", f"it lies in {village_of(number)}, not in {code}")


def check_scope(rows: Rows) -> None:
    """A row outside the caller's region is a fault."""
    scope = scope_of(rows.session)
    for at, number in enumerate(rows.column("grid_no")):
        if number is not None and not scope.covers(number, number):
            rows.fault(at, None, "it lies outside your region")


def _check_regions(rows: Rows) -> None:
    """Unknown regions are faults; which of the others have a shape is kept."""
    scope = scope_of(rows.session)
    codes = rows.column("region_code")
    found = raw(rows.session).execute(load("lists_in.sql")["regions_stated"], {"codes": rows.distinct("region_code")})
    known = {str(code) for code, _ in found if scope.overlaps(*region_range(str(code)))}
    for at, code in enumerate(codes):
        if code is not None and code not in known:
            rows.fault(at, "region_code", f"there is no region {code} here")
            codes[at] = None


def _coordinates(rows: Rows, at: int) -> bool:
    lon, lat = rows.column("lon")[at], rows.column("lat")[at]
    if lon is None and lat is None:
        return False
    if lon is None or lat is None:
        missing = "lon" if lon is None else "lat"
        if not rows.stated(at, missing):
            rows.fault(at, missing, "is empty where the other coordinate is not")
        return False
    if lon == 0 and lat == 0:
        rows.fault(at, "lon", "the point is 0, 0: it is not known", (0.0, 0.0))
        return False
    return True


def _converted(rows: Rows, mine: list[int]) -> tuple[Floats, Floats]:
    """Longitudes and latitudes in WGS 84; what is no such thing is a fault and leaves the list `mine`."""
    assert rows.sheet.crs is not None  # noqa: S101 -- told to mypy; reading refuses coordinates without a datum
    x = np.array([rows.column("lon")[at] for at in mine], dtype=np.float64)
    y = np.array([rows.column("lat")[at] for at in mine], dtype=np.float64)
    lons, lats = to_wgs84(x, y, rows.sheet.crs)
    good = np.isfinite(lons) & np.isfinite(lats) & (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    for index in np.flatnonzero(~good):
        swapped = abs(y[index]) <= 180 and abs(x[index]) <= 90
        message = "longitude and latitude are swapped" if swapped else f"is no coordinate in {rows.sheet.crs}"
        rows.fault(mine[index], "lon", message)
    mine[:] = [at for at, fine in zip(mine, good, strict=True) if fine]
    return lons[good], lats[good]


def _refuse_shifted(rows: Rows, mine: list[int], lons: Floats, lats: Floats) -> None:
    if not mine or rows.sheet.crs is None:
        return
    step = max(1, len(mine) // _SAMPLE)
    sample = mine[::step]
    codes = [rows.column("region_code")[at] for at in sample]
    datum = None
    if np.mean(_inside(rows, lons[::step], lats[::step], codes)) < 1 - _SUSPICIOUS:
        x, y = _as_stated(rows, sample)
        datum = likely_datum(x, y, lambda lon, lat: _inside(rows, lon, lat, codes), rows.sheet.crs)
    datum = datum or _datum_of_houses(rows, mine)
    if datum is not None and datum != rows.sheet.crs:
        message = f"its points lie where they should when read as {datum}: it is not {rows.sheet.crs}"
        raise Invalid(f"This list is in {datum}, not in {rows.sheet.crs}.", [Fault("crs", message), *rows.faults])


def _datum_of_houses(rows: Rows, mine: list[int]) -> str | None:
    """The datum in which rows stand where the registered houses of their addresses do, None when it is the stated."""
    addressed = [at for at in mine if rows.column("address")[at] is not None]
    sample = addressed[:: max(1, len(addressed) // _COMPARED)]
    if not sample or rows.sheet.crs is None:
        return None
    known = np.array(known_points(rows, sample), dtype=np.float64)
    return datum_of_pairs(*_as_stated(rows, sample), known[:, 0], known[:, 1], rows.sheet.crs)


def _as_stated(rows: Rows, sample: list[int]) -> tuple[Floats, Floats]:
    """The coordinates as they stand in the file."""
    x, y = ([rows.column(name)[at] for at in sample] for name in ("lon", "lat"))
    return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)


def _inside(rows: Rows, lons: Floats, lats: Floats, codes: list[str | None]) -> NDArray[np.bool_]:
    """Which points lie in the regions with these codes; None is any region."""
    found = np.isfinite(lons) & np.isfinite(lats) & (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    values = {"lons": _plain(lons, found), "lats": _plain(lats, found), "codes": codes}
    inside = np.zeros(len(lons), dtype=bool)
    hits = raw(rows.session).execute(load("lists_in.sql")["inside_stated"], values).fetchall()
    inside[[cast(int, row[0]) for row in hits]] = True
    return inside & found


def _plain(values: Floats, good: NDArray[np.bool_]) -> list[float]:
    plain: list[float] = np.where(good, values, 0.0).tolist()
    return plain


def _number_points(rows: Rows, mine: list[int], lons: Floats, lats: Floats) -> None:
    numbers, rest = _numbers(rows, lons, lats)
    codes = [rows.column("region_code")[at] for at in mine]
    inside = _inside(rows, lons, lats, codes)
    for index, at in enumerate(mine):
        spot = (round(float(lons[index]), 7), round(float(lats[index]), 7))
        number, swapped = numbers.get(index), rest.get(index, False)
        if number is None:
            outside = "longitude and latitude are swapped" if swapped else "the point lies outside every region"
            rows.fault(at, "lon", outside, spot)
        elif codes[index] is not None and not inside[index]:
            message = f"the point lies in {_region(number)}, not in {codes[index]}"
            rows.fault(at, "region_code", message, spot)
        else:
            rows.column("point")[at], rows.column("grid_no")[at] = (float(lons[index]), float(lats[index])), number
            if index in rest:
                rows.fault(at, "lon", f"warning: it lies in no village, only in {_region(number)}", spot)


def _numbers(rows: Rows, lons: Floats, lats: Floats) -> tuple[dict[int, int], dict[int, bool]]:
    """The number of each point that lies in a region; of those in no village whether they seem swapped."""
    connection, queries = raw(rows.session), load("lists_in.sql")
    connection.execute(queries["make_listed"])
    connection.execute(queries["fill_listed"], {"lons": lons.tolist(), "lats": lats.tolist()})
    connection.execute(queries["index_listed"])
    connection.execute("analyze listed")
    found = cast(list[tuple[int, int]], connection.execute(queries["villages_of"]).fetchall())
    numbers = dict(found)
    others = [index for index in range(len(lons)) if index not in numbers]
    rest: dict[int, bool] = {}
    if others:
        rows_of_rest = connection.execute(queries["places_of_rest"], {"rest": others}).fetchall()
        for index, number, swapped in cast(list[tuple[int, int | None, bool]], rows_of_rest):
            rest[index] = swapped
            if number is not None:
                numbers[index] = number
    connection.execute(queries["forget_listed"])
    return numbers, rest


def _region(number: int) -> str:
    """The code of the region whose number this is: no shorter than it must be."""
    code = code_of(number)
    return next((code[:length] for length in (2, 4, 6, 9, 12) if int(code[length:]) == 0), code[:12])


def _by_village(rows: Rows, at: int) -> None:
    """A row of which only the village is known has no point and is in no grid."""
    code: Any = rows.column("region_code")[at]
    if code is None:
        told = rows.spec.parent_column, "region_code", "footprint", "address"
        if not any(name is not None and rows.stated(at, name) for name in told):
            rows.fault(at, None, "it has no place: neither coordinates nor an address nor a village's code")
    elif level_of(code) != 5:
        rows.fault(at, "region_code", f"{code} is not a village: without coordinates its village must be stated")
    else:
        rows.column("grid_no")[at] = region_range(code)[0]
