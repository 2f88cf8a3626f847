"""The test suite ogctests (29 tests of Features core) finds nothing wrong; pygeoapi passes 27 of them, TiPg 24."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("run_ogctests.py")


@pytest.mark.slow
def test_all_29_tests_of_features_core_pass(served, clients, tmp_path):
    command = [str(clients), str(SCRIPT), "features/core", served.with_user]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600, cwd=tmp_path)
    assert re.search(r"\b29 passed", done.stdout), done.stdout[-4000:] + done.stderr[-2000:]
