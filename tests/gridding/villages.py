"""Hypothesis strategies for villages that nobody would think of, and the nasty ones that somebody did.

Everything is in metres on a square of one kilometre; one example has at most sixty buildings.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from fixtures.drawing import draw
from gridding import Target, Village

__all__ = [
    "BOUNDARIES",
    "TARGET",
    "Pieces",
    "drawn_texts",
    "drawn_village",
    "drawn_villages",
    "given_villages",
    "targets",
    "villages",
]

SIDE_M = 1000
TARGET = Target(load=12, band=(8, 16))


@dataclass(frozen=True, eq=False)
class Pieces:
    """What a village is made of, as it is given: in metres, rows in any order."""

    boundary: Polygon | MultiPolygon
    houses: gpd.GeoDataFrame
    hard: gpd.GeoSeries
    links: gpd.GeoSeries
    soft: gpd.GeoDataFrame
    exclusive: gpd.GeoDataFrame
    atoms: gpd.GeoSeries | None = None

    @cached_property
    def village(self) -> Village:
        return Village(**{field.name: getattr(self, field.name) for field in fields(self)})

    def put(self, transform: Callable[[BaseGeometry], BaseGeometry]) -> "Pieces":
        """The same pieces with every geometry put through `transform`."""
        tables = {field.name: getattr(self, field.name) for field in fields(self)[1:]}
        moved = {
            name: table if table is None or table.empty else table.set_geometry(table.geometry.map(transform))
            for name, table in tables.items()
            if not isinstance(table, gpd.GeoSeries)
        }
        series = {name: table.map(transform) for name, table in tables.items() if isinstance(table, gpd.GeoSeries)}
        return replace(self, boundary=transform(self.boundary), **moved, **series)

    def shuffled(self, seed: int) -> "Pieces":
        """The same pieces, rows in another order."""
        random = np.random.default_rng(seed)
        tables = {field.name: getattr(self, field.name) for field in fields(self)[1:]}
        return replace(
            self, **{name: t if t is None else t.iloc[random.permutation(len(t))] for name, t in tables.items()}
        )

    def __repr__(self) -> str:
        """What is needed to make the village again by hand."""
        houses = [
            (row.id, int(row.load), row.tie, shapely.to_wkt(row.geometry, rounding_precision=-1))
            for row in self.houses.itertuples()
        ]
        lines = {
            name: [shapely.to_wkt(shape, rounding_precision=-1) for shape in getattr(self, name).geometry]
            for name in ("hard", "links", "soft", "exclusive")
        }
        atoms = None if self.atoms is None else [shape.wkt for shape in self.atoms]
        boundary = shapely.to_wkt(self.boundary, rounding_precision=-1)
        return f"Pieces(boundary={boundary}, houses={houses}, {lines}, {list(self.soft['cost'])}, atoms={atoms})"


def _ring(*corners: tuple[float, float]) -> Polygon:
    return Polygon(corners)


SQUARE = box(0, 0, SIDE_M, SIDE_M)
BOUNDARIES: dict[str, Polygon | MultiPolygon] = {
    "square": SQUARE,
    "comb": SQUARE - box(200, 300, 400, 1000) - box(600, 200, 700, 1000),
    "spiral": SQUARE - box(100, 100, 900, 200) - box(800, 200, 900, 900) - box(200, 800, 800, 900),
    "lake": SQUARE - box(400, 400, 550, 600),
    # The lake touches the shore in one point: where the outer ring has a vertex, and where it has none.
    "lake at a corner of the shore": Polygon(
        [(0, 0), (500, 0), (1000, 0), (1000, 1000), (0, 1000)], [[(500, 0), (600, 300), (400, 300)]]
    ),
    "lake at the shore": Polygon(SQUARE.exterior.coords, [[(500, 0), (600, 300), (400, 300)]]),
    "two lakes that touch": Polygon(
        SQUARE.exterior.coords,
        [[(300, 500), (500, 400), (500, 600)], [(500, 450), (700, 400), (700, 600)]],
    ),
    "island in a lake": MultiPolygon([SQUARE - box(200, 200, 800, 800), box(400, 400, 600, 650)]),
    "exclave": MultiPolygon([box(0, 0, 700, 1000), box(800, 300, 1000, 600)]),
    "exclaves in a row": MultiPolygon([box(200 * n, 0, 200 * n + 150, 150 + 100 * n) for n in range(5)]),
    "corner to corner": MultiPolygon([box(0, 0, 500, 500), box(500, 500, 1000, 1000)]),
    "neck of five metres": box(0, 0, 450, 1000) | box(450, 500, 550, 505) | box(550, 0, 1000, 1000),
    "neck of a centimetre": box(0, 0, 450, 1000) | box(450, 500, 550, 500.01) | box(550, 0, 1000, 1000),
    "neck of a millimetre": box(0, 0, 450, 1000) | box(450, 500, 550, 500.001) | box(550, 0, 1000, 1000),
    "needle": box(0, 498, 1000, 502),
    "thorn": _ring((0, 0), (1000, 0), (1000, 1), (200, 400), (200, 1000), (0, 1000)),
    "disc": Point(500, 500).buffer(500, quad_segs=32),
    "saw": Polygon([*[(20 * n, 30 * (n % 2)) for n in range(51)], (1000, 1000), (0, 1000)]),
}

place = st.integers(0, SIDE_M * 10).map(lambda decimetres: decimetres / 10)
point = st.tuples(place, place)


@st.composite
def _stars(draw_: st.DrawFn) -> Polygon:
    reach_m = draw_(st.lists(st.integers(40, 500), min_size=3, max_size=14))
    angle = np.linspace(0, 2 * np.pi, len(reach_m), endpoint=False)
    return Polygon(500 + np.array(reach_m)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))


boundaries = st.one_of(st.sampled_from(sorted(BOUNDARIES)).map(BOUNDARIES.__getitem__), _stars())


@st.composite
def _places(draw_: st.DrawFn, boundary: BaseGeometry, most: int) -> list[Point]:
    """Points scattered, in one line, at one place, on a lattice, on the border, or a few of each."""
    border = boundary.boundary
    share = st.floats(0, 1, width=16)
    scattered = st.lists(point, min_size=min(6, most), max_size=most)
    in_line = st.lists(st.integers(0, 100), max_size=most).map(lambda steps: [(10 * n, 300 + 3 * n) for n in steps])
    level = st.lists(st.integers(0, 100), max_size=most).map(lambda steps: [(10 * n, 501) for n in steps])
    at_one_place = st.tuples(point, st.integers(1, 6)).map(lambda both: [both[0]] * both[1])
    hardly_apart = st.tuples(point, st.sampled_from([1e-6, 1e-4, 0.004, 0.02])).map(
        lambda both: [both[0], (both[0][0] + both[1], both[0][1]), (both[0][0], both[0][1] + both[1])]
    )
    # Neighbours on a lattice lie on common circles: the Voronoi vertices of four or more cells fall together.
    lattice = st.tuples(st.integers(2, 6), st.sampled_from([20, 37.3, 100])).map(
        lambda both: [(300 + x * both[1], 300 + y * both[1]) for x in range(both[0]) for y in range(both[0])]
    )
    on_border = st.lists(share, max_size=6).map(
        lambda shares: [tuple(border.interpolate(s, normalized=True).coords[0]) for s in shares]
    )
    vertices = st.lists(st.sampled_from(shapely.get_coordinates(border).tolist()), max_size=4)
    parts = draw_(
        st.lists(
            st.one_of(scattered, in_line, level, at_one_place, hardly_apart, lattice, on_border, vertices),
            max_size=4,
        )
    )
    return [Point(*where) for part in parts for where in part][:most]


@st.composite
def _footprint(draw_: st.DrawFn, where: Point) -> BaseGeometry:
    kind = draw_(st.sampled_from(["point", "point", "house", "hall", "turned", "angle", "shed"]))
    x, y = where.x, where.y
    if kind == "house":
        return box(x, y, x + 10, y + 8)
    if kind == "hall":
        return box(x, y, x + draw_(st.integers(20, 150)), y + draw_(st.integers(10, 60)))
    if kind == "turned":
        return rotate(box(x - 10, y - 5, x + 10, y + 5), draw_(st.integers(1, 89)))
    if kind == "angle":
        return Polygon([(x, y), (x + 40, y), (x + 40, y + 8), (x + 8, y + 8), (x + 8, y + 30), (x, y + 30)])
    if kind == "shed":
        return box(x, y, x + 0.3, y + 0.3)
    return where


@st.composite
def _houses(draw_: st.DrawFn, boundary: BaseGeometry, most: int) -> gpd.GeoDataFrame:
    shapes: list[BaseGeometry] = draw_(_places(boundary, most))
    if draw_(st.booleans()):
        shapes = [draw_(_footprint(shape)) for shape in shapes]
    if draw_(st.integers(0, 4)) == 0:
        x, y = draw_(point)
        shapes += [box(x + 10 * n, y, x + 10 * n + 10, y + 12) for n in range(draw_(st.integers(2, 8)))]
    shapes = shapes[:most]
    load = draw_(
        st.one_of(
            st.lists(st.integers(0, 6), min_size=len(shapes), max_size=len(shapes)),
            st.sampled_from([[0] * len(shapes), [1] * len(shapes)]),
        )
    )
    if shapes and draw_(st.integers(0, 4)) == 0:
        load = [draw_(st.sampled_from([15, 40, 500])), *load[1:]]
    tied = draw_(st.integers(0, 4)) == 0
    letters = st.lists(st.sampled_from([None, None, "A", "B"]), min_size=len(shapes), max_size=len(shapes))
    ties = draw_(letters) if tied else [None] * len(shapes)
    table = {"id": [f"h{row:02}" for row in range(len(shapes))], "load": np.array(load, dtype=np.int64), "tie": ties}
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes))


@st.composite
def _barrier(draw_: st.DrawFn, boundary: BaseGeometry) -> LineString:
    kind = draw_(st.sampled_from(["through", "anywhere", "border", "ring", "chord"]))
    shore = shapely.get_parts(boundary)[0].exterior
    if kind == "through":
        low, high = draw_(place), draw_(place)
        ends = [(-5, low), (SIDE_M + 5, high)] if draw_(st.booleans()) else [(low, -5), (high, SIDE_M + 5)]
        return LineString([ends[0], draw_(point), ends[1]] if draw_(st.booleans()) else ends)
    if kind == "border":
        # A river that is the border for a while, drawn with other vertices.
        start, steps = draw_(st.tuples(st.integers(0, 29), st.integers(1, 20)))
        return LineString(
            [shore.interpolate(step % 30 / 30, normalized=True) for step in range(start, start + steps + 1)]
        )
    if kind == "ring":
        (x, y), reach_m = draw_(point), draw_(st.integers(5, 300))
        return LineString(box(x, y, x + reach_m, y + reach_m).exterior)
    if kind == "chord":
        start, steps = draw_(st.tuples(st.integers(0, 7), st.integers(1, 7)))
        return LineString([shore.interpolate(step % 8 / 8, normalized=True) for step in (start, start + steps)])
    return LineString(draw_(st.lists(point, min_size=2, max_size=4, unique=True)))


@st.composite
def _bridge(draw_: st.DrawFn, hard: list[LineString]) -> LineString:
    """A way over a barrier if there is one; else from anywhere to anywhere."""
    if not hard or draw_(st.integers(0, 3)) == 0:
        return LineString(draw_(st.tuples(point, point).filter(lambda ends: ends[0] != ends[1])))
    line = hard[draw_(st.integers(0, len(hard) - 1))]
    middle = line.interpolate(draw_(st.integers(1, 15)) / 16, normalized=True)
    across = LineString([(middle.x - 12, middle.y), (middle.x + 12, middle.y)])
    return rotate(across, draw_(st.integers(0, 11)) * 15)


@st.composite
def _exclusive(draw_: st.DrawFn, boundary: BaseGeometry) -> gpd.GeoDataFrame:
    """Up to three sites beside each other, touching or not; those without land in the village are left out."""
    sites, x = [], 10 * draw_(st.integers(-5, 60))
    for _ in range(draw_(st.sampled_from([0, 0, 0, 1, 2, 3]))):
        wide, y, high = 10 * draw_(st.integers(1, 30)), 10 * draw_(st.integers(-5, 90)), 10 * draw_(st.integers(1, 60))
        sites.append(box(x, y, x + wide, y + high))
        x += wide + draw_(st.sampled_from([0, 0, 30]))
    sites = [site for site in sites if site.intersection(boundary).area > 1]
    return gpd.GeoDataFrame({"name": [f"#{row}" for row in range(len(sites))]}, geometry=gpd.GeoSeries(sites))


@st.composite
def villages(draw_: st.DrawFn, most: int = 25) -> Pieces:
    """A village of at most so many buildings, with barriers, bridges, streets and exclusive land."""
    boundary = draw_(boundaries)
    hard = draw_(st.lists(_barrier(boundary), max_size=3))
    links = draw_(st.lists(_bridge(hard), max_size=2))
    soft = draw_(st.lists(_barrier(boundary), max_size=2))
    costs = draw_(st.lists(st.sampled_from([0.0, 1.0, 9.0]), min_size=len(soft), max_size=len(soft)))
    return Pieces(
        boundary,
        draw_(_houses(boundary, most)),
        gpd.GeoSeries(hard),
        gpd.GeoSeries(links),
        gpd.GeoDataFrame({"cost": np.array(costs, dtype=float)}, geometry=gpd.GeoSeries(soft)),
        draw_(_exclusive(boundary)),
    )


@st.composite
def given_villages(draw_: st.DrawFn, most: int = 25) -> Pieces:
    """A village whose atoms are given: blocks of a few hundred metres, cut by the boundary."""
    pieces = draw_(villages(most))
    wide, high = draw_(st.sampled_from([150, 250, 333.3, 1000])), draw_(st.sampled_from([200, 400, 777.7]))
    steps_x, steps_y = int(SIDE_M // wide) + 1, int(SIDE_M // high) + 1
    blocks = [
        shapely.intersection(pieces.boundary, box(x * wide, y * high, (x + 1) * wide, (y + 1) * high))
        for x in range(steps_x)
        for y in range(steps_y)
    ]
    parts = [part for block in blocks for part in shapely.get_parts(block) if part.area > 0]
    return replace(pieces, atoms=gpd.GeoSeries(parts))


@st.composite
def drawn_texts(draw_: st.DrawFn) -> str:
    """A village as text, for `fixtures.drawing.draw`."""
    width, height = draw_(st.integers(1, 9)), draw_(st.integers(1, 7))
    sign = st.sampled_from("....1112237AB~~=## ")
    rows = draw_(st.lists(st.lists(sign, min_size=width, max_size=width), min_size=height, max_size=height))
    return "\n".join("".join(row) for row in [["."] * width, *rows])


def drawn_village(text: str, cell_m: float = 50.0) -> Pieces:
    """The pieces of a village drawn in text."""
    drawing = draw(text, cell_m)
    soft = gpd.GeoDataFrame({"cost": np.array([], dtype=float)}, geometry=gpd.GeoSeries([]))
    return Pieces(drawing.boundary, drawing.houses, drawing.hard, drawing.links, soft, drawing.exclusive)


drawn_villages = drawn_texts().map(drawn_village)


@st.composite
def targets(draw_: st.DrawFn) -> Target:
    """A target for villages of some dozen households: k from the band or given, strict or lenient."""
    load = draw_(st.integers(1, 30))
    band = (max(1, load - draw_(st.integers(0, 12))), load + draw_(st.integers(0, 12)))
    k = draw_(st.sampled_from([None, None, 1, 2, 3, 5, 8]))
    return Target(load, band, tolerance=draw_(st.sampled_from([0.0, 0.05, 0.05, 0.25])), k=k)
