"""`forecast sensitivity prior`: what the answer rests on, and what other choices would have made of it."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecast.cli import options as o
from forecast.errors import UsageError

if TYPE_CHECKING:
    from forecast.inputs.workspace import Workspace
    from forecast.reweighting.engine import Engine
    from forecast.sensitivity.specification import Cell

#: Quantities of the tables, beside the one asked for.
HEADLINES = (("reached", "alliance"), ("reached", "split"), ("alliance_broad", "alliance_broad"))
#: Draws simulated again for a combination: its number stands alone, and has to be good by itself.
DRAWS = 400
PARTS = ("all", "power", "band")


def prior(
    workspace: o.WorkspaceOption = None,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="P", help="A panel, a source, a comma list, or none.")
    ] = None,
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
    only: Annotated[
        str, typer.Option("--only", metavar="PART", help="power (scaling) or band (of specifications).")
    ] = "all",
    no_refit: Annotated[
        bool, typer.Option("--no-refit", help="Leave out combinations that would need a fit of their own.")
    ] = False,
    top: Annotated[int, typer.Option("--top", metavar="N", help="Drivers, and sources, that are shown.")] = 8,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw the specification band.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All components and combinations.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The same as tidy rows.")] = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """What the answer rests on: priors, sources, record; and how far other choices move it.

    \b
    forecast sensitivity prior
    forecast sensitivity prior --outcome reached.split --by 2031-12-31
    forecast sensitivity prior --only band --svg band.svg
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of the same output; choose one")
    if only not in PARTS:
        raise UsageError(f"--only: unknown part '{only}'. One of {', '.join(PARTS)}.")
    if svg and only == "power":
        raise UsageError("--svg draws the specification band; leave out --only power")
    if top < 1:
        raise UsageError(f"--top takes a number from 1 (found {top})")
    asked = o.outcome(outcome)
    files = o.read(workspace, quiet=quiet)
    request = o.request(
        panel=panel,
        scenario=None,
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
    from forecast.cli.sensitivity_prior_table import table
    from forecast.document import to_json
    from forecast.report.prior_document import COLUMNS, prior_document, rows
    from forecast.request import check_request
    from forecast.reweighting.engine import engine
    from forecast.sensitivity.prior import scaled_of

    check_request(files, request)
    began = time.monotonic()
    o.say("the exact answer first (half a minute the first time)", quiet=quiet)
    eng = engine(files, request, draws=DRAWS)
    quantities = tuple(dict.fromkeys((asked, *HEADLINES)))
    scaled = scaled_of(eng, quantities) if only != "band" else ()
    cells = (
        _cells(eng, jobs=jobs, scheduler=scheduler, fits=not no_refit, quiet=quiet) if only != "power" else ()
    )
    document = prior_document(
        eng, quantities=quantities, scaled=scaled, cells=cells, seconds=time.monotonic() - began
    )
    date = request.by[0] if by else eng.dates[-1]
    if svg:
        _draw(svg, files, cells, asked=asked, date=eng.dates.index(date), title=f"{outcome} by {date}")
    if as_json:
        print(to_json(document))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(document))
    else:
        print(table(document, files, outcome=outcome, date=date.isoformat(), top=top))
    return judged(document, eng.exact.notes, quiet=quiet)


def judged(document: dict[str, Any], notes: Sequence[str], *, quiet: bool) -> int:
    """The exit code, after the notes: 1, and a word on stderr, where the sampling has not converged."""
    for note in notes:
        o.say(note, quiet=quiet)
    if document["diagnostics"]["passed"]:
        return 0
    o.say("sampling has not converged; these numbers are not to be used")
    return 1


def _cells(eng: Engine, *, jobs: int, scheduler: str | None, fits: bool, quiet: bool) -> tuple[Cell, ...]:
    """Every combination of choices, those that reweighting cannot answer fitted if ``fits``."""
    from forecast.sensitivity.specification import cells, grid, refitted
    from forecast.workers.progress import Progress

    count = len(grid(eng.workspace))
    o.say(f"{count} combinations of reference class, half-lives and shared bias", quiet=quiet)
    with Progress(count, noun="combinations", quiet=quiet) as progress:
        found = cells(eng, jobs=jobs, scheduler=scheduler, fresh=eng.request.refit, progress=progress)
    if not fits:
        return found
    return refitted(
        eng,
        found,
        lambda number, of: o.say(f"reweighting cannot answer {of}; fit {number} of {of} (10 s)", quiet=quiet),
    )


def _draw(
    path: Path, files: Workspace, cells: tuple[Cell, ...], *, asked: tuple[str, str], date: int, title: str
) -> None:
    from forecast.files import write_atomically
    from forecast.report.figures.specification import specification
    from forecast.sensitivity.specification import band
    from forecast.simulation.quantities import QUANTITIES

    column = list(QUANTITIES).index(asked)
    drawing = specification(
        cells,
        band(cells, date=date, quantity=column),
        date=date,
        quantity=column,
        title=title,
        titles={name: each.title for name, each in files.base_rates.classes.items()},
    )
    write_atomically(path, drawing.svg.encode())
