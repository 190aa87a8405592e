"""Why a driver stands where it does, or is expected to: from its readings alone, no draw of the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from forecast.calendar import decimal_year
from forecast.explaining import events
from forecast.explaining.basis import basis, clean
from forecast.explaining.document import head, of_files, told
from forecast.explaining.readings import Seen, readings_of
from forecast.explaining.target import Target

Z90 = 1.6449


def level(target: Target, seen: Seen, date: dt.date, *, start: str) -> dict[str, Any]:
    """A driver's level on a day from today on."""
    name = seen.files.drivers.drivers[target.name].name
    at = seen.drivers.names.index(target.name)
    when = np.array([max(decimal_year(date), seen.drivers.as_of)])
    mean, covariance = seen.drivers.project(seen.drivers.as_of, when)
    middle, sd = float(mean[0, at]), float(covariance[0, at, at] ** 0.5)
    return {
        **head(target, seen.files, seen.panel, as_of=seen.as_of, start=start),
        "date": date.isoformat(),
        "scenario": "baseline",
        "title": clean(f"level of {name} on {date}"),
        "value": {
            "mean": middle,
            "p05": middle - Z90 * sd,
            "p50": middle,
            "p95": middle + Z90 * sd,
            "mcse": 0.0,
        },
        "unit": "driver units",
        "how": (
            "level filtered from all readings known on the day, then projected by the driver's own dynamics"
            " over 256 draws of them; 90% interval of a normal with its mean and variance"
        ),
        "basis": told(
            [
                (f"driver:{target.name}", readings_of(seen, target.name)),
                (
                    f"dynamics:{target.name}",
                    basis(f"How {name} moves by itself", events.dynamics(seen.files, target.name)),
                ),
                (
                    f"links:{target.name}",
                    basis(
                        f"{name} and other drivers", events.pulls(seen.files, target.name), ranked="points"
                    ),
                ),
            ]
        ),
        **of_files(seen.files),
    }
