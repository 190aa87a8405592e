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
    quick: o.QuickOption = False,
    no_refit: o.NoRefitOption = False,
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
    forecast run --quick            after an edit: from the last run's draws
    """
    if quick and refit:
        raise UsageError("--quick answers without a fit and --refit fits again; choose one")
    if no_refit and not quick:
        raise UsageError("--no-refit goes with --quick, which fits where reweighting cannot be trusted")
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
    documents = [
        (_quick(files, request, fits=not no_refit, quiet=quiet) if quick else None)
        or exact_document(files, request, quiet=quiet)
        for request in requests
    ]
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
        why = (
            "sampling has not converged"
            if document["exact"]
            else "the draws are too far from these judgments"
        )
        o.say(f"panel {document['panel_id']}: {why}; these numbers are not to be used")
    return 1 if failed else 0


def _quick(workspace: Workspace, request: Request, *, fits: bool, quiet: bool) -> dict[str, Any] | None:
    """The document of a quick answer; None where it takes a fit, and one may be made."""
    from forecast.answering import answer_quickly
    from forecast.document import document as compose
    from forecast.reweighting.kept import recent
    from forecast.workers.task import one_blas_thread

    label = request.panel or workspace.question.default_panel
    # Threads cost more than they bring where products are this small.
    with one_blas_thread():
        result = answer_quickly(workspace, request, recent(workspace.question.id))
    if result is None and not fits:
        raise UsageError(
            f"--quick: no draws are kept that could be reweighted for panel {label} as of this day and state;"
            " run once without --quick, or leave --no-refit out"
        )
    if result is None:
        o.say(
            f"panel {label}: no draws are kept yet that could be reweighted, so this is a full run",
            quiet=quiet,
        )
        return None
    assert result.quick is not None
    if not result.quick.trusted and fits:
        o.say(
            f"panel {label}: reweighting cannot be trusted (Pareto k {result.quick.k_hat:.2f} is above 0.7),"
            " so the model is fitted again; --no-refit keeps the rough answer",
            quiet=quiet,
        )
        return None
    document = compose(result)
    return {**document, "run": {**document["run"], "workspace": str(workspace.root)}}


def exact_document(workspace: Workspace, request: Request, *, quiet: bool) -> dict[str, Any]:
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
        from forecast.reweighting.kept import remember_exact

        result = answer(workspace, request)
        document = compose(result)
        remember_exact(result.fit, result.baseline, request)
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
