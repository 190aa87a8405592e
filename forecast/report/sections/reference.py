"""The back of the report: assumptions and gaps, diagnostics, provenance."""

from __future__ import annotations

from collections.abc import Sequence

from forecast import cache
from forecast.inference.diagnostics import ESS_LIMIT, R_HAT_LIMIT
from forecast.report.findings.levels import Track
from forecast.report.findings.sources import Sources
from forecast.report.findings.voices import inferred_share
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, table
from forecast.report.marked import day, integer, listed, mark, number, percent
from forecast.report.view import View


def _differ(heard: Sources) -> str:
    """How far a second coder read the same, as far as that is known."""
    two = heard.coders and (heard.coders.then or heard.coders.now)
    if not two or not two.of_either.n:
        return "a second coder would differ"
    return (
        f"of {integer(two.of_either.n)} cells that either of two coders read as saying something about a "
        "driver, both "
        f"gave the same code in {percent(two.of_either.value)}"
    )


def assumptions(view: View, found: Sequence[Track], heard: Sources) -> Lines:
    """What the answer takes for granted, and what is missing."""

    def named(tracks: list[Track]) -> str:
        return escape(listed([view.driver_name(t.driver) for t in tracks]))

    unmeasured = [t for t in found if not t.indicators]
    stale = [t for t in found if t.projected_from is not None]
    unchecked = [m for m in view.fit.panel.members if not view.workspace.sources[m].checked]
    settings = view.question.model
    items = [
        f"Every probability and code is our reading of a verbal stance; {_differ(heard)}. The "
        f"model allows for a bias shared by all codings (sd {number(settings.shared_bias_sd, 'g')} on the "
        "log-odds).",
        f"{percent(inferred_share(view.fit))} of the probabilities of alliance and split coded in this panel "
        "are our inference and not in the text coded; they count with weight "
        f"{number(settings.infer_weight, 'g')}.",
    ]
    if unmeasured:
        items.append(f"No measured indicator, judgments only: {named(unmeasured)}.")
    if stale:
        years = sorted({t.projected_from for t in stale if t.projected_from is not None})
        by_year = "; ".join(f"from {y}: {named([t for t in stale if t.projected_from == y])}" for y in years)
        items.append(f"Projected, neither judged nor measured for over a year: {by_year}.")
    if unchecked:
        items.append(
            f"{integer(len(unchecked))} of {integer(len(view.fit.panel.members))} codings have not been "
            "checked by a second "
            "reader."
        )
    items += [
        "Sources that share a cluster or a reporting text count as fewer than they are: the n-th adds less "
        f"than the first (overlap {number(settings.rho, 'g')} in a cluster, "
        f"{number(settings.rho_reported, 'g')} in a reporting "
        "text).",
        "Intervals are over judgments given this model. Another reference class, other half-lives or another "
        "gain would move the means within or beyond them; the panels and the three answers show part of "
        "that.",
        *_surprises(view),
        "The alignment index and the weights in it are ours; thresholds follow from the sources' broad "
        "judgments.",
        "That no alliance or split has happened does not feed back on where the drivers are thought to "
        "stand.",
    ]
    return [*heading("Assumptions and gaps"), *bullets(items)]


def _surprises(view: View) -> list[str]:
    """What is taken for granted of events that may strike; nothing where the files have none."""
    if not view.workspace.shocks:
        return ["No shock is in the files: surprises enter only through the drivers' volatility."]
    return [
        "Shocks and cross-impacts leave the baseline's means where the fit has them: what sources expect is "
        "taken to hold the usual run of surprises. Their rates and sizes are ours."
    ]


def diagnostics(view: View) -> Lines:
    """The gates, for every fit in the report."""
    results = (*view.panels, *view.material.spotlight)
    rows = []
    for result in results:
        d = result.fit.posterior.diagnostics
        rows.append(
            [
                escape(view.panel_title(result)),
                number(d.r_hat_max, ".3f"),
                number(d.ess_bulk_min, ",.0f"),
                number(d.ess_tail_min, ",.0f"),
                integer(d.divergences),
                "passed" if d.passed else "**failed**",
            ]
        )
    outcomes = ("alliance", "split", "alliance_broad")
    error = max(view.headline(o, date).mcse for o in outcomes for date in view.headline_dates)
    return [
        *heading("Diagnostics"),
        *paragraph(
            f"Gates: R-hat at most {number(R_HAT_LIMIT, 'g')}, bulk and tail effective sample size at least "
            f"{integer(ESS_LIMIT)}, no divergence. Largest Monte Carlo error of a headline: "
            f"{mark(f'{100 * error:.2f}', error)} "
            "percentage points."
        ),
        *table(["Fit", "R-hat", "ESS bulk", "ESS tail", "Divergences", "Verdict"], rows),
    ]


def provenance(view: View, request_line: str) -> Lines:
    """What reproduces this report."""
    versions = ", ".join(f"{name} {version}" for name, version in cache.versions().items())
    return [
        *heading("Provenance"),
        *bullets(
            [
                f"Command: `{request_line.replace('`', '')}`",
                f"Inputs, SHA-256: `{view.workspace.inputs_sha256}`",
                f"Seed: {number(view.fit.seed, 'd')}; draws: {integer(view.fit.posterior.draws)}; as of "
                f"{day(view.fit.as_of)}",
                f"Versions: {escape(versions)}",
            ]
        ),
    ]
