"""Posterior draws on the scales a reader knows, thinned and kept."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest

from forecast import cache
from forecast.inference.cache import load_posterior, posterior_key, store_posterior
from forecast.inference.diagnostics import Diagnostics
from forecast.inference.posterior import READ_EVERY, Posterior, read_draws, thin
from forecast.inputs.workspace import Workspace
from forecast.model.affine import RETURN_CODE_SHARE, SLACK_SD
from forecast.model.data import Prepared, prepare
from forecast.panel import Panel

GOOD = Diagnostics(1.0, 1000.0, 1000.0, 0)


@pytest.fixture(scope="module")
def prepared(small: Workspace, small_panel: Panel) -> Prepared:
    """The small workspace's numbers."""
    return prepare(small, small_panel, small.question.as_of)


@pytest.fixture(scope="module")
def posterior(prepared: Prepared) -> Posterior:
    """Thirty draws of the prior, read as if they were a posterior."""
    z = np.random.default_rng(0).standard_normal((30, prepared.z.size))
    return read_draws(z, prepared, GOOD)


def test_draws_are_read_by_their_definitions(prepared: Prepared, posterior: Posterior) -> None:
    """Log rate, gain, effect = gain x score + slack, straight from z's named stretches."""
    z, data = posterior.z, prepared.data
    take = prepared.z.take
    rows = prepared.theta.index("log_rate")
    sd = np.array([data.matrix[r, c] for r, c in zip(rows, prepared.z.index("log_rate"), strict=True)])
    assert posterior.log_rate == pytest.approx(data.offset[rows] + take(z, "log_rate") * sd)
    gain = np.exp(np.log(0.12) + 0.6 * take(z, "log_gain"))
    assert posterior.gain == pytest.approx(gain)
    assert posterior.tau[:, None] == pytest.approx(np.exp(np.log(0.45) + 0.6 * take(z, "log_tau")))
    spoken = np.array([[1.5, 1.5], [1.5, 1.5], [1.5, 1.5]])
    score = take(z, "score") * spoken
    assert posterior.score == pytest.approx(score)
    slack = SLACK_SD * take(z, "slack")
    assert posterior.coefficients[:, :3, :2] == pytest.approx(gain[:, None, :] * score + slack)


def test_the_ways_back_mirror_the_way_in(prepared: Prepared, posterior: Posterior) -> None:
    """From alliance: -(1 - w) of the score on alliance plus w of the return's own code, w = 1/2 where coded.

    The small workspace codes one return: -1 for shared threat from alliance. Alliance to split follows the
    effects on split.
    """
    back = SLACK_SD * prepared.z.take(posterior.z, "return_slack")
    share = np.array([[RETURN_CODE_SHARE, 0], [0, 0], [0, 0]])
    code = np.array([[-1.0, 0], [0, 0], [0, 0]])
    expected = posterior.gain[:, None, :] * (share * code - (1 - share) * posterior.score) + back
    assert posterior.coefficients[:, :3, 2] == pytest.approx(expected[:, :, 0])
    assert posterior.coefficients[:, :3, 4] == pytest.approx(expected[:, :, 1])
    assert posterior.coefficients[:, :3, 3] == pytest.approx(posterior.coefficients[:, :3, 1])


def test_what_the_fit_reaches_is_a_probability(posterior: Posterior, prepared: Prepared) -> None:
    """One F per draw read, window and outcome, and the two outcomes compete."""
    groups = len(prepared.data.phi) // 10
    assert posterior.reached.shape == (-(-30 // READ_EVERY), groups, 2)
    assert ((posterior.reached > 0) & (posterior.reached < 1)).all()


@pytest.mark.parametrize(("count", "per_chain"), [(8, [2, 2, 2, 2]), (10, [3, 3, 2, 2]), (4000, [1000] * 4)])
def test_thinning_spreads_over_every_chain(count: int, per_chain: list[int]) -> None:
    """As many from each chain, evenly spaced from its start, chain after chain."""
    z = np.stack([1000 * c + np.arange(1000.0) for c in range(4)])[..., None]
    kept = thin(z, count)[:, 0]
    assert [int(((kept >= 1000 * c) & (kept < 1000 * (c + 1))).sum()) for c in range(4)] == per_chain
    assert (np.diff(kept) > 0).all()
    assert kept[: per_chain[0]] == pytest.approx((np.arange(per_chain[0]) * 1000) // per_chain[0])


def test_kept_draws_come_back_the_same(
    prepared: Prepared, posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit, diagnostics included."""
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(tmp_path))
    name = posterior_key(prepared.data, seed=1, draws=30)
    assert load_posterior(name, prepared) is None
    store_posterior(name, posterior)
    back = load_posterior(name, prepared)
    assert back is not None
    for field in dataclasses.fields(Posterior):
        once, again = getattr(posterior, field.name), getattr(back, field.name)
        assert np.array_equal(once, again) if isinstance(once, np.ndarray) else once == again


def test_kept_draws_that_do_not_fit_are_absent(
    prepared: Prepared, posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole file that is no archive, or holds draws of another size, is made again."""
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(tmp_path))
    cache.store("posterior", "a", b"not an archive")
    assert load_posterior("a", prepared) is None
    store_posterior("b", dataclasses.replace(posterior, z=posterior.z[:, :-1]))
    assert load_posterior("b", prepared) is None
    buffer = io.BytesIO()
    np.savez(buffer, z=posterior.z)
    cache.store("posterior", "c", buffer.getvalue())
    assert load_posterior("c", prepared) is None


def test_the_key_is_made_of_the_numbers(prepared: Prepared) -> None:
    """Another seed, another count of draws, or any number changed in its last bit is another name."""
    data = prepared.data
    nudged = data.stated_centre.copy()
    nudged[0] = np.nextafter(nudged[0], 9)
    keys = {
        posterior_key(data, seed=1, draws=30),
        posterior_key(data, seed=2, draws=30),
        posterior_key(data, seed=1, draws=31),
        posterior_key(dataclasses.replace(data, stated_centre=nudged), seed=1, draws=30),
    }
    assert len(keys) == 4
    assert posterior_key(dataclasses.replace(data), seed=1, draws=30) in keys
