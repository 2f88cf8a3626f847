"""Functions compiled to machine code: the one door to numba."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

__all__ = ["compiled"]

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Give the function compiled at its first call, and read from a cache on disk in every later process.

    The cache lies beside the module, else in the user's cache folder; where neither can be written (a locked-down
    service) each process compiles anew. Setting NUMBA_CACHE_DIR to a writable folder spares it that.

    Limit: numba looks only at the kernel's own file when it asks whether the cache is out of date. After changing a
    kernel that kernels of other modules call, touch these too.
    """
    try:
        return cast(Kernel, njit(cache=True)(kernel))
    except RuntimeError:
        # Numba found no folder that it may write to.
        return cast(Kernel, njit(kernel))
