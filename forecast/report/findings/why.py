"""Why a scenario's chance of an outcome differs from the baseline's: the main parts, the rest, the lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forecast.report.numbers import FLOOR
from forecast.report.view import View
from forecast.simulation.forecast import Summary
from forecast.simulation.study import Part, Reasons, Study
from forecast.states import CHANNELS

#: Most parts that are shown one by one; the rest is summed.
SHOWN = 6
#: Most parts that get a sentence, and the share of the largest that one must have.
SAID, WORTH_SAYING = 4, 0.15


@dataclass(frozen=True)
class Cause:
    """A share of a difference: what carries it, in words, and on which transition.

    ``kind`` and ``name`` are those of the study.
    """

    kind: str
    name: str
    title: str
    transition: str
    share: Summary


@dataclass(frozen=True)
class Why:
    """A difference at the horizon as a sum: of ``causes`` (largest first), and of ``lines``.

    ``shown``: how many causes stand one by one; ``said``: how many of these get a sentence; ``rest`` and
    ``unsaid``: the sums of the others' means. ``lines``: what each intervention adds to those before it.
    """

    date: dt.date
    quantity: str
    outcome: str
    before: float
    after: float
    total: Summary
    causes: tuple[Cause, ...]
    shown: int
    said: int
    rest: float
    unsaid: float
    lines: tuple[Summary, ...]

    @property
    def main(self) -> tuple[Cause, ...]:
        """The causes that stand one by one."""
        return self.causes[: self.shown]


def whys(view: View, study: Study) -> tuple[Why, ...]:
    """Why a scenario differs in each outcome, in the quantity that headlines give."""
    wanted = [(view.quantity(c), c) for c in CHANNELS]
    return tuple(
        _why(view, study.scenario, reasons)
        for reasons in study.reasons
        if (reasons.quantity, reasons.outcome) in wanted
    )


def _why(view: View, scenario: str, reasons: Reasons) -> Why:
    sizes = [abs(part.share.mean) for part in reasons.parts]
    shown = sum(size >= FLOOR for size in sizes[:SHOWN])
    said = sum(size >= max(FLOOR, WORTH_SAYING * sizes[0]) for size in sizes[: min(SHOWN, SAID)])
    before = view.baseline.summary(reasons.quantity, reasons.outcome, reasons.date).mean
    return Why(
        date=reasons.date,
        quantity=reasons.quantity,
        outcome=reasons.outcome,
        before=before,
        after=before + reasons.total.mean,
        total=reasons.total,
        causes=tuple(
            Cause(part.kind, part.name, cause_title(view, part), part.transition, part.share)
            for part in reasons.parts
        ),
        shown=shown,
        said=said,
        rest=sum(part.share.mean for part in reasons.parts[shown:]),
        unsaid=sum(part.share.mean for part in reasons.parts[said:]),
        lines=tuple(line.share for line in reasons.lines),
    )


def cause_title(view: View, part: Part) -> str:
    """What carries a part, by names."""
    if part.kind in ("driver", "interaction"):
        return view.feature_name(part.name)
    shocks = " or ".join(f"“{view.shock_name(n)}”" for n in part.name.split(", ") if n)
    if part.kind == "shock":
        return f"{shocks} beside its jumps"
    if part.kind == "criterion":
        return f"the chance of {shocks or 'an event that is the outcome itself'}"
    if part.kind == "entry":
        return f"{shocks or 'an event that is the outcome itself'}, made to happen"
    return "the hazard as changed by hand"
