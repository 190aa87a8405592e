"""`forecast elicit fit`: distributions from what was stated, ranked, with what each adds to it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecast.cli import elicit_fit_text as text
from forecast.cli import options as o
from forecast.cli.elicit_stated import Stated, judgment, limit, number, numbers, probability
from forecast.elicitation.judgment import Judgment
from forecast.errors import UsageError
from forecast.visible import in_json, visible

if TYPE_CHECKING:
    from forecast.elicitation.in_files import InFile

Repeated = list[str] | None
_ONE_WAY = (
    "give a path such as sources.ID.outcomes.alliance, or one of --quantile, --below, --values with "
    "--probabilities, --quartiles, --tertiles, --roulette, --interval, --dirichlet"
)


def fit(
    path: Annotated[
        str | None,
        typer.Argument(metavar="[PATH]", help="Quantiles in the files, such as shocks.ID.rate."),
    ] = None,
    quantile: Annotated[
        Repeated, typer.Option("--quantile", metavar="pNN=V", help="Such as p25=25 or p2.5=4; repeatable.")
    ] = None,
    below: Annotated[
        Repeated, typer.Option("--below", metavar="V=P", help="P(X <= V) = P, such as 40=.7; repeatable.")
    ] = None,
    values: Annotated[
        str | None, typer.Option("--values", metavar="V,V,..", help="With --probabilities.")
    ] = None,
    probabilities: Annotated[
        str | None, typer.Option("--probabilities", metavar="P,P,..", help="Of lying at or below --values.")
    ] = None,
    quartiles: Annotated[
        str | None, typer.Option("--quartiles", metavar="Q1,MEDIAN,Q3", help="Such as 25,30,35.")
    ] = None,
    tertiles: Annotated[
        str | None,
        typer.Option(
            "--tertiles", metavar="T1[,MEDIAN],T2", help="Such as 20,40, or 20,30,40 with the median."
        ),
    ] = None,
    roulette: Annotated[
        str | None,
        typer.Option("--roulette", metavar="EDGES:CHIPS", help="Such as 0,10,20,30:3,5,2."),
    ] = None,
    interval: Annotated[
        str | None,
        typer.Option(
            "--interval", metavar="LOW,HIGH", help="Maximum entropy with --mass in it; with --family."
        ),
    ] = None,
    mass: Annotated[
        str | None, typer.Option("--mass", metavar="P", help="Probability of the --interval. Default: 0.9.")
    ] = None,
    dirichlet: Annotated[
        Repeated,
        typer.Option(
            "--dirichlet", metavar="NAME=Q1,MEDIAN,Q3", help="Quartiles of a share of a whole; repeatable."
        ),
    ] = None,
    n: Annotated[
        str | None,
        typer.Option(
            "--n", metavar="RULE", help="Of --dirichlet: opt, min, mean, median or med. Default: opt."
        ),
    ] = None,
    lower: Annotated[str | None, typer.Option("--lower", metavar="V", help="X cannot be below.")] = None,
    upper: Annotated[str | None, typer.Option("--upper", metavar="V", help="X cannot be above.")] = None,
    df: Annotated[
        str | None, typer.Option("--df", metavar="N", help="Degrees of freedom of t families. Default: 3.")
    ] = None,
    family: Annotated[
        Repeated, typer.Option("--family", metavar="F", help="Only this family; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, unrounded.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Fit distributions to what was stated, by least squares on P(X <= v); the best first.

    \b
    forecast elicit fit --quartiles 25,30,35 --lower 0 --upper 100
    forecast elicit fit --roulette 0,10,20,30:3,5,2
    forecast elicit fit sources.ID.outcomes.alliance
    forecast elicit fit --interval 5,60 --mass .9 --family gamma --lower 0
    forecast elicit fit --dirichlet Good=.5,.55,.6 --dirichlet OK=.22,.3,.35 --dirichlet Bad=.11,.15,.2
    """
    stated = Stated(quantile or (), below or (), values, probabilities, quartiles, tertiles, roulette)
    ways = stated.ways() + ["PATH"] * (path is not None)
    ways += ["--interval"] * (interval is not None) + ["--dirichlet"] * bool(dirichlet)
    if len(ways) != 1:
        found = f" (found {' and '.join(ways)})" if ways else ""
        raise UsageError(f"{_ONE_WAY}{found}")
    _only(ways, {"--mass": ("--interval", mass), "--n": ("--dirichlet", n)})
    freedom = 3.0 if df is None else number(df, "--df")
    low, high = limit(lower, "--lower", -math.inf), limit(upper, "--upper", math.inf)
    if interval is not None:
        told = _interval(interval, mass, (low, high), family or (), freedom)
        lines = text.maximum_entropy(told)
    elif dirichlet:
        for flag, value in (("--lower", lower), ("--upper", upper), ("--family", family), ("--df", df)):
            if value is not None:
                raise UsageError(f"{flag} has no meaning with --dirichlet: shares lie between 0 and 1")
        told = _dirichlet(dirichlet, n or "opt")
        lines = text.dirichlet(told)
    else:
        place = None if path is None else _in_files(path, workspace, lower, upper, quiet=quiet)
        said = place.judgment if place else judgment(stated, lower=low, upper=high)
        told = _fits(said, place, family, freedom)
        lines = text.fits(told, explained=bool(family))
    if as_json:
        print(in_json(json.dumps(told, indent=2, ensure_ascii=False)))
    else:
        print("\n".join(visible(line) for line in lines))
    return 0


def _only(ways: list[str], belongs: dict[str, tuple[str, str | None]]) -> None:
    """Options that mean something with one way of stating alone."""
    for flag, (way, value) in belongs.items():
        if value is not None and ways != [way]:
            raise UsageError(f"{flag} belongs to {way}, not to {ways[0]}")


def _fits(said: Judgment, place: InFile | None, family: Repeated, df: float) -> dict[str, Any]:
    from forecast.elicitation.fit_document import of_fits
    from forecast.elicitation.fitting import fits

    return of_fits(fits(said, family, df=df), said, place)


def _in_files(
    path: str, workspace: str | None, lower: str | None, upper: str | None, *, quiet: bool
) -> InFile:
    from forecast.elicitation.in_files import judgment_at

    return judgment_at(
        o.read(workspace, quiet=quiet),
        path,
        lower=None if lower is None else number(lower, "--lower"),
        upper=None if upper is None else number(upper, "--upper"),
    )


def _interval(
    interval: str,
    mass: str | None,
    limits: tuple[float, float],
    family: list[str] | tuple[()],
    df: float,
) -> dict[str, Any]:
    from forecast.elicitation.fit_document import of_maximum_entropy
    from forecast.elicitation.maximum_entropy import maximum_entropy

    if not family:
        raise UsageError("--interval needs --family: an interval alone fits every family")
    low, high = numbers(interval, "--interval", 2)
    share = 0.9 if mass is None else probability(mass, "--mass")
    return of_maximum_entropy(
        [
            maximum_entropy(one, low, high, share, lower=limits[0], upper=limits[1], df=df)
            for one in dict.fromkeys(family)
        ]
    )


def _dirichlet(categories: list[str], n: str) -> dict[str, Any]:
    from forecast.elicitation.dirichlet import fit_dirichlet
    from forecast.elicitation.fit_document import of_dirichlet

    shares: dict[str, Judgment] = {}
    for category in categories:
        name, equals, quartiles = category.rpartition("=")
        if not (equals and name.strip()):
            raise UsageError(
                f"--dirichlet {category}: write a name and its quartiles, such as Good=.5,.55,.6"
            )
        if name.strip() in shares:
            raise UsageError(f"--dirichlet {category}: '{name.strip()}' is given twice")
        shares[name.strip()] = Judgment.of_quartiles(
            *numbers(quartiles, "--dirichlet", 3), lower=0.0, upper=1.0, name=name.strip()
        )
    return of_dirichlet(fit_dirichlet(shares, n=n))
