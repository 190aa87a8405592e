"""Expert-judgment scenario forecasting for a pair of states: alliance, partnership or split.

In Python, the same words as on the command line::

    import forecast
    ws = forecast.load(".")
    fc = forecast.simulate(forecast.fit(ws), ws.scenarios["baseline"])
    fc.to_dataframe()
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "fit", "load", "simulate"]

_HOME = {"load": "forecast.inputs", "fit": "forecast.inference.fit", "simulate": "forecast.simulation.run"}


def __getattr__(name: str) -> Any:
    # Loaded on first use: `import forecast` and the commands that do not sample stay quick.
    if name not in _HOME:
        raise AttributeError(f"module 'forecast' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
