"""Analytic confidence: a sentence for each key judgment, what it is read from, and the sources' grades."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from forecast.inputs.records import CREDIBILITY, RELIABILITY
from forecast.report import markdown
from forecast.report.findings.confidence import OUTCOMES, Confidence
from forecast.report.findings.grades import BORNE, Grades
from forecast.report.findings.measures import MEASURES
from forecast.report.findings.verdicts import VERDICTS, Component, Judged, Limits, Reading, Verdict
from forecast.report.findings.voices import GOOD_DIGIT, GOOD_LETTER
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, table
from forecast.report.marked import count, integer, mark, number, percent
from forecast.report.view import View

#: Grounds named in a sentence: against a judgment, and in its favour.
AGAINST, FOR = 3, 1
#: Sources or drivers named behind a reading.
NAMED = 5
#: What each choice of the model is called.
CHOICES = {
    "reference_class": "the reference class",
    "half_life": "half-lives",
    "shared_bias": "the bias shared by codings",
}
_LEVELS = (
    "**High:** good evidence from several independent sides, and what can be checked agrees. It can be wrong "
    "all the same.",
    "**Moderate:** credible evidence and a plausible reading, not so good or so well borne out that more "
    "could be claimed.",
    "**Low:** evidence that is thin, second-hand, old or at odds with itself, or an answer that moves with "
    "choices which could have been made otherwise.",
)


def sentence(found: Confidence, outcome: str) -> str:
    """The confidence in one key judgment, a sentence of its own without likelihood or probability."""
    judgment = found.of(outcome)
    said = f"Confidence in this judgment is **{judgment.level}**: "
    return said + "; ".join(_because(judgment)) + "."


def _because(judgment: Judged) -> list[str]:
    """The grounds of a level: what bars a better one, what is weak or no more than fair; what is strong."""
    strong = _grounds(judgment, "strong")
    if judgment.level == "high":
        return strong[:AGAINST]
    poor = [*_grounds(judgment, "weak"), *_grounds(judgment, "fair")]
    against = [*judgment.barred, *poor][:AGAINST]
    return [*against, *(f"in its favour, {each}" for each in strong[:FOR])]


def _grounds(judgment: Judged, verdict: Verdict) -> list[str]:
    found = [_ground(each, told=judgment.told) for each in judgment.having(verdict)]
    return [ground for ground in found if ground is not None]


def _ground(component: Component, *, told: Collection[str]) -> str | None:
    """What a component's verdict rests on: of a strong one the first strong reading, else the first worst.

    Not what is ``told`` already; None where that is all.
    """
    verdicts = [r.verdict or "fair" for r in component.readings]
    pick = "strong" if component.verdict == "strong" else max(verdicts, key=VERDICTS.index)
    picked = zip(component.readings, verdicts, strict=True)
    return next((r.ground for r, verdict in picked if verdict == pick and r.name not in told), None)


def confidence(view: View, found: Confidence, graded: Grades) -> Lines:
    """The section: each level with its grounds, the readings behind them, and the grades."""
    titles = {outcome: escape(view.outcome_title(outcome)) for outcome in OUTCOMES}
    return [
        *heading("Analytic confidence"),
        *paragraph(
            "Confidence is about what a judgment rests on and whether that bears; the number that is judged "
            "has no part in it.",
            "It is read from five components, each from measures with limits that are stated below. Limits "
            "and rule are ours.",
        ),
        *bullets(f"**{titles[outcome]}.** {sentence(found, outcome)}" for outcome in OUTCOMES),
        *_components(found, titles),
        *paragraph(
            "A component joins its measures, and a level its components, by one rule: weak if as many are "
            "weak as are not, or more; strong if none is weak and most are strong; fair otherwise.",
            "Low, whatever is read, is a level where nobody of the panel, or only one source, is heard on "
            "the outcome, and every level where the estimation has not passed its checks.",
            "What could not be computed counts as fair. "
            f"{titles['partnership']} is what is left when neither way out is taken: its measures are the "
            "weaker of those for the two ways out, but for the range under other choices, which is its own.",
        ),
        *bullets(_LEVELS),
        *heading("Measures", 3),
        *_measures(found, titles),
        *bullets(_behind(view, found)),
        *_grades(view, graded),
    ]


def _components(found: Confidence, titles: dict[str, str]) -> Lines:
    """One row a component, one column a judgment; levels last."""
    names = dict.fromkeys(each.name for judged in found.judgments for each in judged.components)
    rows = []
    for name in names:
        verdicts = [
            next((c.verdict for c in found.of(outcome).components if c.name == name), "–")
            for outcome in OUTCOMES
        ]
        rows.append([name, *verdicts])
    rows.append(["**Confidence**", *(f"**{found.of(outcome).level}**" for outcome in OUTCOMES)])
    return table(["Component", *titles.values()], rows, words=range(5))


def _measures(found: Confidence, titles: dict[str, str]) -> Lines:
    """One row a measure: its value and verdict for each judgment, and its limits."""
    rows = []
    for name, measure in MEASURES.items():
        read = {outcome: _reading(found.of(outcome), name) for outcome in OUTCOMES}
        if any(read.values()):
            rows.append(
                [
                    measure.title,
                    *(_cell(read[outcome]) for outcome in OUTCOMES),
                    _limit(measure.limits, measure.limits.strong),
                    _limit(measure.limits, measure.limits.fair),
                ]
            )
    return table(["Measure", *titles.values(), "Strong", "Fair"], rows, words=range(7))


def _reading(judged: Judged, name: str) -> Reading | None:
    return next((r for c in judged.components for r in c.readings if r.name == name), None)


def _cell(reading: Reading | None) -> str:
    if reading is None:
        return "–"
    if reading.measure is None:
        return reading.verdict or "not computed"
    return f"{_value(reading.limits, reading.measure)}, {reading.verdict}"


def _value(limits: Limits, measure: float) -> str:
    """A measure in its unit, in as many digits as its limits are told apart by."""
    if limits.unit == "share":
        return _ENDS.get(measure) or mark(f"{100 * measure:.1f}%", measure)
    return number(measure, ".1f", after="×" if limits.unit == "times" else " years")


def _limit(limits: Limits, value: float) -> str:
    if limits.unit == "share":
        if value in _ENDS:
            return _ENDS[value]
        shown = mark(f"{100 * value:.0f}%", value)
    else:
        shown = number(value, "g", after="×" if limits.unit == "times" else " years")
    return f"{'from' if limits.rising else 'up to'} {shown}"


#: Shares that are told in words.
_ENDS = {0.0: "none", 1.0: "all"}


def _behind(view: View, found: Confidence) -> list[str]:
    """What the readings point at: drivers once, since they are the same for all; the rest by judgment."""
    said = []
    for name in ("disputes", "unmeasured", "measurements", "projected"):
        reading = _reading(found.of("alliance"), name)
        if reading is not None and reading.names:
            drivers = _listed((view.driver_name(d) for d in reading.names), most=len(reading.names))
            said.append(f"{_POINTS[name]}: {drivers}.")
    for name in ("misfits", "classes", "definitions"):
        for outcome in (o for o in OUTCOMES if o != "partnership"):
            reading = _reading(found.of(outcome), name)
            if reading is not None and reading.names:
                naming = view.driver_name if name == "classes" else view.source_names.__getitem__
                what = escape(view.outcome_name(outcome))
                said.append(f"{_POINTS[name]} ({what}): {_listed(map(naming, reading.names))}.")
    return [*said, _choices(view, found)]


_POINTS = {
    "disputes": "Sources contradict each other, or the drivers' file, on where these stand",
    "unmeasured": "No measured series",
    "measurements": "Series contradict each other, or the judgments, on",
    "projected": "No reading for over a year",
    "misfits": "Whom the answer fits badly",
    "classes": "What is seen across other pairs has the opposite sign of the sources' codes",
    "definitions": "The strictest and the loosest line between partnership and the broad state",
}


def _choices(view: View, found: Confidence) -> str:
    """What other choices were answered, and which moves each judgment most."""
    done = found.specification
    if done is None:
        return "Other choices of reference class, half-lives and bias were not computed for this report."
    moved = [
        f"{escape(view.outcome_name(outcome))} by {CHOICES[reading.names[0]]}"
        for outcome in OUTCOMES
        if (reading := _reading(found.of(outcome), "band")) is not None and reading.names
    ]
    most = f" Most is moved, {'; '.join(moved)}." if moved else ""
    return (
        f"Other choices of reference class, half-lives and bias: {integer(done.used)} of "
        f"{count(done.asked, 'combination')} tried could be answered, out of {integer(done.whole)} that "
        f"there are.{most}"
    )


def _grades(view: View, graded: Grades) -> Lines:
    """The matrix of grades with its legend, then the poorly graded sources that carry much."""
    if not any(cell.count for cell in graded.cells):
        return []
    rows = [
        [f"**{letter}** {meaning}", *(_share(graded, letter + digit) for digit in CREDIBILITY)]
        for letter, meaning in RELIABILITY.items()
    ]
    digits = "; ".join(f"**{digit}** “{meaning}”" for digit, meaning in CREDIBILITY.items())
    ungraded = [
        f"Not graded, and so counted under F6: {_listed(view.source_names[m] for m in graded.ungraded)}."
    ] * bool(graded.ungraded)
    return [
        *heading("Grades of the sources", 3),
        *paragraph(
            "Each source has an Admiralty grade (Allied doctrine AJP-2.1): a letter for how its view "
            "reached us, a digit for whether others and dated facts bear it out.",
            "The grades are ours, and nothing in the forecast is weighed by them.",
            f"By the panel's weights {_part(graded.best)} is on sources graded B3 or better, "
            f"{_part(graded.good)} on sources graded {GOOD_LETTER}{GOOD_DIGIT} or better.",
            *ungraded,
        ),
        *table(["Sources, and their share of the panel's weight", *CREDIBILITY], rows, words=(0,)),
        *paragraph(f"Digits: {digits}. F and 6 say that nothing can be judged, and so support nothing."),
        *_bearing(view, graded),
    ]


def _part(share: float) -> str:
    """A share of the weight; none and all in words, since no such share is nearly so."""
    return _ENDS.get(round(share, 12)) or percent(share)


def _share(graded: Grades, grade: str) -> str:
    cell = graded.cell(grade)
    return f"{integer(cell.count)} ({percent(cell.share)})" if cell.count else "–"


def _bearing(view: View, graded: Grades) -> Lines:
    if not graded.bearing:
        return []
    rows = [
        [
            escape(view.source_names[each.source]),
            each.grade,
            *(percent(each.shares[what]) if each.shares[what] else "–" for what in BORNE),
        ]
        for each in graded.bearing
    ]
    outcomes = [escape(view.outcome_title(what)) for what in BORNE[:3]]
    causes = [f"Causes of {escape(view.outcome_name(what.removeprefix('causes_of_')))}" for what in BORNE[3:]]
    why = [
        f"**{escape(view.source_names[each.source])}:** {markdown.sentence(each.why)}"
        for each in graded.bearing
        if each.why
    ]
    bare = {each.source for each in graded.bearing} & set(graded.ungraded)
    below = f"graded below {GOOD_LETTER}{GOOD_DIGIT}"
    graded_so = f"{below}, or not graded," if bare else below
    return [
        *paragraph(
            f"**Weak and load-bearing:** sources {graded_so} that carry much of "
            "what is said, each with its share of the weight that the model gives to it."
        ),
        *table(["Source", "Grade", *outcomes, *causes], rows, words=(0, 1)),
        *bullets(why),
    ]


def _listed(names: Iterable[str], *, most: int = NAMED) -> str:
    every = [escape(name) for name in names]
    return ", ".join(every[:most]) + (", and others" if len(every) > most else "")
