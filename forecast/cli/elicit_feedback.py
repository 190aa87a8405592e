"""`forecast elicit feedback`: a judgment shown back - what was stated, what it was read as, what follows."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.cli import elicit_feedback_text as text
from forecast.cli import options as o
from forecast.cli.elicit_stated import Stated, judgment, limit, number, numbers, probability
from forecast.errors import UsageError
from forecast.visible import in_json, visible

if TYPE_CHECKING:
    from forecast.pooling.group_shown import GroupShown
    from forecast.pooling.shown_back import Asked, ShownBack

    Found = tuple[list[ShownBack], list[GroupShown]]

Repeated = list[str] | None
_ONE_WAY = (
    "give a path such as sources.ID.outcomes.alliance, a source or an item such as outcomes.split, --csv, or "
    "one of --quantile, --below, --values with --probabilities, --quartiles, --tertiles, --roulette"
)
_GROUPS = ("outcomes.", "effects.", "levels.")


def feedback(
    path: Annotated[
        Repeated,
        typer.Argument(
            metavar="[PATH|SOURCE|ITEM ...]",
            help="Quantiles in the files, all of a source's, or everybody on an item (outcomes.split).",
        ),
    ] = None,
    quantile: Annotated[
        Repeated, typer.Option("--quantile", metavar="pNN=V", help="Such as p25=25 or p2.5=4; repeatable.")
    ] = None,
    below: Annotated[
        Repeated, typer.Option("--below", metavar="V=P", help="P(X <= V) = P, such as 40=.7; repeatable.")
    ] = None,
    quartiles: Annotated[
        str | None, typer.Option("--quartiles", metavar="Q1,MEDIAN,Q3", help="Such as 25,30,40.")
    ] = None,
    tertiles: Annotated[
        str | None,
        typer.Option("--tertiles", metavar="T1[,MEDIAN],T2", help="Such as 20,40, or with the median."),
    ] = None,
    roulette: Annotated[
        str | None, typer.Option("--roulette", metavar="EDGES:CHIPS", help="Such as 0,10,20,30:3,5,2.")
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="A table: expert, item, p05, p50, p95; or SHELF's."),
    ] = None,
    quantiles: Annotated[
        str | None, typer.Option("--quantiles", metavar="P,P,..", help="Asked: the values at these.")
    ] = None,
    values: Annotated[
        str | None,
        typer.Option(
            "--values", metavar="V,V,..", help="Asked: P(X <= V). With --probabilities: what is stated."
        ),
    ] = None,
    probabilities: Annotated[
        str | None, typer.Option("--probabilities", metavar="P,P,..", help="Stated, of --values.")
    ] = None,
    lower: Annotated[str | None, typer.Option("--lower", metavar="V", help="X cannot be below.")] = None,
    upper: Annotated[str | None, typer.Option("--upper", metavar="V", help="X cannot be above.")] = None,
    family: Annotated[
        str | None, typer.Option("--family", metavar="F", help="Read as this one. Default: the best fit.")
    ] = None,
    df: Annotated[
        str | None, typer.Option("--df", metavar="N", help="Degrees of freedom of t families. Default: 3.")
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option("--figure", metavar="FILE", help="A picture of the one judgment or item (.svg, .png)."),
    ] = None,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="P", help="Of an item: a panel, or a comma list.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, unrounded.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Show judgments back: fitted beside stated, what follows in words, tails, a picture.

    \b
    forecast elicit feedback --quartiles 25,30,40 --lower 0 --upper 100 --family beta --quantiles .05
    forecast elicit feedback sources.ID.outcomes.alliance --figure alliance.png
    forecast elicit feedback ID                            all that a source states in quantiles
    forecast elicit feedback outcomes.split                everybody beside their linear pool
    """
    if figure is not None and figure.suffix.lower() not in {".svg", ".png"}:
        raise UsageError(f"--figure: a figure ends in .svg or .png (found '{figure.name}')")
    stating = values if probabilities is not None else None
    stated = Stated(quantile or (), below or (), stating, probabilities, quartiles, tertiles, roulette)
    ways = stated.ways() + ["PATH"] * bool(path) + ["--csv"] * (csv is not None)
    if len(ways) != 1:
        raise UsageError(_ONE_WAY + (f" (found {' and '.join(ways)})" if ways else ""))
    if panel is not None and not path:
        raise UsageError("--panel belongs to an item of a workspace, such as outcomes.split")
    asked = _asked(family, quantiles, values if stating is None else None, df)
    found: Found
    if csv is not None:
        found = _of_table(csv, asked, lower, upper)
    elif path:
        found = _of_files(path, asked, (lower, upper), workspace, panel, quiet=quiet)
    else:
        found = _of_arguments(stated, asked, lower, upper), []
    if figure is not None:
        _draw(figure, *found)
        o.say(f"wrote {figure}", quiet=quiet)
    if as_json:
        from forecast.pooling.shown_document import document

        print(in_json(json.dumps(document(*found), indent=2, ensure_ascii=False, allow_nan=False)))
    else:
        print("\n".join(visible(line) for line in text.lines(*found)))
    return 0


def _asked(family: str | None, quantiles: str | None, values: str | None, df: str | None) -> Asked:
    from forecast.elicitation.families import DEFAULT_DF, known
    from forecast.pooling.shown_back import Asked

    levels = None
    if quantiles is not None:
        levels = [probability(part, "--quantiles") for part in quantiles.split(",")]
    return Asked(
        known(family) if family else None,
        levels,
        None if values is None else numbers(values, "--values"),
        DEFAULT_DF if df is None else number(df, "--df"),
    )


def _of_arguments(stated: Stated, asked: Asked, lower: str | None, upper: str | None) -> list[ShownBack]:
    from forecast.pooling.shown_back import of_judgment

    low, high = limit(lower, "--lower", -math.inf), limit(upper, "--upper", math.inf)
    return [of_judgment(judgment(stated, lower=low, upper=high), asked, name="stated")]


def _of_files(
    wanted: Sequence[str],
    asked: Asked,
    limits: tuple[str | None, str | None],
    workspace: str | None,
    panel: str | None,
    *,
    quiet: bool,
) -> Found:
    """Paths in their order, each once, and the outcomes several of them speak of; items by the panel."""
    from forecast.panel import resolve
    from forecast.pooling.group_shown import of_item, shared
    from forecast.pooling.items import item
    from forecast.pooling.shown_back import at_paths, paths

    space = o.read(workspace, quiet=quiet)
    lower, upper = (
        None if value is None else number(value, flag)
        for value, flag in zip(limits, ("--lower", "--upper"), strict=True)
    )
    keys = [one.strip() for one in wanted]
    items = [key for key in keys if key.startswith(_GROUPS)]
    if panel is not None and not items:
        raise UsageError("--panel belongs to an item, such as outcomes.split; a path has one author")
    if items and (asked.family or lower is not None or upper is not None):
        raise UsageError(f"--family and limits are of one judgment; {items[0]} is read as the model reads it")
    found = list(dict.fromkeys(path for key in keys if key not in items for path in paths(space, key)))
    levels, values = asked.quantiles, asked.values
    asking = dict.fromkeys(items, panel)
    # A family or limits of one's own are no reading that the model pools.
    if not items and asked.family is None and lower is None and upper is None:
        asking = {key: ",".join(sources) for key, sources in shared(found).items()}
    gathered = [item(space, resolve(space, panel=who), key) for key, who in asking.items()]
    groups = [of_item(one, quantiles=levels, values=values) for one in gathered if items or len(one.said) > 1]
    return at_paths(space, found, asked, lower=lower, upper=upper), groups


def _of_table(file: Path, asked: Asked, lower: str | None, upper: str | None) -> Found:
    """Every expert of a table, and every item that several speak of beside their linear pool."""
    from dataclasses import replace

    from forecast.interchange.tables import read_elicited
    from forecast.pooling.group_shown import Member, group
    from forecast.pooling.shown_back import fitted_to, of_judgment

    low, high = limit(lower, "--lower", -math.inf), limit(upper, "--upper", math.inf)
    shown: list[ShownBack] = []
    members: dict[str, list[Member]] = {}
    units: dict[str, str] = {}
    rows = read_elicited(file)
    limited = [
        replace(one.judgment, lower=max(one.judgment.lower, low), upper=min(one.judgment.upper, high))
        for one in rows
    ]
    for one, said, found in zip(rows, limited, fitted_to(limited, asked), strict=True):
        name = f"{one.expert}, {one.item}"
        back = of_judgment(said, asked, name=name, unit=one.unit, file=one.file, line=one.line, fitted=found)
        shown.append(back)
        member = Member(one.expert, one.weight, back.distribution, said, one.file, one.line)
        members.setdefault(one.item, []).append(member)
        units[one.item] = one.unit
    groups = [
        group(item, said, unit=units[item], quantiles=asked.quantiles, values=asked.values)
        for item, said in members.items()
        if len(said) > 1
    ]
    return shown, groups


def _draw(path: Path, shown: Sequence[ShownBack], groups: Sequence[GroupShown]) -> None:
    from forecast.files import write_atomically
    from forecast.report.figures.elicited import Form, figure
    from forecast.report.figures.elicited_group import group_figure

    form: Form = "svg" if path.suffix.lower() == ".svg" else "png"
    # Named "expert, item" in a table, by the path in files.
    if len(groups) == 1 and all(
        one.name.endswith((f", {groups[0].name}", f".{groups[0].name}")) for one in shown
    ):
        drawn = group_figure(groups[0], form=form)
    elif len(shown) == 1 and not groups:
        drawn = figure(shown[0], form=form)
    else:
        names = [*(one.name for one in groups), *(one.name for one in shown)]
        raise UsageError(f"--figure shows one judgment or one item; ask for one of {', '.join(names[:4])}")
    try:
        write_atomically(path, drawn)
    except OSError as error:
        raise UsageError(f"--figure: {path} cannot be written: {error.strerror}") from None
