"""The cache of compiled kernels: kept where it can be, done without where it cannot."""

import subprocess
import sys

from gridding.compiled import compiled

PROGRAM = """
import sys
sys.path.insert(0, {folder!r})
import kernel
assert kernel.double(21) == 42
print(sum(kernel.double.stats.cache_hits.values()))
"""
KERNEL = """
from gridding.compiled import compiled
@compiled
def double(number: int) -> int:
    return number + number
"""


def run(folder, **environment):
    """The number of kernels that a new process found in the cache; warnings are errors."""
    command = [sys.executable, "-W", "error", "-c", PROGRAM.format(folder=str(folder))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return int(done.stdout)


@compiled
def double(number: int) -> int:
    return number + number


def test_a_kernel_is_compiled():
    assert double(21) == 42
    assert double.signatures


def test_a_second_process_compiles_nothing(tmp_path):
    (tmp_path / "kernel.py").write_text(KERNEL)
    given = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": ":".join(sys.path)}
    assert [run(tmp_path, **given), run(tmp_path, **given)] == [0, 1]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_where_nothing_can_be_written_every_process_compiles(tmp_path):
    """A file stands where the folders would be: not even an administrator can write a cache there."""
    (tmp_path / "kernel.py").write_text(KERNEL)
    (tmp_path / "__pycache__").write_text("")
    (tmp_path / "none").write_text("")
    given = {
        "NUMBA_CACHE_DIR": str(tmp_path / "none"),
        "HOME": str(tmp_path / "none"),
        "XDG_CACHE_HOME": str(tmp_path / "none"),
        "PYTHONPATH": ":".join(sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    assert [run(tmp_path, **given), run(tmp_path, **given)] == [0, 0]
