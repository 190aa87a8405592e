"""`forecast sensitivity sources`: who and what the answer hangs on."""

from __future__ import annotations

import csv
import sys
import time
from typing import Annotated, Any

import typer

from forecast.cli import options as o
from forecast.cli.columns import aligned, terminal
from forecast.cli.sensitivity_engine import dated, engine_for, exactly, folded, heading, trust
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.rounding import percent

COLUMNS = ("kind", "left_out", "quantity", "mean", "mcse", "change", "word", "pareto_k", "trusted")
#: Rows of a table where nothing is said.
ROWS = 15
#: Names of a set that are written out in a line.
NAMES = 30


def sources(
    workspace: o.WorkspaceOption = None,
    outcome: o.OutcomeOption = "reached.alliance",
    by: o.OnDateOption = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="Rows of each table.")] = ROWS,
    sets: Annotated[
        bool, typer.Option("--sets/--no-sets", help="Seek the smallest sets that change a word.")
    ] = True,
    verify: Annotated[
        bool, typer.Option("--verify", help="Fit anew without each smallest set: half a minute each.")
    ] = False,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="P", help="A panel, a source, or a comma list.")
    ] = None,
    as_of: o.AsOfOption = None,
    start: o.StartOption = None,
    seed: o.SeedOption = o.SEED,
    draws: o.DrawsOption = o.DRAWS,
    jobs: o.JobsOption = o.JOBS,
    scheduler: o.SchedulerOption = None,
    refit: o.RefitOption = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="leave_out/1: every unit, judgment and set, unrounded.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=f"Tidy rows: {','.join(COLUMNS)}.")] = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Leave out each source, cluster, lens, text and judgment, and what it takes to change a word.

    \b
    forecast sensitivity sources
    forecast sensitivity sources --outcome reached.split --by 2030-12-31
    forecast sensitivity sources --verify
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of the same output; choose one")
    if verify and not sets:
        raise UsageError("--verify is of the smallest sets, which --no-sets leaves out; choose one")
    quantity, began = o.outcome(outcome), time.monotonic()
    files = o.read(workspace, quiet=quiet)
    request, date = dated(
        files,
        by,
        panel=panel,
        as_of=as_of,
        start=start,
        seed=seed,
        draws=draws,
        jobs=jobs,
        refit=refit,
    )
    from forecast.sensitivity.documents import leave_out_document
    from forecast.sensitivity.leave_out import KEY, check_panel, leave_out
    from forecast.sensitivity.runs import place, summary

    check_panel(files, request)
    engine = engine_for(files, request, quiet=quiet)
    if sets:
        o.say(
            "after single sources, sets of them in rounds: minutes for a panel of dozens; --no-sets leaves"
            " that out, and what is done is kept",
            quiet=quiet,
        )
    found = leave_out(engine, date, sets=sets, jobs=jobs, scheduler=scheduler, fresh=refit, quiet=quiet)
    document = leave_out_document(found, quantity, seconds=time.monotonic() - began)
    for key, (name, one) in zip(KEY, document["smallest"].items(), strict=False):
        flip = one["found"] or one["furthest"]
        if verify and flip is not None:
            members = flip["without"]
            o.say(f"{name}: fitting without {len(members)} sources", quiet=quiet)
            again = exactly(files, request, members)
            told = summary(again.point({}), place(again, key, date))
            flip["refitted"] = {**told, "word": found.word_for(told["mean"])}
    if as_json:
        from forecast.document import to_json

        print(to_json(document))
    elif as_csv:
        _csv(document)
    else:
        print("\n".join(_tables(document, files, top)))
    return 0


def _tables(document: dict[str, Any], workspace: Workspace, top: int) -> list[str]:
    width, quantities = terminal(), list(document["answer"])
    heavy = [
        one["pareto_k"] for part in ("units", "judgments") for one in document[part] if not one["trusted"]
    ]
    lines = [
        *heading(document, workspace),
        f"on {document['date']}: "
        + "; ".join(
            f"{name} {percent(one['mean'])} ({one['word']})" for name, one in document["answer"].items()
        ),
        "",
        f"left out, by what that does to {document['outcome']} (points; the word where it is another)",
        *aligned([["", "", "sources", *quantities], *_rows(document, "units", top)], width=width),
        "",
        f"one judgment not coded, by what that does to {document['outcome']}",
        *aligned([["", *quantities], *_rows(document, "judgments", top)], width=width),
    ]
    if document["smallest"]:
        lines += ["", "the fewest sources without which a word changes"]
        for name, one in document["smallest"].items():
            lines += folded(f"{name}: {_told(one)}", width)
    return [*lines, "", trust(heavy)]


def _rows(document: dict[str, Any], part: str, top: int) -> list[list[str]]:
    rows = []
    for one in document[part][:top]:
        head = (
            [one["kind"], one["name"], str(len(one["members"]))]
            if part == "units"
            else [one["path"].removeprefix("sources.")]
        )
        rows.append([*head, *(_cell(name, one, document) for name in document["answer"])])
    return rows


def _cell(name: str, one: dict[str, Any], document: dict[str, Any]) -> str:
    """A change in points, with the word that follows where it is another."""
    found = one["answers"][name]
    word = f" {found['word']}" if found["word"] != document["answer"][name]["word"] else ""
    return f"~{100 * found['change']:+.1f}{'' if one['trusted'] else '!'}{word}"


def _told(one: dict[str, Any]) -> str:
    """What was found of the smallest set, and how far that goes."""
    stands = f"{percent(one['mean'])} is '{one['word']}'"
    if one["found"] is None:
        if one["below"] is None and one["above"] is None:
            return f"{stands}, as any probability would be"
        more = f", and more sources together up to {one['largest_tried']}" if one["largest_tried"] > 2 else ""
        text = (
            f"{stands}; nothing that was tried changes the word: each source, {one['pairs_tried']} of"
            f" {one['pairs']} pairs{more} ({one['sets_tried']} sets"
        )
        unsure = one["sets_not_trusted"]
        text += f", {unsure} of them with weights that cannot be trusted)" if unsure else ")"
        return text + (f"; the furthest goes leaving out {_set(one['furthest'])}" if one["furthest"] else "")
    flip = one["found"]
    text = f"{stands}; without {_set(flip)}"
    if one["proved"]:
        text += "; there is no smaller set"
    else:
        text += (
            f"; the smallest found: no single source does it, nor any of the {one['pairs_tried']} pairs tried"
            f" of {one['pairs']}"
        )
    if not flip["clear"]:
        sharper = one["clear"]
        text += (
            f". That is {100 * flip['past_the_edge']:.2f} points past the edge of the word, Monte Carlo"
            f" error {100 * flip['mcse']:.1f}; "
        )
        text += (
            f"it takes {_set(sharper)} to be clear" if sharper else "no set that was tried does so clearly"
        )
    return text


def _set(flip: dict[str, Any]) -> str:
    names = flip["without"]
    shown = ", ".join(names[:NAMES]) + (f" and {len(names) - NAMES} more" if len(names) > NAMES else "")
    mark = "" if flip["trusted"] else "!"
    text = f"{len(names)} ({shown}): ~{percent(flip['mean'])}{mark} '{flip['word']}'"
    if "refitted" in flip:
        again = flip["refitted"]
        text += f", fitted anew {percent(again['mean'])} '{again['word']}'"
    return text


def _csv(document: dict[str, Any]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for part in ("units", "judgments"):
        for one in document[part]:
            head = [one["kind"], one["name"]] if part == "units" else ["judgment", one["path"]]
            k_hat = "" if one["pareto_k"] is None else one["pareto_k"]
            for name, found in one["answers"].items():
                numbers = [found["mean"], found["mcse"], found["change"], found["word"]]
                writer.writerow([*head, name, *numbers, k_hat, str(one["trusted"]).lower()])
