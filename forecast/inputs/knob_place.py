"""A knob as the workspace holds it: where its value stands, how it is read there, what it is turned to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from forecast.inputs.fields import Strict
from forecast.inputs.plain_words import dotted
from forecast.inputs.records import Drivers

Setting = float | str
Kind = Literal["level", "number", "quantiles", "quantile", "code", "choice"]
Part = Literal["start", "drivers", "shocks", "judgments", "rates", "model", "scenario"]
#: From a field of the workspace to a value: fields of records, keys of mappings, indices of lists.
Steps = tuple[str | int, ...]

#: The file that each field of the workspace is read from, and where its mapping stands in that file.
_FILES = {
    "drivers": ("priors/drivers.yaml", ""),
    "base_rates": ("priors/base_rates.yaml", ""),
    "question": ("priors/question.yaml", ""),
    "shocks": ("priors/shocks.yaml", "shocks."),
}
_FOLDERS = {"sources": "priors/sources", "scenarios": "scenarios"}


@dataclass(frozen=True)
class Place:
    """One knob as the workspace holds it: ``steps`` lead from its field ``home`` to ``value``.

    A level has no value, and ``steps`` name its driver alone. ``quantile`` names one of the quantiles that
    stand there (p05), None where the knob is all of them, or a plain number.
    """

    path: str
    kind: Kind
    part: Part
    home: str
    steps: Steps
    value: Any
    unit: str
    label: str
    choices: tuple[str, ...] = ()
    quantile: str | None = None

    @property
    def file(self) -> str | None:
        """The file it stands in; None of a level, which no file holds."""
        if self.kind == "level":
            return None
        if self.home in _FOLDERS:
            return f"{_FOLDERS[self.home]}/{self.steps[0]}.yaml"
        return _FILES[self.home][0]

    @property
    def at(self) -> str:
        """Its dotted path in that file."""
        steps = self.steps[1:] if self.home in _FOLDERS else self.steps
        inside = dotted([step for step in steps if step != "quantiles"])
        prefix = _FILES[self.home][1] if self.home in _FILES else ""
        return prefix + inside + (f".{self.quantile}" if self.quantile else "")


@dataclass(frozen=True)
class Turn:
    """A knob and the value it is turned to."""

    place: Place
    value: Setting

    def __str__(self) -> str:
        return f"{self.place.path} = {shown(self.value)}"


def shown(value: Setting) -> str:
    """A value as it is written in a setting."""
    return value if isinstance(value, str) else f"{value:.12g}"


def refusal(path: str, value: Setting, said: Sequence[tuple[str, str]]) -> str:
    """``path = value`` and why not, in the words that the same value in a file would meet."""
    message = "; ".join(dict.fromkeys(text for _, text in said))
    shorter = message.removeprefix(f"{value} ")
    between = " " if shorter != message else ": "
    return f"{path} = {shown(value)}{between}{shorter}"


def read(node: Any, steps: Steps) -> Any:
    """What stands at the end of some steps; None of a key that a mapping does not hold."""
    for step in steps:
        if isinstance(node, Strict):
            node = getattr(node, str(step))
        else:
            node = node.get(step) if isinstance(node, Mapping) else node[step]
    return node


def driver_name(drivers: Drivers, driver: str) -> str:
    """What readers call a driver; its id where it is not among them."""
    return drivers.drivers[driver].name if driver in drivers.drivers else driver
