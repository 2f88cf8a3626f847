import numpy as np
import pytest

from gridding import Target
from gridding.allocate import allocate, choose_k, share_out


@pytest.mark.parametrize(
    ("total", "k"), [(0, 1), (80, 1), (400, 1), (500, 1), (600, 2), (800, 2), (1000, 3), (1100, 3), (8000, 20)]
)
def test_k_brings_the_mean_near_the_target(total, k):
    assert share_out(total, Target())[0] == k


@pytest.mark.parametrize(("total", "infeasible"), [(299, True), (300, False), (500, False), (580, True), (600, False)])
def test_a_total_that_fits_no_band_has_a_reason(total, infeasible):
    reason = share_out(total, Target())[1]
    assert (reason is not None and reason.kind == "band") == infeasible


def test_a_fixed_k_is_not_questioned():
    assert choose_k(np.array([580]), Target(k=7)) == (7, ())


@pytest.mark.parametrize(
    ("loads", "most", "k", "counts"),
    [
        ([100, 100], [9, 9], 4, [2, 2]),
        ([300, 100], [9, 9], 4, [3, 1]),
        ([390, 10], [9, 9], 4, [3, 1]),  # no component without a grid
        ([300, 100], [1, 9], 4, [1, 3]),  # one atom cannot be two grids
        ([300, 100], [1, 2], 9, [1, 2]),
        ([0, 0], [3, 3], 2, [1, 1]),
    ],
)
def test_components_share_the_grids(loads, most, k, counts):
    assert allocate(np.array(loads, dtype=float), np.array(most), k).tolist() == counts


@pytest.mark.parametrize(
    ("loads", "k"),
    [
        ([1200, *[1] * 579], 3),  # a tower, and two grids of 290 for the rest
        ([1200, *[1] * 199], 1),  # what is left is no grid
        ([1200, *[1] * 200], 2),
        ([501, 501], 2),
        ([500, 500], 3),  # at the band's end an atom may share its grid
        ([0, 0], 1),
    ],
)
def test_an_atom_above_the_band_has_a_grid_of_its_own(loads, k):
    chosen, reasons = choose_k(np.array(loads), Target())
    assert chosen == k
    assert ("heavy_atom" in {reason.kind for reason in reasons}) == (max(loads) > 500)
