"""Bring regions in: new ones, those that go on under another name, and their shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pandas as pd
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gridding import densify
from layers.db import raw
from layers.errors import Fault, Invalid, NotFound
from layers.imports import Import, ewkb
from layers.queries import load
from layers.shapes import area_m2, as_multipolygon, place_of_shape

__all__ = ["Revision", "known_codes", "refuse_overlap", "revise_regions", "set_shape", "store_regions"]

_SLIVER_M2 = 1.0
_AT_ONCE = 500
"""Shapes of so many regions travel in one statement: some megabytes."""


@dataclass(frozen=True)
class Revision:
    """What changes of a region in force: its name, or its shape (lon/lat, densified) with where that came from."""

    code: str
    name: str | None = None
    shape: MultiPolygon | None = None
    source: str | None = None


def known_codes(session: Session, codes: Sequence[str]) -> set[str]:
    """Those of the codes that are a region in force."""
    return set(_in_force(session, codes))


def store_regions(log: Import, regions: pd.DataFrame) -> dict[str, int]:
    """How many regions are new, kept as they were, renamed from now on, and given another `mca_code`.

    `regions`: code, level, name, parent_code, source and any other column of the table. A region in force with the same
    name stays; one with another name ends now and goes on under the new one, with its shape.
    Limit: only name and `mca_code` are compared, and a missing `mca_code` changes nothing. Other columns of a known
    region are not brought up to date, and one that the frame leaves out stays in force.
    """
    known = _in_force(log.session, regions["code"].tolist())
    new = regions[~regions["code"].isin(known.keys())]
    mca_codes = regions["mca_code"] if "mca_code" in regions else pd.Series(None, index=regions.index, dtype=object)
    renamed: list[tuple[str, str]] = []
    recoded: list[tuple[str, str]] = []
    for code, name, mca_code in zip(regions["code"], regions["name"], mca_codes, strict=True):
        old_name, old_mca_code = known.get(code, (name, mca_code))
        if name != old_name:
            renamed.append((code, name))
        if not pd.isna(mca_code) and mca_code != old_mca_code:
            recoded.append((code, mca_code))
    log.copy("region", new)
    revise_regions(log, [Revision(code, name=name) for code, name in renamed])
    _recode(log, recoded)
    kept = len(regions) - len(new) - len({code for code, _ in renamed + recoded})
    return {"new": len(new), "kept": kept, "renamed": len(renamed), "recoded": len(recoded)}


def set_shape(log: Import, code: str, shape: BaseGeometry, source: str) -> float:
    """The geodesic area in m² of a region that has this lon/lat polygon as its shape from now on, densified to 200 m.

    The region goes on as a new version; with its old shape it stays known.

    Raises:
        NotFound: when no such region is in force.
    """
    dense = as_multipolygon(densify(shape))
    if not revise_regions(log, [Revision(code, shape=dense, source=source)]):
        raise NotFound(f"There is no region {code}: import the divisions first.")
    return area_m2(dense)


def revise_regions(log: Import, revisions: Sequence[Revision]) -> int:
    """How many regions in force go on otherwise from now on, each as a new version; those not in force are left out.

    The name that a renamed one had becomes another name of it.
    """
    _keep_old_names(log, [revision for revision in revisions if revision.name is not None])
    count = 0
    for start in range(0, len(revisions), _AT_ONCE):
        some = revisions[start : start + _AT_ONCE]
        values = {
            "codes": [revision.code for revision in some],
            "names": [revision.name for revision in some],
            "geoms": [None if revision.shape is None else ewkb(revision.shape) for revision in some],
            "areas_m2": [None if revision.shape is None else area_m2(revision.shape) for revision in some],
            "sources": [revision.source for revision in some],
            "import_id": log.id,
        }
        count += raw(log.session).execute(load("imports.sql")["revise_regions"], values).rowcount
    if count:
        log.count("region", count)
    return count


def refuse_overlap(session: Session, shape: BaseGeometry) -> None:
    """Return when no village in force shares land with this lon/lat shape (more than a square metre).

    Raises:
        Invalid: naming every village that does.
    """
    rows = raw(session).execute(load("imports.sql")["overlapping_villages"], {"geom": ewkb(shape)}).fetchall()
    shared = cast(list[tuple[str, str, float]], [row for row in rows if cast(float, row[2]) > _SLIVER_M2])
    if shared:
        place = place_of_shape(shape)
        faults = [Fault(code, f"{name} already covers {area:,.0f} m² of this", place) for code, name, area in shared]
        raise Invalid("These villages overlap others that are in force.", faults)


def _keep_old_names(log: Import, revisions: Sequence[Revision]) -> None:
    codes, names = [revision.code for revision in revisions], [revision.name for revision in revisions]
    values = {"codes": codes, "names": names, "import_id": log.id}
    kept = raw(log.session).execute(load("imports.sql")["keep_old_names"], values).rowcount
    if kept:
        log.count("region_alias", kept)


def _recode(log: Import, rows: list[tuple[str, str]]) -> None:
    codes, texts = [code for code, _ in rows], [text for _, text in rows]
    values = {"codes": codes, "texts": texts, "import_id": log.id}
    raw(log.session).execute(load("imports.sql")["recode_regions"], values)
    log.count("region", len(rows))


def _in_force(session: Session, codes: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    rows = raw(session).execute(load("imports.sql")["regions_in_force"], {"codes": list(codes)}).fetchall()
    return {code: (name, mca_code) for code, name, mca_code in cast(list[tuple[str, str, str | None]], rows)}
