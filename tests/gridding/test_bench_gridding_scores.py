"""The benchmark's own yardstick: its scores agree with values known by head and with other libraries."""

import math

import networkx as nx
import numpy as np
import pytest
import shapely
from bench.gridding_data import Case, block_town, draw_loads, village_frame, wide, with_tower
from bench.gridding_race import board_of, prepare
from bench.gridding_scores import Board, compactness, moved_share, score
from bench.gridding_tables import medians, replace_between
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from gridding import Village, divide
from gridding.atoms import build_atoms
from gridding.graph import build_graph

SIDE_M = 10.0


def squares(columns, rows, load, k, cut=()):
    """A board of squares of 10 m, atom = row * columns + column; the pairs in `cut` are no neighbours."""
    cells = [(column, row) for row in range(rows) for column in range(columns)]
    land = np.array([shapely.box(x * SIDE_M, y * SIDE_M, (x + 1) * SIDE_M, (y + 1) * SIDE_M) for x, y in cells])
    near = [[b for b, far in enumerate(cells) if math.dist(cell, far) == 1] for cell in cells]
    near = [[b for b in row if (a, b) not in cut and (b, a) not in cut] for a, row in enumerate(near)]
    start = np.cumsum([0, *map(len, near)])
    other = np.array([b for row in near for b in row], dtype=np.int64)
    place = shapely.get_coordinates(shapely.centroid(land))
    return Board(np.array(load), place, start, other, np.full(len(other), SIDE_M), land, k)


def test_halves_of_a_row_of_four():
    found = score(squares(4, 1, [1, 1, 1, 1], 2), np.array([0, 0, 1, 1]))
    assert (found.deviation, found.within, found.broken, found.empty) == (0.0, 1.0, 0, 0)
    # Two squares side by side: area 200, perimeter 60.
    assert found.compactness == pytest.approx(4 * math.pi * 200 / 60**2)


def test_deviation_is_a_share_of_the_mean():
    found = score(squares(4, 1, [3, 1, 1, 1], 2), np.array([0, 0, 1, 1]))
    assert found.deviation == pytest.approx(1 / 3)
    assert found.within == 0.0


def test_five_percent_exactly_is_within():
    assert score(squares(2, 1, [21, 19], 2), np.array([0, 1])).within == 1.0


def test_an_empty_grid_counts_and_deviates_wholly():
    found = score(squares(2, 1, [1, 1], 3), np.array([0, 2]))
    assert (found.empty, found.deviation) == (1, 1.0)


def test_a_grid_in_two_parts_is_broken():
    assert score(squares(3, 1, [1, 1, 1], 2), np.array([0, 1, 0])).broken == 1


def test_a_river_breaks_what_only_touches_across_it():
    label = np.array([0, 0])
    assert score(squares(2, 1, [1, 1], 1), label).broken == 0
    assert score(squares(2, 1, [1, 1], 1, cut={(0, 1)}), label).broken == 1


@pytest.mark.parametrize("label", [[0], [0, 2], [-1, 0]])
def test_labels_that_are_none_are_refused(label):
    with pytest.raises(ValueError, match=r"labels must be 0..1"):
        score(squares(2, 1, [1, 1], 2), np.array(label))


@given(st.lists(st.integers(0, 3), min_size=20, max_size=20), st.sets(st.sampled_from([(7, 12), (6, 11), (2, 3)])))
def test_scores_agree_with_networkx_and_shapely(label, cut):
    board, label = squares(5, 4, range(1, 21), 4, cut), np.array(label)
    graph = nx.Graph((a, b) for a in range(20) for b in board.other[board.start[a] : board.start[a + 1]])
    graph.add_nodes_from(range(20))
    members = [np.flatnonzero(label == grid) for grid in range(4)]
    held = [atoms for atoms in members if len(atoms)]
    found = score(board, label)
    assert found.broken == sum(not nx.is_connected(graph.subgraph(atoms)) for atoms in held)
    assert found.empty == 4 - len(held)
    assert found.deviation == pytest.approx(max(abs(sum(a + 1 for a in atoms) / 52.5 - 1) for atoms in members))
    shapes = [shapely.union_all(board.land[atoms]) for atoms in held]
    expected = [4 * math.pi * shape.area / shape.length**2 for shape in shapes]
    assert compactness(board.land, label).tolist() == pytest.approx(expected)


# --- moved households ---------------------------------------------------------------------------------------------


def test_other_names_move_nobody():
    assert moved_share(np.array([0, 0, 1, 2]), np.array([2, 2, 0, 1]), np.ones(4)) == 0.0


def test_moved_load_counts_not_moved_houses():
    assert moved_share(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), np.array([1, 3, 4, 2])) == pytest.approx(0.3)


def test_a_grid_that_splits_moves_its_lighter_part():
    assert moved_share(np.array([0, 0, 0, 0]), np.array([0, 0, 0, 1]), np.ones(4)) == 0.25


# --- the data -----------------------------------------------------------------------------------------------------


def test_generated_houses_stand_apart_inside_and_off_the_lake():
    boundary, houses = village_frame(500, 3)
    places = shapely.get_coordinates(houses.geometry)
    assert len(houses) == 500
    assert boundary.contains(houses.geometry).all()
    assert cKDTree(places).query(places, k=2)[0][:, 1].min() >= 4.0
    assert len(boundary.interiors) == 1


def test_generated_data_depend_on_the_seed_alone():
    first, again, other = (village_frame(200, seed)[1] for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_loads_have_the_stated_shares():
    load = draw_loads(np.random.default_rng(1), 100_000)
    shares = [(load == 1).mean(), (load == 2).mean(), ((load > 2) & (load < 7)).mean(), (load > 11).mean()]
    assert shares == pytest.approx([0.80, 0.13, 0.06, 0.01], abs=0.01)
    assert load.max() == 60


def test_a_tower_has_the_load_asked_for():
    village = Village(*village_frame(200, 1))
    loads = with_tower(village, 640).loads
    assert loads.max() == 640
    assert (loads != village.loads).sum() == 1


def test_the_block_town_is_one_by_its_bridges_only():
    town = block_town(1)
    atoms = build_atoms(town)
    assert len(atoms.load) == 691
    whole = board_of(atoms, build_graph(atoms, town), 1)
    assert score(whole, np.zeros(691, dtype=np.int64)).broken == 0
    dry = Village(town.boundary, town.houses, hard=shapely_series(town), atoms=town_atoms(town))
    parted = board_of(atoms, build_graph(atoms, dry), 1)
    assert score(parted, np.zeros(691, dtype=np.int64)).broken == 1


def shapely_series(town):
    """The town's river without its bridges."""
    return type(town.houses.geometry)(town.hard, crs=town.crs)


def town_atoms(town):
    """The town's blocks."""
    return type(town.houses.geometry)(town.atoms, crs=town.crs)


def test_the_board_says_what_the_plan_says():
    village = Village(*village_frame(300, 2))
    runner = prepare(Case("small", village, wide(100)))
    plan = divide(village, wide(100))
    assert runner.board.load.sum() == plan.grids["load"].sum()
    assert shapely.coverage_union_all(runner.board.land).area == pytest.approx(village.boundary.area)
    assert runner.board.k == len(plan.grids)


# --- the table ----------------------------------------------------------------------------------------------------


def test_a_table_takes_the_place_of_the_one_before():
    page = "top\n<!-- a begin -->\nold\n<!-- a end -->\nbottom"
    assert replace_between(page, "a", "new") == "top\n<!-- a begin -->\nnew\n<!-- a end -->\nbottom"


def test_a_page_without_the_place_is_refused():
    with pytest.raises(ValueError, match="no place"):
        replace_between("page", "a", "new")


def test_medians_leave_out_what_failed():
    board = squares(4, 1, [1, 1, 1, 1], 2)
    good = score(board, np.array([0, 0, 1, 1]))
    bad = score(board, np.array([0, 1, 1, 1]))
    worst = score(board, np.array([0, 1, 1, 0]))
    found = medians([good, bad, worst])
    assert found.deviation == 0.0
    assert found.broken == 1
