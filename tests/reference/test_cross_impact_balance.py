"""Cross-impact balances against "Somewhereland", the worked example of the ScenarioWizard.

Source of the matrix and of the balances of one combination: W. Weimer-Jehle (2013), ScenarioWizard 4.1
manual, ZIRIUS, University of Stuttgart, figures 2-2 and 2-3 (page 11). Source of the consistent combinations:
the same author's cross-impact.de, "The CIB algorithm (4/4)". Method: Weimer-Jehle (2006), Technological
Forecasting and Social Change 73(4), 334-361.
"""

from __future__ import annotations

import numpy as np
import pytest

from forecast.consistency.balance import (
    CrossImpacts,
    Descriptor,
    balance,
    consistent,
    inconsistencies,
    is_consistent,
)
from forecast.consistency.succession import succession

VARIANTS = {
    "A Government": ("Patriots party", "Prosperity party", "Social party"),
    "B Foreign policy": ("Cooperation", "Rivalry", "Conflict"),
    "C Economy": ("Shrinking", "Stagnant", "Dynamic"),
    "D Distribution of wealth": ("Balanced", "Strong contrasts"),
    "E Social cohesion": ("Social peace", "Tensions", "Riots"),
    "F Social values": ("Meritocratic", "Solidarity", "Family"),
}

#: Each row the impacts of one variant on all variants of A to F; a descriptor's impacts on itself are 0.
#    A            B            C            D        E            F
IMPACTS = """
     0  0  0    -2  1  1     0  0  0     0  0    -2  1  1     0  0  0
     0  0  0     2  1 -3    -2 -1  3    -2  2     0  0  0     2 -1 -1
     0  0  0     0  0  0     0  2 -2     3 -3     2 -1 -1    -2  2  0

     0  0  0     0  0  0    -2  1  1     0  0     0  0  0     0  0  0
     0  0  0     0  0  0     0  1 -1     0  0     1  0 -1     0  0  0
     3 -1 -2     0  0  0     3  0 -3     0  0     3 -1 -2    -2  1  1

     2  1 -3     0  0  0     0  0  0    -2  2    -3  1  2     0  0  0
    -1  2 -1     0  0  0     0  0  0     0  0     0  0  0     0  0  0
     0  0  0     0  0  0     0  0  0    -2  2     3 -1 -2     0  0  0

     0  0  0     0  0  0     0  0  0     0  0     3 -1 -2    -2  1  1
     0 -3  3     0  0  0     0  0  0     0  0    -3  1  2     2 -1 -1

     0  0  0     0  0  0    -2 -1  3     0  0     0  0  0     2 -1 -1
     0  0  0    -1  0  1     1  1 -2     0  0     0  0  0    -1  0  1
     2 -1 -1    -3  1  2     3  0 -3     0  0     0  0  0    -2 -1  3

     0  3 -3     0  0  0    -3  0  3    -3  3    -2  1  1     0  0  0
     1 -2  1     0  0  0    -1  2 -1     2 -2     2 -1 -1     0  0  0
     0  0  0     0  0  0    -1  2 -1     1 -1     2 -1 -1     0  0  0
"""

#: In the order published: the place, from 1, of the variant of A to F.
CONSISTENT = (
    "A3 B1 C3 D2 E1 F1",
    "A3 B2 C3 D2 E1 F1",
    "A2 B1 C3 D2 E2 F1",
    "A2 B2 C3 D2 E2 F1",
    "A3 B1 C2 D1 E1 F2",
    "A1 B2 C2 D1 E1 F2",
    "A3 B2 C2 D1 E1 F2",
    "A1 B3 C2 D1 E1 F2",
    "A1 B3 C2 D1 E1 F3",
    "A1 B3 C1 D2 E3 F3",
)


def places(published: str) -> tuple[int, ...]:
    """``A3 B1 ...`` as places from 0."""
    return tuple(int(variant[1:]) - 1 for variant in published.split())


@pytest.fixture(scope="module")
def somewhereland() -> CrossImpacts:
    """The published matrix."""
    impacts = np.array([row.split() for row in IMPACTS.strip().splitlines() if row.strip()], dtype=float)
    return CrossImpacts(tuple(Descriptor(*item) for item in VARIANTS.items()), impacts)


def test_the_balances_of_the_worked_combination(somewhereland: CrossImpacts) -> None:
    """Figure 2-3: the scores of A2 B1 C3 D1 E1 F1, of which the distribution of wealth alone is at odds."""
    combination = places("A2 B1 C3 D1 E1 F1")
    published = [[0, 3, -3], [2, 1, -3], [-9, -1, 10], [-7, 7], [4, -1, -3], [2, -1, -1]]
    assert [scores.tolist() for scores in balance(somewhereland, combination)] == published
    assert inconsistencies(somewhereland, combination).tolist() == [0, 0, 0, 14, 0, 0]


def test_ten_of_486_combinations_are_consistent(somewhereland: CrossImpacts) -> None:
    """Exactly the ten published ones."""
    assert np.prod([len(d.variants) for d in somewhereland.descriptors]) == 486
    found = consistent(somewhereland)
    assert len(found) == 10
    assert set(found) == {places(one) for one in CONSISTENT}


@pytest.mark.parametrize(("of", "on"), [("F", "A"), ("C", "E"), ("D", "F"), ("B", "A"), ("E", "B")])
def test_the_answer_rests_on_the_judgments(somewhereland: CrossImpacts, of: str, on: str) -> None:
    """Without one judgment section (here five of the 23 that hold any) other combinations are consistent."""
    rows, columns = (somewhereland.columns("ABCDEF".index(name)) for name in (of, on))
    impacts = somewhereland.impacts.copy()
    impacts[rows, columns] = 0
    found = consistent(CrossImpacts(somewhereland.descriptors, impacts))
    assert set(found) != {places(one) for one in CONSISTENT}


@pytest.mark.parametrize("published", CONSISTENT)
def test_succession_leaves_the_consistent_alone(somewhereland: CrossImpacts, published: str) -> None:
    """A consistent combination is where succession comes to rest, from wherever it starts in it."""
    combination = places(published)
    assert is_consistent(somewhereland, combination)
    assert succession(somewhereland, combination).attractor == (combination,)


def test_succession_mends_the_worked_combination(somewhereland: CrossImpacts) -> None:
    """One move to strong contrasts, which costs social peace: the second pass ends in published no. 3."""
    found = succession(somewhereland, places("A2 B1 C3 D1 E1 F1"))
    assert found.path[1] == places("A2 B1 C3 D2 E1 F1")
    assert found.attractor == (places("A2 B1 C3 D2 E2 F1"),)
