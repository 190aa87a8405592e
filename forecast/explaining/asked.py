"""Pieces of the question itself: dates, outcomes and how they resolve, the index, settings of the model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.explaining.basis import QUESTION, Item, piece, span, weighed
from forecast.inputs.lexicons import FOLDER as OWN_LEXICONS
from forecast.inputs.second_coding import FILE as SECOND
from forecast.inputs.workspace import Workspace
from forecast.model.affine import LOG_GAIN

#: Settings of the model in words, by key.
SETTINGS = {
    "rho": "overlap of views within a cluster",
    "rho_reported": "overlap of views that one text reports",
    "infer_weight": "weight of what is inferred, beside what a text says",
    "shared_bias_sd": "sd of the bias shared by all codings of outcomes, in log odds",
}


def question(workspace: Workspace) -> Iterator[Item]:
    """From when, to when, and from which state."""
    asked = workspace.question
    for key, words in (
        ("as_of", "what is known is taken as of"),
        ("horizon", "the forecast runs to"),
        ("initial_state", "the pair starts in"),
    ):
        value = str(getattr(asked, key))
        claim = value if key == "initial_state" else None
        yield piece(workspace, QUESTION, key, f"{words} {value}", claim=claim)


def resolution(workspace: Workspace, outcome: str) -> Iterator[Item]:
    """What an outcome means, and each condition it would be resolved by."""
    one, at = workspace.question.outcomes[outcome], f"outcomes.{outcome}"  # type: ignore[index]
    yield piece(workspace, QUESTION, f"{at}.definition", f"{one.title}: {one.definition}")
    for i, condition in enumerate(one.resolution):
        yield piece(workspace, QUESTION, f"{at}.resolution[{i}]", condition)


def index(workspace: Workspace) -> Iterator[Item]:
    """The alignment index: what each driver counts in it, then the threshold where no source draws a line."""
    stated = workspace.question.alignment_index
    for driver, share in stated.weights.items():
        name = workspace.drivers.drivers[driver].name
        at = f"alignment_index.weights.{driver}"
        yield weighed(piece(workspace, QUESTION, at, f"{name}: {share:+g}", claim=share), share)
    yield threshold(workspace)


def threshold(workspace: Workspace) -> Item:
    """The question's own line of a broad alliance, which is heard where no source draws one."""
    line = workspace.question.alignment_index.threshold
    told = f"threshold of the question, heard where no source draws a line: {line.p50:g}"
    return piece(workspace, QUESTION, "alignment_index.threshold.p50", told, claim=line.p50)


def gain(workspace: Workspace) -> Iterator[Item]:
    """What a code point is worth in log hazard: as the question states it, else the program's own range."""
    stated = workspace.question.model.gain
    if stated is not None:
        told = f"a code point in log hazard: {span(stated)}"
        yield piece(workspace, QUESTION, "model.gain.p50", told, claim=stated.p50)
        return
    mean, sd = LOG_GAIN
    middle, low, high = (float(np.exp(mean + z * sd)) for z in (0, -1.645, 1.645))
    told = (
        f"a code point in log hazard: {middle:.2g} ({low:.2g} to {high:.2g}), the program's own range,"
        " since the question states no model.gain"
    )
    yield piece(workspace, QUESTION, "model.gain", told)


def settings(workspace: Workspace) -> Iterator[Item]:
    """How judgments that depend on each other, or are inferred, are counted; how much kinds are widened."""
    model = workspace.question.model
    for key, words in SETTINGS.items():
        value = getattr(model, key)
        stands = (QUESTION, f"model.{key}") in workspace.lines
        usual = "" if stands else ", the program's own"
        told = f"{words}: {value:g}{usual}"
        yield piece(workspace, QUESTION, f"model.{key}", told, claim=value)
    for kind, factor in workspace.question.widening.items():
        told = f"sd of all that is coded from kind {kind.replace('_', ' ')}: times {factor:g}"
        yield piece(workspace, QUESTION, f"widening.{kind}", told, claim=factor)


def lexicon(workspace: Workspace) -> Iterator[Item]:
    """The scale of words that probabilities are worded by."""
    name = workspace.question.lexicon
    yield piece(workspace, QUESTION, "lexicon", f"words of probability after {name}", claim=name)
    if (own := workspace.lexicons.get(name)) is not None:
        told = "; ".join(f"{term.words[0]}, {term.span}" for term in own.terms)
        file = f"{OWN_LEXICONS}/{name}.yaml"
        yield piece(workspace, file, "title", f"{own.title}: {told}", claim=own.title, locator=own.source)


def coding(workspace: Workspace) -> Iterator[Item]:
    """The cells that a second reader coded."""
    if workspace.second_coding:
        told = (
            f"{len(workspace.second_coding)} cells coded again by a reader who had not seen the first coding"
        )
        yield Item(told, f"{SECOND}:1")


def panel(workspace: Workspace, name: str) -> Iterator[Item]:
    """Who belongs to a panel that the question names."""
    if name in workspace.question.panels:
        count = len(workspace.question.panels[name])
        yield piece(workspace, QUESTION, f"panels.{name}", f"panel {name}: {count} sources")
