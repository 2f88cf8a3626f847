"""Fit the confidence of geocoding on noise generator A and write `layers/geocode/calibration.py`.

Run: `PYTHONPATH=.:tests python tests/bench/geocoding_fit.py`; about ten minutes of CPU.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from bench.geocoding_gazetteer import PARTS, build, read_regions
from bench.geocoding_noise_a import write
from scipy.optimize import isotonic_regression

from layers.geocode import place
from layers.geocode.confidence import score
from layers.geocode.gazetteer import Dwelling, KnownRegion
from layers.geocode.locate import locate_many
from layers.geocode.memory import MemoryGazetteer
from layers.geocode.parts import Parts

TABLE = Path(__file__).parents[2] / "layers" / "geocode" / "calibration.py"
COUNTIES = ("530102", "530112", "530302", "530825", "532501", "532901", "533103", "530425")
HOUSES, TEXTS, BATCH = 40_000, 12_000, 2_000
TYPOS = 0.4
FEWEST = 20
"""No step of the table rests on fewer answers."""
PRIOR = 2.0
"""So many wrong answers are added to each step: what was not seen may still happen."""


def main() -> None:
    """Write the table and print it."""
    scores, right = answers()
    rows = steps(scores, right)
    lines = [f"    ({at:.3f}, {share:.3f})," for at, share in rows]
    text = TABLE.read_text(encoding="utf-8")
    TABLE.write_text(text[: text.index("TABLE = ")] + "\n".join(["TABLE = (", *lines, ")"]) + "\n", encoding="utf-8")
    print("\n".join(lines))


def answers() -> tuple[np.ndarray, np.ndarray]:
    """Give the score of each answer at a house, and whether it is the house that was meant."""
    place.of_house = score
    rng = random.Random(20)
    frame = build(HOUSES, 2, COUNTIES)
    rows = frame.to_dict("records")
    regions = read_regions()
    names = dict(zip(regions["code"], regions["name"], strict=True))
    gazetteer = MemoryGazetteer(
        [KnownRegion(row.code, int(row.level), row.name) for row in regions.itertuples()],
        [_dwelling(at, row) for at, row in enumerate(rows)],
    )
    picked = [rng.randrange(len(rows)) for _ in range(TEXTS)]
    texts = [write(rows[at], names, rng, typo=rng.random() < TYPOS) for at in picked]
    found: list[tuple[float, bool]] = []
    for start in range(0, TEXTS, BATCH):
        some = texts[start : start + BATCH]
        located = locate_many([text for text, _ in some], gazetteer, [within for _, within in some])
        for at, one in zip(picked[start : start + BATCH], located, strict=True):
            if one.level == "house":
                found.append((one.confidence, one.house_id == str(at)))
    found.sort()
    return np.array([at for at, _ in found]), np.array([yes for _, yes in found], dtype=float)


def steps(scores: np.ndarray, right: np.ndarray) -> Sequence[tuple[float, float]]:
    """Give the score from which on an answer is right how often, in rising steps."""
    shares = isotonic_regression(right).x
    starts = np.flatnonzero(np.diff(shares, prepend=-1.0) > 1e-9)
    rows: list[tuple[float, float]] = [(0.0, float(shares[0]))]
    for start, end in zip(starts, [*starts[1:], len(shares)], strict=True):
        if end - start >= FEWEST or end == len(shares):
            share = right[start:end].sum() / (end - start + PRIOR)
            rows.append((float(scores[start:end].mean()), max(rows[-1][1] if len(rows) > 1 else 0.0, float(share))))
    return [
        *rows[:1],
        *(row for row, above in zip(rows[1:], [*rows[2:], (1.0, 1.0)], strict=True) if row[0] < above[0]),
    ]


def _dwelling(at: int, row: dict[str, object]) -> Dwelling:
    parts = Parts(**{name: row[name] for name in PARTS})  # type: ignore[arg-type]
    number = int(str(row["village_code"])) * 1000 + 1
    return Dwelling(str(at), str(row["address"]), parts, number, (row["lon"], row["lat"]), "house", None, None)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
