"""Tiny OpenStreetMap files, written where they are used; 0.001 degrees of latitude are about 111 m."""

from __future__ import annotations

import itertools
from pathlib import Path
from xml.sax.saxutils import quoteattr

BASE_LON, BASE_LAT, UNIT = 9.5, 47.0, 0.001


class Town:
    """Nodes on a lattice of 0.001 degrees; a place (x, y) is always the same node."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[float, float], int] = {}
        self.tagged: dict[int, dict[str, str]] = {}
        self.parts: list[str] = []
        self.numbers = itertools.count(1000)

    def node(self, x, y, **tags) -> int:
        number = self.nodes.setdefault((x, y), len(self.nodes) + 1)
        self.tagged.setdefault(number, {}).update(tags)
        return number

    def way(self, places, **tags) -> int:
        number = next(self.numbers)
        refs = "".join(f'<nd ref="{self.node(*place)}"/>' for place in places)
        self.parts.append(f'<way id="{number}">{refs}{_tags(tags)}</way>')
        return number

    def box(self, west, south, east, north, **tags) -> int:
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return self.way(corners, **tags)

    def relation(self, ways, **tags) -> int:
        number = next(self.numbers)
        members = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in ways)
        self.parts.append(f'<relation id="{number}">{members}{_tags({"type": "boundary", **tags})}</relation>')
        return number

    def village(self, name, *boxes, holes=(), level="8", **tags) -> int:
        ways = [(self.box(*box), "outer") for box in boxes] + [(self.box(*hole), "inner") for hole in holes]
        named = {"name": name} if name is not None else {}
        return self.relation(ways, boundary="administrative", admin_level=level, **named, **tags)

    def write(self, path: Path) -> Path:
        nodes = "".join(
            f'<node id="{number}" lon="{BASE_LON + x * UNIT:.7f}" lat="{BASE_LAT + y * UNIT:.7f}">'
            f"{_tags(self.tagged[number])}</node>"
            for (x, y), number in self.nodes.items()
        )
        ways = "".join(part for part in self.parts if part.startswith("<way"))
        relations = "".join(part for part in self.parts if part.startswith("<relation"))
        path.write_text(f'<?xml version="1.0"?><osm version="0.6">{nodes}{ways}{relations}</osm>', encoding="utf-8")
        return path


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key.replace('__', ':'))} v={quoteattr(value)}/>" for key, value in tags.items())
