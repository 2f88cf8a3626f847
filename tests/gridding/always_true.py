"""What must hold of every plan, measured on the finished polygons with shapely and networkx alone.

Nothing of the code that divides, checks or labels is used here. Each function takes a plan and its village and fails
where the plan breaks the one thing that the function's name says.
"""

from collections.abc import Callable, Iterable

import networkx as nx
import shapely
from shapely.geometry.base import BaseGeometry

from gridding import Plan, Target, Village
from gridding.report import ROUNDING

__all__ = [
    "EVERYTHING",
    "conserves_load",
    "crosses_barriers_only_at_links",
    "cuts_no_footprint",
    "cuts_no_given_atom",
    "explains_its_deviation",
    "fills_the_village",
    "holds_every_house_once",
    "is_a_coverage",
    "is_counted_in_reading_order",
    "keeps_exclusive_land",
    "keeps_the_legal_border",
    "keeps_ties_together",
    "lies_in_one_piece",
    "parts_are_linked",
]

# A vertex noded into a border lies up to 0.71 micrometres beside it.
LATTICE_M = 2e-6
# Land narrower than this is what buffers and rounding leave, not land to walk on.
CRACK_M = 1e-3
WALL_M = 5e-6
# A building may lie over a border by a wall drawn twice, not by a room.
ROOM_M2 = 0.1


def shapes_of(plan: Plan) -> list[BaseGeometry]:
    return list(plan.grids.geometry)


def basic_of(plan: Plan) -> dict[int, BaseGeometry]:
    basic = plan.grids[plan.grids["kind"] == "basic"]
    return dict(zip(basic["seq"].tolist(), basic.geometry, strict=True))


def ways_of(plan: Plan, village: Village) -> list[BaseGeometry]:
    """What a grid may lie on both sides by: given bridges, what the plan says it joined, atoms given across."""
    return [*village.links, *(link.line for link in plan.report.links), *village.atoms]


def fills_the_village(plan: Plan, village: Village) -> None:
    """(1) The grids' area is the village's, and nothing of the one lies outside the other."""
    shapes = shapes_of(plan)
    slack_m2 = village.boundary.length * LATTICE_M
    assert abs(sum(shape.area for shape in shapes) - village.boundary.area) <= slack_m2
    assert shapely.union_all(shapes).symmetric_difference(village.boundary).area <= slack_m2


def is_a_coverage(plan: Plan, village: Village) -> None:
    """(2) Borders are shared vertex for vertex."""
    assert shapely.coverage_is_valid(shapes_of(plan))


def keeps_the_legal_border(plan: Plan, village: Village) -> None:
    """(2) Every vertex of the village's border is still there, and every vertex on its line is within rounding."""
    legal = set(map(tuple, shapely.get_coordinates(village.boundary).tolist()))
    assert legal <= set(map(tuple, shapely.get_coordinates(shapes_of(plan)).tolist()))
    outline = shapely.union_all(shapes_of(plan)).boundary
    assert outline.hausdorff_distance(village.boundary.boundary) <= LATTICE_M


def is_whole(plan: Plan, village: Village) -> None:
    """(3) Every grid is a valid polygon of some width, or several."""
    assert len(plan.grids) > 0
    for shape in shapes_of(plan):
        assert shape.geom_type in ("Polygon", "MultiPolygon")
        assert shape.is_valid
        assert shape.area > 0


def walk(shape: BaseGeometry, walls: BaseGeometry, ways: Iterable[BaseGeometry]) -> nx.Graph:
    """The pieces that walls leave of a shape as nodes, the ways between them as edges."""
    pieces = [piece for piece in shapely.get_parts(shape - walls) if piece.area > piece.length / 2 * CRACK_M]
    paths: nx.Graph = nx.Graph()
    paths.add_nodes_from(range(len(pieces)))
    for way in ways:
        nx.add_path(paths, [row for row, piece in enumerate(pieces) if piece.intersection(way).length > 0])
    return paths


def connected(paths: nx.Graph) -> bool:
    return len(paths) == 0 or nx.is_connected(paths)


def parts_are_linked(plan: Plan, village: Village) -> None:
    """(3) A basic grid is a MultiPolygon only where a link joins its parts."""
    nothing = shapely.Polygon()
    for seq, shape in basic_of(plan).items():
        assert connected(walk(shape, nothing, ways_of(plan, village))), f"grid {seq} lies apart"


def lies_in_one_piece(plan: Plan, village: Village) -> None:
    """(4) Every basic grid can be walked through without crossing a hard barrier away from a link."""
    walls = shapely.union_all(village.hard).buffer(WALL_M)
    for seq, shape in basic_of(plan).items():
        assert connected(walk(shape, walls, ways_of(plan, village))), f"grid {seq} is cut by a barrier"


def crosses_barriers_only_at_links(plan: Plan, village: Village) -> None:
    """(7) What barriers wholly part, and no link joins, is in different grids."""
    ways = ways_of(plan, village)
    banks = walk(village.boundary, shapely.union_all(village.hard).buffer(WALL_M), ways)
    pieces = [
        piece
        for piece in shapely.get_parts(village.boundary - shapely.union_all(village.hard).buffer(WALL_M))
        if piece.area > piece.length / 2 * CRACK_M
    ]
    sides = list(nx.connected_components(banks))
    for seq, shape in basic_of(plan).items():
        held = [side for side in sides if any(_wide(shape.intersection(pieces[row])) for row in side)]
        assert len(held) <= 1, f"grid {seq} lies on {len(held)} sides"


def _wide(shape: BaseGeometry) -> bool:
    return any(part.area > part.length / 2 * CRACK_M for part in shapely.get_parts(shape))


def holds_every_house_once(plan: Plan, village: Village) -> None:
    """(5) A house in the village lies in one grid, the lowest of those that meet there, and is labelled with it."""
    border = village.boundary.boundary
    shape_of = dict(sorted(zip(plan.grids["seq"].tolist(), plan.grids.geometry, strict=True)))
    for name, place, footprint in zip(village.houses["id"], village.places, village.houses.geometry, strict=True):
        covering = [seq for seq, shape in shape_of.items() if shape.covers(place)]
        assert sum(shape_of[seq].contains_properly(place) for seq in covering) <= 1
        near = [seq for seq, shape in shape_of.items() if shape.distance(place) <= LATTICE_M]
        on_border = border.distance(place) <= LATTICE_M
        if footprint.area > 0 and (on_border or len(near) > 1):
            assert plan.labels.get(name) in (*near, None), f"house {name}"
        else:
            assert plan.labels.get(name) == (covering[0] if covering else None), f"house {name}"
        if not on_border:
            assert bool(covering) == village.boundary.covers(place), f"house {name}"
    assert set(plan.labels.index) <= set(village.houses["id"])


def between_grids(plan: Plan, village: Village) -> set[str]:
    """The houses on a border between grids: the lowest seq has them, which no search can know beforehand."""
    return {
        name
        for name, place in zip(village.houses["id"], village.places, strict=True)
        if sum(shape.distance(place) <= LATTICE_M for shape in shapes_of(plan)) > 1
    }


def on_the_shore(village: Village) -> set[str]:
    """The houses on the village border, which may count as outside, by rounding."""
    border = village.boundary.boundary
    near = [border.distance(place) <= LATTICE_M for place in village.places]
    return set(village.houses["id"][near])


def conserves_load(plan: Plan, village: Village) -> None:
    """(6) The load of every grid is that of its houses, and no house in the village is left out."""
    load_of = dict(zip(village.houses["id"], village.loads.tolist(), strict=True))
    for seq, load in zip(plan.grids["seq"], plan.grids["load"], strict=True):
        assert load == sum(load_of[name] for name, label in plan.labels.items() if label == seq)
    sure = village.inside & ~village.houses["id"].isin(on_the_shore(village)).to_numpy()
    assert village.loads[sure].sum() <= plan.grids["load"].sum()
    assert plan.grids["load"].sum() <= village.loads[village.inside | ~sure].sum()


def explains_its_deviation(plan: Plan, village: Village, target: Target) -> None:
    """(6) Every basic grid is within tolerance of the mean, or a reason names it; no plan beats its own bound."""
    basic = plan.grids[plan.grids["kind"] == "basic"].set_index("seq")["load"]
    reasons = {reason.kind for reason in plan.report.reasons}
    if basic.empty:
        return
    total, mean = int(basic.sum()), basic.sum() / len(basic)
    deviation = (basic - mean).abs() / mean if mean else basic * 0.0
    out = {int(seq) for seq in deviation.index[deviation > target.tolerance + 1e-12]}
    within = {int(seq) for seq in deviation.index[deviation < target.tolerance - 1e-12]}
    named = {reason.seq for reason in plan.report.reasons if reason.seq is not None}
    assert out <= named
    assert not within & named
    if not between_grids(plan, village) and not on_the_shore(village):
        assert deviation.max() >= plan.report.bound - ROUNDING
    assert all(reason.bound <= plan.report.bound + ROUNDING for reason in plan.report.reasons)
    if target.k is not None:
        assert len(basic) == target.k or (len(basic) < target.k and "too_few_atoms" in reasons)
    elif total and not {reason.kind for reason in plan.report.reasons if reason.seq is None}:
        assert target.band[0] * len(basic) <= total <= target.band[1] * len(basic)
    if total and not between_grids(plan, village):
        assert basic.min() > 0, "an empty grid"


def keeps_exclusive_land(plan: Plan, village: Village) -> None:
    """(8) An exclusive grid is what was given of it inside the village, and no basic grid lies on it."""
    exclusive = plan.grids[plan.grids["kind"] == "exclusive"]
    drawn = dict(zip(exclusive["name"], exclusive.geometry, strict=True))
    assert sorted(drawn) == sorted(village.exclusive_names)
    for name, given in zip(village.exclusive_names, village.exclusive, strict=True):
        assert drawn[name].symmetric_difference(given).area <= given.length * 2 * LATTICE_M


def cuts_no_footprint(plan: Plan, village: Village) -> None:
    """(5) A building's footprint lies in its grid, but for what a barrier, the border or exclusive land cuts off."""
    walls = shapely.union_all([*shapely.buffer(village.hard, WALL_M), *village.exclusive])
    shape_of = dict(zip(plan.grids["seq"], plan.grids.geometry, strict=True))
    kind_of = dict(zip(plan.grids["seq"], plan.grids["kind"], strict=True))
    for name, footprint, place in zip(village.houses["id"], village.houses.geometry, village.places, strict=True):
        seq = plan.labels.get(name)
        if seq is None or footprint.area == 0 or len(village.atoms) or kind_of[seq] == "exclusive":
            continue
        rooms = shapely.get_parts(footprint.intersection(village.boundary) - walls)
        own = [room for room in rooms if room.distance(place) <= WALL_M]
        assert len(own) <= 1 or village.hard.size
        cut_m2 = min((room.difference(shape_of[seq]).area for room in own), default=0.0)
        assert cut_m2 <= ROOM_M2, f"{cut_m2:.2f} m2 of {name} lies in another grid"


def cuts_no_given_atom(plan: Plan, village: Village) -> None:
    """(5) What exclusive land leaves of a given atom lies in one basic grid, piece by piece."""
    exclusive = shapely.union_all(village.exclusive)
    for atom in shapely.get_parts(shapely.difference(village.atoms, exclusive)):
        held = [seq for seq, shape in basic_of(plan).items() if _wide(atom.intersection(shape))]
        assert len(held) <= 1, f"an atom lies in grids {held}"


def keeps_ties_together(plan: Plan, village: Village) -> None:
    """(5) Tied buildings are in one grid, or a warning says that a barrier parts them."""
    apart = {fault.message for fault in plan.report.faults if fault.kind == "tie_apart"}
    kind_of = dict(zip(plan.grids["seq"], plan.grids["kind"], strict=True))
    undecided = between_grids(plan, village)
    for tie in {tie for tie in village.ties if tie is not None}:
        tied = [name for name, of in zip(village.houses["id"], village.ties, strict=True) if of == tie]
        tied = [name for name in tied if name not in undecided]
        seqs = {plan.labels[name] for name in tied if name in plan.labels}
        basic = {seq for seq in seqs if kind_of[seq] == "basic"}
        assert len(basic) <= 1 or any(f"tied by {tie!r}" in message for message in apart)


def is_counted_in_reading_order(plan: Plan, village: Village) -> None:
    """(11) seq runs from 1, basic grids before exclusive ones."""
    assert plan.grids["seq"].tolist() == list(range(1, len(plan.grids) + 1))
    kinds = plan.grids["kind"].tolist()
    assert kinds == sorted(kinds)


EVERYTHING: tuple[Callable[[Plan, Village], None], ...] = (
    is_whole,
    fills_the_village,
    is_a_coverage,
    keeps_the_legal_border,
    parts_are_linked,
    lies_in_one_piece,
    crosses_barriers_only_at_links,
    holds_every_house_once,
    conserves_load,
    keeps_exclusive_land,
    cuts_no_footprint,
    cuts_no_given_atom,
    keeps_ties_together,
    is_counted_in_reading_order,
)
