"""How near baseline futures come to a scenario, whether it contradicts itself, and what was expected."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.consistency.pushes import OFF_USUAL, Push
from forecast.consistency.verdict import STRAINED, DriverVerdict, Verdict
from forecast.report.findings.scenarios import CLEAR, Expected, Told
from forecast.report.markdown import Lines, bullets, capital, escape, paragraph, sentence
from forecast.report.marked import count, integer, listed, mark, number, percent, points, signed
from forecast.report.marks import quoted
from forecast.report.view import View

METHOD = (
    "**Whether it contradicts itself.** In the manner of cross-impact balances: a driver that the scenario "
    f"sets is low or high where it is {OFF_USUAL:g} or more off its projection, else usual; the judgments of "
    "what drives what push it in points (−3 to +3); consistent is a driver that goes with the push, strained "
    f"one up to {STRAINED:g} points off the best, contradictory one further off. It knows no dates and no "
    "sizes, and drivers that the scenario leaves alone follow all the way."
)
#: Judgments shown for one driver; the rest is counted.
MOST = 4
#: A share above this is said as a percentage alone.
OFTEN = 1 / 3
#: Fewer futures than this say that something is rare, not how rare.
FEW = 10


def nearness(told: Told) -> str:
    """How many baseline futures come near the whole scenario."""
    looked = f"{integer(told.futures)} baseline futures looked at"
    opening = "**How near futures come.**"
    if all(deed.near is None for deed in told.deeds):
        return f"{opening} No future could show it: it changes rates or hazards only."
    if told.one_in is None:
        return f"{opening} None of the {looked} comes near all of it at once."
    if told.near.mean >= OFTEN:
        return f"{opening} {percent(told.near.mean)} of the {looked} come near it."
    if told.near.mean * told.futures < FEW:
        few = f"Fewer than {integer(FEW)} of the {looked} come near it"
        return f"{opening} {few}: too few to say how rare it is."
    return (
        f"{opening} About 1 in {number(told.one_in, ',.0f')} baseline futures comes near it "
        f"({percent(told.near.mean)} "
        f"of the {integer(told.futures)} looked at)."
    )


def expectation(view: View, told: Told) -> str:
    """Whether each outcome came out as the file expects; disagreement in bold."""
    if not told.expected:
        return "Its file states no expectation."
    said = []
    for each in told.expected:
        name = escape(view.outcome_name(each.outcome))
        if each.met is None:
            said.append(f"On {name} nothing is expected; {came(each)}.")
        elif each.met:
            said.append(
                f"As its file expects, {name} {'is' if each.expected == 'unchanged' else 'comes out'} "
                f"{each.expected}: {came(each)}."
            )
        else:
            said.append(f"**Not as expected:** its file has {name} {each.expected}; {came(each)}.")
    return " ".join(said)


def came(found: Expected) -> str:
    """What came out: the difference, and how sure its sign is."""
    if not found.difference:
        return "the model gives no difference"
    way = "higher" if found.difference > 0 else "lower"
    if found.expected == "unchanged" and found.met is False:
        return (
            f"the model gives {points(found.difference)} points on {percent(found.level)}, and less than "
            f"{mark(f'{100 * found.same_below:.1f}', found.same_below)} would count as unchanged"
        )
    sure = "" if found.p_sign >= CLEAR else ", too close to call"
    return (
        f"the model gives {points(found.difference)} points on {percent(found.level)}, P({way}) "
        f"{percent(found.p_sign)}{sure}"
    )


def consistency(view: View, found: Verdict) -> Lines:
    """The verdict in a word, with every driver that is not consistent and what contradicts it."""
    opening = f"**Consistency: {found.word}.**"
    if not found.drivers:
        return paragraph(f"{opening} It sets no driver, so that no judgment can contradict it.")
    off = [d for d in found.drivers if d.word != "consistent"]
    if not off:
        return paragraph(f"{opening} No judgment outweighs what it does to the drivers it sets.")
    lines = paragraph(
        f"{opening} The largest inconsistency is {_points(found.inconsistency)}.", _swinging(view, found)
    )
    for driver in off:
        lines += paragraph(_against(view, driver))
        lines += bullets(_judgments(view, driver.contradicts))
    return lines


def _against(view: View, d: DriverVerdict) -> str:
    where = "at its usual level" if d.variant == "usual" else d.variant
    if d.direct > 0:
        direct = f"and {_points(d.direct)} by what the scenario itself sets alone"
    else:
        direct = "all through drivers that would follow, none through what it sets itself"
    return (
        f"*{escape(view.driver_name(d.driver))}* is held {where} ({signed(d.deviation)} off its projection) "
        f"against a net push {'up' if d.push > 0 else 'down'}: {d.word}, {_points(d.inconsistency)}, "
        f"{direct}. Against it:"
    )


def _judgments(view: View, found: Sequence[Push]) -> list[str]:
    said = [
        f"`{quoted(p.place)}`: {_puller(view, p)} pushes it {'up' if p.points > 0 else 'down'} by "
        f"{_points(abs(p.points))}. {sentence(capital(p.rationale))}"
        for p in found[:MOST]
    ]
    more = len(found) - MOST
    return [*said, f"and {count(more, 'weaker judgment')} more."] if more > 0 else said


def _puller(view: View, push: Push) -> str:
    if push.kind == "shock":
        return f"“{escape(view.shock_name(push.from_))}”, made to happen,"
    up = push.points * push.strength > 0
    how = "set" if push.imposed else "which would end"
    return f"{escape(view.driver_name(push.from_))}, {how} {'high' if up else 'low'},"


def _swinging(view: View, found: Verdict) -> str:
    if not found.swinging:
        return ""
    names = escape(listed([view.driver_name(s) for s in found.swinging]))
    return f"What follows finds no rest ({names}); scores are means over the circle."


def _points(value: float) -> str:
    return f"{number(value, '.3g')} point{'s' * (value != 1)}"
