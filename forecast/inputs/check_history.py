"""Checks of the pair's own record against the calendar and the question."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from forecast.errors import Problem
from forecast.inputs.draft import Document, Draft
from forecast.inputs.records import Episode, History, Question


def check_history(draft: Draft) -> Iterator[Problem]:
    """Spells in order and apart, and the one open on as_of the state the question starts from."""
    if (pair := draft.one(History)) is None:
        return
    doc, history = pair
    for name, episodes in history.codings.items():
        yield from _check_order(doc, f"codings.{name}", episodes)
    asked = draft.one(Question)
    if asked is None or history.use not in history.codings:
        return
    as_of, initial = asked[1].as_of, asked[1].initial_state
    at = f"codings.{history.use}"
    started = [i for i, episode in enumerate(history.episodes) if episode.start <= as_of]
    current = history.episodes[started[-1]] if started else None
    if current is None or (current.end is not None and current.end <= as_of):
        yield doc.problem(at, f"no episode covers as_of = {as_of}; the last one has no end while it lasts")
        return
    if current.state != initial:
        message = (
            f"the state on {as_of} is {current.state}, but priors/question.yaml has initial_state: {initial}"
        )
        yield doc.problem(f"{at}[{started[-1]}].state", message)
    if not current.start.year <= history.record_start <= as_of.year:
        message = (
            f"{history.record_start} is outside the current spell ({current.start.year} to {as_of.year})"
        )
        yield doc.problem("record_start", message)


def _check_order(doc: Document, at: str, episodes: list[Episode]) -> Iterator[Problem]:
    if not episodes:
        yield doc.problem(at, "has no episode")
    for index, episode in enumerate(episodes):
        if episode.end is not None and episode.end <= episode.start:
            yield doc.problem(f"{at}[{index}].end", f"{episode.end} is not after start = {episode.start}")
    for index, (earlier, later) in enumerate(pairwise(episodes)):
        if later.start <= earlier.start:
            message = f"{later.start} is not after the start of the episode before it, {earlier.start}"
        elif earlier.end is None:
            message = "another episode follows; this one needs an end"
            yield doc.problem(f"{at}[{index}]", message)
            continue
        elif later.start < earlier.end:
            message = f"{later.start} overlaps the episode before it, which ends {earlier.end}"
        else:
            continue
        yield doc.problem(f"{at}[{index + 1}].start", message)
