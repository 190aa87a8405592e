"""Answers as the YAML of a sealed file, and back: the same answers give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from forecast.errors import InputError, Problem
from forecast.inputs import yaml_nodes
from forecast.protocol import blanks
from forecast.protocol.answers import Answer, Answers
from forecast.visible import in_json

SCHEMA = "answers/1"


def quoted(text: str) -> str:
    """A text as YAML: in double quotes, with whatever steers or hides written as its code.

    >>> quoted('a "b"')
    '"a \\\\"b\\\\""'
    """
    return in_json(json.dumps(text, ensure_ascii=False))


def numeral(value: float) -> str:
    """A number as YAML and Python read it back exactly, whole numbers without a point.

    >>> numeral(10.0), numeral(0.05), numeral(1e-07)
    ('10', '0.05', '1e-07')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def flow(values: Mapping[str, float | str]) -> str:
    """A mapping on one line."""
    shown = (f"{key}: {quoted(v) if isinstance(v, str) else numeral(v)}" for key, v in values.items())
    return "{" + ", ".join(shown) + "}"


def written(answers: Answers) -> str:
    """The sealed form of answers."""
    return "\n".join(_lines(answers)) + "\n"


def _lines(answers: Answers) -> Iterator[str]:
    yield f"schema: {SCHEMA}"
    yield f"question: {quoted(answers.question)}"
    yield f"expert: {quoted(answers.expert)}"
    yield f"round: {answers.round}"
    yield f"lens: [{', '.join(answers.lens)}]"
    yield f"view_date: {answers.view_date.isoformat()}"
    if answers.remarks:
        yield f"remarks: {quoted(answers.remarks)}"
    yield "answers:"
    for key, answer in answers.items.items():
        yield f"  {key}:"
        yield f"    measure: {answer.measure}"
        if answer.stated:
            yield f"    stated: {flow(answer.stated)}"
            yield f"    values: {flow(answer.values)}"
        if answer.years is not None:
            yield f"    years: {numeral(answer.years)}"
        if answer.note:
            yield f"    note: {quoted(answer.note)}"
        if answer.rationale:
            yield f"    rationale: {quoted(answer.rationale)}"


def read(data: bytes, file: str) -> Answers:
    """The answers of a sealed file. InputError where it is not one."""
    try:
        raw: Any = yaml_nodes.parse(yaml_nodes.decode(data)).plain()
        if raw["schema"] != SCHEMA:
            raise ValueError
        return Answers(
            question=raw["question"],
            expert=raw["expert"],
            round=int(raw["round"]),
            lens=tuple(raw["lens"]),
            view_date=blanks.day(raw["view_date"]),
            items={key: _answer(item) for key, item in (raw["answers"] or {}).items()},
            remarks=raw.get("remarks"),
        )
    except yaml_nodes.YamlRefusal as refusal:
        raise InputError([Problem(file, *found) for found in refusal.found]) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        message = "is not a sealed file as 'forecast elicit seal' writes it"
        raise InputError([Problem(file, 1, "", message)]) from None


def _answer(raw: Any) -> Answer:
    values = {name: float(value) for name, value in raw.get("values", {}).items()}
    years = raw.get("years")
    return Answer(
        measure=raw["measure"],
        stated={k: v if isinstance(v, str) else float(v) for k, v in raw.get("stated", {}).items()},
        values=values,
        years=None if years is None else float(years),
        rationale=raw.get("rationale"),
        note=raw.get("note"),
    )
