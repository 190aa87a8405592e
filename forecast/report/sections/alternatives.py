"""Alternatives: each other outcome, what would have to be true for it, and what to watch."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.lexicon import words
from forecast.report.findings.alternatives import Against, Alternative, Alternatives
from forecast.report.findings.needed import HIGHEST, LOWEST, Needed, Together
from forecast.report.findings.ratings import BROAD, NO_BROAD
from forecast.report.findings.watch import BACK_YEARS, Sign, Trigger
from forecast.report.markdown import Lines, capital, escape, heading, paragraph, sentence, table
from forecast.report.marked import (
    count,
    day,
    interval,
    number,
    percent,
    points,
    signed,
    times,
)
from forecast.report.sections.ach import hypothesis
from forecast.report.sections.front import claim, likelihood
from forecast.report.sections.rivals import rivals
from forecast.report.view import View
from forecast.states import STATES

#: Drivers shown one by one; the share of entries still there from which an outcome is said to last.
SHOWN, LASTING = 5, 0.5
WAYS = {
    "nearer": "nearer",
    "away": "further away",
    "steady": "within its error",
    "unknown": "too short to say",
}


def alternatives(view: View, found: Alternatives) -> Lines:
    """What the other outcomes and readings are, fairly stated."""
    likeliest = escape(view.outcome_name(found.likeliest))
    return [
        *heading("Alternatives"),
        *paragraph(
            f"This report's answer for {day(view.far)} is {likeliest}, {percent(found.chance)}. What follows "
            "states the other outcomes and readings as they would be argued for: what would have to be true, "
            "what would bring them nearer, and what to watch. A driver that would have to stand elsewhere is "
            "held there from today to the horizon, the others moving as projected and as it pulls them: a "
            "simulated scenario, on fewer draws than the headlines. The level at which a word changes is "
            "interpolated."
        ),
        *(line for one in found.outcomes for line in _outcome(view, found, one)),
        *rivals(view, found.rivals),
    ]


def _outcome(view: View, found: Alternatives, one: Alternative) -> Lines:
    nearer = " ".join([*_criteria(view, one), *_triggers(view, one), _under(view, one)])
    return [
        *heading(escape(capital(hypothesis(view, one.outcome))), 3),
        *paragraph("**Likelihood.** " + _likelihood(view, one)),
        *paragraph("**What it would mean.** " + _impact(view, found, one)),
        *paragraph("**Where drivers would have to stand.** " + _stand(view, one.needed)),
        *_table(view, one.needed),
        *paragraph("**Who would have to be right.** " + _right(view, one)),
        *paragraph("**What would bring it nearer.** " + nearer),
        *paragraph("**What to watch.** " + _watched(one)),
        *_signs(view, one.watch),
    ]


def _likelihood(view: View, one: Alternative) -> str:
    opening = capital(likelihood(one.word))
    if one.outcome == NO_BROAD:
        event = f"{escape(view.pair)} do not count as allies in the broad sense"
    else:
        event = claim(view, one.outcome)
    at_any_time = one.outcome in STATES and view.counts_as_reached(one.outcome)
    when = f"{'by' if at_any_time else 'on'} {day(view.far)}"
    said = [
        f"{opening} that {event} {when}: **{percent(one.chance.mean)}**, 90% interval {interval(one.chance)}."
    ]
    ends = [words(view.workspace.lexicon, p) for p in (one.chance.p05, one.chance.p95)]
    if ends[0] != ends[1]:
        said.append(f"The interval runs from “{ends[0]}” to “{ends[1]}”.")
    if one.half_by is not None:
        said.append(f"Half of that chance falls by {one.half_by}.")
    return " ".join(said)


def _impact(view: View, found: Alternatives, one: Alternative) -> str:
    definitions = {str(name): told.definition for name, told in view.question.outcomes.items()}
    said = _against(view, one)
    if one.outcome == NO_BROAD:
        said += [
            "The tie would stay below the line at which its sources speak of one, however close it is "
            "otherwise.",
            f"By definition this would then not be so: {sentence(definitions[BROAD])}",
        ]
        return " ".join(said)
    if one.outcome == BROAD and not any(a.judgment == found.likeliest for a in one.against):
        likeliest = escape(view.outcome_name(found.likeliest))
        said.append(f"The key judgment on {likeliest} could stand beside it.")
    said.append(f"By definition: {sentence(definitions[one.outcome])}")
    if one.lasts is not None:
        said.append(
            f"It would {'last' if one.lasts >= LASTING else 'often pass'}: in {percent(one.lasts)} of the "
            f"futures that enter it the pair is still there on {day(view.far)}."
        )
    return " ".join(said)


def _against(view: View, one: Alternative) -> list[str]:
    """Which key judgments' words it would overturn, and to which side even ones would have come down."""
    over = [_judged(view, each) for each in one.against if not each.even]
    said = []
    if over:
        listed = ", and of that on ".join(over)
        said.append(f"It would overturn the word of the key judgment on {listed}.")
    said += [
        f"The key judgment on {_judged(view, each)}, is even, and would have come down "
        f"{'for' if each.judgment == one.outcome else 'against'} it."
        for each in one.against
        if each.even
    ]
    return said or ["It would overturn the word of no key judgment."]


def _judged(view: View, one: Against) -> str:
    lasting = " (if it lasts until then)" if one.lasting else ""
    return f"{escape(view.outcome_name(one.judgment))}{lasting}, “{one.word}”, {percent(one.chance)}"


def _stand(view: View, found: Needed) -> str:
    """One driver alone, the best two, all of them; against the next word and against even odds."""
    goal = f"“{found.edge.word}” ({percent(found.edge.at)})" if found.edge else percent(found.even_at)
    crossing = [one for one in found.alone if (one.next_word if found.edge else one.even) is not None]
    if crossing:
        first = f"{count(len(crossing), 'driver')} could alone bring it to {goal}, held there from today on."
    else:
        first = (
            f"No single driver would bring it to {goal}, wherever between its anchors at "
            f"{signed(LOWEST, 0)} and {signed(HIGHEST, 0)} it were held from today on."
        )
    said = [first]
    if found.pair is not None:
        both = zip(found.pair.drivers, found.pair.levels, strict=True)
        held = " with ".join(f"{escape(view.driver_name(d))} at {signed(level)}" for d, level in both)
        pair = f"The two that do most together, {held}: {percent(found.pair.at_best)}"
        if found.edge and found.pair.next_word:
            at = " and ".join(signed(level) for level in found.pair.next_word)
            pair += f"; {goal} is reached at {at}"
        said.append(pair + ".")
    if found.several is not None and found.now < found.even_at:
        verdict = "past" if found.several.at_best >= found.even_at else "short of"
        said.append(
            f"With {count(len(found.several.drivers), 'driver')} at once, each where it does most: "
            f"{percent(found.several.at_best)}, {verdict} {percent(found.even_at)}."
        )
    return " ".join(said)


def _table(view: View, found: Needed) -> Lines:
    shown = found.alone[:SHOWN]
    next_word = found.edge is not None and any(one.next_word is not None for one in shown)
    even = found.now < found.even_at and any(one.even is not None for one in shown)
    header = ["Driver, held alone", "Today", "Does most at", "Then"]
    header += [f"At {percent(found.edge.at)} from"] if next_word and found.edge else []
    header += [f"At {percent(found.even_at)} from"] if even else []
    rows = [
        [
            escape(view.driver_name(one.drivers[0])),
            signed(one.now[0]),
            signed(one.levels[0]),
            percent(one.at_best),
            *([_level(one.next_word)] if next_word else []),
            *([_level(one.even)] if even else []),
            _anchor(view, one),
        ]
        for one in shown
    ]
    return table([*header, "What that level is"], rows, words=(0, len(header)))


def _level(levels: tuple[float, ...] | None) -> str:
    return "no level" if levels is None else signed(levels[0])


def _anchor(view: View, one: Together) -> str:
    """The anchor at the level that does most; none where that is today's, beyond its anchors."""
    anchors = view.workspace.drivers.drivers[one.drivers[0]].anchors
    if one.levels[0] == LOWEST:
        return escape(anchors["-2"])
    return escape(anchors["+2"]) if one.levels[0] == HIGHEST else "between its anchors, or beyond them"


def _right(view: View, one: Alternative) -> str:
    said = []
    if one.right:
        named = [
            f"{escape(view.source_names[h.source])} ({percent(h.chance)}, “{h.word}”)" for h in one.right
        ]
        said.append(f"Heard alone, these would put it higher: {'; '.join(named)}.")
    elif view.material.spotlight:
        said.append("None of the spotlight sources, heard alone, would put it higher.")
    if one.coded is not None:
        how = "from the text" if one.coded.grade == "TEXT" else "our inference"
        within = "after" if one.outcome in (BROAD, NO_BROAD) else "within"
        said.append(
            f"The highest median coded for it is {percent(one.coded.median)} {within} "
            f"{number(one.coded.years, 'g')} years, of {escape(view.source_names[one.coded.source])} ({how})."
        )
    return " ".join(said) or "No source of this panel is coded on it."


def _criteria(view: View, one: Alternative) -> list[str]:
    return [
        f"It comes by definition with {_shock(view, t)} (a chance of {percent(t.chance)} by {view.far.year})."
        for t in one.criteria
    ]


def _triggers(view: View, one: Alternative) -> list[str]:
    if not one.triggers:
        return ["No shock in the files does more than a little for it."]
    broad = one.outcome in (BROAD, NO_BROAD)
    named = [
        f"{_shock(view, t)} "
        f"({f'{signed(t.factor or 0.0)} on the index' if broad else times(t.factor or 1.0)}; "
        f"{percent(t.chance)})"
        for t in one.triggers
    ]
    what = "move the alignment index most its way" if broad else "multiply its yearly rate most"
    return [
        f"Shocks that {what} when they strike, each with its chance by {view.far.year}: {'; '.join(named)}."
    ]


def _shock(view: View, trigger: Trigger) -> str:
    return f"“{escape(view.shock_name(trigger.shock))}”"


def _under(view: View, one: Alternative) -> str:
    if not one.under:
        return "No scenario was asked for."
    nearest = one.under[0]
    title = f"“{escape(view.scenario_title(nearest.scenario))}”"
    if nearest.difference <= 0:
        return (
            f"None of the scenarios asked for brings it nearer; the least far is {title}, "
            f"{percent(nearest.chance)}."
        )
    return (
        f"Of the scenarios asked for, {title} brings it nearest: {percent(nearest.chance)}, "
        f"{points(nearest.difference)} points."
    )


def _watched(one: Alternative) -> str:
    series = [s for s in one.watch if s.indicator is not None]
    if not one.watch:
        return "No driver brings it nearer."
    blind = len({s.driver for s in one.watch if s.indicator is None})
    said = "The drivers that do most for it" + (", and the series that measure them." if series else ".")
    if blind:
        said += f" {capital(count(blind, 'of them has', 'of them have'))} no series and can only be judged."
    return said


def _signs(view: View, found: Sequence[Sign]) -> Lines:
    rows = [
        [
            f"{escape(view.driver_name(s.driver))}, {'higher' if s.towards > 0 else 'lower'}",
            *_series(view, s),
        ]
        for s in found
    ]
    header = ["Driver, and which way", "Series", "Last value"]
    header += [f"{number(BACK_YEARS, 'g')} years or more before", "As a reading of the driver"]
    return table(header, rows, words=range(5))


def _series(view: View, sign: Sign) -> list[str]:
    if sign.indicator is None or sign.last is None:
        judged = f"last judged for {sign.judged}" if sign.judged else "never judged"
        return ["none", judged, "–", "–"]
    title = view.workspace.indicators.indicators[sign.indicator].title
    last = f"{_value(sign.last.value)} {escape(sign.last.unit)} ({escape(sign.last.period)})"
    before = f"{_value(sign.before.value)} ({escape(sign.before.period)})" if sign.before else "–"
    return [escape(title), last, before, WAYS[sign.way]]


def _value(value: float) -> str:
    """A measured value in three digits, and never as a power of ten."""
    return number(value, ",.0f" if abs(value) >= 1000 else ".3g")
