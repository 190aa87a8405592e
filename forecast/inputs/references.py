"""References between files: every name used must be defined somewhere.

Checked on the plain values, so that a file with another fault still has its references checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeGuard

from forecast.errors import Problem
from forecast.inputs.draft import Draft
from forecast.inputs.fields import IDENTIFIER
from forecast.inputs.plain_words import choices, did_you_mean, dotted
from forecast.inputs.workspace import BASELINE

SHOCKS = "priors/shocks.yaml"
SEEDS = "priors/seeds.yaml"

Path = tuple[str | int, ...]


class Namespace(NamedTuple):
    """Names that may be referred to, what they are called, and where they are defined."""

    noun: str
    home: str
    names: set[str] | None
    exists: bool = True


#: kind of file -> (where a name stands, the namespace it is of). ``*`` is every value of a mapping, ``keys``
#: its keys, ``[]`` every item of a list (or a lone text in a list's place).
REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "question": (
        ("alignment_index weights keys", "driver"),
        ("panels * []", "source"),
        ("default_panel", "panel"),
        ("spotlight []", "source"),
    ),
    "drivers": (
        ("interactions * terms [] []", "driver"),
        ("interactions * terms [] shock []", "shock"),
        ("cross_impacts [] from", "driver"),
        ("cross_impacts [] to", "driver"),
        ("correlations [] drivers []", "driver"),
    ),
    "shocks": (
        ("shocks * jumps keys", "driver"),
        ("shocks * raises [] shock", "shock"),
    ),
    "base_rates": (
        ("use", "class"),
        ("fallback", "class"),
        ("classes * covariates keys", "covariate"),
        ("classes * pair_covariates keys", "covariate"),
        ("within_pair effects [] driver", "driver"),
    ),
    "history": (("use", "coding"),),
    "indicators": (("indicators * driver", "driver"),),
    "source": (
        ("reported_in []", "source"),
        ("cites []", "source"),
        ("effects keys", "driver"),
        ("levels [] driver", "driver"),
        ("also_stated [] shock", "shock"),
        ("also_stated [] given", "shock"),
        ("also_stated [] given_not", "shock"),
        ("seeds keys", "seed"),
    ),
    "scenario": (
        ("motivated_by []", "source"),
        ("includes []", "scenario"),
        ("interventions [] * driver", "driver"),
        ("interventions [] * shock", "shock"),
    ),
}

#: Names that are always known: a source that speaks for itself, and the scenario that has no file.
ALWAYS = {"source": "self", "scenario": BASELINE}


def check_references(draft: Draft) -> Iterator[Problem]:
    """A problem for every name that nothing defines."""
    spaces = namespaces(draft)
    for kind, references in REFERENCES.items():
        for doc in draft.of_kind(kind):
            for pattern, space in references:
                for path, name in select(doc.raw, tuple(pattern.split())):
                    if _is_name(name) and name != ALWAYS.get(space):
                        message = unknown(spaces[space], name)
                        if message:
                            yield doc.problem(dotted(path), message)


def _is_name(value: Any) -> TypeGuard[str]:
    """Text that can be a name; the types have already refused anything else."""
    return isinstance(value, str) and IDENTIFIER.match(value) is not None


def namespaces(draft: Draft) -> dict[str, Namespace]:
    """The names each namespace holds; None where its file cannot be read."""
    sources = draft.stems("source", "priors/sources/")
    absent = not draft.of_kind("shocks") and SHOCKS not in draft.unreadable
    shocks = set[str]() if absent else draft.names("shocks", "shocks")
    return {
        "driver": Namespace("driver", "priors/drivers.yaml", draft.names("drivers", "drivers")),
        "source": Namespace("source", "priors/sources/", sources),
        "panel": Namespace("panel", "panels", draft.names("question", "panels")),
        "class": Namespace("reference class", "classes", draft.names("base_rates", "classes")),
        "covariate": Namespace(
            "covariate", "covariates", draft.names("base_rates", "covariates", absent=set())
        ),
        "coding": Namespace("coding", "codings", draft.names("history", "codings")),
        "indicator": Namespace(
            "indicator", "priors/indicators.yaml", draft.names("indicators", "indicators")
        ),
        "shock": Namespace("shock", SHOCKS, shocks, exists=not absent),
        # Without seeds.yaml, a seed is whatever the experts answer.
        "seed": Namespace("seed", SEEDS, draft.names("seeds", "seeds")),
        "scenario": Namespace("scenario", "scenarios/", draft.stems("scenario", "scenarios/")),
    }


def unknown(space: Namespace, name: str) -> str | None:
    """What to say of a name that its namespace does not hold; None if it does, or cannot be known."""
    if space.names is None or name in space.names:
        return None
    if not space.exists:
        return f"unknown {space.noun} '{name}'; there is no {space.home} that could define it"
    meant = did_you_mean(name, sorted(space.names))
    hint = f". Did you mean '{meant}'?" if meant else f"; {space.home} has {choices(sorted(space.names))}"
    return f"unknown {space.noun} '{name}'{hint}"


def select(node: Any, pattern: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """(path, value) of everything a pattern of `REFERENCES` points at."""
    if not pattern:
        yield path, node
        return
    step, rest = pattern[0], pattern[1:]
    if step == "[]":
        items = [((*path, i), v) for i, v in enumerate(node)] if isinstance(node, list) else [(path, node)]
        for where, item in items:
            yield from select(item, rest, where)
    elif isinstance(node, dict):
        if step == "keys":
            yield from (((*path, key), key) for key in node)
        else:
            for key in node if step == "*" else [step] if step in node else []:
                yield from select(node[key], rest, (*path, key))
