"""`wangge plan`: divide villages, look at plans, submit and publish them."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from gridding import Target
from layers import plans
from layers.db import Database
from layers.errors import Fault, Invalid
from layers.jobs import RegionSummary, divide_region
from layers.models import Plan
from layers.plan_diff import DiffLines, PlanDiff, diff
from layers.publish import publish
from layers.rebalancing import Wish, rebalance_in_force
from layers.scope import Scope
from map_ui.comparison import Sheet, SheetRow, comparison_svg
from map_ui.i18n import Language, words
from spatial_api.answers import PlanSummary
from spatial_api.cli.context import AsJson, answer, ready_database
from spatial_api.cli.progress import RegionProgress

__all__ = ["app"]

# As a shell tells of a program that Ctrl-C ended.
_INTERRUPTED = 130

app = typer.Typer(no_args_is_help=True, help="Divide villages into grids, and put plans into force.")

PlanId = Annotated[UUID, typer.Argument(help="The plan's id.")]


@app.command()
def divide(  # noqa: PLR0913, PLR0917 -- each is an option of the command line
    village: Annotated[str | None, typer.Option(help="The 12-digit code of one village.")] = None,
    region: Annotated[str | None, typer.Option(help="Every village of this region.")] = None,
    load: Annotated[int, typer.Option(help="The load (households) aimed at.")] = 400,
    band: Annotated[tuple[int, int], typer.Option(help="The lowest and the highest load.")] = (300, 500),
    tolerance: Annotated[float, typer.Option(help="The share by which grids may differ.")] = 0.05,
    k: Annotated[int | None, typer.Option(help="The number of grids, instead of one derived from the load.")] = None,
    publish_too: Annotated[bool, typer.Option("--publish", help="Submit and publish as well.")] = False,
    again: Annotated[bool, typer.Option(help="With --region: divide also what has a plan of this target.")] = False,
    workers: Annotated[int, typer.Option(min=1, help="With --region: how many processes.")] = (os.cpu_count() or 1),
    as_json: AsJson = False,
) -> None:
    """Divide one village or all of a region; exit code 1 when any was refused."""
    target = _target(load, band, tolerance, k)
    if (village is None) == (region is None):
        raise Invalid("Say what to divide.", [Fault("--village", "or --region, one of both")])
    database = ready_database()
    if village is not None:
        answer(_divide_village(database, village, target, publish_too=publish_too), as_json)
        return
    assert region is not None  # noqa: S101 -- told to mypy; exactly one of them is given
    summary = _divide_region(database, region, target, publish_too=publish_too, again=again, workers=workers)
    answer(summary, as_json)
    if summary.refused:
        raise typer.Exit(1)


@app.command(name="rebalance")
def rebalance_village(
    village: Annotated[str, typer.Argument(help="The 12-digit code of a village with grids in force.")],
    load: Annotated[int | None, typer.Option(help="The load aimed at, if not that of the plan in force.")] = None,
    band: Annotated[
        tuple[int, int] | None, typer.Option(help="The lowest and the highest load, if not those in force.")
    ] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Bring grids within this share of the mean, not only into the band.")
    ] = None,
    locked: Annotated[
        list[str] | None, typer.Option(help="A grid that neither gives nor takes: 3 or 15 digits.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a draft that brings the grids in force back into their band, with as few households moved as possible."""
    wish = Wish(load, band, tolerance, tuple(locked or ()))
    with ready_database().write(Scope.everything()) as session:
        done = rebalance_in_force(session, village, wish)
        brief = None if done.plan is None else _brief(done.plan)
        answer((brief or {"village": village, "status": "nothing to do"}) | done.told(), as_json)


@app.command(name="list")
def list_plans(
    village: Annotated[str, typer.Argument(help="The 12-digit code of a village.")], as_json: AsJson = False
) -> None:
    """The plans of a village, newest first."""
    with ready_database().write(Scope.everything()) as session:
        answer([_brief(plan) for plan in plans.of_village(session, village)], as_json)


@app.command()
def show(plan_id: PlanId, as_json: AsJson = False) -> None:
    """A plan with its report."""
    with ready_database().write(Scope.everything()) as session:
        plan = PlanSummary.model_validate(plans.find(session, plan_id))
        answer(plan if as_json else _readable(plan), as_json)


@app.command(name="compare")
def compare_plans(
    plan_id: PlanId,
    before: Annotated[
        UUID | None, typer.Argument(help="The plan to start from; the grids in force if left out.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Also draw it on a sheet of A4, into this SVG file.", dir_okay=False)
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the sheet.")] = "zh",
    as_json: AsJson = False,
) -> None:
    """What a plan changes: grids that go on, begin and end, households that move, borders."""
    with ready_database().write(Scope.everything()) as session:
        start = None if before is None else plans.find(session, before)
        found, lines = diff(session, plans.find(session, plan_id), start)
    if picture is not None:
        _draw(picture, found, lines, (before, plan_id), language)
    answer(found, as_json)


@app.command()
def submit(plan_id: PlanId, as_json: AsJson = False) -> None:
    """Hand a draft in for review, as it is now."""
    with ready_database().write(Scope.everything()) as session:
        answer(_brief(plans.submit(session, plan_id, plans.find(session, plan_id).rev)), as_json)


@app.command(name="publish")
def put_into_force(plan_id: PlanId, as_json: AsJson = False) -> None:
    """Put a plan in review into force, as it is now."""
    with ready_database().write(Scope.everything()) as session:
        result = publish(session, plan_id, plans.find(session, plan_id).rev)
    answer(result, as_json)


def _draw(
    picture: Path, found: PlanDiff, lines: DiffLines, plan_ids: tuple[UUID | None, UUID], language: Language
) -> None:
    say = words(language)
    before, after = (str(plan_id)[:8] for plan_id in plan_ids)
    start = "in_force" if plan_ids[0] is None else "plan"
    sheet = Sheet(
        title=say["comparison.title"].format(village=found.village_name),
        subtitle=say[f"comparison.subtitle.{start}"].format(before=before, after=after),
        rows=[SheetRow(**asdict(row)) for row in found.grids],
        moved_load=found.moved_load,
        moved_share=found.moved_share,
        **{name: getattr(lines, name) for name in ("outline", "kept", "gone", "new", "labels", "moves")},
    )
    try:
        picture.write_text(comparison_svg(sheet, language), "utf-8")
    except OSError as error:
        raise Invalid("The picture cannot be written.", [Fault(str(picture), error.strerror or "")]) from None


def _target(load: int, band: tuple[int, int], tolerance: float, k: int | None) -> Target:
    try:
        return Target(load=load, band=band, tolerance=tolerance, k=k)
    except ValueError as error:
        raise Invalid("The target contradicts itself.", [Fault("--load/--band", str(error))]) from None


def _divide_village(database: Database, code: str, target: Target, *, publish_too: bool) -> dict[str, Any]:
    with database.write(Scope.everything()) as session:
        plan = plans.divide_village(session, code, target)
        found = _brief(plan) | {"grids": len(plans.grids_of(session, plan.id))}
        if publish_too:
            plan = plans.submit(session, plan.id, plan.rev)
            found |= asdict(publish(session, plan.id, plan.rev)) | {"status": "published"}
    return found


def _divide_region(
    database: Database, code: str, target: Target, *, publish_too: bool, again: bool, workers: int
) -> RegionSummary:
    """Divide a region, told of on stderr; Ctrl-C ends it with exit code 130, and what is done is kept."""
    with RegionProgress(code) as progress:
        try:
            return divide_region(
                database, code, target, publish_too=publish_too, again=again, workers=workers, progress=progress
            )
        except KeyboardInterrupt:
            progress.stop()
            raise typer.Exit(_INTERRUPTED) from None


def _readable(plan: PlanSummary) -> dict[str, Any]:
    """The plan as a table takes it: a line for each reason, link and fault of its report."""
    report = plan.report
    found = plan.model_dump(mode="json", exclude={"report"})
    found |= {name: report.get(name) for name in ("mean_load", "deviation", "bound", "compactness", "barrier_share")}
    return found | {
        name: [entry["message"] for entry in report.get(name, [])] for name in ("reasons", "links", "faults")
    }


def _brief(plan: Plan) -> dict[str, Any]:
    return {
        "id": str(plan.id),
        "village": plan.village_code,
        "status": plan.status,
        "stale": plan.stale,
        "rev": plan.rev,
        "load": plan.target_load,
        "band": f"{plan.band_low}-{plan.band_high}",
        "deviation": plan.report.get("deviation"),
        "faults": len(plan.report.get("faults", [])),
    }
