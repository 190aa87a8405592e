"""Cooke's Classical Model: calibration, information, performance weights, decision makers, robustness."""

from forecast.pooling.classical.answered import Answered, answered
from forecast.pooling.classical.assessments import LOG, UNIFORM, Assessments, ClassicalError
from forecast.pooling.classical.compared import Compared, compared
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
    "Answered",
    "Assessments",
    "Classical",
    "ClassicalError",
    "Compared",
    "DecisionMaker",
    "Mixture",
    "Robustness",
    "Score",
    "Without",
    "answered",
    "classical",
    "compared",
    "robustness",
]
