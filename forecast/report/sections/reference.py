"""The back of the report: definitions, base rates, assumptions, diagnostics, provenance."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from forecast import cache
from forecast.inference.diagnostics import ESS_LIMIT, R_HAT_LIMIT
from forecast.model.base_rate import class_log_rates
from forecast.model.record import record
from forecast.report.findings.levels import Track
from forecast.report.findings.reasons import inferred_share
from forecast.report.findings.sources import Sources
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, sentence, table
from forecast.report.marked import day, integer, listed, mark, number, percent, signed
from forecast.report.view import View
from forecast.states import ESTIMATED


def definitions(view: View) -> Lines:
    """Outcomes with their resolution criteria and edge cases, and the alignment index."""
    lines = heading("Definitions and resolution criteria")
    for outcome in view.question.outcomes.values():
        lines += heading(escape(outcome.title), 3)
        lines += paragraph(sentence(outcome.definition))
        lines += bullets(sentence(r) for r in outcome.resolution)
        if outcome.edge_cases:
            lines += paragraph("Edge cases:")
            lines += bullets(f"*{escape(e.case)}.* {sentence(e.ruling)}" for e in outcome.edge_cases)
    lines += _resolving(view)
    index = view.question.alignment_index
    first, last = view.question.scale_years
    lines += heading("Alignment index", 3)
    lines += paragraph(
        "Weights: "
        + "; ".join(f"{escape(view.driver_name(d))} {signed(w, 2)}" for d, w in index.weights.items())
        + f". Scaled to mean 0 and sd 1 over {first}–{last}; read on 31 December only."
    )
    return [*lines, *paragraph(sentence(index.rationale)), *_drivers(view)]


def _resolving(view: View) -> Lines:
    """Who resolves and how; then what is known, reported and not known, each apart from the others."""
    lines: Lines = []
    if view.question.resolving:
        lines += [*heading("How it is resolved", 3), *bullets(sentence(r) for r in view.question.resolving)]
    for status, title in FACTS.items():
        facts = [f for f in view.question.facts if f.status == status]
        if facts:
            cited = [f"{sentence(f.fact)}{_cited(f.citation)}" for f in facts]
            lines += [*heading(title, 3), *bullets(cited)]
    return lines


#: What each status of a fact is called.
FACTS = {
    "known": "What is known",
    "reported": "What is reported, and not seen in a document",
    "not_known": "What is not known",
}


def _cited(citation: str | None) -> str:
    return f" ({escape(citation)})" if citation else ""


def _drivers(view: View) -> Lines:
    rows = [
        [
            escape(d.name),
            sentence(d.definition),
            escape(d.anchors.get("-2", "")),
            escape(d.anchors.get("+2", "")),
        ]
        for d in view.workspace.drivers.drivers.values()
    ]
    return [
        *heading("What each driver means", 3),
        *table(["Driver", "Definition", "At −2", "At +2"], rows, words=range(9)),
    ]


def base_rates(view: View) -> Lines:
    """Class counts, offsets, and the pair's own record."""
    base = view.workspace.base_rates
    chosen = base.classes[base.use]
    rates = class_log_rates(base)
    rows = []
    for k, way in enumerate(ESTIMATED):
        seen = chosen.transitions.get(way)
        low, middle, high = (float(_rate(rates.mean[k] + z * rates.sd[k])) for z in (-1.645, 0.0, 1.645))
        rows.append(
            [
                way.replace("->", " → "),
                number(seen.events, "g") if seen else "–",
                "–" if seen is None or seen.episodes is None else number(seen.episodes, "g"),
                number(seen.exposure_years, ",.0f") if seen else "–",
                f"{percent(middle)} ({percent(low)} to {percent(high)})",
                escape(rates.basis[k]),
            ]
        )
    notes = [
        f"{way.replace('->', ' → ')}: {sentence(seen.note)}"
        for way, seen in chosen.transitions.items()
        if seen.note
    ]
    return [
        *heading("Base rates and record"),
        *paragraph(
            f"Reference class in use: **{escape(chosen.title)}**. {sentence(chosen.citation)}",
            "The rate counts independent episodes, widened for this pair not being a random member of its "
            "class, and moved to this pair by the offsets below.",
        ),
        *table(["Move", "Events", "Episodes", "Years at risk", "Rate a year, before sources", "From"], rows),
        *bullets(notes),
        *_offsets(view),
        *_record(view),
    ]


def _rate(log_rate: float) -> float:
    return min(exp(log_rate), 1.0)


def _offsets(view: View) -> Lines:
    base = view.workspace.base_rates
    said = []
    if base.offsets:
        chosen = base.classes[base.use]
        for name, covariate in base.covariates.items():
            if name in chosen.covariates and name in chosen.pair_covariates:
                said.append(
                    f"{escape(covariate.title)}: the pair {number(chosen.pair_covariates[name], 'g')}, the "
                    "class "
                    f"{number(chosen.covariates[name], 'g')} ({escape(covariate.unit)}). "
                    f"{sentence(covariate.citation)}"
                )
    for channel, quantiles in base.definition_offset.items():
        said.append(
            f"Our {escape(view.outcome_name(channel))} is {'wider' if quantiles.p50 > 0 else 'narrower'} "
            "than that "
            f"of the data: its rate is multiplied by {number(exp(quantiles.p50))} at the median, elicited "
            "by us."
        )
    others = [c.title for name, c in base.classes.items() if name != base.use]
    if others:
        said.append(f"Other classes that can be switched to: {escape(listed(others))}.")
    return [*heading("Offsets and alternatives", 3), *bullets(said)] if said else []


def _record(view: View) -> Lines:
    history = view.workspace.history
    lived = record(view.workspace, view.fit.panel, view.fit.as_of)
    state = view.fit.start_state
    leaving = [k for k, way in enumerate(ESTIMATED) if way.startswith(f"{state}->")]
    weighted = float(lived.exposure[:, leaving[0]].sum()) if leaving and len(lived.exposure) else 0.0
    rows = [
        [
            escape(view.outcome_name(e.state)),
            str(e.start.year),
            str(e.end.year) if e.end else "–",
            escape(e.citation),
        ]
        for e in history.episodes
    ]
    return [
        *heading("The pair's own record", 3),
        *table(["State", "From", "To", "Citation"], rows, words=range(9)),
        *paragraph(
            f"Since {history.record_start} the pair's years without a move count as evidence against a high "
            f"rate, for what the panel had not yet seen of them when it wrote: {number(weighted, '.1f')} "
            "years of news "
            "in this panel. Past spells inform the rates of leaving those states, loosely."
        ),
    ]


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
