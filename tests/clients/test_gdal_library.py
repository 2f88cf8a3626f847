"""GDAL (the one in pyogrio's wheel) reads OGC API by its drivers OAPIF, OGCAPI and MVT."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from town import BOTTOM, LEFT, RIGHT, TOP

SCRIPT = Path(__file__).with_name("read_with_gdal.py")


@pytest.fixture(scope="module")
def told(served, tmp_path_factory):
    """What GDAL read."""
    folder = tmp_path_factory.mktemp("gdal")
    address = f"{served.ogc}/collections/grid/tiles/WebMercatorQuad/14/6990/12752"
    (folder / "tile.pbf").write_bytes(httpx2.get(address, auth=(served.login, served.secret)).content)
    command = [sys.executable, str(SCRIPT), served.ogc, f"{served.login}:{served.secret}", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_drivers_are_there(told):
    assert told["drivers"] == ["MVT", "OAPIF", "OGCAPI"]


def test_oapif_lists_and_reads_pages(told):
    assert {"village", "grid", "building", "incident"} <= set(told["layers"])
    assert told["pages"]["count"] == 32
    assert len(set(told["pages"]["values"]["id"])) == 32


def test_oapif_asks_for_a_box_and_a_filter(told):
    assert told["box"]["count"] == 16
    assert told["noise"]["values"]["kind"] == ["noise"] * 3
    assert told["hazard"]["count"] == 0


def test_oapif_reads_another_reference_system(told):
    assert told["bounds"] == pytest.approx([LEFT, BOTTOM, RIGHT, TOP])
    assert told["metres"]["crs"] == "EPSG:4542"
    assert 600_000 < told["metres"]["bounds"][0] < 650_000
    assert 2_800_000 < told["metres"]["bounds"][1] < 2_850_000


def test_without_a_token_nothing_is_read(told):
    assert "401" in told["refused"] or "HTTP" in told["refused"]


def test_ogcapi_reads_a_collection(told):
    assert told["ogcapi"]["count"] == 32


def test_mvt_reads_a_tile(told):
    assert told["tile"]["count"] >= 2
    assert set(told["tile"]["values"]["kind"]) == {"basic"}
