"""`forecast sweep`: the answer as one knob is turned, or two; and shards of it put together."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from forecast.cli import options as o
from forecast.cli.sweep_output import Counts, Output, remarks
from forecast.document import dotted
from forecast.errors import UsageError
from forecast.inputs.knobs import Range, parse_range
from forecast.inputs.workspace import Workspace
from forecast.request import Request, check_request

MERGE = "merge"
#: Options that a shard's file has the answers to.
OF_A_SWEEP = (
    *("workspace", "scenario", "panel", "lens", "exclude", "as_of", "start", "seed", "draws", "jobs"),
    *("scheduler", "refit", "no_refit", "shard"),
)


def sweep(
    context: typer.Context,
    knob: Annotated[
        list[str],
        typer.Argument(metavar="PATH=LO..HI:N ...", help="One knob or two; or: merge SHARD ..."),
    ],
    workspace: o.WorkspaceOption = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="ID", help="Beside the baseline; repeatable."),
    ] = None,
    outcome: o.OutcomeOption = "reached.alliance",
    by: Annotated[
        str | None, typer.Option("--by", metavar="DATE", help="The date shown. Default: the horizon.")
    ] = None,
    panel: Annotated[
        str | None,
        typer.Option("--panel", metavar="P", help="A panel, a source, a comma list of sources, or none."),
    ] = None,
    lens: o.LensOption = None,
    exclude: o.ExcludeOption = None,
    as_of: o.AsOfOption = None,
    start: o.StartOption = None,
    seed: o.SeedOption = o.SEED,
    draws: o.DrawsOption = o.DRAWS,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", help="Points worked on at a time.")] = o.JOBS,
    scheduler: o.SchedulerOption = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="K/N", help="Only the K-th of N parts, into --out; then merge."),
    ] = None,
    refit: Annotated[
        bool, typer.Option("--refit", help="Fit and compute everything again, whatever is kept.")
    ] = False,
    no_refit: Annotated[
        bool,
        typer.Option("--no-refit", help="Never fit a point, even where reweighting cannot be trusted."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The documented JSON, unrounded.")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Tidy rows: the knobs, scenario,date,quantity,outcome,stat,value.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the JSON, or the shard, to a file.")
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="FILE", help="Write the tidy rows as Parquet.")
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Draw it: curves with 90% bands, or a heat map."),
    ] = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Turn one knob, or two, and see what becomes of the answer.

    \b
    forecast sweep drivers.ID.level=-2..3:11   where a driver stands today
    forecast sweep sources.ID.weight=0,0.5,1 model.rho=0.1..0.9:9 --svg map.svg
    forecast sweep model.rho                  from the p05 to the p95 of the judgment
    forecast sweep base_rates.use             every choice
    forecast sweep model.rho=log:0.05..0.8:9  evenly in the log

    Points are estimated from the draws of one exact answer and marked ~; those that cannot be are
    fitted again. Ctrl-C loses nothing: the same command goes on where it was.

    \b
    In parts, on as many machines (a job array):
    forecast sweep model.rho=0.1..0.9:81 --shard 1/4 --out part1.json
    forecast sweep merge part*.json --svg rho.svg
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of the same output; choose one")
    quantity = dotted(*o.outcome(outcome))
    date = o.date(by, "--by").isoformat() if by else None
    output = Output(quantity, date, as_json=as_json, as_csv=as_csv, out=out, parquet=parquet, svg=svg)
    output.check()
    if knob[0] == MERGE:
        _refuse(context)
        return _merge(knob[1:], output, quiet=quiet)
    if refit and no_refit:
        raise UsageError("--refit fits everything again and --no-refit no point; choose one")
    if shard is not None and (as_json or as_csv or parquet or svg or out is None):
        raise UsageError(
            "--shard goes with --out FILE and no other output; forecast sweep merge shows the whole"
        )
    files = o.read(workspace, quiet=quiet)
    ranges = [parse_range(files, one) for one in knob]
    request = o.request(
        panel=panel,
        scenario=_scenarios(scenario, ranges),
        by=[by] if by else None,
        lens=lens,
        exclude=exclude,
        as_of=as_of,
        start=start,
        seed=seed,
        draws=draws,
        jobs=jobs,
        refit=refit,
    )
    check_request(files, request)
    try:
        return _sweep(
            files,
            request,
            ranges,
            output,
            shard=shard,
            scheduler=scheduler,
            refits=not no_refit,
            quiet=quiet,
        )
    except KeyboardInterrupt:
        o.say("stopped; what was done is kept: run the same command again to go on")
        raise


def _sweep(
    files: Workspace,
    request: Request,
    ranges: list[Range],
    output: Output,
    *,
    shard: str | None,
    scheduler: str | None,
    refits: bool,
    quiet: bool,
) -> int:
    from forecast.reweighting.engine import engine
    from forecast.sensitivity.sweep import WHOLE, Part, dials, grid, sweep_of
    from forecast.sensitivity.sweep_points import chunks, sweep_points
    from forecast.workers.pool import workers

    began = time.monotonic()
    turned = dials(files, ranges)
    part = Part.read(shard) if shard else WHOLE
    chunks(1 + len(grid(turned)), part)
    if scheduler is not None:
        with workers(None, jobs=request.jobs, scheduler=scheduler):
            pass  # before anything is fitted
    o.say(f"one exact answer first: panel {request.panel or files.question.default_panel}", quiet=quiet)
    eng = engine(files, request)
    what = sweep_of(eng, turned, refits=refits)
    counts = Counts(quiet=quiet)
    swept = sweep_points(
        eng,
        what,
        part=part,
        jobs=request.jobs,
        scheduler=scheduler,
        fresh=request.refit,
        watch=counts.watch,
    )
    for note in (*counts.said(), *remarks(swept)):
        o.say(note, quiet=quiet)
    if shard is not None:
        from forecast.sensitivity.shards import write_shard

        assert output.out is not None
        write_shard(output.out, swept, part)
        o.say(f"shard {part}: {len(swept.cells)} of {len(what.cells)} points in {output.out}", quiet=quiet)
        return 0 if swept.trusted.all() else 1
    seconds = time.monotonic() - began
    return output.show(swept, {"seconds": seconds, "computed": counts.points, "workspace": str(files.root)})


def _merge(names: list[str], output: Output, *, quiet: bool) -> int:
    from forecast.sensitivity.shards import merge

    began = time.monotonic()
    swept = merge([Path(name) for name in names])
    for note in remarks(swept):
        o.say(note, quiet=quiet)
    return output.show(swept, {"seconds": time.monotonic() - began, "shards": names})


def _scenarios(asked: list[str] | None, ranges: list[Range]) -> list[str]:
    """The scenarios asked for, and those whose own knobs are turned: no other answer depends on these."""
    turned = [one.path.split(".")[1] for one in ranges if one.path.startswith("scenarios.")]
    return [*(asked or ()), *turned]


def _refuse(context: typer.Context) -> None:
    """Raise UsageError for an option that a merge has no use for."""
    for name in OF_A_SWEEP:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise UsageError(
                f"--{name.replace('_', '-')} goes with a sweep; its shards already hold what to merge"
            )
