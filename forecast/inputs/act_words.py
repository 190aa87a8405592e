"""An intervention in a few words: what is done, to what, from when to when."""

from __future__ import annotations

from collections.abc import Mapping

from forecast.inputs.records import Act, Forbid, Force, Hazard, Hold, Ramp, Rate, Shift, Shock


def in_words(act: Act, shocks: Mapping[str, Shock]) -> str:
    """What an intervention does.

    >>> in_words(Shift(driver="trade", amount=0.5), {})
    'shift trade by +0.5 from the start to the horizon'
    """
    if isinstance(act, Force):
        return f"force {act.shock} on {act.date}"
    return f"{_deed(act, shocks)} from {act.start or 'the start'} to {act.end or 'the horizon'}"


def _deed(act: Hold | Ramp | Shift | Forbid | Rate | Hazard, shocks: Mapping[str, Shock]) -> str:
    if isinstance(act, Hold):
        return f"hold {act.driver} at {act.level:+g}"
    if isinstance(act, Ramp):
        return f"ramp {act.driver} to {act.level:+g}"
    if isinstance(act, Shift):
        return f"shift {act.driver} by {act.amount:+g}"
    if isinstance(act, Forbid):
        return f"forbid {act.shock}"
    if isinstance(act, Rate):
        windowed = act.shock in shocks and shocks[act.shock].probability is not None
        return f"multiply the {'odds' if windowed else 'rate'} of {act.shock} by {act.times:g}"
    return f"multiply the hazard of {act.transition} by {act.times:g}"
