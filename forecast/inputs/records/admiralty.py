"""The Admiralty grade of a source: two judgments kept apart, a letter and a digit.

The letter says how the view reached us and whether it was meant as a forecast; the digit whether others, and
dated facts, say the same as what is coded from it. The grades are ours. They enter the confidence that a
report states and nothing else: no judgment is weighed by them, and no probability moves with them.

Rubric, the letter:
    A   a speaker asked directly whose earlier forecasts were scored and held, or a document of record in hand
    B   signed, published under review, and read in full
    C   read, but in part or unreviewed; or what a reviewed text reports as the claim of one author or team
    D   named, but one clause speaks for several works, or it speaks with a purpose (an advocate, an
        official), or the text that carries it is unsigned, or nothing but a title is known
    E   third-hand, or worded by someone who disputes it
    F   cannot be judged: nobody is named, or it is not known which side was taken
Ceilings that follow, which `validate` warns about: a title D, an official or an advocate D, a camp E,
what others report C and never above the best of those who report it.

Rubric, the digit, for the main of what is coded:
    1   dated facts and independent sources bear it out; never for a source from which a probability is
        coded, since nobody can confirm a forecast before its time
    2   most of the independent sources that speak to it agree, two at the least, and dated facts since fit
    3   some agree; the sources divide, or facts do not decide
    4   most say otherwise, or dated facts since speak against part of it
    5   dated facts since speak against the main of it
    6   nothing to judge by: too little is known of it, or nothing else here bears on it

Source: the scale of AJP-2.1 (Allied Joint Doctrine for Intelligence Procedures) and JDP 2-00 (Understanding
and Intelligence Support to Joint Operations), first used by naval intelligence, hence the name. F and 6 are
no worst marks there but the absence of one; where grades are compared here they come last, since what cannot
be judged supports nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

RELIABILITY: Mapping[str, str] = MappingProxyType(
    {
        "A": "completely reliable",
        "B": "usually reliable",
        "C": "fairly reliable",
        "D": "not usually reliable",
        "E": "unreliable",
        "F": "reliability cannot be judged",
    }
)
CREDIBILITY: Mapping[str, str] = MappingProxyType(
    {
        "1": "confirmed by other sources",
        "2": "probably true",
        "3": "possibly true",
        "4": "doubtful",
        "5": "improbable",
        "6": "truth cannot be judged",
    }
)
#: What a source without a grade counts as.
NOT_GRADED = "F6"
_GRADE = re.compile("[A-F][1-6]")


def _as_grade(value: Any) -> str:
    if isinstance(value, str):
        if _GRADE.fullmatch(value):
            return value
        meant = "".join(sorted(value.strip().upper(), reverse=True))
        if _GRADE.fullmatch(meant):
            raise PydanticCustomError(
                "admiralty", "write {meant}, the letter first and in capitals", {"meant": meant}
            )
    raise PydanticCustomError(
        "admiralty",
        "{found} is no Admiralty grade, which is a letter and a digit such as C3. "
        "How the view reached us: {letters}. What it says: {digits}.",
        {
            "found": "an empty value" if value is None else f"'{value}'",
            "letters": ", ".join(f"{key} {meaning}" for key, meaning in RELIABILITY.items()),
            "digits": ", ".join(f"{key} {meaning}" for key, meaning in CREDIBILITY.items()),
        },
    )


#: A letter from A to F and a digit from 1 to 6.
Admiralty = Annotated[
    str,
    BeforeValidator(_as_grade),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[A-F][1-6]$",
            "description": "Admiralty grade, ours: reliability "
            + ", ".join(f"{key} {meaning}" for key, meaning in RELIABILITY.items())
            + "; credibility "
            + ", ".join(f"{key} {meaning}" for key, meaning in CREDIBILITY.items()),
        }
    ),
]
