"""Faults as files."""

from __future__ import annotations

import csv
import io

import pyogrio
import pytest

from layers.errors import Fault, Invalid
from layers.faults_file import faults_csv, write_faults

PLACED = Fault("row 1", "warning: 村 <b>overlaps</b>", (100.5, 25.25))
PLACELESS = Fault("row 2", "no code")


def test_the_geopackage_has_the_places_and_the_rest(tmp_path):
    path = tmp_path / "faults.gpkg"
    write_faults(path, [PLACED, PLACELESS, PLACED])
    found = pyogrio.read_dataframe(path, layer="faults")
    assert found[["where", "severity", "message"]].values.tolist() == [["row 1", "warning", "村 <b>overlaps</b>"]] * 2
    assert (found.crs.to_epsg(), found.geometry[0].wkt) == (4326, "POINT (100.5 25.25)")
    others = pyogrio.read_dataframe(path, layer="faults_without_place")
    assert others.values.tolist() == [["row 2", "fault", "no code"]]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["faults.gpkg"]


@pytest.mark.parametrize("faults", [[], [PLACELESS], [PLACED]])
def test_a_file_that_is_there_is_replaced(tmp_path, faults):
    path = tmp_path / "faults.gpkg"
    write_faults(path, [PLACED, PLACELESS])
    write_faults(path, faults)
    assert len(pyogrio.read_dataframe(path, layer="faults")) == sum(fault.place is not None for fault in faults)


def test_a_place_to_write_that_is_none_is_refused(tmp_path):
    with pytest.raises(Invalid):
        write_faults(tmp_path / "nowhere" / "faults.gpkg", [PLACED])


def test_csv_has_a_line_a_fault_and_no_formula():
    hostile = Fault("=1+1", '@x, "y"\nz')
    rows = list(csv.reader(io.StringIO(faults_csv([PLACED, hostile]).removeprefix("\ufeff"))))
    assert rows == [
        ["where", "severity", "message", "lon", "lat"],
        ["row 1", "warning", "村 <b>overlaps</b>", "100.5", "25.25"],
        ["'=1+1", "fault", '\'@x, "y"\nz', "", ""],
    ]
