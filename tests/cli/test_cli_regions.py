"""`wangge import regions`: its options, what it shows, and the file of faults."""

from __future__ import annotations

import pyogrio
import pytest
from geopandas import GeoDataFrame
from shapely import box
from town import EAST, WEST

NEW = "532901001003"


@pytest.fixture
def south(tmp_path):
    """A village south of the town that overlaps it by so many degrees, as a GeoPackage without the usual names."""

    def write(overlap=0.0):
        path = tmp_path / f"south{overlap}.gpkg"
        frame = GeoDataFrame(
            {"c": [NEW], "n": ["南村"]}, geometry=[box(100.2, 25.49, 100.22, 25.5 + overlap)], crs=4490
        )
        frame.to_file(path)
        return str(path)

    return write


FIELDS = ("--field", "code=c", "--field", "name=n")


@pytest.mark.usefixtures("town")
def test_a_file_is_stored_and_kept_out_the_second_time(told, south):
    path = south()
    result = told("import", "regions", path, *FIELDS, "--crs", "cgcs2000")
    assert result["counts"] == {"new": 1, "kept": 0, "renamed": 0, "shaped": 0, "reshaped": 0}
    assert "imported before" in told("import", "regions", path, *FIELDS, code=1)["detail"]


@pytest.mark.usefixtures("town")
def test_a_dry_run_shows_all_and_keeps_nothing(told, south):
    for _ in range(2):
        result = told("import", "regions", south(), *FIELDS, "--dry-run")
        assert (result["dry_run"], result["import_id"], result["counts"]["new"]) == (True, None, 1)


@pytest.mark.usefixtures("town")
def test_faults_are_told_and_written_with_their_place(told, south, tmp_path):
    path = tmp_path / "faults.gpkg"
    problem = told("import", "regions", south(0.001), *FIELDS, "--faults", str(path), code=1)
    [fault] = [fault for fault in problem["faults"] if not fault["message"].startswith("warning: ")]
    assert fault["where"] == f"{WEST} 西村 (stored) and row 1 {NEW} 南村"
    found = pyogrio.read_dataframe(path, layer="faults")
    assert found["severity"].tolist().count("fault") == 1
    assert found.crs.to_epsg() == 4326
    accepted = told("import", "regions", south(0.001), *FIELDS, "--accept-faults", "--faults", str(path))
    assert any("(accepted)" in fault["message"] for fault in accepted["faults"])
    assert set(pyogrio.read_dataframe(path, layer="faults")["severity"]) == {"warning"}


@pytest.mark.usefixtures("town")
def test_fields_that_are_not_known_are_listed(run, south):
    result = run("import", "regions", south())
    assert result.exit_code == 1
    assert "its fields: c, n" in result.stderr


@pytest.mark.parametrize("limit", ["much", "150%", "nan"])
def test_a_limit_that_is_none_is_refused(run, south, limit):
    result = run("import", "regions", south(), *FIELDS, "--repair-limit", limit)
    assert result.exit_code == 1
    assert "repair-limit" in result.stderr


@pytest.mark.usefixtures("town")
def test_a_correction_is_told_in_words(run, tmp_path):
    path = tmp_path / "east.gpkg"
    GeoDataFrame({"PAC": [EAST], "NAME": ["东村"]}, geometry=[box(100.22, 25.5, 100.239, 25.52)], crs=4490).to_file(
        path
    )
    result = run("import", "regions", str(path))
    assert result.exit_code == 0, result.output
    assert "reshaped 1" in result.stdout
