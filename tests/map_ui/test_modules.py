"""The modules' own tests, which Node runs."""

import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.test.mjs")), ids=lambda path: path.name)
def test_module_tests_pass_in_node(file):
    done = subprocess.run(["node", "--test", str(file)], capture_output=True, text=True, check=False, cwd=FOLDER)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout
    assert "# pass 0" not in done.stdout
