"""`forecast run`: the probabilities, as a table, JSON or tidy CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from typing import Annotated, Any

import typer

from forecast import cache
from forecast.cli import options as o
from forecast.cli.columns import terminal
from forecast.cli.table import render
from forecast.cli.tidy import tidy
from forecast.document import to_json
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.request import Request, check_request

KIND = "forecast"


def run(
    scenario: Annotated[
        list[str] | None, typer.Argument(metavar="[SCENARIO ...]", help="Beside the baseline.")
    ] = None,
    workspace: o.WorkspaceOption = None,
    panel: o.PanelOption = None,
    lens: o.LensOption = None,
    exclude: o.ExcludeOption = None,
    by: o.ByOption = None,
    as_of: o.AsOfOption = None,
    start: o.StartOption = None,
    seed: o.SeedOption = o.SEED,
    draws: o.DrawsOption = o.DRAWS,
    jobs: o.JobsOption = o.JOBS,
    refit: o.RefitOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="The documented JSON, unrounded.")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Tidy rows: scenario,date,quantity,outcome,stat,value.")
    ] = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Estimate the probability of each outcome over time.

    \b
    forecast run
    forecast run deeper_trade --by 2030-06-30
    forecast run --panel texts --panel all --json
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of the same output; choose one")
    files = o.read(workspace, quiet=quiet)
    requests = [
        o.request(
            panel=name,
            scenario=scenario,
            by=by,
            lens=lens,
            exclude=exclude,
            as_of=as_of,
            start=start,
            seed=seed,
            draws=draws,
            jobs=jobs,
            refit=refit,
        )
        for name in panel or (None,)
    ]
    for request in requests:
        check_request(files, request)
    documents = [_document(files, request, quiet=quiet) for request in requests]
    if as_json:
        print(to_json(documents if panel and len(panel) > 1 else documents[0]))
    elif as_csv:
        sys.stdout.write(_csv(documents))
    else:
        width = terminal()
        print(
            "\n\n".join(
                render(document, files, by=request.by, width=width)
                for document, request in zip(documents, requests, strict=True)
            )
        )
    for document in documents:
        for note in document["notes"]:
            o.say(f"panel {document['panel_id']}: {note}", quiet=quiet)
    failed = [d for d in documents if not d["diagnostics"]["passed"]]
    for document in failed:
        o.say(f"panel {document['panel_id']}: sampling has not converged; these numbers are not to be used")
    return 1 if failed else 0


def _document(workspace: Workspace, request: Request, *, quiet: bool) -> dict[str, Any]:
    """The document, from the cache if it is there: nothing slow is imported then."""
    began = time.monotonic()
    name = cache.key([workspace.inputs_sha256, request.fingerprint()])
    kept = None if request.refit else cache.load(KIND, name)
    if kept is not None:
        document: dict[str, Any] = json.loads(kept)
        source, seconds = "cache", time.monotonic() - began
    else:
        label = request.panel or workspace.question.default_panel
        told = f"; baseline, {', '.join(request.scenarios)}" if request.scenarios else ""
        o.say(f"fitting and simulating: panel {label}{told} (half a minute the first time)", quiet=quiet)
        if request.scenarios:
            o.say(f"then looking into why: {', '.join(request.scenarios)} (some 10 s each)", quiet=quiet)
        from forecast.answering import answer
        from forecast.document import document as compose

        document = compose(answer(workspace, request))
        source, seconds = document["run"]["source"], document["run"]["seconds"]
        cache.store(KIND, name, to_json({**document, "run": None}).encode())
    return {**document, "run": {"source": source, "seconds": seconds, "workspace": str(workspace.root)}}


def _csv(documents: list[dict[str, Any]]) -> str:
    rows = tidy(documents)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
