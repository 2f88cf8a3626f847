"""The density of kernel.mjs is that of a plain Gaussian sum in numpy, unit by unit."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

KERNEL = Path(__file__).resolve().parents[2] / "map_ui/static/app/kernel.mjs"
SCRIPT = """
import { density } from "%s";
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { cells, raster } = JSON.parse(Buffer.concat(chunks));
process.stdout.write(JSON.stringify(Array.from(density(cells, raster))));
"""
COLUMNS, ROWS = 60, 40
SIGMA, UNIT_M, DAYS = 4.0, 50.0, 30


def drawn(cells: list[list[float]]) -> np.ndarray:
    """The raster as the browser computes it, one row a row, in incidents per km² per day."""
    raster = {"columns": COLUMNS, "rows": ROWS, "sigma": SIGMA, "unit_m": UNIT_M, "days": DAYS}
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", SCRIPT % KERNEL],
        input=json.dumps({"cells": cells, "raster": raster}),
        capture_output=True,
        text=True,
        check=True,
    )
    return np.array(json.loads(done.stdout)).reshape(ROWS, COLUMNS)


def summed(cells: list[list[float]]) -> np.ndarray:
    """The same as the sum of one Gaussian for each incident, at the middle of each unit."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS] + 0.5
    metres2 = (SIGMA * UNIT_M) ** 2
    total = np.zeros((ROWS, COLUMNS))
    for at_x, at_y, n in cells:
        distance2 = ((x - at_x) ** 2 + (y - at_y) ** 2) * UNIT_M**2
        total += n * np.exp(-distance2 / (2 * metres2)) / (2 * np.pi * metres2)
    return total * 1e6 / DAYS


@pytest.mark.parametrize("seed", range(3))
def test_the_browsers_density_is_a_plain_gaussian_sum(seed: int) -> None:
    random = np.random.default_rng(seed)
    cells = [
        [float(x), float(y), int(n)] for x, y, n in random.uniform((1, 1, 1), (COLUMNS - 1, ROWS - 1, 20), (50, 3))
    ]
    found, expected = drawn(cells), summed(cells)
    # The browser cuts its kernel at three standard deviations and shares a cell among four units.
    assert np.abs(found - expected).max() < 0.03 * expected.max()
    assert expected.max() > 1


def test_one_incident_has_the_peak_of_its_gaussian() -> None:
    peak = drawn([[30.5, 20.5, 1]])[20, 30]
    assert peak == pytest.approx(1e6 / (2 * np.pi * (SIGMA * UNIT_M) ** 2 * DAYS), rel=0.01)
