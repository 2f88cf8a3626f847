"""Functions compiled to machine code: the one door to numba."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar, cast

from numba import config, njit

__all__ = ["compiled"]

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Give the function compiled at its first call, and read from a cache on disk in every later process.

    The cache lies in NUMBA_CACHE_DIR where that is set, else beside the modules, else in the user's cache folder; where
    none can be written (a locked-down service) each process compiles anew.
    """
    given, config.CACHE_DIR = config.CACHE_DIR, _cache_folder(config.CACHE_DIR)  # type: ignore[attr-defined]
    try:
        return cast(Kernel, njit(cache=True, nogil=True)(kernel))
    except RuntimeError:
        # Numba found no folder that it may write to.
        return cast(Kernel, njit(nogil=True)(kernel))
    finally:
        config.CACHE_DIR = given  # type: ignore[attr-defined]


def _cache_folder(given: str) -> str:
    """Give a folder of its own for each state of all kernels, or "" for numba's own choice.

    Numba looks at a kernel's own file only when it asks whether the cache is out of date, not at those it calls.
    """
    beside = Path(__file__).parent / "__pycache__"
    if not given and not os.access(beside, os.W_OK):
        return ""
    return str(Path(given or beside) / f"kernels-{STATE}")


def _state_of_kernels() -> str:
    sources = [path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py"))]
    return sha256(b"".join(source for source in sources if b"@compiled" in source)).hexdigest()[:16]


STATE = _state_of_kernels()
