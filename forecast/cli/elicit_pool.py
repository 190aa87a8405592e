"""`forecast elicit pool`: what several experts said, combined by every rule, and what depends on the rule."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.cli import elicit_pool_table as shown
from forecast.cli import options as o
from forecast.cli.elicit_stated import limit, number
from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.visible import in_json, visible

if TYPE_CHECKING:
    import datetime as dt

    from forecast.inputs.workspace import Workspace
    from forecast.panel import Panel
    from forecast.pooling.pooled import PooledItem
    from forecast.pooling.rule import Rule
    from forecast.pooling.side_by_side import Flip

Repeated = list[str] | None
#: What is pooled where nothing else is asked for.
USUAL = ("outcomes.alliance", "outcomes.split")


def pool(
    item: Annotated[
        Repeated, typer.Argument(metavar="[ITEM ...]", help="Such as outcomes.split or levels.DRIVER.")
    ] = None,
    p: Annotated[
        str | None, typer.Option("--p", metavar="P,P,..", help="Probabilities, outside any workspace.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="A table: expert, item, p05, p50, p95 ...")
    ] = None,
    rule: Annotated[Repeated, typer.Option("--rule", metavar="R", help="Only this rule; repeatable.")] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", metavar="W", help="equal, or ID=W,ID=W; of --p: W,W,..")
    ] = None,
    factor: Annotated[
        str | None, typer.Option("--factor", metavar="A", help="Of extremised. Default: 2.5.")
    ] = None,
    alpha: Annotated[
        str | None, typer.Option("--alpha", metavar="A", help="Both shapes of beta, alike. Default: 6.")
    ] = None,
    trim: Annotated[
        str | None, typer.Option("--trim", metavar="SHARE", help="Cut off at either end. Default: 0.1.")
    ] = None,
    resolved: Annotated[
        Path | None,
        typer.Option(
            "--resolved", metavar="FILE", help="question,expert,p,came_true: fits factor and alpha."
        ),
    ] = None,
    lower: Annotated[
        str | None, typer.Option("--lower", metavar="V", help="Of --csv: no value below.")
    ] = None,
    upper: Annotated[
        str | None, typer.Option("--upper", metavar="V", help="Of --csv: no value above.")
    ] = None,
    family: Annotated[
        str | None,
        typer.Option("--family", metavar="F", help="Of --csv: best, or a family. Default: straight lines."),
    ] = None,
    panel: Annotated[
        str | None, typer.Option("--panel", metavar="P", help="A panel, a source, or a comma list.")
    ] = None,
    lens: o.LensOption = None,
    exclude: o.ExcludeOption = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="DATE", help="Reached by then. Default: the horizon.")
    ] = None,
    as_of: o.AsOfOption = None,
    voices: Annotated[
        bool, typer.Option("--voices", help="Who said what, with weights, file and line.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON, unrounded.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Combine experts by every rule side by side, and name the conclusions that depend on the rule.

    \b
    forecast elicit pool                                  alliance and split, as sources state them
    forecast elicit pool levels.DRIVER --panel texts      where they put a driver
    forecast elicit pool --p .1,.2,.5                     bare probabilities
    forecast elicit pool --csv answers.csv --lower 0      quantiles of quantities
    """
    if sum(one is not None for one in (p, csv)) > 1 or (item and (p or csv)):
        raise UsageError("give items of a workspace, or --p, or --csv; not several")
    if (p or csv) and rule and (here := [name for name in rule if _is_of_files(name)]):
        raise UsageError(
            f"--rule {here[0]} is of items of a workspace, whose sources have clusters and answer seeds; for "
            "a table with seeds: forecast elicit seeds --csv FILE"
        )
    table = _rules(rule, factor=factor, alpha=alpha, trim=trim, resolved=resolved, quiet=quiet)
    between: tuple[Flip, ...] = ()
    origin: dict[str, object] = {}
    if p is not None:
        found = [_bare(p, weights, table)]
    elif csv is not None:
        ends = limit(lower, "--lower", float("-inf")), limit(upper, "--upper", float("inf"))
        found = _of_table(csv, weights, table, ends, family)
        origin = {"file": csv.as_posix()}
    else:
        space = o.read(workspace, quiet=quiet)
        from forecast.panel import resolve

        today = o.date(as_of, "--as-of") if as_of else space.question.as_of
        heard = resolve(space, panel=panel, lens=lens or (), exclude=exclude or (), as_of=today)
        if not heard.members:
            raise UsageError(
                f"nobody of panel {heard.id} is heard as of {today}: views of a later day, and sources of "
                "weight 0, are not; ask with --as-of DATE, or move as_of in priors/question.yaml"
            )
        dates = o.date(by, "--by") if by else None, today
        asked = tuple(dict.fromkeys(item or USUAL))
        found = _of_files(space, heard, asked, dates, weights, table, rule)
        between = _order(found)
        origin = {"workspace": str(space.root), "panel_id": heard.id, "inputs_sha256": space.inputs_sha256}
    if as_json:
        told = shown.document(found, between, **origin)
        print(in_json(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)))
    else:
        print("\n".join(visible(line) for line in shown.table(found, between, voices=voices)))
    return 0


def _is_of_files(rule: str) -> bool:
    """Whether a rule needs more than what was said: who repeats whom, or answers to seeds."""
    from forecast.pooling.by_performance import COOKE
    from forecast.pooling.of_workspace import HIERARCHICAL

    return rule == HIERARCHICAL or rule in COOKE


def _rules(
    only: Repeated,
    *,
    factor: str | None,
    alpha: str | None,
    trim: str | None,
    resolved: Path | None,
    quiet: bool,
) -> Mapping[str, Rule]:
    """The flat rules that were asked for, with their settings."""
    from forecast.pooling.by_performance import COOKE
    from forecast.pooling.of_workspace import HIERARCHICAL
    from forecast.pooling.table import RULES, rules

    for name in only or []:
        known = [*RULES, HIERARCHICAL, *COOKE]
        if name not in known:
            near = did_you_mean(name, known)
            hint = f"Did you mean '{near}'?" if near else f"There are {', '.join(known)}."
            raise UsageError(f"--rule: unknown rule '{name}'. {hint}")
    settings = {
        name: number(value, f"--{name}")
        for name, value in (("factor", factor), ("alpha", alpha), ("trim", trim))
        if value is not None
    }
    if resolved is not None:
        settings |= _learnt(resolved, {"extremised", "beta"} & set(only or RULES), settings, quiet=quiet)
    table = rules(**settings)
    return {name: rule for name, rule in table.items() if not only or name in only}


def _learnt(file: Path, wanted: set[str], given: Mapping[str, float], *, quiet: bool) -> dict[str, float]:
    """The settings of wanted rules that resolved questions call for, where none is given."""
    from forecast.interchange.resolved_csv import read_resolved
    from forecast.pooling.resolved import fit_beta, fit_factor

    questions = read_resolved(file)
    learnt = {}
    for rule, setting, fitted in (("extremised", "factor", fit_factor), ("beta", "alpha", fit_beta)):
        if rule in wanted and setting not in given:
            learnt[setting] = fitted(questions)
            o.say(
                f"{len(questions)} resolved questions call for --{setting} {learnt[setting]:.4g}", quiet=quiet
            )
    return learnt


def _bare(p: str, weights: str | None, table: Mapping[str, Rule]) -> PooledItem:
    """Probabilities given as arguments."""
    from forecast.cli.elicit_stated import numbers, probability
    from forecast.lexicon import words
    from forecast.pooling.bare import bare

    said = [probability(part, "--p") for part in p.split(",")]
    given = numbers(weights, "--weights", len(said)) if weights not in (None, "equal") else (1.0,) * len(said)
    return bare(said, given, table, lambda at: words("icd203", at))


def _of_table(
    file: Path,
    weights: str | None,
    table: Mapping[str, Rule],
    ends: tuple[float, float],
    family: str | None,
) -> list[PooledItem]:
    """Every item of a table of quantiles; ``ends`` are limits where the table has none."""
    from forecast.interchange.tables import read_elicited
    from forecast.pooling.bare import THROUGH, Answer, of_answers

    said = read_elicited(file)
    given = _by_name(weights)
    experts = sorted({one.expert for one in said})
    if unknown := [name for name in given or {} if name not in experts]:
        raise UsageError(f"--weights: nobody is called '{unknown[0]}'; there are {', '.join(experts)}")
    answers: dict[str, list[Answer]] = {}
    for one in said:
        own = 1.0 if weights == "equal" else one.weight
        weight = own if given is None else given.get(one.expert, 0.0)
        judgment = replace(
            one.judgment, lower=max(one.judgment.lower, ends[0]), upper=min(one.judgment.upper, ends[1])
        )
        answers.setdefault(one.item, []).append(Answer(one.expert, judgment, weight, one.file, one.line))
    return of_answers(answers, table, family=family or THROUGH, units={one.item: one.unit for one in said})


def _of_files(
    space: Workspace,
    heard: Panel,
    asked: Sequence[str],
    dates: tuple[dt.date | None, dt.date],
    weights: str | None,
    table: Mapping[str, Rule],
    only: Repeated,
) -> list[PooledItem]:
    """Items of the workspace."""
    from forecast.pooling.by_performance import COOKE
    from forecast.pooling.items import item as said_of
    from forecast.pooling.of_workspace import HIERARCHICAL, pool_item

    also = [name for name in (HIERARCHICAL, *COOKE) if not only or name in only]
    given = _by_name(weights)
    found = []
    for key in asked:
        said = said_of(space, heard, key, by=dates[0], as_of=dates[1])
        if weights == "equal":
            given = {one.source: 1.0 for one in said.said}
        for unknown in [name for name in given or {} if name not in space.sources]:
            near = did_you_mean(unknown, list(space.sources))
            raise UsageError(
                f"--weights: unknown source '{unknown}'." + (f" Did you mean '{near}'?" if near else "")
            )
        if not said.said:
            why = "".join(f"; {source} {told}" for source, told in said.left_out.items())
            raise UsageError(f"nobody on panel {heard.id} says anything of {key} that can be pooled{why}")
        one = pool_item(space, said, table, weights=given, also=also)
        if only and all(made.why for made in one.pools):
            raise UsageError(f"{key} is not pooled by {', '.join(only)}: {one.pools[0].why}")
        found.append(one)
    return found


def _by_name(weights: str | None) -> dict[str, float] | None:
    """ID=W,ID=W as a mapping; None where nothing was given, or equal weights."""
    if weights in (None, "equal"):
        return None
    given = {}
    for part in weights.split(","):
        name, equals, value = part.partition("=")
        if not equals:
            raise UsageError(f"--weights {weights}: write equal, or ID=W,ID=W")
        given[name.strip()] = number(value, "--weights")
    return given


def _order(found: Sequence[PooledItem]) -> tuple[Flip, ...]:
    """Whether the rules agree on which of alliance and split is likelier, where both were pooled."""
    from forecast.pooling.side_by_side import order_flips

    of = {one.key: one.pools for one in found}
    if not all(key in of for key in USUAL):
        return ()
    return order_flips("alliance", "split", of[USUAL[0]], of[USUAL[1]])
