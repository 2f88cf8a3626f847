"""How well layers are served: tiles, heat, counts, features, writes, beside peers (docs/layers-bench.md).

The rows are `layers_data`'s, in an instance of their own that is kept for the next run (`--drop` removes it). TiPg,
pygeoapi and MapServer serve the same rows from tables of their own in the same PostgreSQL, each as its manual says is
fastest, with eight connections and one worker as ours; the commands are in the page. Wall time on a shared machine says
little: CPU milliseconds of the server and of PostgreSQL stand beside it.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from bench import layers_heat, layers_reads, layers_sql, layers_tiles, layers_writes
from bench.gridding_tables import replace_between, table
from bench.layers_data import PROVINCE, Recipe
from bench.layers_pictures import ratios_picture
from bench.layers_rows import Missing, Row, rows_table
from bench.layers_servers import PEERS_PYTHON, POOL
from bench.layers_store import Store, open_store
from bench.layers_tiles import Bench

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "layers-bench.md"
PICTURE = ROOT / "docs" / "pictures" / "layers-bench.svg"
RECIPES = {
    "quick": Recipe(houses=100_000, grids=500, incidents=1_000_000),
    "fifth": Recipe(houses=200_000, grids=1_000, incidents=2_000_000),
    "half": Recipe(houses=500_000, grids=2_500, incidents=5_000_000),
    "whole": Recipe(houses=1_000_000, grids=5_000, incidents=10_000_000),
    "province": Recipe(houses=15_000_000, grids=100_000, incidents=12_000_000, land=PROVINCE),
}
PARTS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "cold": layers_tiles.cold,
    "martin": layers_sql.martin,
    "warm": layers_tiles.warm,
    "edits": layers_tiles.edits,
    "dense": layers_tiles.dense,
    "heat": layers_heat.heat,
    "heat_tiles": layers_heat.heat_tiles,
    "choropleth": layers_sql.choropleth,
    "placing": layers_sql.placing,
    "here": layers_reads.here,
    "features": layers_reads.features,
    "deep_page": layers_reads.deep_page,
    "scoped": layers_tiles.scoped,
    "singles": layers_writes.singles,
    "copying": layers_writes.copying,
}
HALF = {"fifth": "quick", "whole": "half"}
# A cost that grows by less than this beyond the answer has not grown: two runs of the same differ by as much.
NOISE = 1.25
GROWING = ("dense", "scoped", "heat", "heat_tiles", "choropleth", "placing", "here", "deep_page", "singles", "copying")


def main() -> None:
    """Measure the parts asked for, print their rows, and write them into the page if asked to."""
    given = _options()
    # Also where a shell that runs it behind ignores the first of them: servers and database are ended then.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    recipe = RECIPES[given.size]
    rows, commands, store = _measured(recipe, given.parts, given)
    made = f"{_made(given, recipe)} {_held(store)}"
    print(f"\n{made}\n\n{rows_table(rows)}", flush=True)
    if given.drop:
        store.drop()
    grown = _growth(rows, given) if given.growth else None
    if grown:
        print(f"\n{grown}")
    if given.write:
        _write(made, rows, grown, commands)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_const", const="quick", dest="size", help="a tenth of everything")
    options.add_argument("--size", choices=RECIPES, help="how much data (whole: 1 M houses, 10 M incidents)")
    options.add_argument("--parts", type=_parts, default=tuple(PARTS), help=f"of {','.join(PARTS)}")
    options.add_argument("--rounds", type=int, default=3, help="interleaved rounds, of which the median counts")
    options.add_argument("--seconds", type=float, default=5.0, help="how long a round of repeated tiles lasts")
    options.add_argument("--no-peers", action="store_true", help="only ours")
    options.add_argument("--growth", action="store_true", help="measure half the data too, and say what doubles")
    options.add_argument("--drop", action="store_true", help="remove the data at the end")
    options.add_argument("--write", action="store_true", help="put tables and picture into docs")
    given = options.parse_args()
    given.size = given.size or "whole"
    if given.growth and given.size not in HALF:
        options.error(f"--growth: of {', '.join(HALF)} alone")
    if not given.no_peers and not PEERS_PYTHON.exists():
        raise SystemExit("the peers' environment is missing: `./run bench layers` makes it")
    return given


def _parts(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not of {', '.join(PARTS)}")
    return names


def _measured(recipe: Recipe, parts: Sequence[str], given: argparse.Namespace) -> tuple[list[Row], list[str], Store]:
    """The rows of the parts on a recipe's data; a part that cannot be measured gives a row that says why."""
    store = open_store(recipe, lambda words: print(words, flush=True), peers=not given.no_peers)
    rows: list[Row] = []
    with closing(store), tempfile.TemporaryDirectory(prefix="wangge-bench-", dir="/tmp") as folder:
        bench = Bench(store, Path(folder), 400, given.rounds, given.seconds, not given.no_peers)
        # Whoever interrupts it gets what was measured until then.
        with suppress(KeyboardInterrupt):
            for name in parts:
                begun = time.perf_counter()
                _measure(name, bench, rows)
                print(f"  {name}: {time.perf_counter() - begun:.0f} s", flush=True)
        commands = [path.read_text() for path in sorted(Path(folder).glob("*.command"))]
    return rows, commands, store


def _measure(name: str, bench: Bench, rows: list[Row]) -> None:
    """Add the rows of a part."""
    try:
        for row in PARTS[name](bench):
            print(f"  {row.name} | {row.must} | {row.ours} | {row.peer} | {row.ratio} | {row.verdict}", flush=True)
            rows.append(row)
    except Missing as error:
        rows.append(Row(name, "", f"not measured: {error}", met=False))
    except Exception:
        traceback.print_exc()
        rows.append(Row(name, "", "not measured: the bench failed", met=False))


def _made(given: argparse.Namespace, recipe: Recipe) -> str:
    words = [word for word in sys.argv[1:] if word != "--write"]
    command = " ".join(["./run bench layers", *map(shlex.quote, words)])
    load = os.getloadavg()[0]
    machine = f"{os.cpu_count()} shared cores (load {load:.1f} at the end), Python {platform.python_version()}"
    data = f"{recipe.houses:,} houses, {recipe.grids:,} grids, {recipe.incidents:,} incidents of five years"
    return f"`{command}`, {datetime.now(UTC):%Y-%m-%d}, {machine}; {data}, seed {recipe.seed}; {POOL} connections."


def _held(store: Store) -> str:
    """What the data took to make, and takes."""
    steps = ", ".join(f"{name} {seconds:,.0f}" for name, seconds in store.filled.items())
    sizes = ", ".join(f"{name} {size:,.0f}" for name, size in store.sizes_mb.items())
    return f"Filled in {sum(store.filled.values()):,.0f} s ({steps}); MB with indexes: {sizes}."


def _growth(rows: Sequence[Row], given: argparse.Namespace) -> str:
    """What an answer costs on half the data beside the whole, and how much larger the answer is."""
    parts = [name for name in given.parts if name in GROWING]
    half, _, store = _measured(RECIPES[HALF[given.size]], parts, argparse.Namespace(**vars(given) | {"no_peers": True}))
    if given.drop:
        store.drop()
    found = {_bare(row.name): row for row in half}
    pairs = [(found[_bare(row.name)], row) for row in rows if _bare(row.name) in found]
    return table(("", "half the data", "the data", "cost", "answer", ""), [_grown(*pair) for pair in pairs])


def _grown(half: Row, whole: Row) -> list[str]:
    if half.cost is None or whole.cost is None:
        return [_bare(whole.name), half.ours, whole.ours, "", "", ""]
    cost = whole.cost / half.cost
    answer = whole.size / half.size if whole.size and half.size else 1.0
    verdict = "no faster" if cost <= max(1.0, answer) * NOISE else "**faster**"
    times = [f"{half.cost:.2f} ms", f"{whole.cost:.2f} ms", f"{cost:.2f} ×", f"{answer:.2f} ×"]
    return [_bare(whole.name), *times, verdict]


def _bare(name: str) -> str:
    """A row's name without its numbers."""
    return "".join(char for char in name if not char.isdigit() and char != ",")


def _write(made: str, rows: Sequence[Row], grown: str | None, commands: Sequence[str]) -> None:
    page = replace_between(PAGE.read_text(), "rows", f"{made}\n\n{rows_table(rows)}")
    missed = [
        f"- {row.name}: {row.must or 'to be measured'}; {row.ours} {row.ratio}" for row in rows if row.met is False
    ]
    page = replace_between(page, "missed", "\n".join(missed) or "Nothing.")
    page = replace_between(page, "commands", "\n".join(f"- {line}" for line in commands))
    if grown:
        page = replace_between(page, "growth", f"{made}\n\n{grown}")
    PAGE.write_text(page)
    PICTURE.write_text(ratios_picture(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
