"""Reading a forecast: dates, summaries, Monte Carlo error, paired comparisons."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from forecast.calendar import decimal_year
from forecast.errors import UsageError
from forecast.simulation.forecast import (
    QUANTITIES,
    STATS,
    Forecast,
    compare,
    monte_carlo_error,
    summarise,
)

DATES = (dt.date(2026, 11, 21), dt.date(2026, 12, 31), dt.date(2027, 3, 31), dt.date(2027, 6, 15))


def forecast_of(draws: np.ndarray, name: str = "s") -> Forecast:
    """A forecast with these columns at DATES."""
    return Forecast(name, "partnership", DATES, (DATES[1], DATES[3]), draws)


@pytest.fixture
def rising() -> Forecast:
    """Fifty draws: every column rises in steps of .1, the two broad ones jump at the reading."""
    draws = np.zeros((50, 4, 9)) + np.arange(4)[None, :, None] / 10
    draws += np.linspace(0, 0.05, 50)[:, None, None]
    draws[:, 1, [5, 6]] += 0.3
    draws[:, 2:, [5, 6, 7, 8]] += 0.3
    return forecast_of(draws)


def test_grid_dates_are_read_as_they_are(rising: Forecast) -> None:
    """Each quantity from its own column."""
    for (quantity, outcome), column in QUANTITIES.items():
        assert np.array_equal(rising.at(quantity, outcome, DATES[2]), rising.draws[:, 2, column])


def test_between_dates_it_is_linear(rising: Forecast) -> None:
    """In time, draw by draw."""
    day = dt.date(2027, 2, 1)
    share = (decimal_year(day) - decimal_year(DATES[1])) / (decimal_year(DATES[2]) - decimal_year(DATES[1]))
    expected = (1 - share) * rising.draws[:, 1, 3] + share * rising.draws[:, 2, 3]
    assert rising.at("reached", "alliance", day) == pytest.approx(expected)


def test_a_reading_is_not_seen_before_its_day(rising: Forecast) -> None:
    """The day before 31 December has the value before the jump, not a share of it."""
    before = rising.at("reached", "alliance_broad", dt.date(2026, 12, 30))
    after = rising.at("reached", "alliance_broad", DATES[1])
    assert (before < 0.16).all()
    assert after - before == pytest.approx(np.full(50, 0.3 + 0.1 / 40), abs=1e-9)


@pytest.mark.parametrize("day", [dt.date(2026, 11, 20), dt.date(2027, 6, 16)])
def test_dates_outside_the_forecast_are_refused(rising: Forecast, day: dt.date) -> None:
    """The message gives the day and the window."""
    with pytest.raises(UsageError, match=f"{day} is outside the forecast, which runs from 2026-11-21"):
        rising.at("state", "split", day)


def test_a_summary_is_of_the_draws() -> None:
    """Mean and quantiles over draws, as numpy has them."""
    values = np.random.default_rng(0).beta(2, 8, 900)
    found = summarise(values)
    assert found.mean == values.mean()
    assert (found.p05, found.p50, found.p95) == tuple(np.quantile(values, [0.05, 0.5, 0.95]))
    assert list(found.as_dict()) == list(STATS)


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.9])
def test_monte_carlo_error_covers_autocorrelation(rho: float) -> None:
    """Batch means on an AR(1) come near its true standard error, sd sqrt((1 + rho) / (1 - rho) / n).

    With b = sqrt(n) batches the estimate has relative sd 1 / sqrt(2 b); averaged over 40 series that is
    1 / sqrt(80 b) = .011. Batches as long as 100 / (1 - rho) of the correlation time keep the bias below
    rho / (b (1 - rho)) of the variance. Tolerance: five sds plus that bias.
    """
    n, series = 10_000, 40
    rng = np.random.default_rng(5)
    noise = rng.standard_normal((series, n))
    x = np.zeros((series, n))
    x[:, 0] = noise[:, 0] / np.sqrt(1 - rho**2)
    for t in range(1, n):
        x[:, t] = rho * x[:, t - 1] + noise[:, t]
    true = np.sqrt(1 / (1 - rho) ** 2 / n)
    found = np.sqrt(np.mean([monte_carlo_error(row) ** 2 for row in x]))
    assert found == pytest.approx(true, rel=5 * 0.011 + 2 * rho / (100 * (1 - rho)))


def test_monte_carlo_error_needs_batches() -> None:
    """Three draws make fewer than two batches of use; one says nothing at all."""
    assert np.isnan(monte_carlo_error(np.array([0.3])))
    assert monte_carlo_error(np.full(100, 0.3)) == 0.0


def test_a_comparison_is_paired() -> None:
    """Differences draw by draw: what both share cancels, and the sign is counted over draws."""
    shared = np.random.default_rng(1).random(400)
    base, more = np.zeros((400, 4, 9)), np.zeros((400, 4, 9))
    base[:, :, 3] = shared[:, None]
    more[:, :, 3] = shared[:, None] + np.where(np.arange(400) % 4 == 0, -0.01, 0.02)[:, None]
    found = compare(forecast_of(more, "more"), forecast_of(base), "reached", "alliance", DATES[3])
    assert found.difference.mean == pytest.approx(0.75 * 0.02 - 0.25 * 0.01)
    assert found.p_sign == 0.75
    assert (found.scenario, found.versus, found.outcome) == ("more", "s", "alliance")
    # Unpaired, the error would be that of the shared part, sqrt(2) x .29 / 20.
    assert found.difference.mcse < 0.001


def test_a_draw_without_a_difference_has_no_sign() -> None:
    """It counts on neither side: where nothing differs yet the share is 0, not 1."""
    base, more = np.zeros((400, 4, 9)), np.zeros((400, 4, 9))
    more[:100, 3, 4] = -0.01
    none, some = (
        compare(forecast_of(more, "more"), forecast_of(base), "reached", "split", date)
        for date in (DATES[1], DATES[3])
    )
    assert (none.difference.mean, none.p_sign) == (0.0, 0.0)
    assert some.difference.mean == pytest.approx(-0.0025)
    assert some.p_sign == 0.25


def test_the_table_is_tidy(rising: Forecast) -> None:
    """One row per date, quantity and statistic; extra dates come in order."""
    extra = dt.date(2027, 1, 15)
    table = rising.to_dataframe(by=(extra,))
    assert list(table.columns) == ["scenario", "date", "quantity", "outcome", "stat", "value"]
    assert list(dict.fromkeys(table["date"])) == [DATES[1], extra, DATES[3]]
    assert len(table) == 3 * len(QUANTITIES) * len(STATS)
    row = table[(table["date"] == extra) & (table["quantity"] == "state") & (table["outcome"] == "split")]
    mean = row[row["stat"] == "mean"]["value"].item()
    assert mean == pytest.approx(rising.summary("state", "split", extra).mean)
