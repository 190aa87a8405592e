"""`forecast scenarios`: what is there to be asked."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from forecast.cli import options as o
from forecast.cli.columns import aligned, terminal
from forecast.errors import UsageError
from forecast.inputs.act_words import in_words
from forecast.inputs.composition import Placed, acts
from forecast.inputs.records import Scenario
from forecast.inputs.workspace import BASELINE, Workspace
from forecast.panel import unknown_name

app = typer.Typer(
    help="List the scenarios, show what each does, check that none contradicts itself.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("list")
def list_(
    workspace: o.WorkspaceOption = None,
    as_json: JsonOption = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """List every scenario with its title, and how much it does."""
    files = o.read(workspace, quiet=quiet)
    if as_json:
        print(json.dumps([_listed(s, files) for s in files.scenarios.values()], indent=1))
        return
    rows = [(s.id, " ".join(s.title.split()), _count(s, files)) for s in files.scenarios.values()]
    print("\n".join(aligned(rows, width=terminal())))


@app.command()
def show(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO")],
    workspace: o.WorkspaceOption = None,
    as_json: JsonOption = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Show one scenario: storyline, interventions, what is expected of it, motivating sources."""
    files = o.read(workspace, quiet=quiet)
    if scenario not in files.scenarios:
        raise UsageError(unknown_name("scenario", scenario, files.scenarios))
    found = files.scenarios[scenario]
    print(json.dumps(_document(found, files), indent=1) if as_json else _shown(found, files))


@app.command()
def check(
    scenario: Annotated[
        list[str] | None, typer.Argument(metavar="[SCENARIO ...]", help="Default: all of them.")
    ] = None,
    workspace: o.WorkspaceOption = None,
    as_json: JsonOption = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Hold scenarios against the judgments of what drives what; exit 1 if one contradicts them.

    A driver that a scenario sets is pushed by the others, and by the shocks it forces, as the files judge:
    consistent if it goes with the push, strained up to two points off, contradictory beyond.
    """
    files = o.read(workspace, quiet=quiet)
    wanted = list(dict.fromkeys(scenario or [name for name in files.scenarios if name != BASELINE]))
    for name in wanted:
        if name not in files.scenarios:
            raise UsageError(unknown_name("scenario", name, files.scenarios))
    from forecast.cli.verdicts import render, verdicts

    found = verdicts(files, wanted)
    print(json.dumps(found, indent=1) if as_json else render(found, files, width=terminal()))
    return 1 if any(one["verdict"] == "contradictory" for one in found) else 0


def _count(scenario: Scenario, files: Workspace) -> str:
    """How many interventions in all, and which scenarios some of them come from."""
    n = len(acts(scenario, files.scenarios))
    counted = f"{n or 'no'} intervention{'s' * (n != 1)}"
    return counted + (f", with {', '.join(scenario.includes)}" if scenario.includes else "")


def _listed(scenario: Scenario, files: Workspace) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "title": scenario.title,
        "interventions": len(acts(scenario, files.scenarios)),
        "includes": scenario.includes,
    }


def _shown(scenario: Scenario, files: Workspace) -> str:
    does = [_line(placed, scenario, files) for placed in acts(scenario, files.scenarios)]
    known = [f"includes {', '.join(scenario.includes)}"] if scenario.includes else []
    if scenario.expected:
        words = ", ".join(f"{channel} {change}" for channel, change in scenario.expected.items())
        known.append(f"expected beside the baseline: {words}")
    known += [f"motivated by {' '.join(files.sources[s].citation.split())}" for s in scenario.motivated_by]
    known += [f"found at {scenario.locator}"] if scenario.locator else []
    lines = [f"{scenario.title} ({scenario.id})", "", scenario.storyline.strip()]
    for part in (does, known):
        lines += ["", *(f"  {line}" for line in part)] if part else []
    return "\n".join(lines)


def _line(placed: Placed, scenario: Scenario, files: Workspace) -> str:
    words = in_words(placed.intervention.act, files.shocks)
    if placed.scenario == scenario.id:
        return words
    file, line = _place(placed, files)
    return f"{words} ({file}:{line})"


def _place(placed: Placed, files: Workspace) -> tuple[str, int | None]:
    file = f"scenarios/{placed.scenario}.yaml"
    return file, files.lines.get((file, placed.at))


def _document(scenario: Scenario, files: Workspace) -> dict[str, Any]:
    document = scenario.model_dump(mode="json", by_alias=True, exclude={"interventions"})
    listed = []
    for placed in acts(scenario, files.scenarios):
        file, line = _place(placed, files)
        said = placed.intervention.act.model_dump(mode="json")
        listed.append(
            {
                "kind": placed.intervention.kind,
                **said,
                "words": in_words(placed.intervention.act, files.shocks),
                "scenario": placed.scenario,
                "file": file,
                "line": line,
            }
        )
    return {**document, "interventions": listed}
