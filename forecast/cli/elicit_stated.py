"""What was stated, as the arguments of `elicit` commands: quantiles, chips, shares below a value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forecast.elicitation.judgment import Judgment
from forecast.errors import UsageError

_LEVEL = re.compile(r"p(\d+(?:\.\d+)?)\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Stated:
    """The arguments that state points of one quantity, as typed; None or empty where not given."""

    quantile: Sequence[str] = ()
    below: Sequence[str] = ()
    values: str | None = None
    probabilities: str | None = None
    quartiles: str | None = None
    tertiles: str | None = None
    roulette: str | None = None

    def ways(self) -> list[str]:
        """The options given, those that belong together as one."""
        given = {
            "--quantile/--below": bool(self.quantile or self.below),
            "--values": self.values is not None or self.probabilities is not None,
            "--quartiles": self.quartiles is not None,
            "--tertiles": self.tertiles is not None,
            "--roulette": self.roulette is not None,
        }
        return [name for name, is_given in given.items() if is_given]


def judgment(stated: Stated, *, lower: float, upper: float) -> Judgment:
    """The judgment that the arguments state; UsageError says which one cannot be read, or is not one.

    >>> judgment(Stated(quantile=["p25=25", "p75=35"], below=["30=50%"]), lower=0, upper=100).values
    (25.0, 30.0, 35.0)
    """
    readers: dict[str, Callable[[], tuple[Sequence[float], Sequence[float]]]] = {
        "--quantile/--below": lambda: _points(stated),
        "--values": lambda: _pairs(stated),
        "--quartiles": lambda: (numbers(stated.quartiles or "", "--quartiles", 3), (0.25, 0.5, 0.75)),
        "--tertiles": lambda: _tertiles(stated.tertiles or ""),
    }
    (way,) = stated.ways()
    if way == "--roulette":
        edges, chips = _board(stated.roulette or "")
        return Judgment.of_roulette(edges, chips, lower=lower, upper=upper)
    values, probabilities = readers[way]()
    return Judgment(tuple(values), tuple(probabilities), lower, upper)


def numbers(text: str, flag: str, *counts: int) -> list[float]:
    """Comma-separated numbers; ``counts`` are how many there may be.

    >>> numbers("25, 30,35", "--quartiles", 3)
    [25.0, 30.0, 35.0]
    """
    parts = [part.strip() for part in text.split(",")]
    if counts and len(parts) not in counts:
        wanted = " or ".join(map(str, counts))
        raise UsageError(f"{flag} {text}: write {wanted} numbers with commas between (found {len(parts)})")
    return [number(part, flag) for part in parts]


def number(text: str, flag: str) -> float:
    """One number; UsageError names the option."""
    try:
        value = float(text)
    except ValueError:
        raise UsageError(f"{flag}: '{text}' is not a number") from None
    if math.isnan(value):
        raise UsageError(f"{flag}: nan is not a number; leave out what was not answered")
    return value


def probability(text: str, flag: str) -> float:
    """A probability as a fraction or with a percent sign.

    >>> probability("2.5%", "--mass")
    0.025
    """
    value = number(text.strip().removesuffix("%"), flag)
    return value / 100 if text.strip().endswith("%") else value


def limit(text: str | None, flag: str, natural: float) -> float:
    """A limit as given, else the natural one."""
    return natural if text is None else number(text, flag)


def _points(stated: Stated) -> tuple[list[float], list[float]]:
    pairs: list[tuple[float, float]] = []
    for text in stated.quantile:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--quantile {text}: write a level and its value, such as p25=25")
        level = _level(name.strip(), text)
        if level in [known for known, _ in pairs]:
            raise UsageError(f"--quantile {text}: {name.strip()} is given twice")
        pairs.append((level, number(value, "--quantile")))
    for text in stated.below:
        value, equals, share = text.partition("=")
        if not equals:
            raise UsageError(f"--below {text}: write a value and P(X <= value), such as 40=.7")
        pairs.append((probability(share, "--below"), number(value, "--below")))
    pairs.sort()
    return [value for _, value in pairs], [level for level, _ in pairs]


def _level(name: str, text: str) -> float:
    if found := _LEVEL.match(name):
        # 2.5 / 100 as a decimal, so that p30 is 0.3 and no neighbour of it.
        return float(f"{found[1]}e-2")
    try:
        return probability(name, "--quantile")
    except UsageError:
        raise UsageError(f"--quantile {text}: write a level such as p25, p2.5 or 0.25 before the =") from None


def _pairs(stated: Stated) -> tuple[list[float], list[float]]:
    if stated.values is None or stated.probabilities is None:
        missing = "--values" if stated.values is None else "--probabilities"
        raise UsageError(f"--values and --probabilities belong together; {missing} is missing")
    values = numbers(stated.values, "--values")
    shares = [probability(part, "--probabilities") for part in stated.probabilities.split(",")]
    return values, shares


def _tertiles(text: str) -> tuple[list[float], tuple[float, ...]]:
    values = numbers(text, "--tertiles", 2, 3)
    return values, (1 / 3, 2 / 3) if len(values) == 2 else (1 / 3, 0.5, 2 / 3)


def _board(text: str) -> tuple[list[float], list[float]]:
    edges, colon, chips = text.partition(":")
    if not colon:
        raise UsageError(f"--roulette {text}: write edges, a colon, chips, such as 0,10,20,30:3,5,2")
    return numbers(edges, "--roulette"), numbers(chips, "--roulette")
