"""One filled blank as a value: what a person may write in it, and what is said of what cannot be read."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from forecast.inputs.plain_words import describe
from forecast.visible import named

#: Most characters of a reason; a page and a half.
MOST_TEXT: Final = 4000

_PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
#: One to three digits, not a lone zero, and three behind the mark: a thousand in one country, a decimal in
#: another.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,'\u2019 ])\d{3}(\1\d{3})*([.,]\d+)?")
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def is_empty(value: object) -> bool:
    """Whether a blank was left as one: nothing, white space, or the dashes people put where they pass."""
    return value is None or (isinstance(value, str) and value.strip() in {"", "-", "--", "\u2013", "\u2014"})


def number(value: object, *, mark: str = ".") -> float:
    """A number as people and spreadsheets write it; ``mark`` is the file's own decimal mark.

    A comma and a point are both read as the decimal mark, and a true minus sign as one. Thousands are never
    guessed: ValueError for separated thousands, and for ``1,234`` in a file whose own mark is the point.

    >>> number("0,05"), number("\\u22121.5"), number(3)
    (0.05, -1.5, 3.0)
    >>> number("1,234", mark=",")
    1.234
    >>> number("1,234")
    Traceback (most recent call last):
    ValueError: '1,234' may be 1.234 or 1234; write the one you mean that way
    """
    either = _EITHER.fullmatch(_digits(value)) if isinstance(value, str) else None
    if either and either[1] != mark:
        text = _digits(str(value))
        plain, point = text.replace(either[1], ""), text.replace(either[1], mark)
        raise ValueError(f"'{_cut(str(value))}' may be {point} or {plain}; write the one you mean that way")
    return small_number(value)


def small_number(value: object, *, mark: str = ".") -> float:
    """A number that is never in the thousands, so that three digits behind a mark are decimals.

    >>> small_number("1,234"), small_number("1.234", mark=",")
    (1.234, 1.234)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"found {describe(value)}; wants a number")
    if not isinstance(value, str):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a finite number")
        return float(value)
    text = _digits(value)
    if _PLAIN.fullmatch(text):
        found = float(text.replace(",", "."))
        if math.isfinite(found):
            return found
        raise ValueError(f"'{_cut(value)}' is not a finite number")
    if _GROUPED.fullmatch(text):
        raise ValueError(f"'{_cut(value)}' separates thousands; write the digits without")
    raise ValueError(f"'{_cut(value)}' is not a number")


def probability(value: object, *, mark: str = ".") -> float:
    """A probability as a fraction or a percentage, strictly between 0 and 1.

    >>> probability("5 %"), probability("2,5%"), probability(0.05)
    (0.05, 0.025, 0.05)
    """
    percentage = isinstance(value, str) and value.strip().endswith("%")
    p = small_number(str(value).strip()[:-1]) / 100 if percentage else small_number(value)
    if not 0.0 < p < 1.0:
        meant = p / 100 if 2 <= p < 100 else 0.999 if p >= 1 else 0.001
        raise ValueError(
            f"{_cut(str(value))} is not a probability strictly between 0 and 1; write {meant:g} or "
            f"{100 * meant:g}%"
        )
    return p


def code(value: object, *, mark: str = ".") -> float:
    """A code from -3 to 3."""
    found = small_number(value)
    if not -3 <= found <= 3:
        raise ValueError(f"{found:g} is no code; codes go from -3 through 0 to 3")
    return found


def confidence(value: object, *, mark: str = ".") -> float:
    """How sure an expert is of an interval, as a fraction: ``80``, ``80%`` and ``0.8`` are the same.

    >>> confidence(80), confidence("80 %"), confidence("0,8")
    (0.8, 0.8, 0.8)
    """
    text = str(value).strip()
    found = small_number(text[:-1] if text.endswith("%") else value)
    share = found / 100 if found > 1 or text.endswith("%") else found
    if not 0.01 <= share <= 1:
        raise ValueError(f"{_cut(text)} is no confidence; write a percentage from 50 to 100, such as 80")
    return share


def years(value: object, *, mark: str = ".") -> float:
    """The length of a window."""
    found = small_number(value)
    if not 0 < found <= 100:
        raise ValueError(f"{found:g} is no window; write years from above 0 to 100")
    return found


def prose(value: object, *, mark: str = ".") -> str:
    """A reason or remark: text that prints, at most `MOST_TEXT` characters."""
    if isinstance(value, bool | dict | list):
        raise ValueError(f"found {describe(value)}; wants text")
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > MOST_TEXT:
        raise ValueError(f"the text has {len(text):,} characters; at most {MOST_TEXT:,} are read")
    if hidden := _CONTROL.search(text):
        raise ValueError(f"the text holds the control character {named(hidden[0])}; take it out")
    return text


def day(value: object, *, mark: str = ".") -> dt.date:
    """A date: 2027-01-31, or 31.1.2027 as spreadsheets of many countries make of it."""
    text = str(value).strip()
    dotted = _DOTTED_DAY.fullmatch(text)
    try:
        found = (
            dt.date(int(dotted[3]), int(dotted[2]), int(dotted[1])) if dotted else dt.date.fromisoformat(text)
        )
        if 1800 <= found.year <= 2200:
            return found
    except ValueError:
        pass
    raise ValueError(f"'{_cut(text)}' is not a date; write it as 2027-01-31")


#: How each kind of blank is read.
READ: Final[Mapping[str, Callable[..., object]]] = MappingProxyType(
    {
        "quantity": number,
        "level": small_number,
        "probability": probability,
        "code": code,
        "confidence": confidence,
        "years": years,
        "rationale": prose,
        "words": prose,
    }
)


def _digits(text: str) -> str:
    """Spaces of every width and the apostrophe of a guarded cell taken off the ends; minus signs plain."""
    return text.strip().lstrip("'").replace("\u2212", "-").replace("\u00a0", " ").replace("\u202f", " ")


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
