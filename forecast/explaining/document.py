"""``explain/1``: why a number is what it is, as plain dicts with unrounded numbers.

Everything but ``run`` is a function of files, flags, seed and versions. Keys that a kind of number has no use
for are left out: an input has no ``seed``, a quantity no ``unit``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from forecast import cache
from forecast.explaining.bases import Bases
from forecast.explaining.basis import Basis
from forecast.explaining.target import Target
from forecast.inference.fit import Fit
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel

SCHEMA = "explain/1"


def head(target: Target, files: Workspace, panel: Panel, *, as_of: dt.date, start: str) -> dict[str, Any]:
    """What is explained, and of whom it is asked."""
    return {
        "schema": SCHEMA,
        "question": files.question.id,
        "as_of": as_of.isoformat(),
        "start_state": start,
        "panel": list(panel.members),
        "panel_id": panel.id,
        "path": target.path,
        "kind": target.kind,
    }


def told(bases: Iterable[tuple[str, Basis | None]]) -> list[dict[str, Any]]:
    """Bases in their order, those that hold nothing left out."""
    return [{"key": key, **each.as_dict()} for key, each in bases if each is not None and each.items]


def of_keys(bases: Bases, keys: Iterable[str]) -> list[dict[str, Any]]:
    """The bases of some keys, each once."""
    return told((key, bases(key)) for key in dict.fromkeys(keys))


def foot(fit: Fit) -> dict[str, Any]:
    """How far the draws can be trusted, and what they are a function of."""
    return {
        "notes": list(fit.notes),
        "diagnostics": fit.posterior.diagnostics.as_dict(),
        "provenance": {
            "inputs_sha256": fit.workspace.inputs_sha256,
            "seed": fit.seed,
            "draws": fit.posterior.draws,
            "versions": cache.versions(),
        },
    }


def of_files(files: Workspace) -> dict[str, Any]:
    """What a number that no draw is behind is a function of."""
    return {"provenance": {"inputs_sha256": files.inputs_sha256, "versions": cache.versions()}}
