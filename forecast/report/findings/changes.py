"""What changed since an earlier report, and why.

    now - then = (same inputs answered by today's program - then) + sum over edits + not attributed

The first part is there where program, draws, seed or request differ; the parts of edits and what is left of
them are those of `forecast.difference`. Differences are held against sampling error,

    |now - then| > 2 sqrt(mcse_then^2 + mcse_now^2),

which is more than enough where both use the same seed and so share much of their noise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot
from typing import Any

from forecast import cache
from forecast.document import dotted
from forecast.lexicon import words
from forecast.report.numbers import FLOOR, day, listed
from forecast.report.signing.because import Because
from forecast.report.signing.earlier import Earlier, Said
from forecast.report.signing.inputs import Inputs, moved
from forecast.report.view import View, plain
from forecast.request import Request

OUTCOMES = ("alliance", "partnership", "split", "alliance_broad")
#: Edits that are told one by one; of more, the sum.
SHOWN = 12
#: Characters of a hash that tell two programs apart.
SHORT = 12
#: Sentences of edits that only make sense together; of more, how many.
TOGETHER = 3
#: What the inputs of then give today, by quantity and date.
_Again = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Moved:
    """A headline then and now; ``then`` and what follows from it are None where it was not given.

    ``beyond``: whether the difference exceeds two standard errors of sampling.
    """

    outcome: str
    quantity: str
    date: dt.date
    then: float | None
    now: float
    difference: float | None
    beyond: bool | None
    words_then: str | None
    words_now: str


@dataclass(frozen=True)
class Part:
    """What an edit, or ``edits`` that go together, add to each outcome, and where the first stands."""

    sentence: str
    file: str
    line: int
    edits: int
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Attributed:
    """The differences at a date, by outcome, as a sum: of parts, and of what is no edit of the inputs.

    ``parts`` (largest first) stand one by one; ``rest`` is the sum of ``others`` further edits.
    ``restated``: what today's program makes of the inputs of then, less what was said then. ``left``: what
    is not attributed.

    ``reweighted``: parts come from reweighted draws; ``sampled``: from a sample of the orders of edits;
    ``remainder``: the part of edits that draws cannot be reweighted for is what the others leave. ``rough``:
    more is left than sampling error explains, or weights cannot be trusted.
    """

    date: dt.date
    parts: tuple[Part, ...]
    others: int
    rest: Mapping[str, float]
    restated: Mapping[str, float]
    left: Mapping[str, float]
    total: Mapping[str, float]
    reweighted: bool
    sampled: bool
    remainder: bool
    rough: bool


@dataclass(frozen=True)
class Setting:
    """Something other than the input files that differs: in words, then and now."""

    name: str
    then: str
    now: str


@dataclass(frozen=True)
class Changes:
    """A report against an earlier one. ``files``: input files that differ, and how; None if not known.

    ``idle``: edits that move no probability, in sentences. ``refused``: why edits could not be told apart.
    """

    kind: str
    label: str
    as_of: dt.date | None
    status: str | None
    same_inputs: bool
    rows: tuple[Moved, ...]
    settings: tuple[Setting, ...]
    files: Mapping[str, str] | None
    attributed: Attributed | None
    idle: tuple[str, ...]
    refused: str

    @property
    def nothing(self) -> bool:
        """Whether inputs, settings and numbers are all the same."""
        still = all(row.then is not None and row.now == row.then for row in self.rows)
        return self.same_inputs and still and not self.settings


def changes(view: View, earlier: Earlier, why: Because, *, inputs: Inputs, request: Request) -> Changes:
    """What changed in the headlines of a report since an earlier one, and what it comes from.

    ``why``: what `because` found of both. Where no report is at hand, only its inputs, ``then`` is what these
    give today. ``inputs`` and ``request``: the report's own.
    """
    document = why.document or {}
    again = {(row["quantity"], row["date"]): row for row in document.get("probabilities", ())}
    rows = tuple(
        _moved(view, outcome, date, earlier, again, answered=not why.refused)
        for outcome in OUTCOMES
        for date in view.headline_dates
    )
    return Changes(
        kind=earlier.kind,
        label=earlier.label,
        as_of=earlier.said.as_of if earlier.said else None,
        status=earlier.said.status if earlier.said else None,
        same_inputs=earlier.inputs_sha256 == inputs.sha256,
        rows=rows,
        settings=tuple(_settings(view, earlier.said, request)) if earlier.said else (),
        files=None if earlier.hashes is None else moved(earlier.hashes, inputs.hashes),
        attributed=None if why.refused else _attributed(rows, document, again),
        idle=tuple(edit["sentence"] for edit in document.get("moves_nothing", ())),
        refused=why.refused,
    )


def _moved(
    view: View, outcome: str, date: dt.date, earlier: Earlier, again: _Again, *, answered: bool
) -> Moved:
    """A headline then and now. ``again``: what the inputs of then give today, where edits move anything."""
    quantity, now = dotted(view.quantity(outcome), outcome), view.headline(outcome, date)
    then, error = None, 0.0
    if earlier.said:
        said = earlier.said.by_name.get((quantity, date))
        then, error = (said.mean, hypot(said.mcse, now.mcse)) if said else (None, 0.0)
    elif found := again.get((quantity, date.isoformat())):
        then, error = found["before"], found["mcse"]
    elif answered and not again:
        then = now.mean
    lexicon = view.workspace.lexicon
    return Moved(
        outcome=outcome,
        quantity=quantity,
        date=date,
        then=then,
        now=now.mean,
        difference=None if then is None else now.mean - then,
        beyond=None if then is None else abs(now.mean - then) > 2 * error,
        words_then=None if then is None else words(lexicon, then),
        words_now=words(lexicon, now.mean),
    )


def _settings(view: View, said: Said, request: Request) -> Iterable[Setting]:
    """What differs beside the input files."""
    fit = view.fit
    then, now = set(said.panel), set(fit.panel.members)
    pairs: list[tuple[str, object, object]] = [
        ("Day forecast from", day(said.as_of), day(fit.as_of)),
        ("State on that day", view.outcome_name(said.start_state), view.outcome_name(fit.start_state)),
        ("Horizon", day(max(one.date for one in said.numbers)), day(view.far)),
        ("Panel", plain(said.panel_id), plain(fit.panel.id)),
        ("Heard in one of the two only", _names(view, then - now), _names(view, now - then)),
        ("Seed", said.seed, fit.seed),
        ("Draws asked for", said.draws if said.draws is not None else request.draws, request.draws),
        ("Checks of the estimation", _checks(said.converged), _checks(view.converged)),
    ]
    versions = cache.versions()
    pairs += [
        (f"Version of {name}", said.versions.get(name, "none"), versions.get(name, "none"))
        for name in sorted({*said.versions, *versions})
    ]
    if said.program is not None and dict(said.versions) == versions:
        pairs.append(("Code of the program", said.program[:SHORT], cache.program()[:SHORT]))
    return [Setting(name, str(one), str(other)) for name, one, other in pairs if one != other]


def _checks(passed: bool) -> str:
    return "passed" if passed else "not passed"


def _names(view: View, sources: Iterable[str]) -> str:
    return listed([view.source_names.get(one, one) for one in sorted(sources)]) or "none"


def _attributed(rows: Iterable[Moved], document: Mapping[str, Any], again: _Again) -> Attributed | None:
    """The differences at the last date that both answer for; None where there is no difference there."""
    known = [row for row in rows if row.then is not None]
    if not known:
        return None
    date = max(row.date for row in known)
    last = {row.outcome: row for row in known if row.date == date}
    names = {outcome: (row.quantity, date.isoformat()) for outcome, row in last.items()}
    told = [part for part in document.get("parts", ()) if set(names.values()) <= set(again)]
    total = {outcome: row.now - (row.then or 0.0) for outcome, row in last.items()}
    # Where no edit moves anything, the inputs of then give today what those of now do.
    today = {o: again[names[o]]["before"] if names[o] in again else row.now for o, row in last.items()}
    restated = {outcome: today[outcome] - (row.then or 0.0) for outcome, row in last.items()}
    parts = sorted((_part(one, names) for one in told), key=lambda one: -_size(one.shares))
    if not parts and _size(total) == 0:
        return None
    shown = [one for one in parts[:SHOWN] if _size(one.shares) >= FLOOR]
    hidden = parts[len(shown) :]
    summed = _sum(parts, names)
    how = document.get("attribution", {})
    return Attributed(
        date=date,
        parts=tuple(shown),
        others=sum(one.edits for one in hidden),
        rest=_sum(hidden, names),
        restated=restated,
        left={o: total[o] - restated[o] - summed[o] for o in names},
        total=total,
        reweighted=any(one["reweighted"] for one in told),
        sampled=bool(told) and not how["every_set"],
        remainder=any(not one["reweighted"] for one in told),
        rough=bool(told)
        and (how["untrusted"] > 0 or any(again[name]["beyond_error"] for name in names.values())),
    )


def _part(told: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> Part:
    by = {(one["quantity"], one["date"]): one["change"] for one in told["changes"]}
    edits = told["edits"]
    sentences = [edit["sentence"] for edit in edits]
    more = [f"and {len(edits) - TOGETHER} more"] if len(edits) > TOGETHER else []
    return Part(
        sentence="; ".join([*sentences[:TOGETHER], *more]),
        file=edits[0]["file"],
        line=edits[0]["line_new"] or edits[0]["line_old"],
        edits=len(edits),
        shares={outcome: by[name] for outcome, name in names.items()},
    )


def _size(shares: Mapping[str, float]) -> float:
    return max(map(abs, shares.values()), default=0.0)


def _sum(parts: Iterable[Part], outcomes: Iterable[str]) -> dict[str, float]:
    listed_parts = list(parts)
    return {outcome: sum(part.shares[outcome] for part in listed_parts) for outcome in outcomes}
