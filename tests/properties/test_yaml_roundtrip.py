"""Properties of reading and of the canonical form."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from forecast.inputs.canonical import canonical
from forecast.inputs.fields import Quantiles
from forecast.inputs.records import Source
from forecast.inputs.yaml_nodes import parse

PROSE = st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs", "P"]), min_size=1, max_size=40)
NAME = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@st.composite
def probabilities(draw: st.DrawFn) -> dict[str, Any]:
    """Three quantiles in order, inside (0, 1)."""
    values = sorted(draw(st.sets(st.integers(1, 999), min_size=3, max_size=3)))
    return {f"p{level}": value / 1000 for level, value in zip(("05", "50", "95"), values, strict=True)}


@st.composite
def sources(draw: st.DrawFn) -> dict[str, Any]:
    """A legal source record."""
    effects = draw(st.dictionaries(NAME, st.fixed_dictionaries({"alliance": st.integers(-3, 3)}), max_size=4))
    return {
        "schema": "source/1",
        "id": draw(NAME),
        "kind": "text",
        "citation": draw(PROSE),
        "view_date": draw(st.integers(1900, 2030)),
        "lens": ["realist"],
        "cluster": draw(NAME),
        "locator": draw(PROSE),
        "rationale": draw(PROSE),
        "outcomes": {"alliance": {**draw(probabilities()), "within_years": 10}},
        "effects": effects,
    }


def quoted(value: Any) -> str:
    """A scalar as YAML; text in single quotes."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def shuffled(record: dict[str, Any], rng: random.Random) -> list[str]:
    """Its keys in some order."""
    keys = list(record)
    rng.shuffle(keys)
    return keys


def flow(value: Any, rng: random.Random) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(value[key], rng)}" for key in shuffled(value, rng)) + "}"
    return "[" + ", ".join(flow(v, rng) for v in value) + "]" if isinstance(value, list) else quoted(value)


def block(record: dict[str, Any], rng: random.Random, indent: str = "") -> str:
    """A record as some author might write it: any order, block or flow, comments and blank lines."""
    rows = []
    for key in shuffled(record, rng):
        value = record[key]
        rows.append(rng.choice(["", "", f"{indent}# about {key}\n", "\n"]))
        if isinstance(value, dict) and value and rng.random() < 0.5:
            rows.append(f"{indent}{key}:\n" + block(value, rng, indent + "  "))
        else:
            rows.append(f"{indent}{key}: {flow(value, rng)}{rng.choice(['', '  # why'])}\n")
    return "".join(rows)


@given(sources(), st.integers(0, 2**32))
def test_canonical_form_says_the_same_and_is_stable(record: dict[str, Any], seed: int) -> None:
    """Whatever the author's order: equal values, idempotent, keys in order, no line lost."""
    text = block(record, random.Random(seed))
    once = canonical(text)
    assert parse(text).plain() == record == parse(once).plain()
    assert canonical(once) == once
    assert list(parse(once).plain()) == list(record)
    assert sorted(once) == sorted(text)
    assert Source.model_validate(parse(once).plain()) == Source.model_validate(record)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3))
def test_quantiles_are_accepted_exactly_if_they_increase(values: list[float]) -> None:
    """p05 < p50 < p95, strictly; anything else is refused with the values found."""
    stated = dict(zip(("p05", "p50", "p95"), values, strict=True))
    if values[0] < values[1] < values[2]:
        assert Quantiles.model_validate(stated).stated() == stated
    else:
        with pytest.raises(ValidationError, match="quantiles must increase"):
            Quantiles.model_validate(stated)
