"""Transitions in words."""

from __future__ import annotations

from forecast.report.markdown import escape
from forecast.report.view import View
from forecast.states import STATES, endpoints


def _names(view: View, transition: str) -> tuple[str, str]:
    origin, destination = endpoints(transition)  # type: ignore[arg-type]
    return view.outcome_name(STATES[origin]), view.outcome_name(STATES[destination])


def way(view: View, transition: str) -> str:
    """A transition in a sentence: ``the way into split``, ``the way back from split``."""
    origin, destination = (escape(name) for name in _names(view, transition))
    if transition.startswith("partnership->"):
        return f"the way into {destination}"
    if transition.endswith("->partnership"):
        return f"the way back from {origin}"
    return f"the way on from {origin} to {destination}"


def short_way(view: View, transition: str) -> str:
    """A transition in a label: ``into split``, ``back from split``, ``from alliance to split``."""
    origin, destination = _names(view, transition)
    if transition.startswith("partnership->"):
        return f"into {destination}"
    if transition.endswith("->partnership"):
        return f"back from {origin}"
    return f"from {origin} to {destination}"
