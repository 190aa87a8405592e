"""`forecast scenarios`: what is there to be asked."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.inputs.records import Hold, Intervention, Shift
from forecast.panel import unknown_name

app = typer.Typer(
    help="List the scenarios and show what each does.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_(
    workspace: o.WorkspaceOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """List every scenario with its title."""
    files = o.read(workspace, quiet=quiet)
    if as_json:
        print(json.dumps([{"id": s.id, "title": s.title} for s in files.scenarios.values()], indent=1))
        return
    width = max(map(len, files.scenarios))
    for scenario in files.scenarios.values():
        print(f"{scenario.id:{width}}  {scenario.title}")


@app.command()
def show(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO")],
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Show one scenario: storyline, interventions, motivating sources."""
    files = o.read(workspace, quiet=quiet)
    if scenario not in files.scenarios:
        raise UsageError(unknown_name("scenario", scenario, files.scenarios))
    found = files.scenarios[scenario]
    print(f"{found.title} ({found.id})\n\n{found.storyline.strip()}")
    if found.interventions:
        print()
    for intervention in found.interventions:
        print(f"  {_in_words(intervention)}")
    for source in found.motivated_by:
        print(f"  motivated by {files.sources[source].citation}")


def _in_words(intervention: Intervention) -> str:
    spec: Hold | Shift | None = intervention.hold or intervention.shift
    assert spec is not None
    what = (
        f"hold {spec.driver} at {spec.level:+g}"
        if isinstance(spec, Hold)
        else f"shift {spec.driver} by {spec.amount:+g}"
    )
    return f"{what} from {spec.start or 'the start'} to {spec.end or 'the horizon'}"
