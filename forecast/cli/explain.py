"""`forecast explain`: what a number rests on, with file, line and page; a probability or an input."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecast.cli import options as o
from forecast.cli.columns import terminal
from forecast.errors import UsageError

if TYPE_CHECKING:
    from forecast.explaining.target import Target
    from forecast.inference.fit import Fit
    from forecast.inputs.workspace import Workspace
    from forecast.request import Request
    from forecast.simulation.forecast import Forecast

#: Lines of prose longer than this are hard to read, however wide the terminal.
READABLE = 100


def explain(
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="reached.alliance, drivers.ID.level, sources.ID.weight ...")
    ],
    date: Annotated[
        str | None,
        typer.Argument(metavar="[DATE]", help="Of a probability or a level. Default: the horizon."),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="ID", help="In this scenario, not the baseline.")
    ] = None,
    workspace: o.WorkspaceOption = None,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="P", help="A panel, a source, a comma list, or none.")
    ] = None,
    lens: o.LensOption = None,
    exclude: o.ExcludeOption = None,
    as_of: o.AsOfOption = None,
    start: o.StartOption = None,
    seed: o.SeedOption = o.SEED,
    draws: o.DrawsOption = o.DRAWS,
    jobs: o.JobsOption = o.JOBS,
    refit: o.RefitOption = False,
    width: Annotated[
        int | None,
        typer.Option("--width", metavar="N", min=40, help="Columns to fit into. Default: the terminal's."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The documented JSON, unrounded.")] = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Show what a number rests on: judgments, readings and counts, each with file, line and page.

    \b
    forecast explain reached.alliance 2031-12-31
    forecast explain alliance_broad --scenario deeper_trade
    forecast explain outside_view.split
    forecast explain drivers.trade.level 2030
    forecast explain sources.smith2019.outcomes.alliance          where it stands, and where it goes
    forecast explain sources.smith2019.outcomes.alliance 2031     also what it moves, by that date
    """
    files = o.read(workspace, quiet=quiet)
    request = o.request(
        panel=panel,
        scenario=[scenario] if scenario else None,
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
    from forecast.explaining.basis import clean
    from forecast.explaining.target import target
    from forecast.request import check_request

    began = time.monotonic()
    asked = target(files, clean(path))
    check_request(files, request)
    when = _date(files, request, date)
    if request.scenarios and asked.kind != "quantity":
        raise UsageError(f"--scenario goes with a quantity such as reached.alliance; {asked.path} is none")
    document = _document(files, request, asked, when, dated=date is not None, quiet=quiet)
    document |= {
        "command": _again(asked, request, when if date or asked.kind != "input" else None),
        "run": {"seconds": time.monotonic() - began, "workspace": str(files.root)},
    }
    if as_json:
        print(json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False))
    else:
        from forecast.cli.explain_card import render

        room = terminal()
        print(render(document, files, width=width or (min(room, READABLE) if room else None)))
    for note in document.get("notes", ()):
        o.say(note, quiet=quiet)
    if not document.get("diagnostics", {}).get("passed", True):
        o.say("sampling has not converged; these numbers are not to be used")
        return 1
    return 0


def _document(
    files: Workspace, request: Request, asked: Target, when: dt.date, *, dated: bool, quiet: bool
) -> dict[str, Any]:
    """What is explained, as data; nothing is fitted for what no draw is behind."""
    from forecast.inference.fit import starting_state
    from forecast.panel import resolve

    day = request.as_of or files.question.as_of
    state = request.start or starting_state(files, day)
    heard = resolve(files, panel=request.panel, lens=request.lens, exclude=request.exclude, as_of=day)
    if asked.kind == "level":
        from forecast.drivers.fit import fit_drivers
        from forecast.explaining.levels import level
        from forecast.explaining.readings import Seen
        from forecast.model.data import fitted_dates

        drivers = fit_drivers(files, heard, day, fitted_dates(files, day))
        return level(asked, Seen(files, heard, day, drivers), when, start=state)
    if asked.kind == "input":
        from forecast.explaining.ground import Ground
        from forecast.explaining.inputs import entry, scored

        assert asked.place is not None
        ground = None
        if dated and scored(asked.place):
            ground = Ground(*_exact(files, request, quiet=quiet), when)
        return entry(asked, files, heard, as_of=day, start=state, ground=ground)
    from forecast.explaining.answered import estimate, quantity, scenario_value

    told = None
    if request.scenarios:
        name = request.scenarios[0]
        told = scenario_value(_scenarios(files, request, when, quiet=quiet), asked, name, when)
    fitted, baseline = _exact(files, request, quiet=quiet)
    if asked.kind == "estimate":
        return estimate(asked, fitted, baseline, when)
    return quantity(asked, fitted, baseline, when, scenario=told)


def _exact(files: Workspace, request: Request, *, quiet: bool) -> tuple[Fit, Forecast]:
    """The exact answer of the baseline with its draws, kept or made."""
    from forecast.cli.sensitivity_engine import engine_for

    found = engine_for(files, replace(request, scenarios=()), quiet=quiet)
    return found.exact, found.reference.baseline


def _scenarios(files: Workspace, request: Request, when: dt.date, *, quiet: bool) -> dict[str, Any]:
    """The document of a scenario beside the baseline, as `run` makes and keeps it."""
    from forecast.calendar import year_ends
    from forecast.cli.run import exact_document

    horizon = files.question.horizon
    reported = (*year_ends(request.as_of or files.question.as_of, horizon), horizon)
    return exact_document(files, request if when in reported else replace(request, by=(when,)), quiet=quiet)


def _date(files: Workspace, request: Request, text: str | None) -> dt.date:
    """The date asked for; UsageError for one that the forecast does not reach."""
    horizon, day = files.question.horizon, request.as_of or files.question.as_of
    if text is None:
        return horizon
    when = o.date(text, "DATE")
    if when > horizon:
        raise UsageError(f"{when} is past the horizon {horizon}; raise horizon in priors/question.yaml")
    if when < day:
        raise UsageError(f"{when} is before the forecast starts ({day})")
    return when


def _again(asked: Target, request: Request, when: dt.date | None) -> str:
    """The command that gives this again, whatever is kept."""
    scenario = ["--scenario", request.scenarios[0]] if request.scenarios else []
    rest = replace(request, scenarios=()).arguments()
    dated = [when.isoformat()] if when else []
    return shlex.join(["forecast", "explain", asked.path, *dated, *scenario, *rest])
