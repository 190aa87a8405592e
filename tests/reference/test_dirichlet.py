"""Dirichlets that SHELF's `fitDirichlet` publishes or recovers (Zapata-Vazquez, O'Hagan and Bastos 2014)."""

from __future__ import annotations

import pytest
from scipy import stats

from forecast.elicitation.dirichlet import fit_dirichlet
from forecast.elicitation.judgment import Judgment

LEVELS = (0.25, 0.5, 0.75)
SAID = {
    "Good": Judgment.of_quartiles(0.5, 0.55, 0.6),
    "OK": Judgment.of_quartiles(0.22, 0.3, 0.35),
    "Bad": Judgment.of_quartiles(0.11, 0.15, 0.2),
}


def test_the_documented_example() -> None:
    """d = (16.6, 8.96, 4.8), the example of SHELF's vignette, to half a percent."""
    assert fit_dirichlet(SAID).parameters == pytest.approx((16.6, 8.96, 4.8), rel=0.005)


def test_recovery_from_its_own_margins() -> None:
    """Dirichlet(20, 10, 5) from the quartiles of its marginals, as in SHELF's own test, there to 3 digits."""
    d = (20.0, 10.0, 5.0)
    said = {
        name: Judgment(tuple(stats.beta.ppf(LEVELS, one, sum(d) - one)), LEVELS)
        for name, one in zip("ABC", d, strict=True)
    }
    for rule in ("opt", "min", "mean", "median", "med"):
        found = fit_dirichlet(said, n=rule)
        assert found.parameters == pytest.approx(d, rel=1e-7), rule
        shown = [stats.beta.ppf(0.1, one, sum(d) - one) for one in d]
        assert found.quantiles(0.1)[:, 0] == pytest.approx(shown, rel=1e-7)


def test_each_rule_for_the_sum() -> None:
    """From the fitted betas' own sums: the least, the mean, the median, SHELF's midpoint; opt by its formula.

    Shares keep their proportions, scaled to one, whatever n is.
    """
    betas = [stats.beta(b.parameters["shape1"], b.parameters["shape2"]) for b in fit_dirichlet(SAID).stated]
    sums = sorted(b.args[0] + b.args[1] for b in betas)
    found = {rule: fit_dirichlet(SAID, n=rule) for rule in ("opt", "min", "mean", "median", "med")}
    assert found["min"].n == pytest.approx(sums[0])
    assert found["mean"].n == pytest.approx(sum(sums) / 3)
    assert found["median"].n == pytest.approx(sums[1])
    assert found["med"].n == pytest.approx((sums[0] + sums[2]) / 2)
    spread = [(b.args[0] + b.args[1] + 1, b.var()) for b in betas]
    root = sum(v * n for n, v in spread) / sum(v * n**0.5 for n, v in spread)
    assert found["opt"].n == pytest.approx(root**2 - 1)
    means = [b.mean() for b in betas]
    for one in found.values():
        shares = [d / one.n for d in one.parameters]
        assert shares == pytest.approx([m / sum(means) for m in means])
        assert one.sum_of_means == pytest.approx(sum(means))
