"""Field types shared by every input file: identifiers, dates, probabilities, quantiles."""

from __future__ import annotations

import datetime as dt
import math
import re
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from forecast.lexicon import LEXICONS, quantiles

Grade = Literal["TEXT", "INFER"]
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Prose = Annotated[str, Field(min_length=1)]

_QUANTILE = re.compile(r"p\d\d\Z")


class Strict(BaseModel):
    """Base of every record read from a file: frozen, typed, no unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _as_date(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1800 <= value <= 2200:
            raise PydanticCustomError("date", "the year {year} is outside 1800-2200", {"year": value})
        return dt.date(value, 7, 1)
    if isinstance(value, str):
        try:
            if _ISO_DAY.fullmatch(value):
                day = dt.date.fromisoformat(value)
                return day if 1800 <= day.year <= 2200 else _as_date(day.year)
        except ValueError:
            pass
        raise PydanticCustomError(
            "date", "'{found}' is not a date; write 2027-01-31, or a year such as 2027", {"found": value}
        )
    return value


#: A date, or a bare year, which stands for 1 July of it.
When = Annotated[dt.date, BeforeValidator(_as_date)]


def _as_probability(value: Any) -> float:
    """A fraction, or a percentage in quotes, strictly between 0 and 1; ValueError says what is wrong."""
    number = value
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            number = float(value.strip()[:-1]) / 100.0
        except ValueError:
            raise ValueError(_not_a_number(value)) from None
    if not _is_number(number):
        raise ValueError(_not_a_number(value))
    if not 0.0 < number < 1.0:
        meant = number / 100 if 1 < number < 100 else 0.05
        raise ValueError(
            f'{value} is not a probability strictly between 0 and 1; write {meant:g} or "{100 * meant:g}%"'
        )
    return float(number)


class Quantiles(Strict):
    """An elicited distribution: values at cumulative probabilities, as stated.

    Written ``{p05: .., p50: .., p95: ..}`` (any ``pNN``); at least three, among them p50, increasing.
    """

    levels: tuple[float, ...]
    values: tuple[float, ...]

    @model_validator(mode="before")
    @classmethod
    def _collect(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, dict) or "levels" in data:
            return data
        return collect_quantiles(cls._numbers(data, info.context or {}))

    @classmethod
    def _numbers(cls, data: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        """The stated values as numbers; narrower kinds of quantiles say here what they accept."""
        return data

    def __getitem__(self, name: str) -> float:
        """The stated value at ``pNN``; KeyError if that quantile was not stated."""
        level = int(name[1:]) / 100.0
        if level not in self.levels:
            raise KeyError(name)
        return self.values[self.levels.index(level)]

    @property
    def p50(self) -> float:
        """The stated median."""
        return self["p50"]

    def stated(self) -> dict[str, float]:
        """The quantiles as written in the file: ``{"p05": .., "p50": .., "p95": ..}``."""
        return {f"p{round(level * 100):02d}": v for level, v in zip(self.levels, self.values, strict=True)}


class PositiveQuantiles(Quantiles):
    """Quantiles of a positive quantity: a half-life, a rate per year, a hazard ratio."""

    #: What narrower kinds add to the message that a value is not positive.
    hint: ClassVar[str] = ""

    @classmethod
    def _numbers(cls, data: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        wrong = [
            (key, f"{value} is not positive{cls.hint}")
            for key, value in data.items()
            if isinstance(value, int | float) and not value > 0
        ]
        if wrong:
            raise _refusal(wrong)
        return data


class StatedProbability(Quantiles):
    """Quantiles of a probability: fractions, percentages in quotes, or words of the question's lexicon.

    ``words: very unlikely`` (or ``p50: very unlikely``) in place of the quantiles is read as
    `forecast.lexicon.quantiles` has it; the validation context holds the lexicon.
    """

    @classmethod
    def _numbers(cls, data: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        if "words" in data and len(data) > 1:
            raise _refusal([("words", "words stand instead of the quantiles, not beside them")])
        phrase = next(iter(data.values())) if set(data) in ({"words"}, {"p50"}) else None
        if isinstance(phrase, str) and phrase.strip()[-1:].isalpha():
            try:
                chosen = context.get("lexicon", LEXICONS["icd203"])
                # The question's lexicon is itself at fault: any words will do until that is mended.
                return quantiles(chosen, phrase) if chosen else {"p05": 0.25, "p50": 0.5, "p95": 0.75}
            except ValueError as error:
                raise _refusal([(next(iter(data)), str(error))]) from None
        if "words" in data:
            raise _refusal([("words", f"{data['words']} is not text; write a phrase such as very unlikely")])
        wrong, read = [], {}
        for key, value in data.items():
            try:
                read[key] = _as_probability(value)
            except ValueError as error:
                wrong.append((key, str(error)))
        if wrong:
            raise _refusal(wrong)
        return read


def _refusal(wrong: list[tuple[str, str]]) -> PydanticCustomError:
    """One error for several keys of a mapping: ``all`` holds (path suffix, message) pairs for the reader."""
    (at, message), *_ = wrong
    return PydanticCustomError("refused", "{message}", {"message": message, "at": at, "all": wrong})


def collect_quantiles(data: dict[str, Any]) -> dict[str, Any]:
    """Turn ``{p05: a, p50: b, p95: c}`` into the fields of `Quantiles`, checking their order."""
    wrong = [
        (str(key), f"unknown key '{key}'; quantiles are written p05, p50, p95")
        for key in data
        if not is_quantile(key)
    ]
    ordered = sorted((key, value) for key, value in data.items() if is_quantile(key))
    wrong += [(key, _not_a_number(value)) for key, value in ordered if not _is_number(value)]
    if wrong:
        raise _refusal(wrong)
    if len(ordered) < 3 or "p50" not in data:
        raise PydanticCustomError(
            "quantile_count",
            "state at least three quantiles, p50 among them (found {found}); "
            "a bare pair does not fix a distribution",
            {"found": ", ".join(key for key, _ in ordered) or "none"},
        )
    found = ", ".join(f"{key} {value}" for key, value in ordered)
    for (low_key, low), (high_key, high) in pairwise(ordered):
        if not high > low:
            relation = "equal to" if high == low else "below"
            message = f"{high} is {relation} {low_key} = {low}; quantiles must increase (found {found})."
            raise _refusal([(high_key, message)])
    return {
        "levels": tuple(int(key[1:]) / 100.0 for key, _ in ordered),
        "values": tuple(float(value) for _, value in ordered),
    }


def is_quantile(key: object) -> bool:
    """Whether a key names a quantile: p01 to p99."""
    return isinstance(key, str) and key != "p00" and _QUANTILE.match(key) is not None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _not_a_number(value: object) -> str:
    return "is empty; a quantile wants a number" if value is None else f"'{value}' is not a number"


class Quantified(Strict):
    """A record whose quantiles stand beside its other keys (``{p05: .., p50: .., p95: .., date: ..}``)."""

    quantiles: Quantiles

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "quantiles" in data:
            return data
        stated = {key: value for key, value in data.items() if cls._states(key)}
        rest = {key: value for key, value in data.items() if key not in stated}
        return {**rest, "quantiles": stated}

    @classmethod
    def _states(cls, key: str) -> bool:
        return is_quantile(key)


class ProbabilityQuantiles(Quantified):
    """Quantiles of a probability, or the words of the question's lexicon."""

    quantiles: StatedProbability

    @classmethod
    def _states(cls, key: str) -> bool:
        return is_quantile(key) or key == "words"
