"""What a number rests on, piece by piece, each with the file and line it stands at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forecast.inputs.fields import Quantiles
from forecast.inputs.workspace import Workspace
from forecast.visible import visible

#: Pieces of a basis that are listed one by one; of the rest it is said how many there are.
LISTED = 10

DRIVERS = "priors/drivers.yaml"
SHOCKS = "priors/shocks.yaml"
QUESTION = "priors/question.yaml"
RATES = "priors/base_rates.yaml"
HISTORY = "priors/history.yaml"
INDICATORS = "priors/indicators.yaml"
SERIES = "priors/indicators.csv"


@dataclass(frozen=True)
class Item:
    """One piece: in words, where it stands (``file:line``), and where in a text it is found.

    ``claims`` are the values that stand in that line; ``weight`` is how much the piece matters, in what its
    basis says, and ``error`` the Monte Carlo error of that.
    """

    text: str
    place: str
    locator: str | None = None
    claims: tuple[float | str, ...] = ()
    weight: float | None = None
    error: float | None = None

    @property
    def by_chance(self) -> bool:
        """Whether its weight is within two Monte Carlo errors of nothing."""
        return self.weight is not None and self.error is not None and abs(self.weight) < 2 * self.error


@dataclass(frozen=True)
class Basis:
    """Pieces of one kind, those that matter most first.

    ``ranked`` says by what; ``form`` words a weight, the number first ("{:+.2f} points if doubled"). ``more``
    pieces are not listed.
    """

    title: str
    items: tuple[Item, ...]
    more: int = 0
    ranked: str = ""
    form: str = ""

    def said(self, item: Item) -> str:
        """A piece in words, with its weight in them where it has one."""
        if item.weight is None or not self.form:
            return item.text
        by_chance = " (no more than chance)" if item.by_chance else ""
        return f"{item.text}; {self.form.format(item.weight)}{by_chance}"

    def shown(self, item: Item) -> str | None:
        """The weight of a piece as a number alone."""
        if item.weight is None or not self.form:
            return None
        return self.form.partition(" ")[0].format(item.weight)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "title": self.title,
            "ranked": self.ranked or None,
            "items": [
                {
                    "text": item.text,
                    "place": item.place,
                    "locator": item.locator,
                    "weight": item.weight,
                    "mcse": item.error,
                    "shown": self.shown(item),
                }
                for item in self.items
            ],
            "more": self.more,
        }


def clean(text: str | None) -> str:
    """A text from a file on one line; what a terminal would obey, or a page turn round, is shown by its code.

    >>> clean("a\\x1b[2J\\n b\\u202ec")
    'a⟨U+001B⟩[2J b⟨U+202E⟩c'
    """
    return visible(" ".join((text or "").split()))


def found_at(workspace: Workspace, file: str, at: str) -> str:
    """``file:line`` of a dotted path; of one that is not stated, of the nearest thing around it."""
    while at and (file, at) not in workspace.lines:
        at = at[: max(at.rfind("."), at.rfind("["), 0)]
    line = workspace.lines.get((file, at)) if at else None
    return f"{file}:{line}" if line else file


def piece(
    workspace: Workspace,
    file: str,
    at: str,
    text: str,
    *,
    claim: float | str | None = None,
    locator: str | None = None,
    weight: float | None = None,
) -> Item:
    """The piece at a dotted path of a file; a ``claim`` is kept where that very path is in the file."""
    stands = (file, at) in workspace.lines
    return Item(
        text=clean(text),
        place=found_at(workspace, file, at),
        locator=clean(locator) or None,
        claims=(claim,) if stands and claim is not None else (),
        weight=weight,
    )


def span(quantiles: Quantiles, form: str = "g") -> str:
    """The median with the outermost quantiles: ``0.12 (0.08 to 0.18)``."""
    low, high = quantiles.values[0], quantiles.values[-1]
    return f"{quantiles.p50:{form}} ({low:{form}} to {high:{form}})"


def basis(
    title: str,
    items: Iterable[Item],
    *,
    ranked: str = "",
    form: str = "",
    by_size: bool = False,
    most: int = LISTED,
) -> Basis:
    """A basis of the first ``most`` pieces; ``by_size``: those of the largest weight, either sign, first."""
    found = list(items)
    if by_size:
        found = largest_first(found)
    return Basis(clean(title), tuple(found[:most]), max(len(found) - most, 0), ranked, form)


def largest_first(items: Sequence[Item]) -> list[Item]:
    """Pieces by the size of their weights; those without one last, in their order."""
    return sorted(items, key=lambda item: -abs(item.weight) if item.weight is not None else 1.0)


def weighed(item: Item, weight: float, error: float | None = None) -> Item:
    """The piece with what it matters."""
    return replace(item, weight=weight, error=error)
