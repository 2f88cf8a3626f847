"""After `warm_up` dividing a village compiles nothing more; seen in a process of its own."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import numpy as np, shapely
from geopandas import GeoDataFrame
from numba.core.registry import CPUDispatcher
from gridding import Plane, Target, Village, divide
from gridding.warm import warm_up

def compiled():
    modules = [module for name, module in sys.modules.items() if name.startswith("gridding.")]
    kernels = [kernel for module in modules for kernel in vars(module).values() if isinstance(kernel, CPUDispatcher)]
    return {(kernel.__module__, kernel.__name__, signature) for kernel in kernels for signature in kernel.signatures}

warm_up()
before = compiled()
places = np.random.default_rng(4).uniform(0, 2000, (300, 2))
data = {"id": [f"{n:03d}" for n in range(300)], "load": np.arange(300) % 7 + 1}
houses = GeoDataFrame(data, geometry=shapely.points(places), crs=Plane(100.0, 25.0).crs)
divide(Village(shapely.box(0, 0, 2000, 2000), houses), Target(load=150, band=(100, 200)))
print(sorted(f"{module}.{name}" for module, name, _ in compiled() - before))
"""


def test_dividing_a_village_compiles_nothing_more():
    done = subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
