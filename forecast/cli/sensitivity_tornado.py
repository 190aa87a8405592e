"""`forecast sensitivity tornado`: every judgment over its own range, ranked by how far the answer follows."""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from forecast.cli import options as o
from forecast.cli.columns import aligned, terminal
from forecast.cli.sensitivity_engine import checked, dated, engine_for, heading, trust
from forecast.errors import UsageError
from forecast.files import write_atomically
from forecast.rounding import percent

COLUMNS = ("rank", "path", "group", "end", "setting", "mean", "mcse", "width", "pareto_k", "trusted")
#: Rows of the table and bars of the figure where nothing is said.
ROWS, BARS = 20, 15


def tornado(
    workspace: o.WorkspaceOption = None,
    outcome: o.OutcomeOption = "reached.alliance",
    by: o.OnDateOption = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            "--group",
            metavar="G",
            help="Only drivers, dynamics, shocks, sources, base_rates or model; repeatable.",
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option("--top", metavar="N", min=1, help="Bars shown. Default: 20, in a figure 15."),
    ] = None,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="P", help="A panel, a source, a comma list, or none.")
    ] = None,
    as_of: o.AsOfOption = None,
    start: o.StartOption = None,
    seed: o.SeedOption = o.SEED,
    draws: o.DrawsOption = o.DRAWS,
    jobs: o.JobsOption = o.JOBS,
    scheduler: o.SchedulerOption = None,
    refit: o.RefitOption = False,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write the figure there.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="tornado/1: all bars, at all dates and outcomes.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=f"Tidy rows: {','.join(COLUMNS)}.")] = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Move every driver, shock, source and base rate over its own p05 to p95, one at a time.

    \b
    forecast sensitivity tornado
    forecast sensitivity tornado --outcome reached.split --by 2030-12-31
    forecast sensitivity tornado --group drivers --group shocks --svg tornado.svg
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of the same output; choose one")
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
    from forecast.sensitivity.documents import tornado_document
    from forecast.sensitivity.swings import groups_of
    from forecast.sensitivity.tornado import tornado as moved

    groups = groups_of(group or ())
    checked(svg)
    engine = engine_for(files, request, quiet=quiet)
    found = moved(engine, groups, jobs=jobs, scheduler=scheduler, fresh=refit, quiet=quiet)
    document = tornado_document(found, quantity, date, seconds=time.monotonic() - began)
    if svg is not None:
        from forecast.report.figures.tornado import tornado as drawn

        write_atomically(svg, drawn(found, quantity, date, bars=top or BARS).svg.encode())
        o.say(f"figure: {svg}", quiet=quiet)
    if as_json:
        from forecast.document import to_json

        print(to_json(document))
    elif as_csv:
        _csv(document)
    else:
        print("\n".join(_table(document, found.engine.workspace, top or ROWS)))
    for one in document["refused"]:
        o.say(f"not moved: {one['path']} to {one['setting']}: {one['why']}", quiet=quiet)
    return 0


def _table(document: dict[str, Any], workspace: Any, top: int) -> list[str]:
    from forecast.report.figures.tornado import setting

    bars = document["bars"]
    rows = [["", "", "low end", "", "high end", "", "width"]]
    for bar in bars[:top]:
        low, high = (
            [setting(bar[end]["setting"], bar["unit"]), f"~{percent(bar[end]['mean'])}"]
            for end in ("low", "high")
        )
        mark = "" if bar["trusted"] else "!"
        rows.append([bar["label"], bar["group"], *low, *high, f"~{100 * bar['width']:.1f}{mark}"])
    hidden = len(bars) - min(top, len(bars))
    return [
        *heading(document, workspace),
        f"{document['outcome']} by {document['date']}: {percent(document['answer']['mean'])}; each judgment"
        " alone from the low to the high end of its range, widths in points",
        "",
        *aligned(rows, width=terminal()),
        *([f"and {hidden} narrower bars; --top {len(bars)} or --csv shows all"] if hidden else []),
        "",
        trust([bar["pareto_k"] for bar in bars if not bar["trusted"]]),
    ]


def _csv(document: dict[str, Any]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rank, bar in enumerate(document["bars"], start=1):
        for end in ("low", "high"):
            one = bar[end]
            given = "" if one["setting"] is None else one["setting"]
            k_hat = "" if bar["pareto_k"] is None else bar["pareto_k"]
            writer.writerow(
                [
                    rank,
                    bar["path"],
                    bar["group"],
                    end,
                    given,
                    one["mean"],
                    one["mcse"],
                    bar["width"],
                    k_hat,
                    str(bar["trusted"]).lower(),
                ]
            )
