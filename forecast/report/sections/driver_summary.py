"""The drivers at a glance: now, trend, effect, who says so, what to watch."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.report.findings.summary import TREND_YEARS, DriverSummary, Voice, Watched
from forecast.report.markdown import Lines, escape, heading, paragraph, table
from forecast.report.marked import integer, number, percent, signed, span
from forecast.report.view import View
from forecast.states import CHANNELS, Channel

#: A change of level smaller than this, in driver units, is called none.
STILL = 0.15


def at_a_glance(view: View, found: Sequence[DriverSummary]) -> Lines:
    """Two rows a driver, where it stands and who says so; those that move the rates most first."""
    ranked = sorted(found, key=lambda d: -max(abs(d.factor[c] - 1) for c in CHANNELS))
    title = {c: escape(view.outcome_title(c)) for c in CHANNELS}
    standing = [
        [
            escape(view.driver_name(d.driver)),
            f"{signed(d.now.mean)} ({span(d.now.p05, d.now.p95)})",
            trend(d.past),
            trend(d.ahead),
            *(_effect(d, c) for c in CHANNELS),
        ]
        for d in ranked
    ]
    saying = [
        [
            escape(view.driver_name(d.driver)),
            *(_who(view, d, c) for c in CHANNELS),
            "; ".join(_series(view, w) for w in d.watched) or "none",
        ]
        for d in ranked
    ]
    first, last = view.question.scale_years
    back = f"{TREND_YEARS:g}"
    return [
        *heading("Drivers"),
        *paragraph(
            f"0 is a driver's average of {first}–{last}, 1 one standard deviation of its yearly values then. "
            f"Since: change of its central level over {back} years to today; ahead: over the {back} years to "
            "come, as projected. Rate ×: what it does at today's level to the yearly rate, against its "
            "average; in brackets the probability that the effect has this direction. Largest effect first."
        ),
        *table(
            ["Driver", "Now", "Since", "Ahead", *(f"{title[c]}: rate ×" for c in CHANNELS)],
            standing,
            words=(0, 2, 3),
        ),
        *paragraph(
            "Who says so: the sources of most weight with the code of their words, from −3 to +3, and how "
            "many more there are. Indicators: the last value of each series that measures the driver."
        ),
        *table(
            ["Driver", *(f"{title[c]}: who says so" for c in CHANNELS), "Indicators, last value"],
            saying,
            words=range(4),
        ),
    ]


def trend(change: float) -> str:
    """A change of level with a word for it."""
    if abs(change) < STILL:
        return f"steady ({signed(change)})"
    return f"{'up' if change > 0 else 'down'} ({signed(change)})"


def _effect(d: DriverSummary, channel: Channel) -> str:
    return f"{number(d.factor[channel])} ({percent(d.p_sign[channel])})"


def _who(view: View, d: DriverSummary, channel: Channel) -> str:
    if not d.speaking[channel]:
        return "nobody: the prior alone"
    named = ", ".join(_voice(view, v) for v in d.voices[channel])
    more = d.speaking[channel] - len(d.voices[channel])
    return f"{named}; and {integer(more)} more" if more > 0 else named


def _voice(view: View, voice: Voice) -> str:
    said = "a ratio" if voice.code is None else signed(voice.code, 0)
    return f"{escape(view.source_names[voice.source])} {said}"


def _series(view: View, watched: Watched) -> str:
    title = view.workspace.indicators.indicators[watched.indicator].title
    return f"{escape(title)}: {_measured(watched.value)} {escape(watched.unit)} ({escape(watched.period)})"


def _measured(value: float) -> str:
    """A measured value in four digits, and never as a power of ten."""
    return number(value, ",.0f" if abs(value) >= 1000 else ".4g")
