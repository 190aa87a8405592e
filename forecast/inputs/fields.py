"""Field types shared by every input file: identifiers, dates, probabilities, quantiles."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Grade = Literal["TEXT", "INFER"]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Prose = Annotated[str, Field(min_length=1)]

_QUANTILE = re.compile(r"^p(\d\d)$")


class Strict(BaseModel):
    """Base of every record read from a file: frozen, typed, no unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True)


def _as_date(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if not 1800 <= value <= 2200:
            raise PydanticCustomError("date", "the year {year} is outside 1800-2200", {"year": value})
        return dt.date(value, 7, 1)
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError(
                "date", "'{found}' is not a date; write 2027-01-31, or a year such as 2027", {"found": value}
            ) from None
    return value


#: A date, or a bare year, which stands for 1 July of it.
When = Annotated[dt.date, BeforeValidator(_as_date)]


def _as_probability(value: Any) -> Any:
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            value = float(value.strip()[:-1]) / 100.0
        except ValueError:
            return value
    if isinstance(value, int | float) and not isinstance(value, bool) and not 0.0 < value < 1.0:
        raise PydanticCustomError(
            "probability",
            "{found} is not a probability strictly between 0 and 1; write 0.05 or \"5%\"",
            {"found": value},
        )
    return value


Probability = Annotated[float, BeforeValidator(_as_probability)]


class Quantiles(Strict):
    """An elicited distribution: values at cumulative probabilities, as stated.

    Written ``{p05: .., p50: .., p95: ..}`` (any ``pNN``); at least three, among them p50, increasing.
    """

    levels: tuple[float, ...]
    values: tuple[float, ...]

    @model_validator(mode="before")
    @classmethod
    def _collect(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "levels" in data:
            return data
        return collect_quantiles(data)

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


def collect_quantiles(data: dict[str, Any]) -> dict[str, Any]:
    """Turn ``{p05: a, p50: b, p95: c}`` into the fields of `Quantiles`, checking their order."""
    for key in data:
        if not _QUANTILE.match(str(key)) or key == "p00":
            raise PydanticCustomError(
                "quantile_key", "unknown key '{key}'; quantiles are written p05, p50, p95", {"key": key, "at": key}
            )
    ordered = sorted(data.items())
    for key, value in ordered:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PydanticCustomError(
                "quantile_value", "'{found}' is not a number", {"found": str(value), "at": key}
            )
    if len(ordered) < 3 or "p50" not in data:
        raise PydanticCustomError(
            "quantile_count",
            "state at least three quantiles, p50 among them (found {found}); a bare pair does not fix a distribution",
            {"found": ", ".join(str(k) for k, _ in ordered) or "none"},
        )
    found = ", ".join(f"{k} {v}" for k, v in ordered)
    for (low_key, low), (high_key, high) in zip(ordered, ordered[1:], strict=False):
        if not high > low:
            raise PydanticCustomError(
                "quantile_order",
                "{high} is {relation} {low_key} = {low}; quantiles must increase (found {found})",
                {
                    "high": high,
                    "low": low,
                    "low_key": low_key,
                    "relation": "equal to" if high == low else "below",
                    "found": found,
                    "at": high_key,
                },
            )
    return {
        "levels": tuple(int(k[1:]) / 100.0 for k, _ in ordered),
        "values": tuple(float(v) for _, v in ordered),
    }


class Quantified(Strict):
    """A record whose quantiles stand beside its other keys (``{p05: .., p50: .., p95: .., date: ..}``)."""

    quantiles: Quantiles

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "quantiles" in data:
            return data
        stated = {k: v for k, v in data.items() if _QUANTILE.match(str(k))}
        rest = {k: v for k, v in data.items() if k not in stated}
        return {**rest, "quantiles": cls._quantiles(stated)}

    @classmethod
    def _quantiles(cls, stated: dict[str, Any]) -> dict[str, Any]:
        return collect_quantiles(stated)


class ProbabilityQuantiles(Quantified):
    """Quantiles of a probability: fractions, or percentages in quotes."""

    @classmethod
    def _quantiles(cls, stated: dict[str, Any]) -> dict[str, Any]:
        for key, value in stated.items():
            try:
                stated = {**stated, key: _as_probability(value)}
            except PydanticCustomError as error:
                raise PydanticCustomError(error.type, error.message(), {"at": key}) from None  # type: ignore[arg-type]
        return collect_quantiles(stated)

