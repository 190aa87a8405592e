"""Scenarios compared: levels and differences, then each one by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forecast.lexicon import words
from forecast.report.figures.scenarios import WHY
from forecast.report.findings.scenarios import OUTCOMES, Told, comparison
from forecast.report.markdown import (
    Drawing,
    Lines,
    bullets,
    capital,
    escape,
    figure,
    heading,
    paragraph,
    sentence,
    table,
)
from forecast.report.marked import cell, count, day, integer, listed, percent, points
from forecast.report.marks import quoted
from forecast.report.sections import plausible, why
from forecast.report.view import View
from forecast.simulation.forecast import Comparison


def compared(view: View, found: Sequence[Told], drawn: Mapping[str, Drawing]) -> Lines:
    """What each scenario does, the comparison, and each by itself; nothing where none was asked for."""
    if not found:
        return []
    several = len(found) > 1
    lines = [
        *heading("Scenarios compared"),
        *paragraph(
            "A scenario is an intervention: it asks what would follow if these things were done, not how "
            "likely they are. Scenario and baseline share their random numbers, so that differences are "
            "those of the scenario. Nothing here says that a scenario is expected."
        ),
        *bullets(
            f"**{escape(view.scenario_title(t.scenario))}.** "
            f"{sentence(view.workspace.scenarios[t.scenario].storyline)}"
            for t in found
        ),
        *figure(drawn["scenarios"]),
        *paragraph(
            "Means over the draws; bands hold 90% of them under the scenario. All panels have one scale."
        ),
        *paragraph(*(_range(view, outcome) for outcome in OUTCOMES) if several else ()),
    ]
    for outcome in OUTCOMES:
        lines += _table(view, found, outcome)
    lines += paragraph(
        "Difference: from the baseline, in percentage points, with its 90% interval. Sign: the probability "
        f"that the difference has the sign of its mean, in the words of "
        f"{view.workspace.lexicon.title}."
    )
    lines += [*_against_expectation(view, found), *_how_to_read(found)]
    for told in found:
        lines += _one(view, told, drawn)
    return lines


def _range(view: View, outcome: str) -> str:
    """From which scenario to which an outcome runs at the horizon."""
    levels = {
        f.scenario: f.summary(view.quantity(outcome), outcome, view.far).mean for f in view.main.forecasts[1:]
    }
    low, high = min(levels, key=lambda s: levels[s]), max(levels, key=lambda s: levels[s])
    return (
        f"By {view.far.year} {escape(view.outcome_name(outcome))} runs from {percent(levels[low])} "
        f"({escape(view.scenario_title(low))}) to {percent(levels[high])} "
        f"({escape(view.scenario_title(high))}), the baseline at "
        f"{percent(view.headline(outcome, view.far).mean)}."
    )


def _table(view: View, found: Sequence[Told], outcome: str) -> Lines:
    """One outcome: levels, differences and signs at both dates; the baseline first."""
    quantity, header = view.quantity(outcome), ["Scenario"]
    for date in view.headline_dates:
        header += [f"{date.year}", "Difference", "Sign"]
    row = ["Baseline"]
    for date in view.headline_dates:
        row += [cell(view.headline(outcome, date)), "–", "–"]
    rows = [row]
    for forecast in view.main.forecasts[1:]:
        row = [escape(view.scenario_title(forecast.scenario))]
        for date in view.headline_dates:
            c = comparison(view.main, forecast.scenario, quantity, outcome, date)
            row += [cell(forecast.summary(quantity, outcome, date)), difference(c), sign(view, c)]
        rows.append(row)
    how = "reached by the date" if view.counts_as_reached(outcome) else "on the date"
    title = escape(view.outcome_title(outcome))
    return [
        *heading(f"{title}, {how}", 3),
        *table(header, rows, words={0, *range(3, len(header), 3)}),
    ]


def difference(c: Comparison) -> str:
    """A difference in points with its interval: ``+1.2 (−0.3 to +3.1)``."""
    d = c.difference
    return f"{points(d.mean)} ({points(d.p05)} to {points(d.p95)})"


def sign(view: View, c: Comparison) -> str:
    """How sure its direction is: ``higher: very likely, 91%``."""
    if not c.difference.mean:
        return "none"
    way = "higher" if c.difference.mean > 0 else "lower"
    return f"{way}: {words(view.workspace.lexicon, c.p_sign)}, {percent(c.p_sign)}"


def _how_to_read(found: Sequence[Told]) -> Lines:
    return [
        *heading("How each is looked at", 3),
        *bullets(
            [
                "**Why it differs.** The difference is split along the simulated paths, driver by driver and "
                "shock by shock, on each way in, back and on; and line by line, each intervention added to "
                "those before it in the file's order, so that what a line adds depends on that order. Both "
                "splits sum to the difference (of unrounded numbers).",
                f"**How near futures come.** {sentence(capital(found[0].measure))} "
                "It says how far from the expected course a scenario lies, not how likely its story is.",
                plausible.METHOD,
            ]
        ),
    ]


def _against_expectation(view: View, found: Sequence[Told]) -> Lines:
    """The disagreements with what files expect, on top where nobody misses them."""
    missed = [(t, e) for t in found for e in t.expected if e.met is False]
    asked = sum(e.met is not None for t in found for e in t.expected)
    if not asked:
        return []
    if not missed:
        return paragraph(
            f"**Expectations.** All {integer(asked)} that the files state of these outcomes are borne out."
        )
    return [
        *paragraph(
            f"**Expectations.** Of {integer(asked)} that the files state, {integer(len(missed))} "
            f"{'is' if len(missed) == 1 else 'are'} not borne out by the model:"
        ),
        *bullets(
            f"{escape(view.scenario_title(t.scenario))}: {escape(view.outcome_name(e.outcome))} "
            f"{e.expected} was expected; {plausible.came(e)}."
            for t, e in missed
        ),
    ]


def _one(view: View, told: Told, drawn: Mapping[str, Drawing]) -> Lines:
    """One scenario: sources, expectation, why, line by line, plausibility and consistency."""
    spec = view.workspace.scenarios[told.scenario]
    sources = listed([view.source_names[s] for s in spec.motivated_by])
    included = listed([f"“{view.scenario_title(s)}”" for s in spec.includes])
    falling = drawn.get(WHY + told.scenario)
    return [
        *heading(escape(spec.title), 3),
        *paragraph(
            f"Motivated by {escape(sources)}." if sources else "",
            f"Places: {sentence(spec.locator)}" if spec.locator else "",
            f"Includes all of {escape(included)}." if included else "",
        ),
        *paragraph(plausible.expectation(view, told)),
        *(figure(falling) if falling else []),
        *bullets(why.reasons(view, each, last=day(view.far)) for each in told.whys),
        *_lines(view, told),
        *paragraph(plausible.nearness(told)),
        *plausible.consistency(view, told.verdict),
    ]


def _lines(view: View, told: Told) -> Lines:
    """What is done, line by line, with what each line adds and how many futures come near it."""
    if not told.deeds:
        return paragraph("It does nothing: its numbers are the baseline's.")
    rows = [
        [
            escape(deed.words) + _from(view, told, deed.scenario),
            *(points(why.lines[at].mean) if why.lines else "not split" for why in told.whys),
            "not counted" if deed.near is None else percent(deed.near.mean),
            f"`{quoted(deed.place)}`",
        ]
        for at, deed in enumerate(told.deeds)
    ]
    near = percent(told.near.mean) if told.one_in else "none"
    rows.append(["**All**", *(points(w.total.mean) for w in told.whys), near, ""])
    added = [f"Adds to {escape(view.outcome_name(w.outcome))}, points" for w in told.whys]
    return [
        *paragraph(f"What is done, in {count(len(told.deeds), 'step')}:"),
        *table(["Intervention", *added, "Futures near", "Stands in"], rows, words=(0, len(added) + 2)),
    ]


def _from(view: View, told: Told, scenario: str) -> str:
    return "" if scenario == told.scenario else f" (from “{escape(view.scenario_title(scenario))}”)"
