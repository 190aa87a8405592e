"""Where the evidence disagrees with itself, by name."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.report.findings.conflicts import (
    RECENT_READINGS,
    ClassConflict,
    Departure,
    IndicatorConflict,
    Misfit,
)
from forecast.report.findings.disputes import NOTABLE_Z, LevelDispute, ReadingsConflict, Voice
from forecast.report.findings.effects import Range
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, table
from forecast.report.marked import integer, interval, number, percent, signed
from forecast.report.view import View

SHOWN_MISFITS = 15
SHOWN_DISPUTES = 30


def conflicts(
    view: View,
    *,
    departed: Sequence[Departure],
    paired: Sequence[IndicatorConflict],
    off_readings: Sequence[ReadingsConflict],
    disputed: Sequence[LevelDispute],
    classes: Sequence[ClassConflict],
    misfits: Sequence[Misfit],
) -> Lines:
    """What reads a driver against itself, the class against the texts, the sources against the model."""
    return [
        *heading("Prior-data conflicts"),
        *paragraph("Conflicts are kept and shown, not averaged away before anyone sees them."),
        *heading("Indicators of one driver that disagree", 3),
        *_indicators(view, departed, paired),
        *heading("Indicators against the judgments of the same driver", 3),
        *_off_readings(view, off_readings),
        *heading("Judgments of one driver that disagree", 3),
        *_disputed(view, disputed),
        *heading("The reference class against the texts", 3),
        *_classes(view, classes),
        *heading("The sources against the model", 3),
        *_misfits(view, misfits),
    ]


def _indicators(view: View, departed: Sequence[Departure], paired: Sequence[IndicatorConflict]) -> Lines:
    if not departed:
        return paragraph("No driver has an indicator.")
    titles = {name: escape(spec.title) for name, spec in view.workspace.indicators.indicators.items()}
    trend = {d.indicator: d.trend for d in departed}
    said = []
    for c in paired:
        also = (
            f"; over all their years they move in opposite directions ({signed(trend[c.higher])} and "
            f"{signed(trend[c.lower])} a decade)"
            if c.trends_opposed
            else ""
        )
        said.append(
            f"**{escape(view.driver_name(c.driver))}:** “{titles[c.higher]}” reads it higher than everything "
            f"together does, “{titles[c.lower]}” lower, {number(c.gap, '.1f')} error sds apart{also}."
        )
    rows = [
        [
            escape(view.driver_name(d.driver)),
            titles[d.indicator],
            f"{signed(d.recent)} (since {int(d.since)})",
            number(d.typical, ".1f"),
            signed(d.trend),
        ]
        for d in departed
    ]
    lead = (
        ""
        if said
        else "No two indicators of one driver lie on opposite sides of its level by more than one error sd."
    )
    return [
        *paragraph(lead),
        *bullets(said),
        *paragraph(
            f"Departure: mean of the latest {integer(RECENT_READINGS)} readings from the driver's smoothed "
            "level, in "
            "error sds of the indicator, positive where it reads the driver as higher. Typical: root mean "
            "square over all years. Trend: what the indicator alone suggests for the driver per decade."
        ),
        *table(
            ["Driver", "Indicator", "Latest departure", "Typical", "Trend per decade"], rows, words=(0, 1)
        ),
    ]


def _off_readings(view: View, found: Sequence[ReadingsConflict]) -> Lines:
    if not found:
        return paragraph("No indicator stands off the judgments of its driver or moves against them.")
    rows = [
        [
            escape(view.driver_name(c.driver)),
            escape(view.workspace.indicators.indicators[c.indicator].title),
            f"{signed(c.gap)} (since {int(c.since)})",
            signed(c.z),
            signed(c.indicator_trend),
            signed(c.judged_trend),
            "**opposed**" if c.opposed else "–",
        ]
        for c in found
    ]
    return [
        *paragraph(
            "Gap: what the indicator alone suggests for the driver less the path of the judgments, mean of "
            f"its latest {integer(RECENT_READINGS)} readings within that path, in driver units; z: the same "
            "in "
            "standard deviations of one such difference. Trends are per decade over the years both cover. "
            "Named from one standard deviation, or where the trends are opposed. An indicator of low loading "
            "suggests large levels and says them softly."
        ),
        *table(
            ["Driver", "Indicator", "Gap", "z", "Its trend", "Judged trend", "Trends"],
            rows,
            words=(0, 1, 6),
        ),
    ]


def _disputed(view: View, found: Sequence[LevelDispute]) -> Lines:
    if not found:
        return paragraph("No source contradicts the drivers' file or another source on a level.")
    rows = [
        [
            escape(view.driver_name(d.driver)),
            _voice(view, d.higher),
            signed(d.higher.level),
            _voice(view, d.lower),
            signed(d.lower.level),
            number(d.years, ".0f"),
            number(d.z, ".1f"),
        ]
        for d in found[:SHOWN_DISPUTES]
    ]
    return [
        *paragraph(
            "Each source's level against the reading of the drivers' file nearest to its date, and against "
            "other sources within five years, where the difference exceeds what both widths allow (z over "
            f"{number(NOTABLE_Z, '.3f')}); over several years it may also be a change. Compared at the "
            "widths they "
            "state: in the fit a source's width grows as its weight shrinks."
        ),
        *table(["Driver", "Higher", "Level", "Lower", "Level", "Years apart", "z"], rows, words=(0, 1, 3)),
        *(
            paragraph(
                f"The {integer(SHOWN_DISPUTES)} largest of {integer(len(found))}; all are in report.json."
            )
            if len(found) > SHOWN_DISPUTES
            else []
        ),
    ]


def _voice(view: View, voice: Voice) -> str:
    """Who says it, and for when."""
    if voice.source is None:
        return f"the drivers' file, for {int(voice.time)}"
    return f"{escape(view.source_names[voice.source])}, for {int(voice.time)}"


def _classes(view: View, found: Sequence[ClassConflict]) -> Lines:
    if not found:
        return paragraph("No hazard ratio of the reference class is used within the pair.")
    rows = [
        [
            escape(view.driver_name(c.driver)),
            escape(view.outcome_name(c.channel)),
            _ratio(c.class_ratio),
            signed(c.mean_code),
            _ratio(c.ratio),
            "**opposed**" if c.opposed else "agree",
        ]
        for c in found
    ]
    said = [_opposed(view, c) for c in found if c.opposed]
    return [
        *bullets(said),
        *table(
            [
                "Driver",
                "On",
                "Class: hazard ratio per unit",
                "Texts: mean code",
                "Model: hazard ratio",
                "Verdict",
            ],
            rows,
            words=(0, 1, 5),
        ),
    ]


def _ratio(found: Range) -> str:
    """A hazard ratio with its interval, in a table."""
    return f"{number(found.mean)} ({number(found.p05)}–{number(found.p95)})"


def _opposed(view: View, c: ClassConflict) -> str:
    effect = f"{escape(view.driver_name(c.driver))} on {escape(view.outcome_name(c.channel))}"
    words = ("lowers", "raises")
    both = ", with both signs inside its interval" if c.posterior.p05 < 0 < c.posterior.p95 else ""
    return (
        f"**{effect}:** in the record of other pairs it {words[c.class_log_ratio.mean > 0]} the rate, in the "
        f"panel's sources it {words[c.mean_code > 0]} it (mean code {signed(c.mean_code)}). Both are kept; "
        f"the effect ends at a hazard ratio of {number(c.ratio.mean)} per unit{both}."
    )


def _misfits(view: View, found: Sequence[Misfit]) -> Lines:
    if not found:
        return paragraph("No outcome is coded for any source of this panel.")
    far = [m for m in found if abs(m.z) >= NOTABLE_Z]
    higher = sum(m.z > 0 for m in far)
    lead = (
        f"{integer(len(far))} of {integer(len(found))} coded probabilities lie more than "
        f"{number(NOTABLE_Z)} standard deviations "
        f"from what the model gives for the source's own window, {integer(higher)} above it and "
        f"{integer(len(far) - higher)} "
        "below."
    )
    rows = [
        [
            escape(view.source_names[m.source]),
            escape(view.outcome_name(m.channel)),
            f"{int(m.window[0])}–{int(m.window[0] + m.window[1])}",
            percent(m.stated),
            f"{percent(m.model.mean)} ({interval(m.model)})",
            signed(m.z),
            "from text" if m.grade == "TEXT" else "inferred",
            number(m.weight),
        ]
        for m in found[:SHOWN_MISFITS]
    ]
    return [
        *paragraph(
            lead,
            "z compares them on the log-odds scale, with the coded width and the model's; positive where the "
            "coding is higher. A large z on a source of small weight is a dissent kept on record, "
            "not an error.",
        ),
        *table(
            ["Source", "Outcome", "Window", "Coded", "Model", "z", "Grade", "Weight"],
            rows,
            words=(0, 1, 6),
        ),
        *(
            paragraph(
                f"The {integer(SHOWN_MISFITS)} largest of {integer(len(found))}; all are in report.json."
            )
            if len(found) > SHOWN_MISFITS
            else []
        ),
    ]
