"""Verbal probabilities: tables of estimative words, both ways, published ones and a house's own."""

from forecast.lexicon.published import LEXICONS
from forecast.lexicon.scale import Lexicon, named
from forecast.lexicon.speaking import band, fitting, quantiles, words
from forecast.lexicon.term import Term, plainly

__all__ = ["LEXICONS", "Lexicon", "Term", "band", "fitting", "named", "plainly", "quantiles", "words"]
