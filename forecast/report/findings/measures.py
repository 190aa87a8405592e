"""What confidence is read from: each measure, its limits, and what each verdict on it says in words.

The words stand in sentences about confidence. They hold no number and no word for how likely an event is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forecast.report.findings.verdicts import VERDICTS, Limits, Verdict

SPREAD, GRADE, CHOICES = "Spread of sources", "Grade of the evidence", "Choices of the model"
CONFLICT, AGE = "Conflict with data", "Age of the inputs"
#: How sources below C3 are called, unless some or all of them have no grade.
POOR = "poorly graded"


@dataclass(frozen=True)
class Measure:
    """What is measured, and what a strong, fair or weak value of it means; ``none``: that there is none."""

    component: str
    title: str
    limits: Limits
    grounds: Mapping[Verdict, str]
    none: str = ""


def _measure(
    component: str, title: str, limits: Limits, grounds: tuple[str, str, str], *, none: str = ""
) -> Measure:
    return Measure(
        component, title, limits, MappingProxyType(dict(zip(VERDICTS, grounds, strict=True))), none
    )


#: In the order they are shown. Three quarters and a half, or a quarter and a half, are the limits of shares;
#: two and four times those of ratios, in odds.
MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "voices": _measure(
            SPREAD,
            "Independent voices: typical distance from their mean, in odds",
            Limits(2, 4, "times"),
            (
                "independent voices are close together",
                "independent voices differ",
                "independent voices are far apart",
            ),
            none="hardly anyone independent speaks to it",
        ),
        "answers": _measure(
            SPREAD,
            "Outside view, pooled judgment, model: highest to lowest, in odds",
            Limits(2, 4, "times"),
            (
                "outside view, pooled judgment and model agree",
                "outside view, pooled judgment and model differ",
                "outside view, pooled judgment and model are far apart",
            ),
        ),
        "definitions": _measure(
            SPREAD,
            "Answers by each source's definition: typical distance from their mean, in odds",
            Limits(2, 4, "times"),
            (
                "little depends on whose definition is taken",
                "something depends on whose definition is taken",
                "much depends on whose definition is taken",
            ),
        ),
        "disputes": _measure(
            SPREAD,
            "Drivers on whose level sources contradict each other",
            Limits(0.25, 0.5, "share"),
            (
                "sources agree on where most drivers stand",
                "sources contradict each other on where some drivers stand",
                "sources contradict each other on where most drivers stand",
            ),
        ),
        "speakers": _measure(
            GRADE,
            "What is said of the outcome: from sources graded C3 or better",
            Limits(0.75, 0.5, "share", rising=True),
            (
                "most of what is said of it comes from well-graded sources",
                f"some of what is said of it comes from {POOR} sources",
                f"most of what is said of it comes from {POOR} sources",
            ),
            none="nobody is heard on it",
        ),
        "causes": _measure(
            GRADE,
            "What is said of its causes: from sources graded C3 or better",
            Limits(0.75, 0.5, "share", rising=True),
            (
                "most of what is said of its causes comes from well-graded sources",
                f"some of what is said of its causes comes from {POOR} sources",
                f"most of what is said of its causes comes from {POOR} sources",
            ),
            none="nobody is heard on its causes",
        ),
        "inferred": _measure(
            GRADE,
            "What is said of the outcome: inferred by us",
            Limits(0.25, 0.5, "share"),
            (
                "what is said of it stands mostly in the texts",
                "what is said of it is in part our inference",
                "what is said of it is mostly our inference",
            ),
        ),
        "unmeasured": _measure(
            GRADE,
            "Drivers without a measured series",
            Limits(0.25, 0.5, "share"),
            (
                "most drivers are measured",
                "some drivers rest on judgments alone",
                "most drivers rest on judgments alone",
            ),
        ),
        "band": _measure(
            CHOICES,
            "Means under other choices: their range against the width of the interval, in log-odds",
            Limits(0.25, 0.5, "share"),
            (
                "other choices of the model hardly move it",
                "other choices of the model move it",
                "other choices of the model move it by more than half the width of its interval",
            ),
            none="what other choices of the model would make of it was not computed",
        ),
        "misfits": _measure(
            CONFLICT,
            "What is said of the outcome: fitted badly by the answer",
            Limits(0.1, 0.25, "share"),
            (
                "the answer fits what sources say",
                "the answer fits badly to some of what sources say",
                "the answer fits badly to much of what sources say",
            ),
        ),
        "classes": _measure(
            CONFLICT,
            "Effects seen across other pairs: opposed to what sources say",
            Limits(0, 0.5, "share"),
            (
                "what is seen across other pairs agrees with the sources on causes",
                "what is seen across other pairs contradicts the sources on some causes",
                "what is seen across other pairs contradicts the sources on causes",
            ),
        ),
        "measurements": _measure(
            CONFLICT,
            "Measured drivers: series at odds with each other or with judgments",
            Limits(0.25, 0.5, "share"),
            (
                "measured series mostly agree with each other and with the judgments",
                "some measured series contradict each other or the judgments",
                "most measured series contradict each other or the judgments",
            ),
        ),
        "views": _measure(
            AGE,
            "What is said of the outcome: age that half of it has passed",
            Limits(2, 5, "years"),
            (
                "the views are recent",
                "the views are some years old",
                "the views are old",
            ),
        ),
        "projected": _measure(
            AGE,
            "Drivers without a reading for over a year",
            Limits(0.25, 0.5, "share"),
            (
                "most drivers were read within a year",
                "some drivers have had no reading for over a year",
                "most drivers have had no reading for over a year",
            ),
        ),
    }
)
