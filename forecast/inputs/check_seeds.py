"""Checks of seeds: who may answer them, that each has one realisation, and that answers can be scored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from forecast.errors import Problem
from forecast.inputs.draft import Document, Draft
from forecast.inputs.plain_words import did_you_mean
from forecast.inputs.records import Seed, SeedAnswer, SeedsFile, Source
from forecast.inputs.references import SEEDS

#: The one kind of source that can earn a weight by its answers.
ANSWERING = "expert"


class Answer(NamedTuple):
    """One answer to a seed, and where it stands."""

    doc: Document
    seed: str
    said: SeedAnswer

    @property
    def at(self) -> str:
        """Its dotted path."""
        return f"seeds.{self.seed}"


class Stated(NamedTuple):
    """A realisation as one file has it."""

    doc: Document
    at: str
    value: float


def check_seeds(draft: Draft) -> Iterator[Problem]:
    """Every problem of the seeds of a workspace."""
    defined = seeds_file(draft)
    yield from _check_file(draft)
    for doc, source in draft.records(Source):
        if source.seeds and source.kind != ANSWERING:
            yield doc.problem(
                "seeds",
                f"a source of kind {source.kind} carries no seeds: its numbers are the coder's reading, so "
                "that the performance scored would be the coder's; only an expert who answered in person "
                "(kind: expert) can earn a weight",
            )
    answers = answers_of(draft)
    for answer in answers:
        seed = defined.get(answer.seed, Seed(question=answer.seed))
        yield from _check_answer(answer, seed)
    for found in realisations(draft).values():
        first, *others = found
        for other in others:
            if other.value != first.value:
                yield other.doc.problem(
                    other.at,
                    f"{other.value:g} differs from {first.value:g} at {first.doc.file}:"
                    f"{first.doc.line(first.at)}; a seed has one realisation: mend either of the two",
                )
    if defined or not draft.of_kind("seeds"):
        yield from _check_known(answers, defined, set(realisations(draft)))
    yield from _check_levels(answers)


def seeds_file(draft: Draft) -> dict[str, Seed]:
    """The seeds of seeds.yaml; none where there is no such file, or it is not well formed."""
    pair = draft.one(SeedsFile)
    return dict(pair[1].seeds) if pair else {}


def answers_of(draft: Draft) -> list[Answer]:
    """The answers of experts, in order of their files."""
    return [
        Answer(doc, name, said)
        for doc, source in sorted(draft.records(Source), key=lambda pair: pair[0].stem)
        if source.kind == ANSWERING
        for name, said in source.seeds.items()
    ]


def realisations(draft: Draft) -> dict[str, list[Stated]]:
    """Every place that states a seed's realisation, seeds.yaml before the sources."""
    found: dict[str, list[Stated]] = {}
    pair = draft.one(SeedsFile)
    for name, seed in pair[1].seeds.items() if pair else ():
        if pair and seed.realisation is not None:
            found.setdefault(name, []).append(Stated(pair[0], f"seeds.{name}.realisation", seed.realisation))
    for answer in answers_of(draft):
        if answer.said.realisation is not None:
            stated = Stated(answer.doc, f"{answer.at}.realisation", answer.said.realisation)
            found.setdefault(answer.seed, []).append(stated)
    return found


def resolved(draft: Draft) -> dict[str, Seed]:
    """Every seed with its realisation, wherever it stands; those of seeds.yaml first."""
    seeds = seeds_file(draft)
    for answer in answers_of(draft):
        seeds.setdefault(answer.seed, Seed(question=answer.seed))
    known = realisations(draft)
    return {
        name: seed.model_copy(update={"realisation": known[name][0].value}) if name in known else seed
        for name, seed in seeds.items()
    }


def _check_file(draft: Draft) -> Iterator[Problem]:
    if (pair := draft.one(SeedsFile)) is None:
        return
    doc, record = pair
    for name, seed in record.seeds.items():
        low, high = seed.lower, seed.upper
        if low is not None and high is not None and not low < high:
            yield doc.problem(f"seeds.{name}.upper", f"{high:g} is not above lower = {low:g}")
        if seed.scale == "log" and high is not None and high <= 0:
            yield doc.problem(f"seeds.{name}.upper", f"{high:g} is not positive, but the scale is log")
        if seed.realisation is not None:
            fault = _fault(seed.realisation, seed)
            if fault:
                yield doc.problem(f"seeds.{name}.realisation", fault)


def _check_answer(answer: Answer, seed: Seed) -> Iterator[Problem]:
    for key, value in answer.said.quantiles.stated().items():
        fault = _fault(value, seed)
        if not fault and value in (seed.lower, seed.upper):
            fault = f"{value:g} is the seed's limit, beyond which nothing lies; state a quantile inside it"
        if fault:
            yield answer.doc.problem(f"{answer.at}.{key}", fault)
    if answer.said.realisation is not None:
        fault = _fault(answer.said.realisation, seed)
        if fault:
            yield answer.doc.problem(f"{answer.at}.realisation", fault)


def _fault(value: float, seed: Seed) -> str | None:
    if seed.scale == "log" and value <= 0:
        return f"{value:g} is not positive, but the seed's scale is log; use uniform, or another unit"
    if seed.lower is not None and value < seed.lower:
        return f"{value:g} is below the seed's lower limit {seed.lower:g}; move one of the two"
    if seed.upper is not None and value > seed.upper:
        return f"{value:g} is above the seed's upper limit {seed.upper:g}; move one of the two"
    return None


def _check_known(answers: list[Answer], defined: dict[str, Seed], known: set[str]) -> Iterator[Problem]:
    for answer in answers:
        if answer.seed in known:
            continue
        meant = None if defined else did_you_mean(answer.seed, sorted(known))
        hint = f" Did you mean '{meant}'?" if meant else ""
        message = (
            "has no realisation anywhere, so that it earns nobody anything: state it here or in "
            f"{SEEDS} once it is known.{hint}"
        )
        yield answer.doc.problem(answer.at, message, warning=True)


def _check_levels(answers: list[Answer]) -> Iterator[Problem]:
    """Performance is scored on quantiles that everybody stated for every seed."""
    first = answers[0] if answers else None
    for answer in answers[1:]:
        found, wanted = (list(one.said.quantiles.stated()) for one in (answer, first) if one)
        if first and found != wanted:
            message = (
                f"states {', '.join(found)}, but {first.doc.file}:{first.doc.line(first.at)} states "
                f"{', '.join(wanted)}; performance is scored on what all answers to seeds have in common"
            )
            yield answer.doc.problem(answer.at, message, warning=True)
