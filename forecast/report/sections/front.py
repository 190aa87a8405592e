"""The title block, what must be known before anything is read, and the key judgments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from forecast.lexicon import words
from forecast.report.findings.broad import Definition
from forecast.report.findings.confidence import Confidence
from forecast.report.findings.effects import Effect
from forecast.report.findings.reasons import Steps, straddled
from forecast.report.markdown import Lines, bullets, capital, escape, heading, paragraph, sentence
from forecast.report.marked import count, day, integer, interval, listed, number, percent, spread
from forecast.report.sections.confidence import sentence as confidence_sentence
from forecast.report.signing.signature import Signature
from forecast.report.view import View, plain

OUTCOMES = ("alliance", "partnership", "split", "alliance_broad")
UNCONVERGED = " (not converged)"


#: A contribution to a log-hazard smaller than this is not worth a name.
NEGLIGIBLE = 0.02
EVENTS = {
    ("reached", "alliance"): "enter an alliance at any time",
    ("reached", "split"): "split at any time",
    ("state", "alliance"): "are in an alliance",
    ("state", "partnership"): "are partners, neither allied nor split,",
    ("state", "split"): "are split",
    ("state", "alliance_broad"): "count as allies in the broad sense",
}


def title(view: View, signed: Signature) -> Lines:
    """Question, pair, dates, panel, and who signed."""
    question, fit = view.question, view.fit
    facts = [
        f"**Pair:** {escape(view.pair)}",
        f"**As of:** {day(fit.as_of)}, {escape(view.outcome_name(fit.start_state))} on that date",
        f"**Horizon:** {day(view.far)}",
        f"**Panel:** {escape(plain(fit.panel.id))}, {count(len(fit.panel.members), 'source')}",
        *signing(signed),
        *(f"**Note:** {sentence(note)}" for note in fit.notes),
    ]
    lines = [*heading(escape(question.title), 1), *bullets(facts)]
    if not view.converged:
        failures = "; ".join(fit.posterior.diagnostics.failures)
        lines += [
            f"> **Warning: the estimation has not passed its checks ({escape(failures)}).** No number below "
            "is fit to be quoted until it has. Every headline is marked as not converged.",
            "",
        ]
    return lines


def background(view: View) -> Lines:
    """What the question is about, for a reader who comes to it new."""
    told = view.question.background
    return [*heading("Background"), *paragraph(escape(told))] if told else []


def signing(signed: Signature) -> list[str]:
    """Status, authors, reviewers and marking as facts of the title."""
    facts = [f"**Status:** {status(signed)}"]
    if signed.authors:
        facts.append(f"**{'Author' if len(signed.authors) == 1 else 'Authors'}:** {_people(signed.authors)}")
    if signed.readers:
        facts.append(f"**Read by:** {_people(signed.readers)}")
    if signed.marking:
        facts.append(f"**Marking:** {escape(signed.marking)}")
    return facts


def status(signed: Signature) -> str:
    """A status in words: what it says, and whether anyone but the authors has read it."""
    if signed.status == "reviewed":
        return "reviewed"
    return signed.status + ("" if signed.readers else ", not reviewed")


def _people(names: Sequence[str]) -> str:
    return ", ".join(escape(name) for name in names)


def key_judgments(
    view: View,
    found: Sequence[Effect],
    steps: Sequence[Steps],
    definitions: Sequence[Definition],
    sure: Confidence,
) -> Lines:
    """Each outcome at both dates in words and numbers; what moves them; confidence, kept apart."""
    lines = heading("Key judgments")
    for outcome in OUTCOMES:
        extra = _by_whose_definition(view, definitions) if outcome == "alliance_broad" else ""
        lines += paragraph(_judgment(view, outcome), extra, confidence_sentence(sure, outcome))
    lines += paragraph("**What moves the answer.**", *(_movers(view, found, step) for step in steps))
    lexicon = view.workspace.lexicon
    lines += paragraph(
        "**How to read these numbers.** No text states a probability: every number codes a verbal stance, "
        "and the coding is ours" + asked_directly(view) + ".",
        f"Words follow {lexicon.title} and describe the central number, a mean over "
        f"{integer(view.fit.posterior.draws)} draws. Intervals hold 90% of the draws; they are over "
        "judgments given "
        "this model, not over every way in which the model may be wrong.",
    )
    return lines


def asked_directly(view: View) -> str:
    """The exception, where there is one."""
    asked = [m for m in view.fit.panel.members if view.workspace.sources[m].kind == "expert"]
    return f"; only {count(len(asked), 'expert')} asked directly gave numbers" if asked else ""


def likelihood(phrase: str) -> str:
    """The opening of a sentence for words of a lexicon.

    Adjectives and chances make a sentence; other words of a house's lexicon are named in one.

    >>> likelihood("very unlikely"), likelihood("almost no chance"), likelihood("remote chance")
    ('it is very unlikely', 'there is almost no chance', 'there is a remote chance')
    >>> likelihood("even chance"), likelihood("a fair chance"), likelihood("probably not")
    ('there is an even chance', 'there is a fair chance', 'it is “probably not”')
    """
    if phrase.startswith("between "):
        low, high = phrase.removeprefix("between ").split(" and ")
        return f"between “{low}” and “{high}” lies the likelihood"
    if phrase.endswith(_CHANCES):
        article = "" if phrase.startswith(_NO_ARTICLE) else "an " if phrase[0] in "aeiou" else "a "
        return f"there is {article}{phrase}"
    return f"it is {phrase}" if phrase.endswith(_ADJECTIVES) else f"it is “{phrase}”"


#: How phrases end that are a noun, or that "it is" can stand before.
_CHANCES = ("chance", "possibility", "prospect", "likelihood", "probability")
_ADJECTIVES = (
    *("likely", "likely as not", "likely than not", "certain", "probable", "possible", "plausible"),
    *("conceivable", "doubtful", "uncertain", "expected"),
)
_NO_ARTICLE = ("a ", "an ", "the ", "almost no ", "no ", "little ", "some ", "every ", "hardly any ")


def claim(view: View, outcome: str) -> str:
    """What a headline says of the pair: ``A and B enter an alliance at any time``."""
    event = EVENTS["reached" if view.counts_as_reached(outcome) else "state", outcome]
    return f"{escape(view.pair)} {event}"


def _judgment(view: View, outcome: str) -> str:
    """Both dates of one outcome, then what its intervals do to the words."""
    mark = "" if view.converged else UNCONVERGED
    title = escape(view.question.outcomes[outcome].title)  # type: ignore[index]
    said = [f"**{title}{mark}.**"]
    before = ""
    for date in view.headline_dates:
        value = view.headline(outcome, date)
        opening = likelihood(words(view.workspace.lexicon, value.mean))
        when = f"{'by' if view.counts_as_reached(outcome) else 'on'} {day(date)}"
        if not before:
            told = f"{capital(opening)} that {claim(view, outcome)} {when}"
        elif opening == before:
            told = f"{capital(when)} that is still so"
        else:
            told = f"{capital(when)} {opening}"
        said.append(f"{told}: **{percent(value.mean)}**, 90% interval {interval(value)}.")
        before = opening
    return " ".join([*said, straddling(view, outcome, view.headline_dates)]).strip()


def straddling(view: View, outcome: str, dates: Sequence[dt.date]) -> str:
    """A sentence where an interval holds more than one of the lexicon's terms; empty where none does."""
    ends = {
        date.year: pair
        for date in dates
        if (pair := straddled(view.workspace.lexicon, view.headline(outcome, date))) is not None
    }
    if not ends:
        return ""
    if len(dates) == 1:
        low, high = next(iter(ends.values()))
        return f"The interval runs from “{low}” to “{high}”."
    if len(ends) == 2 and len(set(ends.values())) == 1:
        low, high = next(iter(ends.values()))
        return f"Both intervals run from “{low}” to “{high}”, so the words hold for the central number only."
    runs = [f"for {year} from “{low}” to “{high}”" for year, (low, high) in ends.items()]
    return f"The interval {', that '.join(runs).replace(' from', ' runs from', 1)}."


def _by_whose_definition(view: View, definitions: Sequence[Definition]) -> str:
    if len(definitions) < 2:
        return ""
    strict, loose = definitions[0], definitions[-1]
    return (
        "It is read from the alignment index, not by counting the facts that would resolve it, and much of "
        f"its width is about the word: for {view.far.year}, the line implied by our coding of "
        f"{escape(view.source_names[strict.source])} gives {percent(strict.far.mean)}, that of "
        f"{escape(view.source_names[loose.source])} {percent(loose.far.mean)}."
    )


def _movers(view: View, found: Sequence[Effect], step: Steps) -> str:
    """All drivers together, then the three that move this rate most."""
    mine = [e for e in found if e.channel == step.channel and abs(e.now.mean) >= NEGLIGIBLE]
    ranked = sorted(mine, key=lambda e: -abs(e.now.mean))[:3]
    named = listed([f"{escape(view.feature_name(e.feature))} (×\u00a0{number(e.factor)})" for e in ranked])
    through = f", above all through {named}" if named else ""
    return (
        "Against average drivers, those of today multiply the yearly rate of "
        f"{escape(view.outcome_name(step.channel))} by {spread(step.drivers, '.1f')}{through}."
    )
