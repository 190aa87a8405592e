"""What a distribution says in plain words: chances as natural frequencies, odds, years.

People check a sentence such as "a 1 in 20 chance below 15" against what they believe more easily than a
density (Gigerenzer and Hoffrage 1995 on natural frequencies; O'Hagan et al. 2006, sec. 6.5, on feedback).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecast.elicitation.distribution import Distribution

#: A value as readers see it.
Say = Callable[[float], str]
#: Longer on one side where the range there is over this many times the other's.
LOPSIDED = 1.05
#: Tail chances spelt out: the probability, and its frequency.
_TAILS = ((0.05, "a 1 in 20 chance"), (0.01, "a 1 in 100 chance"))


def in_digits(spread: float) -> Say:
    """Values to three digits, and as many decimals as tell apart a hundredth of ``spread``.

    From ten thousand on thousands are set apart.

    >>> say = in_digits(37.0)
    >>> say(15.1676), say(30.0), say(0.01234), in_digits(10.0)(2031.24), in_digits(1e6)(1234567.8)
    ('15.2', '30', '0.0123', '2031.2', '1,230,000')
    """

    def say(value: float) -> str:
        if not math.isfinite(value):
            return "no value" if math.isnan(value) else f"{'-' if value < 0 else ''}infinity"
        if value != 0 and not 1e-5 <= abs(value) < 1e12:
            return f"{value:.3g}"
        sizes = [abs(x) for x in (value, spread) if 0 < abs(x) < math.inf]
        places = max((2 - math.floor(math.log10(size)) for size in sizes), default=0)
        comma = "," if abs(value) >= 1e4 else ""
        text = f"{round(value, places):{comma}.{max(places, 0)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    return say


def in_percent(value: float) -> str:
    """A probability to two digits of itself or of what it leaves to one, and never 0% or 100%.

    >>> [in_percent(p) for p in (0.1516, 0.0312, 0.00042, 0.5, 0.9996)]
    ['15%', '3.1%', '0.042%', '50%', '99.96%']
    """
    hundredths = 100 * value
    least = min(hundredths, 100 - hundredths)
    if not least > 0:
        return f"{hundredths:g}%"
    places = min(max(1 - math.floor(math.log10(least)), 0), 12)
    text = f"{hundredths:.{places}f}"
    return f"{text.rstrip('0').rstrip('.') if places else text}%"


def chance(p: float) -> str:
    """A probability as a chance: 1 in N where it is one, else in percent.

    >>> chance(0.05), chance(0.25), chance(0.5), chance(0.28), chance(1 / 3)
    ('a 1 in 20 chance', 'a 1 in 4 chance', 'an even chance', 'a 28% chance', 'a 1 in 3 chance')
    """
    if p == 0.5:
        return "an even chance"
    if 0.0 < p < 0.5 and abs(1 / p - round(1 / p)) < 1e-3 / p:
        return f"a 1 in {round(1 / p):,} chance"
    return f"a {in_percent(p)} chance"


def frequency(p: float) -> str:
    """A probability as cases of a hundred, or of as many more as it takes to count one.

    >>> frequency(0.27), frequency(0.034), frequency(0.0042), frequency(0.997)
    ('27 in 100', '3 in 100', '4 in 1,000', '997 in 1,000')
    """
    of = 100
    while of < 10**12 and min(p, 1 - p) * of < 0.95:
        of *= 10
    return f"{round(p * of):,} in {of:,}"


def odds(p: float) -> str:
    """A probability as odds against, or on.

    >>> odds(0.03), odds(0.25), odds(0.5), odds(0.8)
    ('odds of 32 to 1 against', 'odds of 3 to 1 against', 'even odds', 'odds of 4 to 1 on')
    """
    if p in {0.0, 1.0}:
        return "certain" if p else "impossible"
    ratio = max(p, 1 - p) / min(p, 1 - p)
    told = f"{ratio:,.0f}" if ratio >= 9.95 else f"{ratio:.1f}".removesuffix(".0")
    return "even odds" if told == "1" else f"odds of {told} to 1 {'against' if p < 0.5 else 'on'}"


def in_years(years: float) -> str:
    """A length of time.

    >>> in_years(10.0), in_years(1.0), in_years(0.5)
    ('10 years', '1 year', '0.5 years')
    """
    return f"{years:g} year{'' if years == 1 else 's'}"


@dataclass(frozen=True)
class Window:
    """A probability of something happening within ``years``, and what it implies at a constant hazard.

    P(t) = 1 - (1 - p)^(t / years)
    """

    probability: float
    years: float

    def within(self, years: float) -> float:
        """The probability within another number of years.

        >>> round(Window(0.03, 10.0).within(20.0), 4)
        0.0591
        """
        return -math.expm1(years / self.years * math.log1p(-self.probability))

    def __str__(self) -> str:
        half, double = self.years / 2, 2 * self.years
        return (
            f"about {in_percent(self.within(1.0))} a year; {in_percent(self.within(half))} within "
            f"{in_years(half)}; {in_percent(self.within(double))} within {in_years(double)}"
        )


def statements(said: Distribution, say: Say) -> tuple[str, ...]:
    """What follows from a distribution, to be agreed to or not.

    >>> from forecast.elicitation.parametric import Parametric
    >>> unit = Parametric("normal", {"mean": 0.0, "sd": 1.0})
    >>> statements(unit, in_digits(3.3))[:2]
    ('as likely above 0 as below', 'an even chance between -0.674 and 0.674')
    """
    levels = np.array([0.25, 0.5, 0.75, *(p for p, _ in _TAILS), *(1 - p for p, _ in _TAILS)])
    at = dict(zip(levels.tolist(), said.ppf(levels).tolist(), strict=True))
    told = [f"as likely above {say(at[0.5])} as below"]
    told.append(f"an even chance between {say(at[0.25])} and {say(at[0.75])}")
    for p, words in _TAILS:
        told += [f"{words} below {say(at[p])}", f"{words} above {say(at[1 - p])}"]
    return tuple(told)


def of_probability(said: Distribution) -> str:
    """The median of a distribution of a probability, as a frequency and as odds.

    >>> from forecast.elicitation.parametric import Parametric
    >>> of_probability(Parametric("beta", {"shape1": 1.0, "shape2": 3.0}, 0.0, 1.0))
    '21% in the middle: 21 in 100, odds of 3.8 to 1 against'
    """
    p = float(said.ppf(np.array(0.5)))
    return f"{in_percent(p)} in the middle: {frequency(p)}, {odds(p)}"


def of_rate(said: Distribution) -> str:
    """The median of a distribution of a yearly rate, as years between events and a chance in ten years.

    >>> from forecast.elicitation.parametric import Parametric
    >>> of_rate(Parametric("lognormal", {"mean_log": math.log(0.05), "sd_log": 1.0}, 0.0))
    'in the middle once in 20 years: a 39% chance of at least one in ten'
    """
    rate = float(said.ppf(np.array(0.5)))
    within = in_percent(-math.expm1(-10 * rate))
    often = f"once in {1 / rate:.3g} years" if rate < 1 else f"{rate:.3g} times a year"
    return f"in the middle {often}: a {within} chance of at least one in ten"


def lopsided(said: Distribution, say: Say) -> str:
    """Whether it is symmetrical about its median, by p05 and p95."""
    low, middle, high = said.ppf(np.array([0.05, 0.5, 0.95])).tolist()
    below, above = middle - low, high - middle
    if not below > 0 or not above > 0 or not math.isfinite(below + above):
        return ""
    if max(below, above) <= LOPSIDED * min(below, above):
        return f"symmetrical about {say(middle)}"
    ratio = max(below, above) / min(below, above)
    times = f"{ratio:.2g} times" if ratio < 100 else f"{ratio:,.0f} times"
    if above > below:
        return f"longer above: p50 to p95 is {times} p05 to p50"
    return f"longer below: p05 to p50 is {times} p50 to p95"
