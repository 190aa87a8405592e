"""What an expert is asked: one item for each outcome, effect, level and seed of a workspace."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from forecast.errors import UsageError
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.records import Driver
from forecast.inputs.workspace import Workspace
from forecast.states import CHANNELS
from forecast.visible import visible

Measure = Literal["probability", "code", "level", "quantity"]
Form = Literal["quantiles", "four_point"]

#: The blanks of an interval, in the order in which they are asked: extremes before the best guess, since a
#: best guess given first pulls the extremes to it (Speirs-Bridge et al. 2010).
FORMS: Final[Mapping[Form, tuple[str, ...]]] = MappingProxyType(
    {"quantiles": ("p05", "p50", "p95"), "four_point": ("lowest", "highest", "best", "confidence")}
)
SECTIONS: Final = ("outcomes", "effects", "levels", "seeds")
#: What the codes of an effect mean, from the weakest to the strongest.
CODES: Final = (
    "0 it has no effect (a denial; leave it empty to say nothing)",
    "+1, +2, +3 a higher level makes it a little, clearly, much more likely",
    "-1, -2, -3 a higher level makes it a little, clearly, much less likely",
)
#: Which key states the window of an outcome: reached within it, or the state at its end.
_WINDOWS: Final[Mapping[str, str]] = MappingProxyType(
    {"alliance": "within_years", "split": "within_years", "alliance_broad": "after_years"}
)
#: Characters of a criterion in a template; the whole of it stands in question.yaml.
_SHORT = 220


@dataclass(frozen=True)
class Item:
    """One thing an expert may state: what it is, what it means, and the blanks that state it.

    ``key`` is its place in a source file, such as ``outcomes.alliance`` or ``levels.trade``; ``years`` the
    window that stands in the template, ``window`` the key that states it; ``limits`` cannot be passed.
    """

    key: str
    title: str
    explained: tuple[str, ...]
    measure: Measure
    window: str | None = None
    years: float | None = None
    unit: str | None = None
    limits: tuple[float, float] | None = None

    @property
    def section(self) -> str:
        """The part of a source file it belongs to."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Its key within that part."""
        return self.key.partition(".")[2]

    def numbers(self, form: Form) -> tuple[str, ...]:
        """The blanks that state a number, in the order asked."""
        return CHANNELS if self.measure == "code" else FORMS[form]

    def blanks(self, form: Form) -> tuple[str, ...]:
        """Every blank: the window where there is one, the numbers, the reason."""
        return (("years",) * (self.window is not None)) + self.numbers(form) + ("rationale",)

    @property
    def accepted(self) -> frozenset[str]:
        """Every blank that is read, whichever form the template has."""
        words = {"words"} if self.measure == "probability" else set()
        return frozenset({name for form in FORMS for name in self.blanks(form)} | words)


def items_of(workspace: Workspace) -> tuple[Item, ...]:
    """Everything there is to ask about a workspace, in the order of its files."""
    found = [*_outcomes(workspace)]
    for name, driver in workspace.drivers.drivers.items():
        found.append(Item(f"effects.{name}", _line(driver.name), _scale(driver), "code"))
    for name, driver in workspace.drivers.drivers.items():
        found.append(Item(f"levels.{name}", _line(driver.name), _scale(driver), "level"))
    return (*found, *_seeds(workspace))


def chosen(items: Iterable[Item], wanted: Iterable[str]) -> tuple[Item, ...]:
    """The items named by key (``levels.trade``), section (``effects``) or name (``trade``); all if none is.

    Raises
    ------
    UsageError
        For a name that fits nothing.
    """
    everything = tuple(items)
    names = [name for text in wanted for name in text.split(",") if name]
    for name in names:
        if not any(_fits(item, name) for item in everything):
            known = [*SECTIONS, *(item.key for item in everything)]
            near = did_you_mean(name, known)
            hint = f"Did you mean '{near}'?" if near else f"One of {choices(known)}."
            raise UsageError(f"--items: nothing is called '{visible(name)}'. {hint}")
    return tuple(item for item in everything if not names or any(_fits(item, name) for name in names))


def _fits(item: Item, name: str) -> bool:
    return name in (item.key, item.section, item.name)


def _outcomes(workspace: Workspace) -> Iterator[Item]:
    question = workspace.question
    years = max(1, round((question.horizon - question.as_of).days / 365.25))
    for name, window in _WINDOWS.items():
        outcome = question.outcomes.get(name)  # type: ignore[call-overload]
        if outcome is None:
            continue
        resolved = tuple(f"resolves: {_line(text)}" for text in outcome.resolution)
        explained = (_line(outcome.definition, most=1000), *resolved)
        yield Item(
            f"outcomes.{name}",
            _line(outcome.title),
            explained,
            "probability",
            window,
            float(years),
            limits=(0.0, 1.0),
        )


def _scale(driver: Driver) -> tuple[str, ...]:
    """The definition and the anchors of a driver, one line each."""
    ends = sorted(driver.anchors.items(), key=lambda pair: int(pair[0]))
    return (_line(driver.definition, most=1000), *(f"at {level}: {_line(text)}" for level, text in ends))


def _seeds(workspace: Workspace) -> Iterator[Item]:
    """Questions of known answer, without the answer; workspaces without any have none."""
    for name, seed in workspace.seeds.items():
        measured = (f"unit: {_line(seed.unit)}",) if seed.unit else ()
        low = -math.inf if seed.lower is None else seed.lower
        high = math.inf if seed.upper is None else seed.upper
        title = _line(seed.question, most=1000)
        yield Item(f"seeds.{name}", title, measured, "quantity", unit=seed.unit, limits=(low, high))


def _line(text: str, *, most: int = _SHORT) -> str:
    """A text on one line, cut at a word where it is longer than ``most``."""
    flat = re.sub(r"\s+", " ", visible(text)).strip()
    return textwrap.shorten(flat, most, placeholder=" [...]")
