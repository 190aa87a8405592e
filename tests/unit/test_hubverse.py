"""The table in the manner of hubverse: what is predicted, how, and that it is whole."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import defaultdict
from typing import Any

import pytest
from test_report_material import material  # noqa: F401

from forecast.answering import Material
from forecast.document import document
from forecast.report.hubverse import COLUMNS, hubverse, model_id

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def data(material: Material) -> dict[str, Any]:  # noqa: F811
    """The parts of a report's data that the table reads."""
    return {
        "main": document(material.main),
        "panels": [document(r) for r in material.panels],
        "spotlight": [document(r) for r in material.spotlight],
    }


@pytest.fixture(scope="module")
def rows(data: dict[str, Any]) -> Rows:
    """The table, read back."""
    return list(csv.DictReader(io.StringIO(hubverse(data))))


def test_the_columns_are_those_of_a_hub(data: dict[str, Any]) -> None:
    """Task ids first, then the three of the model output representation, in the documented names."""
    assert hubverse(data).splitlines()[0] == ",".join(COLUMNS)
    assert COLUMNS[-3:] == ("output_type", "output_type_id", "value")


def test_probabilities_of_a_target_sum_to_one(rows: Rows) -> None:
    """All pmf rows of one model, scenario, target and date are one distribution, floats' rounding aside."""
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        if row["output_type"] == "pmf":
            sums[row["model_id"], row["scenario_id"], row["target"], row["target_end_date"]] += float(
                row["value"]
            )
    assert sums
    assert all(abs(total - 1) < 1e-12 for total in sums.values())


def test_no_prediction_stands_twice(rows: Rows) -> None:
    """A task and an output identify a row."""
    keys = [tuple(row[name] for name in COLUMNS[:-1]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_every_panel_scenario_and_date_is_there(rows: Rows, data: dict[str, Any]) -> None:
    """The table leaves out no model, no scenario and no date of the data."""
    expected = {
        (model_id(d["panel_id"]), s["id"], h["date"])
        for d in (data["main"], *data["panels"], *data["spotlight"])
        for s in d["scenarios"]
        for h in s["horizons"]
    }
    found = {(r["model_id"], r["scenario_id"], r["target_end_date"]) for r in rows}
    assert expected <= found
    assert {model_id("outside_view"), model_id("pooled_judgment")} <= {r["model_id"] for r in rows}


def test_values_are_the_datas_own(rows: Rows, data: dict[str, Any]) -> None:
    """Numbers are written so that reading them gives the same floats."""
    main, horizon = data["main"], data["main"]["scenarios"][0]["horizons"][-1]
    mine = {
        (r["target"], r["output_type"], r["output_type_id"]): float(r["value"])
        for r in rows
        if r["model_id"] == model_id(main["panel_id"])
        and r["scenario_id"] == "baseline"
        and r["target_end_date"] == horizon["date"]
    }
    reached = horizon["reached"]["alliance"]
    assert mine["reached.alliance", "pmf", "yes"] == reached["mean"]
    assert mine["reached.alliance", "pmf", "no"] == 1 - reached["mean"]
    assert mine["P(reached.alliance)", "mean", "NA"] == reached["mean"]
    assert mine["P(reached.alliance)", "quantile", "0.05"] == reached["p05"]
    assert mine["P(reached.alliance)", "quantile", "0.95"] == reached["p95"]
    assert mine["state", "pmf", "split"] == horizon["state"]["split"]["mean"]
    assert mine["alliance_broad", "pmf", "yes"] == horizon["alliance_broad"]["mean"]


def test_dates_and_horizons_agree(rows: Rows) -> None:
    """target_end_date is origin_date and so many days."""
    for row in rows:
        origin, end = (dt.date.fromisoformat(row[name]) for name in ("origin_date", "target_end_date"))
        assert origin + dt.timedelta(days=int(row["horizon"])) == end


def test_quantiles_increase(rows: Rows) -> None:
    """The three quantiles of a probability are in order, and levels are numbers."""
    by_task: dict[tuple[str, ...], list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        if row["output_type"] == "quantile":
            key = tuple(row[name] for name in COLUMNS[:6])
            by_task[key].append((float(row["output_type_id"]), float(row["value"])))
    for levels in by_task.values():
        assert levels == sorted(levels)
        assert [value for _, value in levels] == sorted(value for _, value in levels)


@pytest.mark.parametrize("panel", ["all", "a,b", "none", "=cmd|' /C calc'!A0", "é-x", ""])
def test_models_have_names_that_a_hub_takes(panel: str) -> None:
    """team_abbr-model_abbr, each of letters, digits and underscores: nothing that a spreadsheet would run."""
    assert re.fullmatch(r"[A-Za-z0-9_]+-[A-Za-z0-9_]+", model_id(panel))
