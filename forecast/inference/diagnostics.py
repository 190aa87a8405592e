"""Whether the sampling can be trusted: the gates every published number passes."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from typing import Any

from forecast.calendar import Floats

R_HAT_LIMIT = 1.01
ESS_LIMIT = 400.0


@dataclass(frozen=True)
class Diagnostics:
    """Worst values over all parameters (Vehtari et al. 2021): rank-normalised R-hat, bulk and tail ESS."""

    r_hat_max: float
    ess_bulk_min: float
    ess_tail_min: float
    divergences: int

    @property
    def failures(self) -> tuple[str, ...]:
        """What is over its limit, in words; empty when all gates pass."""
        found = []
        if not self.r_hat_max <= R_HAT_LIMIT:
            found.append(f"R-hat {self.r_hat_max:.3f} is above {R_HAT_LIMIT}")
        if not self.ess_bulk_min >= ESS_LIMIT:
            found.append(f"bulk ESS {self.ess_bulk_min:.0f} is below {ESS_LIMIT:.0f}")
        if not self.ess_tail_min >= ESS_LIMIT:
            found.append(f"tail ESS {self.ess_tail_min:.0f} is below {ESS_LIMIT:.0f}")
        if self.divergences:
            found.append(f"{self.divergences} divergent transitions")
        return tuple(found)

    @property
    def passed(self) -> bool:
        """Whether every gate passes."""
        return not self.failures

    def as_dict(self) -> dict[str, Any]:
        """The contract's ``diagnostics``."""
        return {**asdict(self), "pareto_k_max": None, "passed": self.passed}


def diagnose(z: Floats, divergences: int) -> Diagnostics:
    """Diagnostics of draws (chain, draw, parameter)."""
    with warnings.catch_warnings():
        # ArviZ 0.23 announces its successor each time it is imported.
        warnings.simplefilter("ignore", FutureWarning)
        import arviz as az
    data = az.convert_to_dataset({"z": z})
    return Diagnostics(
        r_hat_max=float(az.rhat(data)["z"].max()),
        ess_bulk_min=float(az.ess(data, method="bulk")["z"].min()),
        ess_tail_min=float(az.ess(data, method="tail")["z"].min()),
        divergences=divergences,
    )
