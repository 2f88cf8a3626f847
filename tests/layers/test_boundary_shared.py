"""Real boundary files of ../shared/data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from layers.boundaries import read, store
from layers.boundaries.encoding import decode, find_encoding
from layers.doctor import examine
from layers.errors import Invalid
from layers.imports import digest

pytestmark = pytest.mark.shared
DATA = Path(__file__).parents[3] / "shared" / "data"
PRECINCTS = DATA / "census" / "RI_precincts.zip"
ENCODING = DATA / "encoding"


@pytest.mark.slow
def test_every_sliver_of_the_precincts_is_listed_with_its_place(session, vault):
    found = read(PRECINCTS, level=5, outside=True)
    assert len(found.frame) == 419
    with pytest.raises(Invalid) as caught:
        store(session, found, PRECINCTS.name, digest(PRECINCTS))
    faults = caught.value.faults
    fatal = [fault for fault in faults if not fault.message.startswith("warning: ")]
    assert len(fatal) == 7
    assert all("overlap by" in fault.message for fault in fatal)
    # The union of all precincts has 502 holes (501 when it is made in a plane of some metres less precision).
    enclosed = [fault for fault in faults if re.search(r"leave|has a hole", fault.message)]
    assert len(enclosed) >= 502
    assert all(fault.place is not None and -72 < fault.place[0] < -71 for fault in faults)


@pytest.mark.slow
def test_the_precincts_can_be_stored_all_the_same(session, vault):
    found = read(PRECINCTS, level=5, outside=True)
    result = store(session, found, PRECINCTS.name, digest(PRECINCTS), accept_faults=True)
    assert result.counts["new"] == 419 + 4
    assert sum("(accepted)" in fault.message for fault in result.faults) == 7
    told = {name: faults for name, faults in examine(session, vault) if faults}
    assert set(told) == {"villages_overlap"}
    assert session.scalar(text("select count(*) from region where level = 5 and geom is not null")) == 419


@pytest.mark.parametrize(
    ("name", "encoding", "word"),
    [
        ("big5.shp", "cp950", "國語"),
        ("chinese.shp", "gb18030", "简体"),
        ("gb2312.shp", "gb18030", "简体国语"),
        ("gbk.shp", "gb18030", "简体国语"),
    ],
)
def test_old_encodings_are_known(name, encoding, word):
    value = (ENCODING / name).with_suffix(".dbf").read_bytes().rstrip(b"\x1a")[66:]
    found, _ = find_encoding(ENCODING / name, ENCODING / name, [value], None)
    assert (found, decode(value, found).strip()) == (encoding, word)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("big5.shp", "does not say its coordinate reference system"),
        ("chinese.shp", "are no degrees"),
        ("gbk.dbf", "no GeoPackage"),
        ("gb2312.dbf", "no GeoPackage"),
    ],
)
def test_files_without_boundaries_say_why(name, why):
    with pytest.raises(Invalid) as caught:
        read(ENCODING / name, outside=True)
    assert why in caught.value.faults[0].message


def test_points_are_refused_by_row_and_name():
    with pytest.raises(Invalid) as caught:
        read(ENCODING / "big5.shp", outside=True, crs="EPSG:32650")
    faults = [(fault.where, fault.message) for fault in caught.value.faults]
    assert faults == [("row 1 國語", "its shape is a Point, not a polygon")]
