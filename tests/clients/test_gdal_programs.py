"""Debian's ogrinfo and ogr2ogr (GDAL 3.6) read OGC API by the drivers OAPIF, OGCAPI and MVT."""

from __future__ import annotations

import json
import os
import subprocess

import httpx2
import pytest
from town import BOTTOM, LEFT, MIDDLE, TOP

pytestmark = pytest.mark.slow


@pytest.fixture
def run(served, tmp_path):
    """Runs a program of GDAL that logs in with the token."""

    def program(*words):
        env = os.environ | {"GDAL_HTTP_USERPWD": f"{served.login}:{served.secret}", "GDAL_HTTP_AUTH": "BASIC"}
        done = subprocess.run(words, check=False, capture_output=True, text=True, env=env, timeout=120, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return program


def test_ogrinfo_lists_the_layers(served, run):
    told = run("ogrinfo", "-ro", f"OAPIF:{served.ogc}")
    assert "grid (title: 网格) (Multi Polygon)" in told
    told = run("ogrinfo", "-ro", "-so", f"OAPIF:{served.ogc}", "building")
    assert "Feature Count: 32" in told


def test_ogr2ogr_copies_a_box_page_by_page(served, run):
    box = [str(side) for side in (LEFT, BOTTOM, MIDDLE, TOP)]
    source = f"OAPIF:{served.ogc}/collections/building"
    told = run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source, "-oo", "PAGE_SIZE=3", "-spat", *box)
    assert len(json.loads(told)["features"]) == 16


def test_ogr2ogr_hands_a_filter_to_the_server(served, run):
    source = f"OAPIF:{served.ogc}/collections/incident"
    told = run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source, "-where", "kind = 'noise'")
    assert len(json.loads(told)["features"]) == 3


def test_ogcapi_finds_the_collections_and_reads_one(served, run):
    assert f"OGCAPI:{served.ogc}/collections/building" in run("gdalinfo", f"OGCAPI:{served.ogc}")
    source = f"OGCAPI:{served.ogc}/collections/building"
    told = run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source, "-oo", "API=ITEMS")
    assert len(json.loads(told)["features"]) == 32


def test_ogrinfo_reads_a_tile(served, run, tmp_path):
    address = f"{served.ogc}/collections/grid/tiles/WebMercatorQuad/14/6990/12752"
    answer = httpx2.get(address, auth=(served.login, served.secret))
    (tmp_path / "tile.pbf").write_bytes(answer.content)
    told = run("ogrinfo", "-ro", "-oo", "X=12752", "-oo", "Y=6990", "-oo", "Z=14", "MVT:tile.pbf", "grid")
    assert "grid_no (String)" in told
    assert f"grid_no (String) = {'532901001001'}" in told
