"""Verbal probabilities."""

from __future__ import annotations

import math

import pytest

from forecast.lexicon import LEXICONS, band, quantiles, words


@pytest.mark.parametrize(
    ("lexicon", "phrase", "expected"),
    [
        ("icd203", "remote", (0.01, 0.05)),
        ("icd203", "Highly  improbable", (0.05, 0.20)),
        ("icd203", "almost certain", (0.95, 0.99)),
        ("phia", "realistic possibility", (0.40, 0.50)),
        ("phia", "highly likely", (0.80, 0.90)),
        ("ipcc", "more likely than not", (0.50, 1.0)),
        ("ipcc", "exceptionally unlikely", (0.0, 0.01)),
    ],
)
def test_bands_are_the_published_ones(lexicon: str, phrase: str, expected: tuple[float, float]) -> None:
    """ICD 203 (2015) p. 3; PHIA yardstick; Mastrandrea et al. (2010) table 1."""
    assert band(lexicon, phrase) == expected


@pytest.mark.parametrize(
    ("lexicon", "p", "expected"),
    [
        ("icd203", 0.03, "almost no chance"),
        ("icd203", 0.001, "almost no chance"),
        ("icd203", 0.2, "unlikely"),
        ("icd203", 0.5, "roughly even chance"),
        ("icd203", 0.8, "likely"),
        ("phia", 0.07, "between remote chance and highly unlikely"),
        ("phia", 0.22, "between highly unlikely and unlikely"),
        ("phia", 0.525, "between realistic possibility and likely"),
        ("ipcc", 0.005, "exceptionally unlikely"),
        ("ipcc", 0.07, "very unlikely"),
        ("ipcc", 0.97, "extremely likely"),
        ("ipcc", 0.6, "about as likely as not"),
    ],
)
def test_words_of_a_number(lexicon: str, p: float, expected: str) -> None:
    """The narrowest term that holds it; gaps are said as gaps; a shared edge goes toward even odds."""
    assert words(lexicon, p) == expected


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_every_term_is_a_judgment(lexicon: str) -> None:
    """Quantiles lie inside (0, 1), in order, and p50 is the logit midpoint of the other two."""

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    for term in LEXICONS[lexicon].terms:
        q = quantiles(lexicon, term.words[0])
        assert 0 < q["p05"] < q["p50"] < q["p95"] < 1
        assert logit(q["p50"]) == pytest.approx((logit(q["p05"]) + logit(q["p95"])) / 2)


def test_unknown_words_name_the_nearest() -> None:
    """A misspelt phrase is refused with a suggestion; a number outside [0, 1] is no probability."""
    with pytest.raises(ValueError, match="Did you mean 'very unlikely'"):
        band("icd203", "very unlikly")
    with pytest.raises(ValueError, match="is not a probability"):
        words("icd203", 1.5)
