"""`forecast sensitivity global`: which drivers' levels today the forecast's mean depends on."""

from __future__ import annotations

import csv
import datetime as dt
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.cli import options as o
from forecast.cli.sensitivity_prior import HEADLINES, judged
from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.simulation.quantities import QUANTITIES

if TYPE_CHECKING:
    from forecast.inputs.workspace import Workspace
    from forecast.reweighting.engine import Engine
    from forecast.sensitivity.global_levels import GlobalSensitivity, Inputs, Method

CORRELATIONS = ("dynamics", "independent")
#: Seconds a point takes on a quiet core, for the note on how long it will be.
SECONDS_A_POINT = 0.006


def global_(
    workspace: o.WorkspaceOption = None,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="P", help="A panel, a source, a comma list, or none.")
    ] = None,
    n: Annotated[
        int, typer.Option("--n", metavar="N", help="Base rows, a power of two; 1024 takes four times 256.")
    ] = 256,
    method: Annotated[
        str, typer.Option("--method", metavar="M", help="sobol, morris, shapley or all.")
    ] = "all",
    correlation: Annotated[
        str,
        typer.Option("--correlation", metavar="C", help="Of levels, for Shapley: dynamics or independent."),
    ] = "dynamics",
    outcome: o.OutcomeOption = "reached.alliance",
    by: o.OnDateOption = None,
    lens: o.LensOption = None,
    exclude: o.ExcludeOption = None,
    as_of: o.AsOfOption = None,
    start: o.StartOption = None,
    seed: o.SeedOption = o.SEED,
    draws: o.DrawsOption = o.DRAWS,
    jobs: o.JobsOption = o.JOBS,
    scheduler: o.SchedulerOption = None,
    refit: o.RefitOption = False,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every date and outcome.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The same as tidy rows.")] = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Global sensitivity to where each driver stands today: Sobol, Morris, Shapley.

    \b
    forecast sensitivity global
    forecast sensitivity global --n 1024 --method sobol --outcome reached.split
    forecast sensitivity global --by 2031-12-31 --svg global.svg
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of the same output; choose one")
    if correlation not in CORRELATIONS:
        near = did_you_mean(correlation, CORRELATIONS)
        hint = f"Did you mean '{near}'?" if near else f"One of {', '.join(CORRELATIONS)}."
        raise UsageError(f"--correlation: unknown '{correlation}'. {hint}")
    asked = o.outcome(outcome)
    from forecast.sensitivity import global_levels as g

    wanted = g.methods(method)
    g.check_rows(n)
    if "morris" in wanted:
        g.check_library()
    files = o.read(workspace, quiet=quiet)
    day = o.date(by, "--by") if by else None
    request = o.request(
        panel=panel,
        scenario=None,
        by=None,
        lens=lens,
        exclude=exclude,
        as_of=as_of,
        start=start,
        seed=seed,
        draws=draws,
        jobs=jobs,
        refit=refit,
    )
    from forecast.cli.sensitivity_global_table import table
    from forecast.document import to_json
    from forecast.report.global_document import COLUMNS, global_document, rows
    from forecast.request import check_request
    from forecast.sensitivity.global_points import small_engine

    check_request(files, request)
    _check_date(files, day, request.as_of)
    began = time.monotonic()
    o.say("the exact answer first (half a minute the first time)", quiet=quiet)
    eng = small_engine(files, request)
    of = g.inputs(eng.exact, correlation)  # type: ignore[arg-type]  # checked above
    found = _found(eng, of, asked=asked, n=n, wanted=wanted, scheduler=scheduler, quiet=quiet)
    document = global_document(eng, found, correlation=correlation, rows=n, seconds=time.monotonic() - began)
    dates = eng.reference.baseline.report_dates
    day = day or dates[-1]
    column = found.outputs.index((*asked, dates.index(day)))
    if svg:
        _draw(svg, files, found, column=column, title=f"{outcome} by {day}")
    if as_json:
        print(to_json(document))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(document))
    else:
        print(table(document, files, column=column, ranking=g.ranking(found, column)))
    return judged(document, eng.exact.notes, quiet=quiet)


def _found(
    eng: Engine,
    of: Inputs,
    *,
    asked: tuple[str, str],
    n: int,
    wanted: Sequence[Method],
    scheduler: str | None,
    quiet: bool,
) -> GlobalSensitivity:
    """What the headline quantities, and the one asked for, owe to the levels at every date."""
    from forecast.sensitivity.global_levels import global_sensitivity, points
    from forecast.sensitivity.global_points import evaluator, job_name
    from forecast.workers.progress import Progress

    names = tuple(dict.fromkeys((asked, *HEADLINES)))
    count, request = points(n, drivers=len(of.drivers), wanted=wanted), eng.request
    took = max(1, round(count * SECONDS_A_POINT / request.jobs))
    o.say(f"{count} points of {len(of.drivers)} drivers' levels, about {took} s", quiet=quiet)
    with Progress(count, quiet=quiet) as progress:
        evaluate = evaluator(
            eng,
            [QUANTITIES[name] for name in names],
            name=job_name(eng),
            jobs=request.jobs,
            scheduler=scheduler,
            fresh=request.refit,
            progress=progress,
        )
        dates = range(len(eng.reference.baseline.report_dates))
        outputs = [(*name, at) for at in dates for name in names]
        return global_sensitivity(evaluate, of, outputs=outputs, rows=n, seed=request.seed, wanted=wanted)


def _check_date(files: Workspace, day: dt.date | None, as_of: dt.date | None) -> None:
    """Raise UsageError unless the date is the horizon or a 31 December ahead, where paths are read."""
    question = files.question
    start = as_of or question.as_of
    if day is None or day == question.horizon:
        return
    if not start < day < question.horizon or (day.month, day.day) != (12, 31):
        raise UsageError(
            f"--by {day}: sensitivities are there for each 31 December from {start} to the horizon"
            f" {question.horizon}; take {min(max(day.year, start.year), question.horizon.year)}-12-31"
        )


def _draw(path: Path, files: Workspace, found: GlobalSensitivity, *, column: int, title: str) -> None:
    from forecast.files import write_atomically
    from forecast.report.figures.global_sensitivity import global_sensitivity
    from forecast.sensitivity.global_levels import ranking

    order: Sequence[int] = ranking(found, column)
    names = {name: driver.name for name, driver in files.drivers.drivers.items()}
    drawing = global_sensitivity(found, output=column, title=title, names=names, order=order)
    write_atomically(path, drawing.svg.encode())
