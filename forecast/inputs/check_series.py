"""Checks of the measured series against the indicators that read them."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.errors import Problem
from forecast.inputs.draft import CSV, Document, Draft, Row
from forecast.inputs.records import Indicator, Indicators, Question
from forecast.inputs.references import namespaces, unknown

#: How many of the question's scale_years an indicator must cover to be standardised on them.
MIN_YEARS = 15


def check_series(draft: Draft) -> Iterator[Problem]:
    """Rows and indicators that match, one row a period, and a scale for every indicator."""
    yield from _check_rows(draft)
    pair = draft.one(Indicators)
    if pair is None or CSV in draft.unreadable or any(p.file == CSV for p in draft.problems):
        return
    doc, indicators = pair
    question = draft.one(Question)
    scale_years = question[1].scale_years if question else [2001, 2021]
    for name, indicator in indicators.indicators.items():
        rows = [row for row in draft.rows if row.measurement.indicator == name]
        yield from _check_indicator(doc, name, indicator, rows, scale_years)


def _check_rows(draft: Draft) -> Iterator[Problem]:
    space = namespaces(draft)["indicator"]
    said: set[str] = set()
    first: dict[tuple[str, str], int] = {}
    for row in draft.rows:
        name, period = row.measurement.indicator, row.measurement.period
        message = unknown(space, name)
        if message and name not in said:
            said.add(name)
            others = sum(r.measurement.indicator == name for r in draft.rows) - 1
            more = f" ({others} more row{'s' * (others > 1)} like it)" if others else ""
            yield Problem(CSV, row.line, "indicator", message + more)
        if (name, period) in first:
            message = f"{name} has a value for {period} already, on line {first[name, period]}"
            yield Problem(CSV, row.line, "period", message)
        first.setdefault((name, period), row.line)


def _check_indicator(
    doc: Document, name: str, indicator: Indicator, rows: list[Row], scale_years: list[int]
) -> Iterator[Problem]:
    at = f"indicators.{name}"
    if not rows:
        yield doc.problem(at, f"{CSV} has no row for it; it measures nothing", warning=True)
        return
    if indicator.transform == "log":
        for row in rows:
            if row.measurement.value <= 0:
                message = f"{row.measurement.value:g} has no logarithm (transform: log of {name})"
                yield Problem(CSV, row.line, "value", message)
    first, last = scale_years
    covered = {row.measurement.date.year for row in rows} & set(range(first, last + 1))
    if indicator.anchors is None and len(covered) < MIN_YEARS:
        message = (
            f"covers {len(covered)} of the years {first}-{last}; under {MIN_YEARS} it cannot be standardised "
            "and needs anchors: {zero: .., plus_one: .., rationale: ..}"
        )
        yield doc.problem(at, message)
    if indicator.anchors is not None and indicator.anchors.zero == indicator.anchors.plus_one:
        yield doc.problem(f"{at}.anchors.plus_one", "equals zero's value; the two must differ")
    if indicator.anchors is not None and indicator.transform == "log":
        for key in ("zero", "plus_one"):
            if getattr(indicator.anchors, key) <= 0:
                yield doc.problem(f"{at}.anchors.{key}", "has no logarithm (transform: log)")
    units = dict.fromkeys(row.measurement.unit for row in rows)
    if len(units) > 1:
        row = next(row for row in rows if row.measurement.unit != rows[0].measurement.unit)
        message = f"{name} is given in several units: {', '.join(units)}"
        yield Problem(CSV, row.line, "unit", message, warning=True)
