"""Leaving out: what each source, cluster, lens, text and single judgment does to the answer.

Every answer is a quick one, the numbers of ``forecast run --quick --exclude``: the exact answer's draws
weighed for the panel without those sources (Pareto-smoothed importance weights, Vehtari et al. 2024), some of
them simulated again where drivers' levels move. This is leave-one-group-out in the sense of influence (Cook
1977, Technometrics 19(1)) on a probability, with no linear approximation of it.

What is left is divided anew: another source of the same cluster counts more once its twin has gone, so that
leaving out one of two that say the same changes little, and both together much.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.lexicon import words
from forecast.panel import resolve
from forecast.request import Request
from forecast.reweighting.engine import Engine, Point
from forecast.sensitivity.runs import Runs, packed, place, question, runs, summary
from forecast.sensitivity.silenced import Item, Unit, dependent, items, silenced, units
from forecast.sensitivity.smallest import Smallest, smallest
from forecast.sensitivity.without import without

#: The judgments whose words are followed.
KEY = (("reached", "alliance"), ("reached", "split"), ("alliance_broad", "alliance_broad"))


@dataclass(frozen=True)
class Left:
    """What is left out, and the answer without it."""

    out: Unit | Item
    point: Point


@dataclass(frozen=True)
class LeaveOut:
    """The answer as it stands, and without each unit and judgment; the smallest sets that change a word.

    ``date``: at which the words are read and the sets were sought. ``evaluated``: how many panels and codings
    were weighed in all, each in full.
    """

    engine: Engine
    date: dt.date
    now: Point
    units: tuple[Left, ...]
    judgments: tuple[Left, ...]
    smallest: tuple[Smallest, ...]
    evaluated: int

    def word(self, point: Point, quantity: tuple[str, str]) -> str:
        """The question's lexicon's word for an outcome at a point."""
        return self.word_for(self.at(point, quantity)["mean"])

    def word_for(self, p: float) -> str:
        """The question's lexicon's word for a probability."""
        return words(self.engine.workspace.lexicon, min(max(p, 0.0), 1.0))

    def at(self, point: Point, quantity: tuple[str, str]) -> Mapping[str, float]:
        """The statistics of an outcome at a point on the date."""
        return summary(point, place(self.engine, quantity, self.date))

    def change(self, left: Left, quantity: tuple[str, str]) -> float:
        """What leaving out does to the mean."""
        return self.at(left.point, quantity)["mean"] - self.at(self.now, quantity)["mean"]

    def ranked(self, of: tuple[Left, ...], quantity: tuple[str, str]) -> tuple[Left, ...]:
        """The largest changes first; ties in the order of the files."""
        return tuple(sorted(of, key=lambda one: -abs(self.change(one, quantity))))


def leave_out(
    engine: Engine,
    date: dt.date,
    *,
    sets: bool = True,
    jobs: int = 1,
    scheduler: str | None = None,
    fresh: bool = False,
    quiet: bool = True,
) -> LeaveOut:
    """Leave out each unit and each judgment of the engine's panel, and seek the smallest sets.

    Parameters
    ----------
    engine
        The exact answer; its scenarios are not looked at.
    date
        At which words are read and sets sought; one the engine answers for.
    sets
        Whether the smallest sets are sought: about as much again.
    jobs, scheduler, fresh, quiet
        As for `forecast.sensitivity.runs.runs`.

    Raises
    ------
    UsageError
        For a panel of nobody, and a date not answered for.
    """
    panel, files = engine.exact.panel, engine.workspace
    check_panel(files, engine.request)
    place(engine, KEY[0], date)
    told, said = units(files, panel), items(files, panel)
    with runs(engine, task, jobs=jobs, scheduler=scheduler, fresh=fresh, quiet=quiet) as ask:
        now, *points = ask(
            [asked(), *(asked(*one.members) for one in told), *(_asked_of(one) for one in said)],
            noun="sources and judgments left out",
        )
        by_unit, by_item = points[: len(told)], points[len(told) :]
        found = tuple(_smallest(engine, quantity, date, ask) for quantity in KEY) if sets else ()
        evaluated = ask.asked
    return LeaveOut(
        engine=engine,
        date=date,
        now=now,
        units=tuple(Left(*pair) for pair in zip(told, by_unit, strict=True)),
        judgments=tuple(Left(*pair) for pair in zip(said, by_item, strict=True)),
        smallest=found,
        evaluated=evaluated,
    )


def check_panel(workspace: Workspace, request: Request) -> None:
    """Raise UsageError for a panel of nobody."""
    panel = resolve(
        workspace, panel=request.panel, lens=request.lens, exclude=request.exclude, as_of=request.as_of
    )
    if not panel.members:
        raise UsageError(f"panel {panel.id} hears no source, so that none can be left out; name another")


def asked(*members: str) -> str:
    """The question what the answer is without some members."""
    return question({"without": sorted(members)})


def task(engine: Engine, text: str) -> bytes:
    """The answer without some sources or one judgment, as workers are asked for it."""
    data = json.loads(text)
    files = engine.workspace
    if "silenced" in data:
        files = silenced(files, Item(*data["silenced"]))
    return packed(without(engine, files, tuple(data.get("without", ()))))


def _asked_of(item: Item) -> str:
    return question({"silenced": [item.source, item.what, item.driver]})


def _smallest(engine: Engine, quantity: tuple[str, str], date: dt.date, ask: Runs) -> Smallest:
    """The smallest set whose removal changes the word of one key judgment."""
    at = place(engine, quantity, date)

    def answers(sets: Sequence[tuple[str, ...]]) -> list[tuple[float, float, bool]]:
        points = ask([asked(*one) for one in sets], noun="panels")
        found = [(summary(point, at), point.trusted) for point in points]
        return [(p["mean"], p["mcse"], trusted) for p, trusted in found]

    return smallest(
        engine.exact.panel.members,
        answers,
        lexicon=engine.workspace.lexicon,
        together=dependent(engine.workspace, engine.exact.panel.members),
    )
