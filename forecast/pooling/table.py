"""Every rule of pooling, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from forecast.pooling import densities, probabilities
from forecast.pooling.probabilities import ALPHA, FACTOR, TRIM
from forecast.pooling.rule import Rule

_GENEST = "Genest and Zidek (1986), Statistical Science 1(1), 114-135"


def rules(
    *,
    factor: float = FACTOR,
    trim: float = TRIM,
    alpha: float = ALPHA,
    beta: float | None = None,
) -> Mapping[str, Rule]:
    """The table, with the settings that some rules have.

    Parameters
    ----------
    factor
        By which log odds are stretched, above 0.
    trim
        Share of the weight cut off at either end, at least 0 and below a half.
    alpha, beta
        Shapes of the beta transform, above 0; beta None is alpha.

    Raises
    ------
    UsageError
        For a setting out of its range.
    """
    probabilities.check_settings(factor=factor, trim=trim, alpha=alpha, beta=beta)
    shapes = f"{alpha:g},{alpha if beta is None else beta:g}"
    table = (
        Rule(
            "linear",
            "mean of probabilities",
            "p = sum w p",
            _GENEST,
            probabilities.linear,
            densities.linear,
            "marginalises; underconfident where experts know different things",
        ),
        Rule(
            "logarithmic",
            "logarithmic pool",
            "p proportional to prod p^w, over the outcomes",
            _GENEST,
            probabilities.log_odds,
            densities.logarithmic,
            "externally Bayesian; what one rules out is ruled out; of one event the geometric mean of odds",
        ),
        Rule(
            "quantile_average",
            "mean of quantiles",
            "Q(u) = sum w Q(u)",
            "Lichtendahl, Grushka-Cockayne and Winkler (2013), Management Science 59(7), 1594-1611",
            None,
            densities.quantile_average,
            "sharper than the mean of probabilities; as wide as experts are on average",
        ),
        Rule(
            "log_odds",
            "geometric mean of odds",
            "logit p = sum w logit p",
            _GENEST,
            probabilities.log_odds,
            densities.odds,
            "for quantities our extension: the odds of lying below, at every value",
        ),
        Rule(
            "extremised",
            f"log odds x {factor:g}",
            f"logit p = {factor:g} sum w logit p",
            "Baron et al. (2014), Decision Analysis 11(2), 133-145",
            partial(probabilities.extremised, factor=factor),
            partial(densities.extremised, factor=factor),
            "right where experts share little information; a factor is learnt from resolved questions",
        ),
        Rule(
            "beta",
            f"beta-transformed mean ({shapes})",
            f"p = I_{shapes}(sum w p)",
            "Ranjan and Gneiting (2010), JRSS B 72(1), 71-91",
            partial(probabilities.beta_transformed, alpha=alpha, beta=beta),
            partial(densities.beta_transformed, alpha=alpha, beta=beta),
            "sharpens the linear pool about one half; shapes are learnt from resolved questions",
        ),
        Rule(
            "median",
            "median",
            "half of the weight on either side",
            "Hora, Fransen, Hawkins and Susel (2013), Decision Analysis 10(4), 279-291",
            probabilities.median,
            densities.median,
            "no one expert can move it far",
        ),
        Rule(
            "trimmed",
            f"mean without the outer {100 * trim:g}%",
            f"the mean of the middle {100 - 200 * trim:g}% of the weight",
            "Jose, Grushka-Cockayne and Lichtendahl (2014), Management Science 60(2), 463-475",
            partial(probabilities.trimmed, trim=trim),
            partial(densities.trimmed, trim=trim),
            "between the mean and the median",
        ),
        Rule(
            "geometric",
            "geometric mean of probabilities",
            "p = prod p^w",
            "Gould et al. (2022), aggreCAT",
            probabilities.geometric,
            None,
            "incoherent: what it makes of an event and of its contrary does not sum to one",
        ),
        Rule(
            "probit",
            "mean of standard scores",
            "Phi^-1(p) = sum w Phi^-1(p)",
            "Gould et al. (2022), aggreCAT",
            probabilities.probit,
            None,
            "close to the geometric mean of odds",
        ),
    )
    return MappingProxyType({rule.name: rule for rule in table})


RULES: Mapping[str, Rule] = rules()
