"""Why a scenario differs, in sentences."""

from __future__ import annotations

from forecast.report import numbers
from forecast.report.findings.why import Cause, Why
from forecast.report.markdown import capital, escape
from forecast.report.marked import FLOOR, count, mark, points
from forecast.report.view import View
from forecast.report.ways import way
from forecast.simulation.forecast import Summary


def reasons(view: View, found: Why, *, last: str) -> str:
    """An outcome's difference by the last date, with a sentence for each main part."""
    title = escape(view.outcome_title(found.outcome))
    when = f"{'by' if found.quantity == 'reached' else 'on'} {last}"
    if not found.shown:
        return f"**{title}:** {points(found.total.mean)} points {when}; no part comes to 0.1 points."
    said = [f"**{title}:** {points(found.total.mean)} points {when} {_interval(found.total)}."]
    said += [_sentence(view, cause) for cause in found.causes[: found.said]]
    others = len(found.causes) - found.said
    if others:
        said.append(f"The rest, in {count(others, 'part')}, {_moves(found.unsaid)}.")
    return " ".join(said)


def _sentence(view: View, cause: Cause) -> str:
    title = (
        f"The interaction {escape(cause.title)}"
        if cause.kind == "interaction"
        else escape(capital(cause.title))
    )
    moved = f"{_moves(cause.share.mean)} {_interval(cause.share)}"
    return f"{title} {moved} on {way(view, cause.transition)}."


def _moves(share: float) -> str:
    """What a share does to the chance: ``adds 1.2 points``."""
    if abs(share) < FLOOR:
        return "comes to less than 0.1 points"
    return f"{'adds' if share > 0 else 'takes off'} {mark(f'{numbers.points(abs(share))[1:]}', share)} points"


def _interval(share: Summary) -> str:
    return f"({points(share.p05)} to {points(share.p95)})"
