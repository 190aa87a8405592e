"""The hierarchical pool against plain sums over a grid, and what its terms must do."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.model import affine
from forecast.panel import resolve
from forecast.pooling.expectation_propagation import Sites, log_evidence
from forecast.pooling.hierarchical import SPOKEN_SD, Hierarchical, Opinion, Terms, hierarchical, of_item
from forecast.pooling.items import item
from forecast.pooling.on_scale import OnScale, Scale

LEVELS = np.array([0.05, 0.5, 0.95])


def opinion(
    median: float, below: float = 0.5, above: float = 0.5, *, weight: float = 1.0, cluster: str = "a",
    via: tuple[str, ...] = (), coded: bool = True, scale: Scale = "logit",
) -> Opinion:  # fmt: skip
    """An opinion by its median on the link's scale."""
    return Opinion(OnScale(scale, median, below, above), weight, cluster, via, coded)


def spread(pool: Hierarchical) -> float:
    """sd of theta."""
    mean = np.trapezoid(pool.theta * pool.density, pool.theta)
    return float(np.sqrt(np.trapezoid((pool.theta - mean) ** 2 * pool.density, pool.theta)))


def two_piece(x: Floats, one: Opinion, tau: float) -> Floats:
    """The tempered likelihood of an opinion at x, as the docstring has it."""
    below, above = np.hypot(one.said.sd_below, tau), np.hypot(one.said.sd_above, tau)
    gap = (x - one.said.centre) / np.where(x < one.said.centre, below, above)
    return np.asarray((np.sqrt(2 / np.pi) / (below + above) * np.exp(-0.5 * gap**2)) ** one.weight)


def by_sums(opinions: list[Opinion], terms: Terms) -> tuple[Floats, Floats, float]:
    """theta, P(theta <= .) and E(tau) by sums over theta, b, each cluster's u, and tau.

    All coded or none; no reporters. What clusters share, and then b, is convolved in on one fine grid.
    """
    x = np.linspace(-14, 14, 2401)
    step = x[1] - x[0]

    def smeared(f: Floats, sd: float) -> Floats:
        kernel = stats.norm.pdf(np.arange(-700, 701) * step, scale=sd)
        return np.convolve(np.pad(f, 700, mode="edge"), kernel / kernel.sum(), mode="valid")

    z, density, tau_weight = np.linspace(-4, 4, 65), np.zeros_like(x), []
    taus = np.exp(terms.log_tau[0] + terms.log_tau[1] * z)
    for tau, score in zip(taus, z, strict=True):
        likelihood = np.ones_like(x)
        for cluster in {one.cluster for one in opinions}:
            own = [two_piece(x, one, tau) for one in opinions if one.cluster == cluster]
            likelihood *= smeared(np.prod(own, axis=0), terms.shift_sd)
        if opinions[0].coded:
            likelihood = smeared(likelihood, terms.shared_bias_sd)
        joint = likelihood * stats.norm.pdf(x, terms.mean, terms.sd) * np.exp(-0.5 * score**2)
        density += joint
        tau_weight.append(joint.sum())
    below = np.cumsum(density) - density / 2
    return x, below / density.sum(), float(np.average(taus, weights=tau_weight))


@pytest.mark.parametrize(
    "opinions",
    [
        [opinion(-2.0)],
        [opinion(-3.0, 0.3, 1.2, weight=0.4), opinion(-1.0, 0.9, 0.2, cluster="b")],
        [opinion(-3.0, 0.3, 1.2), opinion(-1.0, 0.9, 0.2, weight=0.3)],
        [opinion(-4.0, 0.05, 0.4, coded=False), opinion(0.5, 0.1, 0.1, cluster="b", coded=False)],
        [opinion(-2.0), opinion(-2.5, 1.0, 0.2), opinion(1.0, 0.4, 0.8, cluster="b", weight=0.7)],
    ],
)
def test_it_is_the_integral(opinions: list[Opinion]) -> None:
    """Probabilities below its quantiles agree with sums over theta, b, u and tau to 1e-4, E(tau) to 3e-4."""
    pool = hierarchical(opinions)
    theta, below, tau_mean = by_sums(opinions, Terms())
    at = np.log(pool.ppf(LEVELS)) - np.log1p(-pool.ppf(LEVELS))
    assert np.interp(at, theta, below) == pytest.approx(LEVELS, abs=1e-4)
    assert pool.tau_mean == pytest.approx(tau_mean, abs=3e-4)


def test_a_reporter_across_clusters_is_the_integral_too() -> None:
    """log Z with v shared by two clusters, against a sum over (b, v, u_1, u_2) on a grid."""
    sites = Sites(np.array([-2.0, -0.5]), np.array([0.4, 0.8]), np.array([1.1, 0.3]), np.array([1.0, 0.6]))
    effects = np.array([[0.5, 0.4, 0.4, 0.0], [0.5, 0.4, 0.0, 0.4]])
    theta = np.linspace(-3, 1, 5)
    axis = np.linspace(-5, 5, 31)
    z = np.stack(np.meshgrid(*[axis] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    log_weight = stats.norm.logpdf(z).sum(axis=1) + 4 * np.log(axis[1] - axis[0])
    summed = [np.logaddexp.reduce(log_weight + sites.log_at(at + z @ effects.T).sum(axis=1)) for at in theta]
    assert log_evidence(theta, effects @ effects.T, sites) == pytest.approx(summed, abs=1e-3)


def test_alike_sides_are_exact() -> None:
    """Normal sites: log Z is that of a multivariate normal, w-tempered, to rounding."""
    centre, sd, weight = np.array([-2.0, 0.3, 1.0]), np.array([0.5, 0.2, 0.9]), np.array([1.0, 0.3, 0.7])
    shared = 0.25 + 0.16 * np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]])
    theta = np.array([-1.0, 0.4])
    known = stats.multivariate_normal(np.zeros(3), shared + np.diag(sd**2 / weight))
    # N(c | s, sd^2)^w is N(c | s, sd^2 / w) times a constant.
    constant = 0.5 * (np.log(2 * np.pi * sd**2 / weight) - weight * np.log(2 * np.pi * sd**2)).sum()
    expected = [known.logpdf(centre - at) + constant for at in theta]
    assert log_evidence(theta, shared, Sites(centre, sd, sd, weight)) == pytest.approx(expected, rel=1e-9)


def test_sources_that_share_nothing_are_multiplied() -> None:
    """Without bias and shifts log Z is the sum of the log likelihoods."""
    sites = Sites(np.array([-2.0, 1.0]), np.array([0.4, 0.8]), np.array([1.1, 0.3]), np.array([1.0, 0.6]))
    found = log_evidence(np.array([-1.0]), np.zeros((2, 2)), sites)
    assert found == pytest.approx([sites.log_at(np.array([-1.0, -1.0])).sum()])


def test_nobody_leaves_the_prior() -> None:
    """Of no opinions: theta ~ N(mean, sd^2), ln tau ~ N(ln .45, .6^2)."""
    pool = hierarchical([], scale="identity", terms=Terms(mean=1.0, sd=2.0))
    known = stats.norm(1.0, 2.0)
    assert pool.ppf(LEVELS) == pytest.approx(known.ppf(LEVELS), abs=1e-3)
    assert (pool.mean, pool.sd) == pytest.approx((1.0, 2.0), rel=1e-4)
    assert pool.tau_mean == pytest.approx(0.45 * np.exp(0.18), rel=1e-3)


def test_weight_0_changes_nothing() -> None:
    """A silent opinion leaves every digit."""
    heard = [opinion(-2.0), opinion(-1.0, cluster="b")]
    with_silent = [*heard, opinion(3.0, 0.01, 0.01, weight=0.0, cluster="c", via=("r",))]
    assert np.array_equal(hierarchical(heard).density, hierarchical(with_silent).density)


def test_order_changes_nothing() -> None:
    """Opinions in any order: one pool."""
    heard = [opinion(-2.0, 0.2, 0.9), opinion(-1.0, cluster="b", via=("r",)), opinion(0.5, cluster="b")]
    turned = hierarchical(heard[::-1]).ppf(LEVELS)
    assert hierarchical(heard).ppf(LEVELS) == pytest.approx(turned, rel=1e-7)


def test_one_tight_expert_is_followed_as_far_as_the_terms_allow() -> None:
    """A lone expert's median stays; the pool is wider than the expert by u and tau, and a coding by b too."""
    asked, coded = (hierarchical([opinion(-2.0, 0.01, 0.01, coded=coded)]) for coded in (False, True))
    for pool in (asked, coded):
        assert float(pool.ppf(np.array(0.5))) == pytest.approx(1 / (1 + np.exp(2.0)), rel=0.05)
    assert spread(asked) > 0.4
    assert spread(coded) ** 2 == pytest.approx(spread(asked) ** 2 + 0.25, rel=0.05)


def test_a_twin_counts_for_less_than_an_independent_one() -> None:
    """The same said again narrows the pool least within a cluster, more through one reporter, most alone."""
    alone = spread(hierarchical([opinion(-2.0)]))
    twin = spread(hierarchical([opinion(-2.0), opinion(-2.0)]))
    relayed = spread(hierarchical([opinion(-2.0, via=("r",)), opinion(-2.0, cluster="b", via=("r",))]))
    apart = spread(hierarchical([opinion(-2.0), opinion(-2.0, cluster="b")]))
    assert apart < twin < alone
    assert apart < relayed < alone


def test_the_common_bias_does_not_wash_out_and_experts_have_none() -> None:
    """Thirty agreeing codings still share b, of sd .5; thirty experts asked directly do not."""
    coded, asked = (
        hierarchical([opinion(-2.0, cluster=str(i), coded=coded) for i in range(30)])
        for coded in (True, False)
    )
    assert spread(coded) > 0.5
    assert spread(asked) < 0.2


def test_scatter_between_sources_is_learnt() -> None:
    """Sources far apart for what they claim to know make tau large; agreement makes it small."""
    apart = hierarchical([opinion(m, 0.2, 0.2, cluster=str(m)) for m in (-5.0, -3.0, -1.0, 1.0)])
    agreed = hierarchical([opinion(m, 0.2, 0.2, cluster=str(m)) for m in (-2.1, -2.0, -1.9, -2.05)])
    assert apart.tau_mean > 1.0
    assert agreed.tau_mean < 0.45
    assert apart.tau_weight.sum() == pytest.approx(1.0)


def test_units_and_origin_of_a_quantity_do_not_matter() -> None:
    """In other units, with terms scaled to them, the pool is the same pool."""
    heard = [opinion(1.0, 0.3, 0.8, scale="identity"), opinion(2.0, scale="identity", cluster="b")]
    moved = [
        replace(one, said=OnScale("identity", 100 + 10 * one.said.centre, 10 * one.said.sd_below,
                                  10 * one.said.sd_above))
        for one in heard
    ]  # fmt: skip
    plain = hierarchical(heard, scale="identity", terms=Terms())
    other = hierarchical(moved, scale="identity", terms=replace(Terms().scaled(10.0), mean=100.0))
    assert other.ppf(LEVELS) == pytest.approx(100 + 10 * plain.ppf(LEVELS), rel=1e-6)
    assert (other.mean, other.sd) == pytest.approx((100 + 10 * plain.mean, 10 * plain.sd), rel=1e-6)
    assert other.tau_mean == pytest.approx(10 * plain.tau_mean, rel=1e-6)


@pytest.mark.parametrize("scale", ["logit", "log", "identity"])
def test_it_is_a_distribution(scale: Scale) -> None:
    """ppf and cdf are inverse, the density integrates to the cdf, outside the support nothing lies."""
    heard = [opinion(-1.0, scale=scale), opinion(0.3, cluster="b", scale=scale)]
    pool = hierarchical(heard, scale=scale, terms=Terms())
    p = np.linspace(0.01, 0.99, 21)
    x = pool.ppf(p)
    assert pool.cdf(x) == pytest.approx(p, abs=1e-9)
    fine = np.linspace(x[0], x[-1], 20001)
    assert np.trapezoid(pool.pdf(fine), fine) == pytest.approx(0.98, abs=1e-5)
    lower, upper = pool.support
    outside = np.array([lower - 1, upper + 1])
    assert pool.cdf(outside).tolist() == [0.0, 1.0]
    assert pool.pdf(outside).tolist() == [0.0, 0.0]
    assert np.isnan(pool.ppf(np.array([-0.1, 1.1, np.nan]))).all()


@pytest.mark.parametrize(
    ("opinions", "terms", "match"),
    [
        (
            [opinion(0.0, scale="log")],
            Terms(),
            "opinion 1 is read on the log scale",
        ),
        ([opinion(0.0), opinion(0.0, weight=-1.0)], Terms(), "weight of opinion 2 is -1.0"),
        ([opinion(0.0, weight=float("nan"))], Terms(), "weight of opinion 1 is nan"),
        ([opinion(0.0, 0.0, 1.0)], Terms(), "opinion 1 has the sds"),
        ([], Terms(sd=float("inf")), "give a positive one, however wide"),
    ],
)
def test_bad_opinions_say_why(opinions: list[Opinion], terms: Terms, match: str) -> None:
    """What cannot be pooled is named, with the remedy."""
    with pytest.raises(UsageError, match=match):
        hierarchical(opinions, terms=terms)


def test_a_quantity_wants_terms_in_its_units() -> None:
    """The model's sds are those of a logit: of another quantity they are to be said."""
    with pytest.raises(UsageError, match=r"give terms=Terms\(mean=...\).scaled\(unit\), on the log scale"):
        hierarchical([opinion(6.0, scale="log")], scale="log")


def test_a_prior_however_wide_says_nothing() -> None:
    """With prior sds of a thousand and of a million times the opinions' the pool is one pool."""
    heard = [opinion(1.0, 0.3, 0.8, scale="identity"), opinion(2.0, scale="identity", cluster="b")]
    pools = [hierarchical(heard, scale="identity", terms=Terms(sd=sd)).ppf(LEVELS) for sd in (1e3, 1e6, 1e9)]
    assert pools[0] == pytest.approx(pools[1], rel=1e-5)
    assert pools[1] == pytest.approx(pools[2], rel=1e-5)


def test_what_outweighs_all_else_is_pooled_too() -> None:
    """Weights a million apart: the heavy one is followed, to within what it does not share."""
    pool = hierarchical([opinion(-2.0, weight=1e6), opinion(3.0, cluster="b", weight=1e-6)])
    alone = hierarchical([opinion(-2.0, weight=1e6)])
    assert pool.ppf(LEVELS) == pytest.approx(alone.ppf(LEVELS), rel=1e-4)


def test_the_terms_are_the_models() -> None:
    """Shifts, tau and the prior of scores are the constants the model is fitted with."""
    assert Terms().shift_sd == affine.SHIFT_SD
    assert Terms().log_tau == affine.LOG_TAU
    assert SPOKEN_SD == affine.SPOKEN_SD


def test_an_items_pool_has_the_terms_of_its_kind(small: Workspace) -> None:
    """Outcomes: panel weight x grade, and the question's bias. Codes: divided, no shifts, no bias."""
    panel, settings = resolve(small), small.question.model
    outcome = item(small, panel, "outcomes.alliance")
    by_hand = hierarchical(
        [Opinion(s.distribution, s.weight * s.grade, s.cluster, s.reporters, s.coded) for s in outcome.said]
    )
    assert np.array_equal(of_item(outcome, settings).density, by_hand.density)
    code = item(small, panel, "effects.trade.alliance")
    (one,) = code.said
    plain = hierarchical(
        [Opinion(one.distribution, one.effective, "x")],
        scale="identity",
        terms=Terms(sd=1.5, shared_bias_sd=0.0, shift_sd=0.0),
    )
    assert of_item(code, settings).ppf(LEVELS) == pytest.approx(plain.ppf(LEVELS))
    ratio = item(small, panel, "effects.trade.split.hazard_ratio")
    assert of_item(ratio, settings).support == (0.0, np.inf)


def test_a_likelihood_is_the_models_own(small: Workspace) -> None:
    """log t_e is the stated part of the model's log likelihood, at the same gap and tau."""
    from forecast.model.density import NumpyFunctions, Parameters, log_likelihood

    below, above, centre, weight, tau = 0.4, 0.9, -2.0, 0.3, 0.5
    zeros, ones = np.zeros((1, 5)), np.ones((1, 5))
    data = SimpleNamespace(
        code_weight=zeros, code_first=zeros, code_second=zeros, ratio_mean=zeros, ratio_precision=zeros,
        phi=np.zeros((10, 1)), phi_cov=np.zeros((10, 1)), pair_left=np.array([0]), pair_right=np.array([0]),
        events=np.zeros((10, 5)), exposure=np.zeros((10, 5)), step_years=np.ones((10, 1)),
        pick_alliance=np.array([[1.0]]), pick_split=np.array([[0.0]]), stated_centre=np.array([centre]),
        stated_below=np.array([below]), stated_above=np.array([above]), stated_weight=np.array([weight]),
    )  # fmt: skip
    for rate in (1e-3, 5e-2):
        log_rate = np.log(np.array([rate, 1e-9, 1e-9, 1e-9, 1e-9]))
        given = Parameters(ones[0], np.array([tau]), ones, log_rate, zeros, zeros, np.zeros(1))
        found = log_likelihood(given, data, NumpyFunctions)["stated"]  # type: ignore[arg-type]
        reached = -np.expm1(-10 * rate)
        sites = Sites(np.array([centre]), np.hypot([below], tau), np.hypot([above], tau), np.array([weight]))
        expected = sites.log_at(np.array([np.log(reached) - np.log1p(-reached)])).sum()
        assert found == pytest.approx(expected, rel=1e-6)
