"""Cooke's Classical Model: calibration, information, performance weights, decision makers, robustness."""

from forecast.pooling.classical.assessments import LOG, UNIFORM, Assessments, ClassicalError
from forecast.pooling.classical.mixture import Mixture
from forecast.pooling.classical.model import Classical, DecisionMaker, Score, classical
from forecast.pooling.classical.ranges import OVERSHOOT
from forecast.pooling.classical.robustness import Robustness, Without, robustness
from forecast.pooling.classical.weights import BY_PERFORMANCE, RULES

__all__ = [
    "BY_PERFORMANCE",
    "LOG",
    "OVERSHOOT",
    "RULES",
    "UNIFORM",
    "Assessments",
    "Classical",
    "ClassicalError",
    "DecisionMaker",
    "Mixture",
    "Robustness",
    "Score",
    "Without",
    "classical",
    "robustness",
]
