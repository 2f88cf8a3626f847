"""QGIS, without a screen, draws our tiles and our features into a picture."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from town import BOTTOM, LEFT, RIGHT, TOP

SCRIPT = Path(__file__).with_name("draw_in_qgis.py")


@pytest.mark.slow
def test_qgis_draws_tiles_and_features(served, tmp_path):
    box = [str(side) for side in (LEFT, BOTTOM, RIGHT, TOP)]
    picture = tmp_path / "map.png"
    command = ["/usr/bin/python3", str(SCRIPT), served.ogc, served.login, served.secret, str(picture), *box]
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "QGIS_AUTH_DB_DIR_PATH": str(tmp_path)}
    env.pop("PYTHONPATH", None)
    done = subprocess.run(
        [*command, "grid", "building"], check=False, capture_output=True, text=True, env=env, timeout=300
    )
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["valid"], told["errors"]) == ([True, True], [])
    assert told["features"] == 32
    assert {"grid_no", "households"} <= set(told["fields"])
    # White, the fill of a grid, its edge, and more of the features.
    assert told["colours"] > told["colours_of_tiles"] >= 3
