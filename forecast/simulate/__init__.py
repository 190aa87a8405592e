"""Forward simulation: posterior draws and a scenario to probabilities over time.

The package has the name of its public function. Importing any module in here binds ``forecast.simulate`` to
the package, so the package can be called: ``forecast.simulate(fit, scenario)`` works in either order.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Any:
        from forecast.simulate.run import simulate

        return simulate(*args, **options)


sys.modules[__name__].__class__ = _Callable
