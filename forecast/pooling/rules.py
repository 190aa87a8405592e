"""The rules that the pooled answer of a forecast is given by: the first in use, the others beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from forecast.pooling.probabilities import linear, log_odds
from forecast.pooling.rule import OfProbabilities

RULES: Mapping[str, OfProbabilities] = MappingProxyType({"log_odds": log_odds, "linear": linear})
