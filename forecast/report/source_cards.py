"""Cards of sources as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forecast.cards.card import Card, Code, CodedOutcome
from forecast.cards.words import CODED, GRADES, STATED, admiralty_in_words, level, probability
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, sentence, table
from forecast.report.numbers import percent
from forecast.states import CHANNELS, Channel

NONE = "–"


def anchor(source: str, text: str | None = None) -> str:
    """A link to a source's card on the same page."""
    return f"[{escape(text) if text else f'`{source}`'}](#{source.lower()})"


def linked(sources: Sequence[str]) -> str:
    """Links to several cards."""
    return ", ".join(anchor(s) for s in sources)


def mark(code: str) -> str:
    """A code's mark in type, with nothing in it read as Markdown; the sign of an inference goes behind.

    >>> mark("~-2")
    '−2\\\\~'
    """
    return code.removeprefix("~").replace("-", "−").replace("x", "×") + r"\~" * code.startswith("~")


def card(found: Card, titles: Mapping[Channel, str]) -> Lines:
    """One card: heading by id, facts, stance and reasons, then what was coded."""
    said = (("Stance, in our words", found.stance), ("Why it is coded so", found.rationale))
    return [
        *heading(f"`{found.id}`", 3),
        *paragraph(f"**{sentence(found.citation)}**"),
        *bullets(_facts(found)),
        *(
            line
            for title, text in (*said, ("Independence", found.independence))
            if text
            for line in paragraph(f"*{title}.* {sentence(text)}")
        ),
        *_outcomes(found),
        *_effects(found, titles),
        *_levels(found),
    ]


def _facts(found: Card) -> list[str]:
    heard = f"{percent(found.share)} of" if found.share is not None else "not heard in"
    checked = {"yes": "yes", "no": "not yet"}.get(found.checked, f"{found.checked} codings")
    cluster = f", with {linked(found.cluster_with)}" if found.cluster_with else ", alone in it"
    facts = [
        f"**Kind:** {sentence(found.kind_in_words)}",
        f"**Known:** {escape(found.known)}"
        + (f" ({linked(found.reported_in)})" if found.reported_in else ""),
        f"**View of** {found.view_date}; **lens:** {escape(', '.join(found.lens))}",
        f"**Graded:** {escape(admiralty_in_words(found.admiralty))}"
        + (f". {sentence(found.admiralty_why)}" if found.admiralty_why else ""),
        f"**Weight:** {found.weight:.2f}, {heard} panel {escape(found.panel)}",
        f"**Cluster:** {escape(found.cluster)}{cluster}",
    ]
    for title, sources in (("Cites", found.cites), ("Cited by", found.cited_by), ("Reports", found.reports)):
        if sources:
            facts.append(f"**{title}:** {linked(sources)}")
    facts.append(f"**Held against the text it comes from:** {checked}")
    if found.pages:
        facts.append(f"**Pages:** {escape(found.pages)}")
    return facts


def _outcomes(found: Card) -> Lines:
    if not found.outcomes:
        return []
    header = ["Outcome", "Stated" if found.asked_directly else "Coded", "Grade", "Where", "Why"]
    rows = [
        [
            f"{escape(o.title)}, {o.window}",
            probability(o.quantiles) + _used(o),
            _grade(found, o.grade),
            _place(o.place, o.grade == "TEXT"),
            sentence(o.rationale) if o.rationale else NONE,
        ]
        for o in found.outcomes
    ]
    whose = STATED if found.asked_directly else CODED
    return [*paragraph(f"**Outcomes:** {whose}."), *table(header, rows, words=range(5))]


def _used(outcome: CodedOutcome) -> str:
    return f"; widened for its kind to {probability(outcome.used)}" if outcome.used is not None else ""


def _effects(found: Card, titles: Mapping[Channel, str]) -> Lines:
    rows = []
    for effect in found.effects:
        codes = {c.channel: c for c in effect.codes}
        rows.append(
            [
                escape(effect.driver_name),
                *(_code(found, codes.get(channel)) for channel in CHANNELS),
                _place(effect.place, any(c.grade == "TEXT" for c in effect.codes)),
                sentence(effect.rationale) if effect.rationale else NONE,
            ]
        )
    header = ["More of this driver", *(f"does this to {titles[c]}" for c in CHANNELS), "Where", "Why"]
    return [
        *(paragraph(f"**Effects,** from −3 to +3, {_by_whom(found)}.") if rows else []),
        *table(header, rows, words=range(5)),
    ]


def _code(found: Card, code: Code | None) -> str:
    if code is None:
        return NONE
    return f"{mark(code.mark)}, {escape(code.words)} ({_grade(found, code.grade)})"


def _levels(found: Card) -> Lines:
    rows = [
        [
            f"{escape(x.driver_name)}, {x.date}",
            level(x.quantiles).replace("-", "−"),
            _grade(found, x.grade),
            _place(x.place, x.grade == "TEXT"),
            sentence(x.rationale) if x.rationale else NONE,
        ]
        for x in found.levels
    ]
    about = f"**Levels,** {_by_whom(found)}; 0 is the driver's average, 1 one standard deviation."
    return [
        *(paragraph(about) if rows else []),
        *table(["Driver", "Level", "Grade", "Where", "Why"], rows, words=range(5)),
    ]


def _by_whom(found: Card) -> str:
    return STATED if found.asked_directly else "coded by us from words"


def _grade(found: Card, grade: str) -> str:
    if found.asked_directly and grade == "TEXT":
        return "the person's own"
    return GRADES[grade]  # type: ignore[index]


def _place(place: str, said: bool) -> str:
    return escape(place if said else f"inferred from {place}")
