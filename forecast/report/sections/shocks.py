"""Shocks and cross-impacts: what may strike, what drivers do to one another, and how both are treated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forecast.cards.words import GRADES
from forecast.report.findings.shocks import DRIVERS, Move, ShockFound, Surprises
from forecast.report.markdown import Drawing, Lines, escape, figure, heading, paragraph, table
from forecast.report.marked import count, integer, mark, number, percent, signed
from forecast.report.marks import quoted
from forecast.report.view import View

#: Shocks of the short table; all are in the long one at the end.
SHORT = 8
#: Jumps named of each in the short table, the largest.
MOVES = 2
TITLE, ALL = "Shocks and cross-impacts", "Every shock and cross-impact"
LINK = "#every-shock-and-cross-impact"


def in_short(view: View, found: Surprises, matrix: Drawing | None) -> Lines:
    """How shocks are treated, the likeliest, and the matrix; nothing where the files have neither."""
    if not found.shocks and not found.pulls:
        return []
    return [*heading(TITLE), *_shocks(view, found), *_pulls(view, found, matrix), *_together(view, found)]


def _shocks(view: View, found: Surprises) -> Lines:
    if not found.shocks:
        return []
    own = [s for s in found.shocks if s.outcome]
    likeliest = [s for s in found.shocks if not s.outcome][:SHORT]
    text = sum(s.grade == "TEXT" for s in found.shocks)
    rows = [
        [
            escape(view.shock_name(s.shock)),
            often(s),
            _span_percent(s.chance),
            "; ".join(_moved(view, m) for m in _largest(s.jumps)) or "–",
        ]
        for s in likeliest
    ]
    many = len(found.shocks) > len(likeliest)
    return [
        *paragraph(
            f"{count(len(found.shocks), 'shock')} may strike: events that move drivers at once, and the "
            "hazards beside them for a time. No text states how often anything happens: rates and sizes are "
            f"ours; that there is such an event, or what it does, is from the text for {integer(text)} of "
            "them."
        ),
        *paragraph(
            "**How they are treated.** What the sources expect already has the usual run of surprises in it, "
            "so in the baseline shocks move neither the mean path of the drivers nor, on average, the "
            "hazards: what each is expected to add at its own rate is taken out again, and the baseline is "
            "that of the fit. A scenario that forces, forbids or changes the rate of a shock does move both.",
            _criteria(view, own),
        ),
        *table(
            ["Shock", "How often", f"Chance by {view.far.year}", "Moves most, at the median"],
            rows,
            words=(0, 1, 3),
        ),
        *paragraph(
            "Medians, with the outermost stated quantiles in brackets; the chance is of striking at all, "
            "left to itself."
            + (f" The likeliest are shown; [all with their sources are at the end]({LINK})." if many else "")
        ),
    ]


def _criteria(view: View, own: Sequence[ShockFound]) -> str:
    if not own:
        return ""
    named = "; ".join(
        f"“{escape(view.shock_name(s.shock))}” is {escape(view.outcome_name(s.outcome or ''))} itself, "
        f"{_span_percent(s.chance)} by {view.far.year}"
        for s in own
    )
    return f"Shocks that are an outcome's own criterion are part of its hazard: {named}."


def often(s: ShockFound) -> str:
    """A rate a year or a chance per window, with its quantiles."""
    first, *_, last = s.often
    if s.windows is None:
        values = [f"{_two(s.often[key])}" for key in ("p50", first, last)]
        return f"{values[0]} a year ({values[1]}–{values[2]})"
    return f"{_span_percent(s.often)} in each of {count(s.windows, 'window')}"


def _two(rate: float) -> str:
    """Two digits: ``0.29``, ``0.025``, ``1.2``."""
    return mark(f"{rate:#.2g}".rstrip("."), rate)


def _span_percent(values: Mapping[str, float]) -> str:
    first, *_, last = values
    return f"{percent(values['p50'])} ({percent(values[first], sign='')}–{percent(values[last])})"


def _largest(moves: Sequence[Move]) -> list[Move]:
    return sorted(moves, key=lambda m: -abs(m.quantiles["p50"]))[:MOVES]


def _moved(view: View, move: Move) -> str:
    middle = move.quantiles["p50"]
    size = "either way" if round(middle, 1) == 0 else signed(middle)
    return f"{escape(view.driver_name(move.on))} {size}{_doubt(move)}"


def _pulls(view: View, found: Surprises, matrix: Drawing | None) -> Lines:
    if not found.pulls:
        return []
    text = sum(p.grade == "TEXT" for p in found.pulls)
    first, *_, last = found.unit
    middle, low, high = (number(found.unit[q], "g") for q in ("p50", first, last))
    unit = f"{middle} ({low} to {high})"
    limit = (
        f" Above {number(found.limit)} a point they would drive one another without end; such files are "
        "refused."
        if found.limit
        else ""
    )
    return [
        *heading("What drivers do to one another", 3),
        *paragraph(
            f"{count(len(found.pulls), 'cross-impact')}, {integer(text)} of them from the text (bold in the "
            "figure), "
            "the rest our inference (slanted). A driver off its own projection shifts the level that others "
            "are drawn to; on it, it does nothing, so that the mean paths stay those of each driver's own "
            "readings. In the baseline they widen the projections and tie them together; under a scenario "
            "they carry what it does to other drivers.",
            f"One point shifts that level by {unit} driver units for each unit that the other is off.{limit}",
        ),
        *(figure(matrix) if matrix else []),
    ]


def _together(view: View, found: Surprises) -> Lines:
    if not found.together:
        return []
    pairs = "; ".join(
        f"{escape(' and '.join(view.driver_name(d) for d in t.drivers))} {signed(t.correlation, 2)}"
        for t in found.together
    )
    return paragraph(f"**Innovations that come together** (correlations, ours): {pairs}.")


def in_full(view: View, found: Surprises) -> Lines:
    """Every shock and every cross-impact with what it does, its grade, its source and its line."""
    if not found.shocks and not found.pulls:
        return []
    shocks = [
        [
            escape(view.shock_name(s.shock)),
            often(s),
            _span_percent(s.chance) + ("" if s.once else f", {_two(s.times['p50'])} times"),
            _does(view, s),
            f"{GRADES[s.grade]}; {escape(s.locator) or 'no source'}",  # type: ignore[index]
            f"`{quoted(s.place)}`",
        ]
        for s in found.shocks
    ]
    pulls = [
        [
            escape(view.driver_name(p.to)),
            escape(view.driver_name(p.from_)),
            signed(p.points, 2, at=f"/findings/surprises/pulls/{i}/points"),
            f"{GRADES[p.grade]}; {escape(p.locator) or 'no source'}",  # type: ignore[index]
            f"`{quoted(f'{DRIVERS}:{p.line}')}`" if p.line else f"`{DRIVERS}`",
        ]
        for i, p in enumerate(found.pulls)
    ]
    header = [
        "Shock",
        "How often",
        f"Chance by {view.far.year}",
        "Does",
        "Known",
        "Stands in",
    ]
    return [
        *heading(ALL),
        *paragraph(
            "Jumps are in driver units and the factors multiply the yearly rate on the day, fading with the "
            "half-life; medians, outermost stated quantiles in brackets. Times: to expect by then, of "
            "what may strike more than once."
        ),
        *table(header, shocks, words=(0, 1, 2, 3, 4, 5)),
        *table(
            ["Driver pulled", "Driver that pulls", "Points", "Known", "Stands in"], pulls, words=(0, 1, 3, 4)
        ),
    ]


def _does(view: View, s: ShockFound) -> str:
    jumps = [
        f"{escape(view.driver_name(m.on))} {signed(m.quantiles['p50'])} ({_ends(m)}){_doubt(m)}"
        for m in s.jumps
    ]
    direct = [
        f"rate of {escape(view.outcome_name(m.on))} × {number(m.factor or 1.0)}{_doubt(m)}, half "
        "gone in "
        f"{number(s.half_life_years, 'g')} y"
        for m in s.direct
    ]
    own = [f"is {escape(view.outcome_name(s.outcome))} itself"] if s.outcome else []
    return "; ".join([*own, *jumps, *direct]) or "–"


def _ends(move: Move) -> str:
    first, *_, last = move.quantiles
    return f"{signed(move.quantiles[first])} to {signed(move.quantiles[last])}"


def _doubt(move: Move) -> str:
    return f", {percent(move.reversed)} the other way" if move.reversed else ""
