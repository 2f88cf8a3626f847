"""Plans side by side as a picture, in the peers' environment: `gridding_pictures.py DRAWING.npz PICTURE.png`."""

from __future__ import annotations

import json
import sys

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from PIL import Image

# Colour-blind safe and light enough for black lines (after Tol's light scheme).
COLOURS = ("#77aadd", "#ee8866", "#eedd88", "#99ddff", "#ffaabb", "#44bb99", "#bbcc33", "#dddddd")
BROKEN = "#cc0000"
PANEL_INCHES = 3.1


def main() -> None:
    """Draw each panel of the file."""
    source, target = sys.argv[1:]
    with np.load(source) as file:
        panels = json.loads(str(file["panels"]))
        headline = str(file["headline"])
        water = shapely.from_wkb(bytes.fromhex(str(file["water"])))
    columns = len(panels) if len(panels) < 4 else -(-len(panels) // 2)
    rows = -(-len(panels) // columns)
    west, south, east, north = np.array([shapely.from_wkb(panels[0]["outline"]).bounds])[0]
    high = (north - south) / (east - west)
    size = (columns * PANEL_INCHES, rows * (PANEL_INCHES * high + 0.45) + 0.4)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, panel in zip(axes.flat, panels, strict=False):
        draw(axis, panel, water)
    figure.suptitle(headline, fontsize=10, x=0.01, ha="left")
    figure.savefig(target, dpi=110, pil_kwargs={"optimize": True})
    shrink(target)


def draw(axis: Axes, panel: dict, water: shapely.Geometry) -> None:
    """Draw one plan; a grid in several parts is outlined in red."""
    shapes = [shapely.from_wkb(shape) for shape in panel["grids"]]
    patches = [patch(shape) for shape in shapes]
    faces = [COLOURS[colour % len(COLOURS)] for colour in panel["colours"]]
    axis.add_collection(PatchCollection(patches, facecolor=faces, edgecolor="#333333", linewidth=0.6))
    broken = [patch(shapes[grid]) for grid in panel["broken"]]
    axis.add_collection(PatchCollection(broken, facecolor="none", edgecolor=BROKEN, linewidth=1.6))
    lines = [shapely.get_coordinates(line) for line in shapely.get_parts(water)]
    axis.add_collection(LineCollection(lines, colors="#0055aa", linewidths=2.2))
    axis.set_title(panel["title"], fontsize=8.5, loc="left", linespacing=1.25)
    axis.set_aspect("equal")
    axis.autoscale_view()


def patch(shape: shapely.Geometry) -> PathPatch:
    """Give a polygon with its holes as one path."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
    return PathPatch(Path.make_compound_path(*(Path(ring, closed=True) for ring in rings)))


def shrink(target: str) -> None:
    """Keep 128 colours: a third of the bytes, and nothing that an eye misses."""
    with Image.open(target) as picture:
        small = picture.convert("RGB").quantize(128)
    small.save(target, optimize=True)


if __name__ == "__main__":
    main()
