"""Competing hypotheses: the evidence on each, by the model's likelihoods and by ratings of consistency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forecast.report.figures.ach import item_label
from forecast.report.findings.ach import Ach, Matrix, Rules
from forecast.report.findings.evidence import Item
from forecast.report.findings.partings import Parting, Row
from forecast.report.findings.ratings import NO_BROAD
from forecast.report.findings.weight_of_evidence import NEGLIGIBLE
from forecast.report.markdown import (
    Drawing,
    Lines,
    bullets,
    capital,
    escape,
    figure,
    heading,
    paragraph,
    table,
)
from forecast.report.marked import count, day, integer, number, percent, signed
from forecast.report.view import View
from forecast.reweighting.pareto import K_LIMIT
from forecast.reweighting.reweight import FEWEST

#: Items named in a sentence, and partings explained.
NAMED, EXPLAINED = 3, 4
#: What marks a row whose weights cannot be trusted.
UNTRUSTED = "†"


def ach(view: View, found: Ach, drawn: Mapping[str, Drawing] | None = None) -> Lines:
    """How to read the matrices, then each with its figure, if ``drawn``, and what follows from it."""
    return [
        *heading("Competing hypotheses"),
        *_how_to_read(found.rules),
        *_matrix(view, found.states, "Alliance, partnership or split", drawn or {}),
        *_by_driver(view, found),
        *_matrix(view, found.broad, "A broad alliance or none", drawn or {}),
    ]


def _how_to_read(rules: Rules) -> Lines:
    high, low = rules.weight["high"], rules.weight["low"]
    second, first, third, fourth = map(percent, rules.probability)
    return [
        *paragraph(
            "Every body of evidence against every hypothesis, twice. Sources of one cluster are one item."
        ),
        *bullets(
            [
                "**By the model**, in decibans: ten times the decimal logarithm of how many times the "
                "hypothesis' probability without the item its probability with it is, given all other "
                "evidence (1 multiplies the probability by 1.26, 3 double it). The difference between two "
                "cells of a row is the weight of evidence between their hypotheses, in the odds of one "
                "against the other; the range over the row, with its sampling error, is how diagnostic the "
                "item is. Each is weighed when all others have spoken: two that say the same count for "
                "little each, and rows do not add up. Levels of drivers are fitted before all else, by a "
                "cut, and have no likelihood: one is weighed against the driver's average today, in closed "
                "form.",
                "**By rating**, after Heuer, from what was coded and not from the model. A source is rated "
                f"by its median for the hypothesis: CC from {fourth}, C from {third}, N, I below {first}, II "
                f"below {second}; one coded on causes alone, and a driver's level, by code times level (C "
                f"from {signed(rules.push[2], 0)}, CC from {signed(rules.push[3], 0)}, and mirrored). The "
                "weight is credibility (of a source its Admiralty grade, of a level whether it is measured "
                "and current) times relevance (whether the outcome itself is spoken of, and in the text's "
                f"own words), each {number(low)}, 1 or {number(high)}. I counts −1 and II −2 times the "
                "weight, the rest nothing; the hypothesis nearest to 0 is the least inconsistent.",
            ]
        ),
        *paragraph(
            "Nothing in the model uses the ratings; they are for readers who are used to them. A trial found "
            "no gain in judgment from the method (Karvetski and Mandel 2020, Judgment and Decision Making "
            "15(6))."
        ),
    ]


def _matrix(view: View, found: Matrix, title: str, drawn: Mapping[str, Drawing]) -> Lines:
    drawing = drawn.get(f"evidence_{found.judgment}")
    said = [
        *(_spoken(view, found, h) for h in _asked(found)),
        _idle(view, found),
        _ranks(view, found),
        *_why(view, found),
        *_trust(view, found),
    ]
    return [
        *heading(f"{title}, {found.date.year}", 3),
        *paragraph(_lead(found)),
        *(figure(drawing) if drawing is not None else []),
        *_table(view, found),
        *bullets(said),
    ]


def _lead(found: Matrix) -> str:
    if found.judgment == "broad":
        return (
            f"On {day(found.date)}. The end's cells are each hypothesis' probability against the same chance "
            "for each; the reference class says nothing of either. A source counts with the line that its "
            "coding implies, too."
        )
    return (
        f"The key judgments' hypotheses for {day(found.date)}; they overlap a little, since a state can be "
        "left again. Start and end hold each one's probability against the same chance for each of them; the "
        "start is the base rate."
    )


def _table(view: View, found: Matrix) -> Lines:
    names = [escape(capital(hypothesis(view, h))) for h in found.hypotheses]
    many = len(names)
    header = ["Evidence", *(f"{n}, decibans" for n in names), "Range", "Sampling error"]
    header += [*(f"{n}, rating" for n in names), "Weight"]
    rows = [_row(view, row) for row in found.main]
    if found.rest.items:
        summed = [*map(_decibans, found.rest.decibans), "–", "–", *map(_score, found.rest.scores), "–"]
        rows.append([f"{count(found.rest.items, 'other item')}, summed", *summed])
    if found.total.start is not None:
        start = [*map(_decibans, found.total.start), *["–"] * (many + 3)]
        rows.append(["**Start: the reference class alone**", *start])
    scores = [f"**{_score(s)}**" for s in found.scores]
    rows.append(["**End: all together; score**", *map(_decibans, found.total.end), "–", "–", *scores, "–"])
    return table(header, rows, words={0, *range(many + 3, 2 * many + 3)})


def _row(view: View, row: Row) -> list[str]:
    mark = "" if row.weighed.trusted else f" {UNTRUSTED}"
    cells = [item_name(view, row.item) + mark, *map(_decibans, row.weighed.decibans)]
    cells += [number(row.weighed.diagnosticity), f"±{number(row.weighed.range_error)}"]
    if row.rated is None:
        return [*cells, *["not rated"] * len(row.weighed.decibans), "–"]
    return [*cells, *row.rated.ratings, number(row.rated.weight, ".1f")]


def _decibans(value: float) -> str:
    return signed(value, 2)


def _score(value: float) -> str:
    return signed(value)


def hypothesis(view: View, name: str) -> str:
    """A hypothesis in small letters."""
    broad = view.outcome_name("alliance_broad")
    return f"no {broad}" if name == NO_BROAD else view.outcome_name(name)


def item_name(view: View, item: Item) -> str:
    """An item by what it is; a cluster by its members."""
    return escape(capital(item_label(view, item)))


def _asked(found: Matrix) -> tuple[str, ...]:
    """The hypotheses that get a sentence: of three all but the likeliest, of two the first."""
    return found.by_model[1:] if found.judgment == "states" else found.hypotheses[:1]


def _spoken(view: View, found: Matrix, name: str) -> str:
    """What speaks most for a hypothesis, and most against it."""
    at = found.hypotheses.index(name)
    told = [(row.weighed.decibans[at], row) for row in found.rows]
    ranked = sorted((one for one in told if abs(one[0]) >= NEGLIGIBLE), key=lambda one: -abs(one[0]))

    def most(sign: int) -> str:
        some = [one for one in ranked if sign * one[0] > 0][:NAMED]
        return "; ".join(f"{item_name(view, row.item)} ({_decibans(value)})" for value, row in some)

    title = f"**{escape(capital(hypothesis(view, name)))}, {percent(found.chances[at])}.**"
    for_, against = most(1), most(-1)
    least = f"by {number(NEGLIGIBLE, '.1f')} decibans or more"
    parts = [f"Most for it: {for_}." if for_ else f"Nothing speaks for it {least}."]
    parts.append(f"Most against: {against}." if against else f"Nothing speaks against it {least}.")
    return " ".join([title, *parts])


def _idle(view: View, found: Matrix) -> str:
    idle = [row for row in found.rows if not row.weighed.diagnostic]
    if not idle:
        return "**Not diagnostic:** no item; each tells some two hypotheses apart."
    heavy = sorted(idle, key=lambda row: -(row.rated.weight if row.rated else 0.0))[:NAMED]
    named = "; ".join(item_name(view, row.item) for row in heavy)
    return (
        f"**Not diagnostic:** {integer(len(idle))} of {count(len(found.rows), 'item')}, whose range is below "
        f"{number(NEGLIGIBLE, '.1f')} decibans, a twentieth in the odds. They say what others say too, speak "
        f"of something else, or count for little; those of most weight by rating are {named}."
    )


def _ranks(view: View, found: Matrix) -> str:
    def named(order: Sequence[str], shown: dict[str, str]) -> str:
        return ", ".join(f"{escape(hypothesis(view, h))} {shown[h]}" for h in order)

    chances = {h: percent(p) for h, p in zip(found.hypotheses, found.chances, strict=True)}
    scores = {h: _score(s) for h, s in zip(found.hypotheses, found.scores, strict=True)}
    verdict = "The two orders agree." if found.agree else "The two orders part."
    return (
        f"**Rankings.** By the model, from the highest: {named(found.by_model, chances)}. By inconsistency, "
        f"from the least: {named(found.by_rating, scores)}. {verdict}"
    )


def _why(view: View, found: Matrix) -> list[str]:
    """What the ratings leave out, and the items on which the two point opposite ways."""
    said = ["they count inconsistency alone, however much is consistent"]
    if (gap := found.total.gap) is not None:
        said.append(
            f"they know no base rate, which alone is worth {number(gap.decibans, '.1f')} decibans to "
            f"{escape(hypothesis(view, gap.first))} over {escape(hypothesis(view, gap.second))}"
        )
    said.append(
        f"{percent(found.idle)} of all their inconsistency is from items that the model finds not diagnostic"
    )
    if found.flat:
        said.append(
            f"{integer(found.flat)} of {count(len(found.diagnostic), 'item')} that the model finds "
            "diagnostic are rated alike for every hypothesis, or not at all"
        )
    lines = [f"**What ratings leave out:** {'; '.join(said)}."]
    if found.parted:
        told = " ".join(_parting(view, one) for one in found.parted[:EXPLAINED])
        lines.append(
            f"**Opposite ways:** on {count(len(found.parted), 'item')} the model favours a hypothesis over "
            f"one that the rating finds more consistent. {told}"
        )
    return lines


def _parting(view: View, one: Parting) -> str:
    for_, over = escape(hypothesis(view, one.for_)), escape(hypothesis(view, one.over))
    claim = (
        f"{item_name(view, one.item)}: {for_} over {over} by {number(one.decibans)} decibans, yet rated "
        f"{one.rated_for} and {one.rated_over}"
    )
    if one.coded is None:
        return f"{claim}, by mean codes from which the model's effect departs."
    gap = f"a median coded at {percent(one.coded)} where all else gives {percent(one.without)}"
    if one.coded > one.without:
        return f"{claim}; {gap} raises it, however it is rated."
    return f"{claim}; {gap}, but its codes on causes raise it."


def _trust(view: View, found: Matrix) -> list[str]:
    doubtful = [row for row in found.rows if not row.weighed.trusted]
    if doubtful:
        named = "; ".join(item_name(view, row.item) for row in doubtful[:NAMED])
        return [
            f"**Not to be relied on** ({UNTRUSTED}; Pareto k̂ above {number(K_LIMIT, '.1f')}, or fewer than "
            f"{integer(FEWEST)} effective draws): {named}. So much rests on them that the draws hardly show "
            "what would be said without; `forecast run --exclude` fits it."
        ]
    tails = [(row.weighed.k_hat, row) for row in found.rows if row.weighed.k_hat is not None]
    worst, row = max(tails, key=lambda one: one[0])
    moved = [item_name(view, row.item) for row in found.rows if row.weighed.moved]
    shift = f" Draws were moved to weigh {'; '.join(moved)}." if moved else ""
    return [
        f"**Sampling:** Pareto k̂ of the weights is at most {number(worst)} ({item_name(view, row.item)}); up "
        f"to {number(K_LIMIT, '.1f')} is trusted.{shift}"
    ]


def _by_driver(view: View, found: Ach) -> Lines:
    """The codes once more, by driver: of those whose weights are trusted, the most diagnostic."""
    trusted = [one for one in found.by_driver if one.states.trusted]
    if not trusted:
        return []
    most = max(trusted, key=lambda one: one.states.diagnosticity)
    cells = ", ".join(
        f"{escape(view.outcome_name(s))} {_decibans(d)}"
        for s, d in zip(found.states.hypotheses, most.states.decibans, strict=True)
    )
    others = len(found.by_driver) - len(trusted)
    rest = (
        f" For {count(others, 'driver')} it cannot be said from these draws, since so many sources speak of "
        f"each (k̂ above {number(K_LIMIT, '.1f')})."
        if others
        else ""
    )
    return paragraph(
        f"Read by driver instead of by source, the same codes tell most on "
        f"{escape(view.driver_name(most.driver))}: {cells} decibans.{rest}"
    )
