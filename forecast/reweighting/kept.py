"""References kept between runs, so that the next edit can be answered from the last exact answer's draws."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from forecast import cache
from forecast.inference.diagnostics import Diagnostics
from forecast.inference.fit import Fit
from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.reweighting.reference import Reference, reference_of
from forecast.simulation.forecast import Forecast

KIND = "reference"
#: References kept of one question: a panel or two, and the last few versions of the files.
MOST = 8
_ARRAYS = ("z", "log_likelihood", "thresholds", "line")


def name_of(workspace: Workspace, request: Request) -> str:
    """The name of the reference that a request's exact answer makes."""
    base = replace(request, scenarios=(), by=())
    return cache.key([KIND, workspace.inputs_sha256, base.fingerprint()])


def remember_exact(fit: Fit, baseline: Forecast, request: Request) -> None:
    """Keep what an exact answer's draws are, so that the next edit can be answered from them."""
    remember(
        reference_of(fit, baseline),
        question=fit.workspace.question.id,
        name=name_of(fit.workspace, request),
    )


def remember(reference: Reference, *, question: str, name: str) -> None:
    """Keep a reference under ``name``; the oldest of the question's go when there are more than MOST."""
    about = {
        "panel_id": reference.panel_id,
        "as_of": reference.as_of.isoformat(),
        "start_state": reference.start_state,
        "seed": reference.seed,
        "labels": reference.labels,
        "moves": reference.moves,
        "dates": [date.isoformat() for date in reference.baseline.dates],
        "report_dates": [date.isoformat() for date in reference.baseline.report_dates],
        "scenario": reference.baseline.scenario,
        "diagnostics": asdict(reference.diagnostics),
    }
    buffer = io.BytesIO()
    arrays = {each: getattr(reference, each) for each in _ARRAYS}
    np.savez(buffer, about=json.dumps(about), draws=reference.baseline.draws, **arrays)
    cache.store(KIND, f"{_of(question)}-{name[:32]}", buffer.getvalue())
    for old in _files(question)[MOST:]:
        old.unlink(missing_ok=True)


def recall(name: str, *, question: str) -> Reference | None:
    """The reference kept under ``name``, or None."""
    return _load(f"{_of(question)}-{name[:32]}")


def recent(question: str) -> Iterator[Reference]:
    """The question's references that can be read, the newest first."""
    for path in _files(question):
        found = _load(path.name)
        if found is not None:
            yield found


def _of(question: str) -> str:
    # The program is part of the key: draws of another version of the density are no reference.
    return cache.key([KIND, question])[:24]


def _files(question: str) -> list[Path]:
    found = list((cache.folder() / KIND).glob(f"{_of(question)}-*"))
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _load(name: str) -> Reference | None:
    payload = cache.load(KIND, name)
    if payload is None:
        return None
    with np.load(io.BytesIO(payload), allow_pickle=False) as kept:
        about = json.loads(str(kept["about"]))
        arrays = {each: kept[each] for each in _ARRAYS}
        draws = kept["draws"]
    baseline = Forecast(
        scenario=about["scenario"],
        start_state=about["start_state"],
        dates=tuple(map(dt.date.fromisoformat, about["dates"])),
        report_dates=tuple(map(dt.date.fromisoformat, about["report_dates"])),
        draws=draws,
    )
    return Reference(
        panel_id=about["panel_id"],
        as_of=dt.date.fromisoformat(about["as_of"]),
        start_state=about["start_state"],
        seed=about["seed"],
        labels=tuple(about["labels"]),
        moves=about["moves"],
        baseline=baseline,
        diagnostics=Diagnostics(**about["diagnostics"]),
        **arrays,
    )
