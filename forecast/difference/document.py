"""A difference as the documented JSON, ``diff/1``; unrounded numbers, and notes in sentences."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from forecast import cache
from forecast.difference.attribution import Difference, Part
from forecast.difference.edits import Edit
from forecast.difference.revisions import Side
from forecast.simulation.quantities import QUANTITIES
from forecast.states import CHANNELS

SCHEMA = "diff/1"
#: What stands for what no edit explains.
NOT_ATTRIBUTED = "not attributed (sampling and reweighting)"


def document(
    old: Side,
    new: Side,
    found: Difference | None,
    *,
    seed: int,
    idle: Sequence[Edit] = (),
    outcome: tuple[str, str] | None = None,
    by: Sequence[dt.date] = (),
) -> dict[str, Any]:
    """The document of a difference; with ``found`` None that of ``idle`` edits alone.

    ``outcome`` and ``by`` say what edits are ordered by: a quantity (else alliance reached, or held where
    the pair is in one), at the last of some dates (else the last of all). All but ``run`` is a function of
    files, flags, seed and versions.
    """
    question = new.workspace.question
    head = {
        "schema": SCHEMA,
        "question": question.id,
        "title": " ".join(question.title.split()),
        "old": _side(old),
        "new": _side(new),
    }
    tail = {"provenance": {"seed": seed, "versions": cache.versions()}}
    if found is None:
        still = {"exact": True, "probabilities": [], "parts": [], "not_attributed": None, "notes": []}
        return {
            **head,
            **still,
            "moves_nothing": [_edit(one) for one in idle],
            **tail,
            "run": {"seconds": 0.0},
        }
    ranked = outcome or _key(found.start_state)[0]
    date = max((d for d in by if d in found.dates), default=found.dates[-1])
    at = found.dates.index(date), QUANTITIES[ranked]
    ordered = sorted(found.parts, key=lambda part: -abs(float(part.change[at])))
    return {
        **head,
        "as_of": found.as_of.isoformat(),
        "start_state": found.start_state,
        "panel_id": found.panel_id,
        "exact": not found.quick,
        "ranked_by": {"quantity": name_of(ranked), "date": date.isoformat()},
        "key": [name_of(one) for one in dict.fromkeys([ranked, *_key(found.start_state)])],
        "probabilities": _probabilities(found),
        "parts": [_part(part, found) for part in ordered],
        "not_attributed": None if found.remainder is None else _changes(found, found.remainder),
        "moves_nothing": [_edit(one) for one in found.idle],
        "attribution": {
            "method": "shapley",
            "every_set": found.exact,
            "answered": found.answered,
            "fitted": found.fitted,
            "untrusted": found.untrusted,
            # Equal weights have no tail: minus infinity, which JSON cannot hold.
            "pareto_k_max": max(found.k_hat, -1.0) if found.k_hat < math.inf else None,
            "ess_weights": found.ess if math.isfinite(found.ess) else None,
        },
        "notes": notes(found),
        **tail,
        "run": {"seconds": found.seconds},
    }


def name_of(quantity: tuple[str, str]) -> str:
    """A quantity's name in one word: ``reached.split``, ``alliance_broad``."""
    return quantity[0] if quantity[0] == quantity[1] else ".".join(quantity)


def notes(found: Difference) -> list[str]:
    """What a reader of the parts should know, in sentences."""
    said = []
    keys = [QUANTITIES[one] for one in _key(found.start_state)]
    if found.odd[:, keys].any():
        date, at = np.argwhere(found.odd[:, keys])[-1]
        name, error = name_of(_key(found.start_state)[at]), 200 * found.error[date, keys[at]]
        said.append(
            f"of {name} by {found.dates[date]} more is not attributed than two standard errors of the change"
            f" ({error:.2f} points): the parts are rough, and the total is right"
        )
    if found.untrusted:
        said.append(
            f"reweighting cannot be trusted for {found.untrusted} of {found.answered} versions between the"
            f" two (Pareto k up to {found.k_hat:.2f}, above 0.7): the parts are rough"
        )
    if not found.exact:
        said.append("orders of the edits are sampled: parts have standard errors, in --json")
    if any(not part.reweighted for part in found.parts):
        said.append(
            "draws cannot be reweighted for an edit of the day, the horizon or the present state, or of what"
            " goes with it: its part is what the others leave, sampling errors with it"
        )
    return said


def _key(start_state: str) -> list[tuple[str, str]]:
    """The probabilities asked for first: whether a state is reached, or, of the present one, still held."""
    channels = [("state" if name == start_state else "reached", name) for name in CHANNELS]
    return [*channels, ("alliance_broad", "alliance_broad")]


def _side(side: Side) -> dict[str, str]:
    return {"label": side.label, "inputs_sha256": side.workspace.inputs_sha256}


def _probabilities(found: Difference) -> list[dict[str, Any]]:
    return [
        {
            "quantity": name_of(quantity),
            "date": date.isoformat(),
            "before": float(found.before[t, q]),
            "after": float(found.after[t, q]),
            "change": float(found.total[t, q]),
            "mcse": None if found.quick else float(found.error[t, q]),
            "beyond_error": bool(found.odd[t, q]),
        }
        for t, date in enumerate(found.dates)
        for quantity, q in QUANTITIES.items()
    ]


def _part(part: Part, found: Difference) -> dict[str, Any]:
    changes = _changes(found, part.change)
    for one, se in zip(changes, _changes(found, part.se), strict=True):
        one["se"] = se["change"]
    return {
        "reweighted": part.reweighted,
        "sentence": "; ".join(edit.sentence for edit in part.edits),
        "edits": [_edit(edit) for edit in part.edits],
        "changes": changes,
    }


def _changes(found: Difference, values: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    return [
        {"quantity": name_of(quantity), "date": date.isoformat(), "change": float(values[t, q])}
        for t, date in enumerate(found.dates)
        for quantity, q in QUANTITIES.items()
    ]


def _edit(edit: Edit) -> dict[str, Any]:
    names = ("id", "kind", "file", "line_old", "line_new", "before", "after", "sentence")
    return {name: getattr(edit, name) for name in names}
