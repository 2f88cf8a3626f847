"""What was measured, as tables in Markdown, and their place in the page."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.gridding_race import Run
from bench.gridding_scores import Score

__all__ = ["calls_table", "medians", "race_table", "replace_between", "table"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def medians(scores: Sequence[Score]) -> Score:
    """Give the medians over several cases; broken and empty grids are counted over all of them."""
    middle = {
        name: statistics.median(getattr(score, name) for score in scores)
        for name in ("deviation", "deviation_p95", "within", "compactness")
    }
    return Score(broken=sum(s.broken for s in scores), empty=sum(s.empty for s in scores), **middle)


def race_table(runs: Sequence[Run]) -> str:
    """Give a row for each set and method, in the order in which they ran; medians over the cases of a set."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.case.split("/")[0], run.method), []).append(run)
    head = (
        "set",
        "method",
        "CPU s",
        "max dev %",
        "worst %",
        "p95 %",
        "within 5 %",
        "broken",
        "empty",
        "PP",
        "smoothed",
    )
    return table(head, [_row(*group, found) for group, found in groups.items()])


def _row(name: str, method: str, runs: Sequence[Run]) -> list[str]:
    scored = [run for run in runs if run.score]
    title = f"**{method}**" if any(run.smoothed is not None for run in runs) else method
    failed = _failures(runs)
    if not scored:
        return [name, title, failed, *[""] * 8]
    found = medians([run.score for run in scored if run.score])
    worst = max(run.score.deviation for run in scored if run.score)
    smoothed = [run.smoothed for run in scored if run.smoothed is not None]
    return [
        name,
        f"{title} ({failed})" if failed else title,
        f"{statistics.median(run.seconds for run in scored):.3f}",
        *(f"{100 * share:.1f}" for share in (found.deviation, worst, found.deviation_p95)),
        f"{found.within:.0%}",
        str(found.broken),
        str(found.empty),
        f"{found.compactness:.3f}"[1:],
        f"{statistics.median(smoothed):.3f}"[1:] if smoothed else "",
    ]


def _failures(runs: Sequence[Run]) -> str:
    failed = [run.failed for run in runs if run.failed]
    if not failed:
        return ""
    why = "; ".join(sorted(set(failed)))
    return why if len(runs) == 1 else f"{len(failed)} of {len(runs)}: {why}"


def calls_table(runs: Sequence[Run]) -> str:
    """Give the call of each method as it was made."""
    calls = {run.method: run.call for run in runs if run.call}
    return table(("method", "call"), [[method, f"`{call}`"] for method, call in calls.items()])


def replace_between(page: str, name: str, text: str) -> str:
    """Give the page with the text between its marks `name begin` and `name end`."""
    begin, end = f"<!-- {name} begin -->", f"<!-- {name} end -->"
    if begin not in page or end not in page:
        raise ValueError(f"the page has no place for {name!r}")
    before, rest = page.split(begin, 1)
    return f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}"
