"""The Classical Model against published numbers and against Anduryl."""

from __future__ import annotations

import pytest
from classical_studies import delft, patchy

from forecast.pooling.classical import classical, robustness

#: Anduryl 1.2.2 (G. Rongen and others, TU Delft, 2023) on the study `patchy` and on the course's, overshoot
#: 0.1: calibration, information over seeds, over all items. Its chi-squared function is good to 1e-11.
PATCHY_EXPERTS = {
    "e1": (0.11655774440457267, 0.6149812080175165, 0.6019015696983345),
    "e2": (0.4816962373798086, 0.9344928482874562, 0.8843971491663751),
    "e3": (0.4816962373798086, 0.8310264086817407, 0.6424984120057321),
    "e4": (0.800291761784534, 0.40337939145859697, 0.4402620008864195),
}
PATCHY_MAKERS = {
    ("global", 0.0): (0.09418316874533528, 0.1700884651052562, 0.13996243755971563),
    ("global", None): (0.800291761784534, 0.40337939145859697, 0.4402620008864195),
    ("item", 0.0): (0.49646248288295713, 0.24482845268961503, 0.2128781277884347),
    ("item", None): (0.800291761784534, 0.40337939145859697, 0.4402620008864195),
    ("equal", None): (0.09418316874533528, 0.1514235322351102, 0.12827001838596946),
}
PATCHY_GLOBAL = [
    (1.25964106, 5.66726558, 13.51080789),
    (8.38139453, 16.18249646, 35.60025185),
    (56.23118745, 186.87922216, 3763.58935538),
    (1.47567103, 4.2284481, 8.51058151),
    (31.86386818, 56.58956402, 65.06249219),
    (2.17611567, 6.31381464, 11.66482686),
    (1.22240932, 7.45707773, 77.69089284),
]
PATCHY_ITEM = [
    (1.32236792, 5.60759782, 11.4980116),
    (8.2919506, 15.67835215, 36.36948442),
    (54.5104668, 155.00302193, 1957.80887736),
    (1.20457962, 3.8714306, 8.43947764),
    (34.21907348, 58.56724926, 64.41275469),
    (2.18470637, 6.03808439, 11.49839747),
    (1.12153603, 6.29841048, 36.75522706),
]
#: Without each seed and expert, global weights without a cut-off: calibration, information, of all items.
#: e1 is from a study without e1: Anduryl's own table loses track of missing answers there.
PATCHY_WITHOUT = {
    "a": (0.7015464634391816, 0.14085195746787804, 0.1310257298334818),
    "b": (0.18775296591833102, 0.15700552316979582, 0.12405637017671826),
    "c": (0.18775296591833102, 0.2102518712922251, 0.16633906952630836),
    "d": (0.18775296591833102, 0.17539562351305765, 0.13642008038300402),
    "e": (0.18775296591833102, 0.15495024804065377, 0.13054900028475455),
    "e1": (0.09418316874533528, 0.16370002904115225, 0.1354044636536877),
    "e2": (0.49646248288295713, 0.1421326122593857, 0.11520943129200349),
    "e3": (0.8002917617845339, 0.13695807642541538, 0.13058945121457666),
    "e4": (0.49646248288295713, 0.16786959672169394, 0.1489138726761426),
}
DELFT_WITHOUT = {
    "Q1": (0.4816962373798086, 0.4708371714603501),
    "Q2": (0.4816962373798086, 0.6476345496907066),
    "Q3": (0.4816962373798086, 0.500496513611884),
    "Q4": (0.8391845754431135, 0.43962000923466615),
    "Q5": (0.4816962373798086, 0.5001552131601873),
    "A": (0.411009479607348, 0.22276156841798905),
    "B": (0.3270167378597645, 1.241585821831214),
    "C": (0.6083583365117373, 0.5541729378551825),
}
CLOSE = 1e-9


def test_delft_scores_to_the_printed_digits() -> None:
    """Calibration 3.621e-5, .608, .327; information 1.418, .558, 1.354; weights 6.6e-5, .4339, .5660."""
    found = classical(delft(), alpha=0.0)
    scores = found.scores.values()
    assert f"{found.scores['A'].calibration:.3e}" == "3.621e-05"
    assert [round(s.calibration, 3) for s in scores][1:] == [0.608, 0.327]
    assert [round(s.information_seeds, 3) for s in scores] == [1.418, 0.558, 1.354]
    weights = found.decision_maker.overall
    assert f"{weights[0]:.1e}" == "6.6e-05"
    assert weights[1:] == pytest.approx([0.4339, 0.5660], abs=5e-5)


@pytest.mark.parametrize(
    ("rule", "expected"), [("global", (19.97, 24.48, 33.11)), ("equal", (2.55, 21.77, 32.39))]
)
def test_delft_decision_makers_to_the_printed_digits(rule: str, expected: tuple[float, ...]) -> None:
    """Question 1 of the course: performance-weighted without a cut-off, and equal-weighted."""
    found = classical(delft(), rule=rule, alpha=0.0 if rule == "global" else None)
    assert tuple(round(v, 2) for v in found.quantiles("Q1")) == expected


def test_anduryl_experts() -> None:
    """Log items and missing answers: the scores of every expert."""
    found = classical(patchy()).scores
    assert {name: (s.calibration, s.information_seeds, s.information_all) for name, s in found.items()} == {
        name: pytest.approx(expected, rel=CLOSE) for name, expected in PATCHY_EXPERTS.items()
    }


@pytest.mark.parametrize(("rule", "alpha"), list(PATCHY_MAKERS))
def test_anduryl_decision_makers(rule: str, alpha: float | None) -> None:
    """The scores of each decision maker, optimised and not."""
    score = classical(patchy(), rule=rule, alpha=alpha).decision_maker.score
    found = score.calibration, score.information_seeds, score.information_all
    assert found == pytest.approx(PATCHY_MAKERS[rule, alpha], rel=CLOSE)


@pytest.mark.parametrize(("rule", "expected"), [("global", PATCHY_GLOBAL), ("item", PATCHY_ITEM)])
def test_anduryl_quantiles(rule: str, expected: list[tuple[float, ...]]) -> None:
    """The decision makers' quantiles, to the eight decimals that were written down."""
    found = classical(patchy(), rule=rule, alpha=0.0)
    for item, quantiles in zip("abcdefg", expected, strict=True):
        assert found.quantiles(item) == pytest.approx(quantiles, abs=6e-9, rel=1e-10)


def test_anduryl_robustness() -> None:
    """Each seed and expert left out in turn, on both studies."""
    found = robustness(patchy(), alpha=0.0)
    scores = {w.name: w.score for w in (*found.experts, *found.seeds)}
    assert scores.keys() == PATCHY_WITHOUT.keys()
    for name, score in scores.items():
        assert score is not None
        told = score.calibration, score.information_seeds, score.information_all
        assert told == pytest.approx(PATCHY_WITHOUT[name], rel=CLOSE), name
    course = robustness(delft(), alpha=0.0)
    for left in (*course.experts, *course.seeds):
        assert left.score is not None
        told = left.score.calibration, left.score.information_seeds
        assert told == pytest.approx(DELFT_WITHOUT[left.name], rel=CLOSE), left.name
