"""Cells that came back as answers: every blank read, every fault named by its place, at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError

from forecast.errors import Problem
from forecast.inputs import plain_words
from forecast.inputs.fields import Quantiles, StatedProbability, Strict
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.records import Lens
from forecast.inputs.workspace import Workspace
from forecast.protocol import blanks
from forecast.protocol.answers import Answer, Answers
from forecast.protocol.filled import Cell, Filled
from forecast.protocol.items import FORMS, Item
from forecast.protocol.standard import standardised
from forecast.rounding import percent

_QUANTILES, _FOUR = FORMS["quantiles"], FORMS["four_point"]


class _Probability(Strict):
    """A probability's quantiles by themselves, for the checks and messages of the input files."""

    quantiles: StatedProbability


class _Quantity(Strict):
    """Any quantity's quantiles by themselves."""

    quantiles: Quantiles


@dataclass(frozen=True)
class Asked:
    """Which template this is: whose, of which round, and what it asks."""

    workspace: Workspace
    expert: str
    round: int
    items: tuple[Item, ...]
    today: dt.date


def answers_of(filled: Filled, asked: Asked) -> tuple[Answers | None, list[Problem]]:
    """The answers in a file; None with the problems if any is wrong. Warnings may stand beside answers."""
    problems = list(filled.problems)
    head = {name: cell for (key, name), cell in filled.cells.items() if not key}
    lens = _read(filled, head.get("lens"), _lens, problems) or ()
    view_date = _read(filled, head.get("view_date"), blanks.day, problems) or asked.today
    remarks = _read(filled, head.get("remarks"), blanks.prose, problems)
    overall = _read(filled, head.get("confidence"), blanks.confidence, problems)
    if view_date > asked.today + dt.timedelta(days=1):  # somewhere it is tomorrow already
        problems.append(filled.problem(head["view_date"], f"{view_date} is after today, {asked.today}"))
    if not lens and not any(p.at.endswith("lens") or "row lens" in p.at for p in problems):
        at = head.get("lens", Cell(None, 1, "lens"))
        known = choices(_known_lenses(), 20)
        problems.append(filled.problem(at, f"is empty; name the schools your view belongs to: {known}"))
    found: dict[str, Answer] = {}
    for item in asked.items:
        cells = {
            name: cell
            for (key, name), cell in filled.cells.items()
            if key == item.key and not blanks.is_empty(cell.value)
        }
        answer = _Reader(filled, item, cells, overall, asked.workspace).answer(problems)
        if answer is not None:
            found[item.key] = answer
    filled_in = any(
        key and name not in ("years", "rationale") and not blanks.is_empty(cell.value)
        for (key, name), cell in filled.cells.items()
    )
    if not filled_in and not filled.problems:
        problems.append(Problem(filled.file, 1, "", "no item is answered; fill in at least one"))
    if any(not problem.warning for problem in problems):
        return None, problems
    question = asked.workspace.question.id
    return (
        Answers(question, asked.expert, asked.round, tuple(lens), view_date, found, remarks or None),
        problems,
    )


@dataclass(frozen=True)
class _Interval:
    """The blanks as stated, the quantiles that they stand for, and what was done to them."""

    stated: Mapping[str, float | str]
    data: Mapping[str, float | str]
    note: str | None = None


@dataclass(frozen=True)
class _Reader:
    """The blanks of one item, read together."""

    filled: Filled
    item: Item
    cells: Mapping[str, Cell]
    overall: float | None
    workspace: Workspace

    def answer(self, problems: list[Problem]) -> Answer | None:
        """What the item's blanks state; None if nothing, or if something is wrong (then it is listed)."""
        before = len(problems)
        rationale = _read(self.filled, self.cells.get("rationale"), blanks.prose, problems)
        years = _read(self.filled, self.cells.get("years"), blanks.years, problems)
        numbers = set(self.cells) - {"rationale", "years"}
        if not numbers and not rationale:
            return None
        if not numbers:
            return Answer(self.item.measure, {}, {}, None, rationale)
        if self.item.measure == "code":
            codes = self._numbers(problems)
            return Answer("code", dict(codes), codes, None, rationale) if len(problems) == before else None
        phrase = self._phrase()
        if phrase is None:
            problems += self._incomplete()
        if self.item.window and years is None and len(problems) == before:
            problems.append(self._missing(self.item.window, "state the years of the window"))
        if len(problems) > before:
            return None
        read = _Interval({"words": phrase}, {"words": phrase}) if phrase else self._interval(problems)
        values = self._values(read.data, problems) if len(problems) == before else {}
        if not values:
            return None
        note = read.note
        if phrase:
            note = f"'{phrase}' is read as {', '.join(percent(values[name]) for name in _QUANTILES)}"
        return Answer(self.item.measure, read.stated, values, years, rationale, note)

    def _phrase(self) -> str | None:
        """Words of the lexicon that stand for the whole answer."""
        if self.item.measure != "probability":
            return None
        for name in ("words", "p50", "best"):
            value = self.cells[name].value if name in self.cells else None
            alone = set(self.cells) - {"rationale", "years", "confidence"} == {name}
            if isinstance(value, str) and value.strip()[-1:].isalpha() and alone:
                return value.strip()
        return None

    def _incomplete(self) -> Iterator[Problem]:
        """Blanks of both forms, or a form half filled."""
        if "words" in self.cells:
            yield self.filled.problem(
                self.cells["words"], "words stand instead of the numbers, not beside them"
            )
            return
        three, four = (sorted(set(self.cells) & set(form)) for form in (_QUANTILES, _FOUR))
        if three and four:
            message = f"{', '.join(three)} and {', '.join(four)} are both filled; fill one of the two forms"
            yield self.filled.problem(self.cells[three[0]], message)
            return
        for name in _QUANTILES if three else _FOUR:
            if name not in self.cells and not (name == "confidence" and self.overall):
                yield self._missing(name, "fill it in, or clear the others")

    def _missing(self, name: str, remedy: str) -> Problem:
        near = next(cell for key, cell in self.cells.items() if key not in ("rationale",))
        path, _, last = near.at.rpartition(" " if ", column " in near.at else ".")
        at = f"{path} {name}" if ", column " in near.at else f"{path}.{name}" if last else name
        return Problem(self.filled.file, near.line, at, f"is empty; {remedy}")

    def _numbers(self, problems: list[Problem]) -> dict[str, float]:
        stated: dict[str, float] = {}
        for name in self.cells:
            if name in ("rationale", "years"):
                continue
            kind = "confidence" if name == "confidence" else self.item.measure
            value = _read(self.filled, self.cells[name], blanks.READ[kind], problems)
            if value is not None:
                stated[name] = value
        order = self.item.numbers("quantiles") if self.item.measure == "code" else (*_QUANTILES, *_FOUR)
        return {name: stated[name] for name in order if name in stated}

    def _interval(self, problems: list[Problem]) -> _Interval:
        """The stated numbers, the quantiles they stand for, and what was done to them."""
        stated = self._numbers(problems)
        if set(stated) == set(_QUANTILES):
            return _Interval(dict(stated), dict(stated))
        if not {"lowest", "best", "highest"} <= set(stated):
            return _Interval({}, {})
        confidence = stated.get("confidence", self.overall)
        assert confidence is not None  # `_incomplete` has asked for it
        stated["confidence"] = confidence
        try:
            at = standardised(
                lowest=stated["lowest"], best=stated["best"], highest=stated["highest"],
                confidence=confidence, limits=self.item.limits,
            )  # fmt: skip
        except ValueError as error:
            problems.append(self.filled.problem(self.cells["best"], str(error)))
            return _Interval({}, {})
        if confidence < 0.5:
            message = (
                f"{percent(confidence)} is below 50%: an interval more likely to miss than to hold the truth"
            )
            where = self.cells.get("confidence", self.cells["best"])
            problems.append(self.filled.problem(where, message, warning=True))
        note = f"{percent(confidence)} interval brought to 90%: {at.p05:.4g}, {at.p50:.4g}, {at.p95:.4g}"
        note += f" ({' and '.join(at.cut)} cut short of the limit)" if at.cut else ""
        return _Interval(dict(stated), {"p05": at.p05, "p50": at.p50, "p95": at.p95}, note)

    def _values(self, data: Mapping[str, float | str], problems: list[Problem]) -> dict[str, float]:
        """The quantiles as the input files check them."""
        record: type[Strict] = _Probability if self.item.measure == "probability" else _Quantity
        wrapped = {"quantiles": dict(data)}
        try:
            context = {"lexicon": self.workspace.lexicon}
            typed: Any = record.model_validate(wrapped, context=context)
        except ValidationError as error:
            for at, message in plain_words.explain(error, record, wrapped):
                name = at.rpartition(".")[2]
                stated = {k: c for k, c in self.cells.items() if k not in ("rationale", "years")}
                cell = stated.get(name) or next(iter(stated.values()))
                problems.append(self.filled.problem(cell, message))
            return {}
        return dict(typed.quantiles.stated())


def _read(filled: Filled, cell: Cell | None, read: Any, problems: list[Problem]) -> Any:
    """A cell's value; None where it is empty, or cannot be read (then the problem is listed)."""
    if cell is None or blanks.is_empty(cell.value):
        return None
    try:
        return read(cell.value, mark=filled.mark)
    except ValueError as error:
        problems.append(filled.problem(cell, str(error)))
        return None


def _known_lenses() -> tuple[str, ...]:
    return get_args(Lens)


def _lens(value: object, *, mark: str = ".") -> tuple[str, ...]:
    """Names of schools, separated by commas, semicolons or white space."""
    known = _known_lenses()
    names = str(value).replace(",", " ").replace(";", " ").split()
    for name in names:
        if name not in known:
            near = did_you_mean(name, known)
            hint = f"Did you mean '{near}'?" if near else f"One of {choices(known, 20)}."
            raise ValueError(f"'{name[:40]}' is no lens. {hint}")
    return tuple(dict.fromkeys(names))
