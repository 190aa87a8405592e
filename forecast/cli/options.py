"""Options shared by commands, and how text arguments become values."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.inputs.workspace import BASELINE, Workspace
from forecast.request import DEFAULT_DRAWS, DEFAULT_SEED, Request
from forecast.simulation.quantities import QUANTITIES
from forecast.states import STATES, State

WorkspaceOption = Annotated[
    str | None,
    typer.Option(
        "-w",
        "--workspace",
        metavar="DIR",
        help="The folder that holds priors/. Default: look upward from here.",
    ),
]
PanelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--panel", metavar="P", help="A panel, a source, a comma list of sources, or none; repeatable."
    ),
]
LensOption = Annotated[
    list[str] | None, typer.Option("--lens", metavar="L", help="Only sources of this lens; repeatable.")
]
ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="ID", help="Leave this source out; repeatable.")
]
ByOption = Annotated[
    list[str] | None, typer.Option("--by", metavar="DATE", help="Answer for this date too; repeatable.")
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Forecast from what was known on this date.")
]
StartOption = Annotated[
    str | None, typer.Option("--start", metavar="STATE", help="Start from alliance, partnership or split.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of every random number.")]
DrawsOption = Annotated[int, typer.Option("--draws", metavar="N", help="Posterior draws kept, in all.")]
JobsOption = Annotated[
    int, typer.Option("--jobs", metavar="N", help="Chains and blocks worked on at a time.")
]
RefitOption = Annotated[bool, typer.Option("--refit", help="Sample and simulate again, whatever is cached.")]
QuickOption = Annotated[
    bool, typer.Option("--quick", help="Reweight the draws of an earlier run: about a second, marked ~.")
]
NoRefitOption = Annotated[
    bool,
    typer.Option("--no-refit", help="With --quick: never fit, even where reweighting cannot be trusted."),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="Work on a Dask cluster instead of here."),
]
OutcomeOption = Annotated[
    str,
    typer.Option("--outcome", metavar="QUANTITY", help="reached.alliance, state.split, alliance_broad ..."),
]
OnDateOption = Annotated[
    str | None, typer.Option("--by", metavar="DATE", help="The date ranked at. Default: the horizon.")
]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="Nothing on stderr but errors.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show where an error happened.")]

SEED, DRAWS, JOBS = DEFAULT_SEED, DEFAULT_DRAWS, 2


def read(where: str | None, *, quiet: bool) -> Workspace:
    """Load the workspace, saying on stderr which one and what it warns of."""
    from forecast.inputs import load
    from forecast.inputs.report_problems import as_text

    workspace = load(where)
    say(f"workspace: {workspace.root} ({workspace.origin})", quiet=quiet)
    if workspace.warnings:
        say(as_text(workspace.warnings), quiet=quiet)
    return workspace


def say(message: str, *, quiet: bool = False) -> None:
    """A note or progress, on stderr."""
    if not quiet:
        print(message, file=sys.stderr, flush=True)


def request(
    *,
    panel: str | None,
    scenario: list[str] | None,
    by: list[str] | None,
    lens: list[str] | None,
    exclude: list[str] | None,
    as_of: str | None,
    start: str | None,
    seed: int,
    draws: int,
    jobs: int,
    refit: bool,
) -> Request:
    """The arguments of `run` and `report` as a request; each name once, dates in order."""
    return Request(
        panel=panel,
        scenarios=tuple(dict.fromkeys(s for s in scenario or () if s != BASELINE)),
        by=tuple(sorted({date(d, "--by") for d in by or ()})),
        lens=tuple(lens or ()),
        exclude=tuple(exclude or ()),
        as_of=date(as_of, "--as-of") if as_of else None,
        start=state(start),
        seed=seed,
        draws=draws,
        jobs=jobs,
        refit=refit,
    )


def outcome(text: str) -> tuple[str, str]:
    """A quantity as `run --json` names it, such as reached.alliance; as a key of QUANTITIES."""
    names = {f"{quantity}.{of}" if quantity != of else of: (quantity, of) for quantity, of in QUANTITIES}
    if text in names:
        return names[text]
    near = did_you_mean(text, names)
    hint = f"Did you mean '{near}'?" if near else f"One of {', '.join(names)}."
    raise UsageError(f"--outcome: unknown quantity '{text}'. {hint}")


def date(text: str, flag: str) -> dt.date:
    """A date argument: 2031-12-31, or a year, which stands for 1 July of it as in the files."""
    try:
        if len(text) == 4 and text.isdigit():
            return dt.date(int(text), 7, 1)
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{flag} {text} is not a date; write 2031-12-31, or a year such as 2031") from None


def state(text: str | None) -> State | None:
    """A state argument."""
    if text is None or text in STATES:
        return text
    near = did_you_mean(text, STATES)
    hint = f"Did you mean '{near}'?" if near else f"One of {', '.join(STATES)}."
    raise UsageError(f"--start: unknown state '{text}'. {hint}")
