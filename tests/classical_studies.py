"""Studies for tests of the Classical Model: one published, one of our own making, and random ones."""

from __future__ import annotations

import numpy as np

from forecast.pooling.classical import Assessments

LEVELS = (0.05, 0.5, 0.95)
NONE = (np.nan, np.nan, np.nan)


def delft(**changes: tuple[tuple[float, float, float], ...]) -> Assessments:
    """Three experts and five seeds of TU Delft's open course on expert judgment, pages 3.7.3 and 3.8.2."""
    answers = {
        "A": ((2, 5, 7), (12, 13, 15), (87, 89, 92), (2, 5, 8), (48, 50, 52)),
        "B": ((20, 23, 34), (8, 10, 11), (60, 70, 90), (20, 35, 45), (30, 35, 40)),
        "C": ((20, 25, 28), (10, 13, 15), (65, 67, 70), (42, 44, 46), (32, 33, 35)),
        **changes,
    }
    return Assessments(
        tuple(answers),
        ("Q1", "Q2", "Q3", "Q4", "Q5"),
        LEVELS,
        np.array(list(answers.values()), dtype=float),
        np.array([24.0, 11.0, 68.0, 47.0, 31.0]),
        ("uniform",) * 5,
    )


def patchy() -> Assessments:
    """Four experts, five seeds and two targets, of our own making: two log items, three answers missing."""
    answers = [
        [(2, 5, 9), (10, 14, 30), (100, 300, 900), (1, 2, 3), (40, 50, 70), (5, 6, 8), (1, 10, 50)],
        [(4, 6, 7), (12, 20, 25), (50, 150, 200), (2, 4, 6), NONE, (2, 4, 7), (5, 8, 20)],
        [(1, 3, 8), (8, 11, 16), (200, 1000, 5000), NONE, (55, 60, 64), (6, 9, 12), (2, 20, 100)],
        [(3, 8, 15), (15, 18, 40), (80, 120, 600), (3, 5, 9), (30, 45, 60), NONE, (1, 4, 9)],
    ]
    return Assessments(
        ("e1", "e2", "e3", "e4"),
        tuple("abcdefg"),
        LEVELS,
        np.array(answers, dtype=float),
        np.array([6, 17, 400, 4.5, 58, np.nan, np.nan]),
        ("uniform", "uniform", "log", "uniform", "uniform", "uniform", "log"),
    )


def drawn(seed: int, *, experts: int = 4, items: int = 6, scale: str = "uniform") -> Assessments:
    """A random study: everybody biased by some and spread by some; the last item is a target."""
    rng = np.random.default_rng(seed)
    middle = rng.normal(0.0, 0.7, (experts, items, 1))
    steps = rng.gamma(2.0, 0.5, (experts, items, 2))
    values = np.concatenate([middle - steps[..., :1], middle, middle + steps[..., 1:]], axis=2)
    realised = rng.normal(0.0, 1.0, items)
    realised[-1] = np.nan
    if scale == "log":
        values, realised = np.exp(values), np.exp(realised)
    names = tuple(f"e{e}" for e in range(experts)), tuple(f"i{i}" for i in range(items))
    return Assessments(*names, LEVELS, values, realised, (scale,) * items)
