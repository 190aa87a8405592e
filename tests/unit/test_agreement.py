"""What two coders agree on, cell by cell."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import forecast
from forecast.agreement.coders import agreement, coders
from forecast.agreement.kappa import kappa, nominal, quadratic
from forecast.inputs.workspace import Workspace
from forecast.model.data import prepare
from forecast.panel import resolve

HEADER = "source,item,channel,code,grade,p05,p50,p95,note\n"


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    """A copy of the small workspace with a second coding of six cells."""
    root = tmp_path / "w"
    shutil.copytree(Path(__file__).resolve().parents[1] / "workspaces" / "small", root)
    rows = [
        "smith2019,shared_threat,alliance,2,TEXT,,,,",
        "smith2019,shared_threat,split,-2,INFER,,,,",
        "smith2019,border_dispute,alliance,,,,,,",
        "smith2019,trade,split,1,INFER,,,,",
        "jones2022,shared_threat,alliance,,,,,,",
        "smith2019,outcome,alliance,,TEXT,0.03,0.08,0.2,",
        "smith2019,outcome,split,,INFER,0.1,0.3,0.5,",
    ]
    (root / "priors" / "second_coding.csv").write_text(HEADER + "\n".join(rows) + "\n")
    return root


def test_cells_are_told_apart(coded: Path) -> None:
    """Both, one and neither, values and grades, as in the six rows above."""
    found = agreement(forecast.load(coded))
    assert found is not None
    assert (found.cells, found.both, found.first_only, found.second_only) == (5, 2, 1, 1)
    assert (found.exact.value, found.within_one.value, found.same_sign.value) == (0.5, 1.0, 1.0)
    assert found.exact.n == 2
    # Presence: first 1 1 1 0 0, second 1 1 0 1 0: observed 3/5, by chance .6 x .6 + .4 x .4.
    assert found.presence.value == pytest.approx((0.6 - 0.52) / 0.48)


def test_coded_probabilities_are_compared_on_the_logit(coded: Path) -> None:
    """Medians .06 and .08, .04 and .3; only the first lies within the first coder's interval."""
    found = agreement(forecast.load(coded))
    assert found is not None
    by_hand = np.mean([np.log(0.08 / 0.92) - np.log(0.06 / 0.94), np.log(0.3 / 0.7) - np.log(0.04 / 0.96)])
    assert found.outcomes.value == pytest.approx(by_hand)
    assert (found.covered.value, found.outcome_cells) == (0.5, 2)


def test_without_a_second_coding_there_is_nothing_to_compare(small: Workspace) -> None:
    """A workspace need not have one."""
    assert agreement(small) is None


def test_the_second_coding_is_no_part_of_what_is_fitted(coded: Path, small: Workspace) -> None:
    """Read, and every number of the density is the same to the last bit."""
    with_it = forecast.load(coded)
    assert with_it.second_coding
    packed = [prepare(w, resolve(w), w.question.as_of).data.packed().tobytes() for w in (with_it, small)]
    assert packed[0] == packed[1]


def test_kappa_is_one_for_equal_codes_and_near_zero_for_shuffled_ones() -> None:
    """Its two fixed points; the sd of kappa over shuffles is about n ** -.5."""
    rng = np.random.default_rng(3)
    x = rng.integers(-3, 4, size=2000).astype(float)
    assert kappa(x, x, quadratic) == 1.0
    assert abs(kappa(x, rng.permutation(x), quadratic)) < 4 * 2000**-0.5


def test_kappa_does_not_mind_the_order_of_coders_or_items() -> None:
    """It is symmetric, and a function of the set of pairs."""
    rng = np.random.default_rng(4)
    x, y = rng.integers(-3, 4, size=(2, 50)).astype(float)
    order = rng.permutation(50)
    assert kappa(x, y, quadratic) == pytest.approx(kappa(y, x, quadratic), abs=1e-14)
    assert kappa(x[order], y[order], nominal) == pytest.approx(kappa(x, y, nominal), abs=1e-14)


def test_kappa_of_one_category_or_of_nothing_is_not_a_number() -> None:
    """Where no disagreement is possible chance agreement is full, and the measure has no value."""
    assert np.isnan(kappa(np.ones(5), np.ones(5), nominal))
    assert np.isnan(kappa(np.array([]), np.array([]), nominal))


def test_the_day_of_the_second_coding_is_kept_apart(coded: Path) -> None:
    """Codes kept from that day are compared as they were, whatever the files say now."""
    file = coded / "priors" / "second_coding.csv"
    lines = file.read_text().splitlines()
    kept = [lines[0].replace("p95,note", "p95,first,first_grade,note")]
    kept += [line + ("1,TEXT," if "shared_threat,split" in line else ",,") for line in lines[1:]]
    file.write_text("\n".join(kept) + "\n")
    found = coders(forecast.load(coded))
    assert found is not None
    assert found.then is not None
    # shared_threat on split: 1 then, -1 in the file now, -2 by the second coder.
    assert (found.then.both, found.then.second_only, found.then.same_sign.value) == (1, 2, 0.0)
    assert (found.now.both, found.now.same_sign.value) == (2, 1.0)
    assert [then for what, then, _ in found.rows if what.startswith("Coded medians")] == ["-"]
