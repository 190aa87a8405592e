"""What the drivers do, where they stand, and the interactions among them."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.report.findings.effects import Effect, Gain
from forecast.report.findings.levels import Track
from forecast.report.markdown import (
    Drawing,
    Lines,
    bullets,
    escape,
    figure,
    heading,
    paragraph,
    sentence,
    table,
)
from forecast.report.marked import count, day, integer, number, percent, signed, span, spread
from forecast.report.view import View
from forecast.states import CHANNELS


def what_they_do(view: View, found: Sequence[Effect], gain: Gain, forest: Drawing) -> Lines:
    """Effects per driver on both ways out, who speaks of them, and the interactions."""
    drivers = view.fit.prepared.features.drivers
    table_of = {(e.feature, e.channel): e for e in found}
    title = {c: escape(view.question.outcomes[c].title) for c in CHANNELS}
    rows = []
    for name in drivers:
        cells = [escape(view.driver_name(name))]
        for channel in CHANNELS:
            e = table_of[name, channel]
            cells += [
                f"{signed(e.per_unit.mean, 2)} ({span(e.per_unit.p05, e.per_unit.p95, 2)})",
                percent(e.p_sign),
                f"{integer(e.speaking)} ({integer(e.text)})",
                number(e.factor),
            ]
        rows.append(cells)
    header = ["Driver"]
    for channel in CHANNELS:
        header += [
            f"{title[channel]}: log-hazard per unit",
            "P(sign)",
            "Sources (from text)",
            "Rate now ×",
        ]
    return [
        *heading("What the drivers do"),
        *paragraph(
            "Each number is the change in the log of the yearly rate for one more unit of the driver, where "
            "a unit is one standard deviation of its yearly values in "
            f"{view.question.scale_years[0]}–{view.question.scale_years[1]}. P(sign) is the probability that "
            "the effect has the sign of its mean. “Rate now ×” is what the driver does to the rate at its "
            "present level, against its average in those years. Filled dots have P(sign) of at least 90%."
        ),
        *figure(forest),
        *table(header, rows),
        *paragraph(_gain(view, gain)),
        *_interactions(view, found),
    ]


def _gain(view: View, gain: Gain) -> str:
    after = " and ".join(f"{spread(r)} for {escape(view.outcome_name(c))}" for c, r in gain.posterior.items())
    return (
        "**An assumption, not a finding: the gain.** How much log-hazard one code point (−3 to +3) stands "
        f"for is assumed, {spread(gain.prior)}; the "
        f"judgments barely move it, to {after}. Every effect above scales with it."
    )


def _interactions(view: View, found: Sequence[Effect]) -> Lines:
    specs = view.workspace.drivers.interactions
    rows = [
        [
            escape(view.feature_name(e.feature)),
            escape(view.outcome_name(e.channel)),
            f"{signed(e.per_unit.mean, 2)} ({span(e.per_unit.p05, e.per_unit.p95, 2)})",
            percent(e.p_sign),
            number(e.factor),
        ]
        for e in found
        if e.feature in specs
    ]
    if not rows:
        return []
    waiting = [
        view.feature_name(name) for name in specs if name not in view.fit.prepared.features.interactions
    ]
    note = (
        f"At work only after a shock, and not in the table: {escape('; '.join(waiting))}." if waiting else ""
    )
    return [
        *heading("Interactions", 3),
        *paragraph(
            "The signs follow the texts or our reading of them; the sizes are ours, and no source scores "
            "them.",
            note,
        ),
        *table(["Terms", "Acts on", "Coefficient", "P(sign)", "Rate now ×"], rows, words=(0, 1)),
    ]


def where_they_stand(view: View, found: Sequence[Track], levels: Drawing) -> Lines:
    """Levels over time and now, with what reads them."""
    rows = []
    for track in found:
        half = track.half_life
        rows.append(
            [
                escape(view.driver_name(track.driver)),
                f"{signed(track.now.mean)} ({span(track.now.p05, track.now.p95)})",
                _standing(view, track),
                f"{number(half.mean, '.0f')} ({number(half.p05, '.0f')}–{number(half.p95, '.0f')})",
                _read_by(view, track),
            ]
        )
    return [
        *heading("Where the drivers stand"),
        *paragraph(
            f"0 is the average of {view.question.scale_years[0]}–{view.question.scale_years[1]}, 1 one "
            "standard deviation of yearly values then. Filled circles are dated judgments, of a text or of "
            "a fact cited in the drivers' file; hollow marks are indicators put on the driver's scale (cut "
            f"off beyond ±4.2); the vertical line is {day(view.fit.as_of)}, to its right the projection. "
            "Bands hold 90%. A driver last read more than a year before that day is called projected, and "
            "its interval widens with every year since.",
            _ahead(view),
        ),
        *figure(levels),
        *table(
            ["Driver", "Level now", "Last read", "Half-life, years", "Read by"],
            rows,
            words=(0, 2, 4),
        ),
        *_unmeasured(view, found),
    ]


def _ahead(view: View) -> str:
    """What the bands to the right of today hold, and what they leave out."""
    coupled = bool(view.workspace.drivers.cross_impacts or view.workspace.drivers.correlations)
    if not coupled and not view.workspace.shocks:
        return ""
    held = " with what drivers do to one another" if coupled else ""
    left = ", but without the extra spread of shocks, which the simulation adds" * bool(view.workspace.shocks)
    return f"Bands ahead are those of the fit{held}{left}."


def _standing(view: View, track: Track) -> str:
    """When a driver was last read and by what; said to be projected where that is long ago."""
    if track.last_reading is None:
        return "never; projected from its long-run mean"
    by = "judgment"
    if track.last_indicator is not None:
        by = f"“{escape(view.workspace.indicators.indicators[track.last_indicator].title)}”"
    year = f"{int(track.last_reading)}" if track.projected_from is None else ""
    return f"{year or f'projected from {track.projected_from}'} ({by})"


def _unmeasured(view: View, found: Sequence[Track]) -> Lines:
    """Why no series stands for the drivers that have none, as their file says it."""
    specs = view.workspace.drivers.drivers
    said = [
        f"**{escape(view.driver_name(t.driver))}:** {sentence(reason)}"
        for t in found
        if not t.indicators and (reason := specs[t.driver].no_indicator)
    ]
    return [*heading("Drivers without an indicator", 3), *bullets(said)] if said else []


def _read_by(view: View, track: Track) -> str:
    titles = [view.workspace.indicators.indicators[i].title for i in track.indicators]
    judged = count(track.judgments, "judgment") if track.judgments else ""
    return "; ".join([t for t in (judged, *map(escape, titles)) if t]) or "nothing"
