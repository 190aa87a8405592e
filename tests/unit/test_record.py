"""The pair's own record and how much of it is news to a panel."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from forecast.inputs.records import Episode, History
from forecast.inputs.workspace import Workspace
from forecast.model.record import record
from forecast.panel import resolve
from forecast.states import ESTIMATED

AS_OF = dt.date(2025, 7, 1)
LEAVING = [t.startswith("partnership->") for t in ESTIMATED]


def history(*spells: tuple[str, str, str | None], first: int = 2001) -> History:
    """Spells as (state, start, end)."""
    day = dt.date.fromisoformat
    episodes = [
        Episode(state=s, start=day(a), end=day(b) if b else None, citation="x")  # type: ignore[arg-type]
        for s, a, b in spells
    ]
    return History(schema="history/1", record_start=first, use="main", codings={"main": episodes})


def test_an_empty_panel_counts_every_year_in_full(small: Workspace) -> None:
    """24.5 years of partnership from 2001 to 1 July 2025, at risk of its two ways out only."""
    seen = record(small, resolve(small, panel="none"), AS_OF)
    assert [d.year for d in seen.dates] == list(range(2001, 2026))
    assert seen.exposure.sum(axis=0) == pytest.approx(np.where(LEAVING, 24 + 181 / 365, 0.0))
    assert (seen.events == 0).all()


def test_a_year_is_news_to_those_who_wrote_before_it(small: Workspace) -> None:
    """Weight = share of panel weight with a view date before 1 January: smith 2019 (1), jones 2022 (.5)."""
    seen = record(small, resolve(small, panel="texts"), AS_OF)
    weight = dict(zip([d.year for d in seen.dates], seen.exposure[:, 0], strict=True))
    assert [weight[y] for y in (2001, 2019, 2020, 2022, 2023, 2024)] == pytest.approx(
        [0, 0, 2 / 3, 2 / 3, 1, 1]
    )
    assert weight[2025] == pytest.approx(181 / 365)


def test_a_view_of_new_years_day_knew_the_year_before_only(small: Workspace) -> None:
    """Dated 1 January 2022 it is not before 2022 began: 2022 is not yet news, 2023 is."""
    late = small.sources["jones2022"].model_copy(update={"view_date": dt.date(2022, 1, 1)})
    workspace = dataclasses.replace(small, sources={**small.sources, "jones2022": late})
    seen = record(workspace, resolve(workspace, panel="jones2022"), AS_OF)
    assert seen.exposure[[21, 22], 0].tolist() == [0.0, 1.0]


def test_a_move_is_an_event_in_the_row_it_ends(small: Workspace) -> None:
    """Half a year at risk, then the move; afterwards the other state's ways out are at risk."""
    moved = history(("partnership", "2001-01-01", "2010-07-02"), ("alliance", "2010-07-02", None))
    workspace = dataclasses.replace(small, history=moved)
    seen = record(workspace, resolve(workspace, panel="none"), dt.date(2012, 1, 1))
    assert seen.events.sum(axis=0).tolist() == [1, 0, 0, 0, 0]
    row = int(np.flatnonzero(seen.events[:, 0])[0])
    assert (seen.dates[row].year, seen.exposure[row, 0]) == (2010, pytest.approx(182 / 365))
    total = dict(zip(ESTIMATED, seen.exposure.sum(axis=0), strict=True))
    assert total["partnership->split"] == pytest.approx(9 + 182 / 365)
    assert total["alliance->split"] == pytest.approx(1 + 183 / 365)


def test_nothing_after_the_day_is_known(small: Workspace) -> None:
    """Before the move happened it is no event, and its spell is cut at the day."""
    moved = history(("partnership", "2001-01-01", "2010-07-02"), ("alliance", "2010-07-02", None))
    workspace = dataclasses.replace(small, history=moved)
    seen = record(workspace, resolve(workspace, panel="none"), dt.date(2010, 7, 1))
    assert seen.events.sum() == 0
    assert seen.exposure[:, 0].sum() == pytest.approx(9 + 181 / 365)


def test_the_record_starts_where_it_is_told_to(small: Workspace) -> None:
    """Spells that ended before record_start leave no row: they are counted as past spells."""
    seen = record(small, resolve(small, panel="none"), AS_OF)
    assert min(seen.dates).year == small.history.record_start


def test_the_state_on_a_day_is_that_of_its_spell() -> None:
    """A spell's start belongs to it and its end to the next; before the first there is none."""
    told = history(("split", "1970-07-01", "1992-03-01"), ("partnership", "1992-03-01", None))
    days = ["1970-06-30", "1970-07-01", "1992-02-29", "1992-03-01", "2025-01-01"]
    assert [told.state_on(dt.date.fromisoformat(d)) for d in days] == [
        None, "split", "split", "partnership", "partnership",
    ]  # fmt: skip
