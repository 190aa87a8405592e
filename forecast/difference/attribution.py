"""What each edit does to each probability: Shapley values of reweighted answers, summing to the difference.

A group's part is its Shapley value (`forecast.sensitivity.shapley`) in the game whose value of a set is the
answer with these edits alone done (`forecast.difference.game`). With both versions fitted the difference of
their exact answers is the total, and what is left of it is a line of its own,

    after - before = sum_g phi_g + remainder,

the errors of two fits and of reweighting; it is held against twice sqrt(mcse_old^2 + mcse_new^2). Where the
day, the horizon or the present state is edited, draws of the old version say nothing of the new: both are
fitted, and the remainder is the part of these edits, after all others.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from forecast.calendar import Floats
from forecast.difference.edits import Edit, edits
from forecast.difference.game import MCSE, MEAN, Answer, Answers, Done, Game
from forecast.difference.groups import Group, between, grouped, joined
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.request import Request, check_request
from forecast.reweighting.engine import Engine, engine
from forecast.sensitivity.shapley import Orders, coalitions, from_values, met, orders

#: Groups up to which every set is answered; above, orders of doing them are sampled. 2^10 sets take two
#: to five minutes; of more than 2^16 the answers would take a night.
EXACT, MOST_EXACT = 10, 16
#: Orders sampled, half of them the others backwards.
ORDERS = 64
#: Sets that reweighting cannot answer for and that are fitted; of more it is said.
MOST_FITS = 8
#: Groups from which those that do nothing are looked for first.
PROBED = 4
#: Differences of means that are those of the order of summing.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Part:
    """What a group of edits does: ``change`` (T, Q) of the probabilities, with ``se`` (0 where exact).

    ``reweighted`` is False of edits whose part is what remains of the total.
    """

    edits: tuple[Edit, ...]
    change: Floats
    se: Floats
    reweighted: bool = True


@dataclass(frozen=True)
class Difference:
    """Two versions' probabilities (T, Q) by date and quantity (as in QUANTITIES), and why they differ.

    ``parts`` in the order of the files; ``idle``: edits that move nothing by their kind. ``remainder`` (T, Q)
    is what is not attributed; None where there is none, a part takes it, or ``after`` is reweighted itself
    (``quick``).
    ``error`` (T, Q): the standard error of ``after - before``, NaN if quick. ``exact``: whether every set of
    groups was answered. Of ``answered`` sets ``fitted`` were fitted, and ``untrusted`` rest on weights that
    cannot be trusted; ``k_hat`` and ``ess``: the worst of the weights used.
    """

    panel_id: str
    as_of: dt.date
    start_state: str
    dates: tuple[dt.date, ...]
    before: Floats
    after: Floats
    error: Floats
    parts: tuple[Part, ...]
    remainder: Floats | None
    idle: tuple[Edit, ...]
    quick: bool
    exact: bool
    answered: int
    fitted: int
    untrusted: int
    k_hat: float
    ess: float
    seconds: float

    @property
    def total(self) -> Floats:
        """The change (T, Q) that parts and remainder sum to."""
        return self.after - self.before

    @property
    def odd(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Where (T, Q) more is left over than two standard errors of the total."""
        if self.remainder is None:
            return np.zeros(self.before.shape, dtype=np.bool_)
        return np.asarray(np.abs(self.remainder) > 2 * self.error)


def attribute(
    old: Workspace,
    new: Workspace,
    request: Request,
    *,
    quick: bool = False,
    scheduler: str | None = None,
    exact_up_to: int = EXACT,
    permutations: int = ORDERS,
    say: Callable[[str], None] = lambda _: None,
) -> Difference | None:
    """The difference between two versions of a workspace, attributed to edits; None where nothing can move.

    Parameters
    ----------
    quick
        Fit the old version alone; the new one's numbers are reweighted then, and nothing remains.
    exact_up_to, permutations
        Up to how many groups every set is answered, and how many orders are sampled above.
    say
        Told what takes long.

    Raises
    ------
    UsageError
        For a request that one of the versions cannot meet, versions without a date in common, or with
        ``quick`` edits that draws cannot be reweighted for.
    """
    began = time.monotonic()
    if not 0 <= exact_up_to <= MOST_EXACT:
        raise UsageError(f"--exact-to takes a number from 0 to {MOST_EXACT} (found {exact_up_to})")
    _check(old, new, request)
    told = edits(old, new)
    versions = between(old, new, told)
    if not versions.edits:
        return None
    before = engine(old, request)
    answers = Answers(Game(before, versions), request.jobs, scheduler, say)
    after = None if quick else engine(new, request)
    dates = tuple(date for date in before.dates if after is None or date in after.dates)
    if not dates:
        raise UsageError("the two versions answer for no date in common; name one of both with --by DATE")
    played = _play(answers, after, _Sampling(exact_up_to, permutations, request.seed))
    if played.rest and quick:
        which = "; ".join(versions.edits[i].sentence for i in played.rest)
        raise UsageError(
            f"--quick cannot reweight draws for this; leave it out, and both are fitted: {which}"
        )
    start, start_error = _own(before, old, dates)
    rows = [before.dates.index(date) for date in dates]
    parts = [
        Part(tuple(versions.edits[i] for i in group), change[rows], se[rows])
        for group, (change, se) in sorted(played.parts.items())
    ]
    explained = sum((part.change for part in parts), np.zeros_like(start))
    end, end_error = _own(after, new, dates) if after else (start + explained, np.full_like(start, np.nan))
    remainder = end - start - explained
    if played.rest:
        last = tuple(versions.edits[i] for i in played.rest)
        parts.append(Part(last, remainder, np.zeros_like(start), reweighted=False))
    used = list(answers.known.values())
    return Difference(
        panel_id=before.reference.panel_id,
        as_of=before.exact.as_of,
        start_state=before.exact.start_state,
        dates=dates,
        before=start,
        after=end,
        error=np.hypot(start_error, end_error),
        parts=tuple(parts),
        remainder=None if quick or played.rest or np.abs(remainder).max() < ROUNDING else remainder,
        idle=tuple(edit for edit in told if edit not in versions.edits),
        quick=quick,
        exact=played.exact,
        answered=len(used),
        fitted=sum(one.fitted for one in used),
        untrusted=sum(not one.trusted for one in used),
        k_hat=max((one.k_hat for one in used), default=-np.inf),
        ess=min((one.ess for one in used), default=np.inf),
        seconds=time.monotonic() - began,
    )


@dataclass(frozen=True)
class _Sampling:
    exact_up_to: int
    permutations: int
    seed: int

    def orders(self, count: int) -> Orders | None:
        """Orders to sample; None where every set is answered for."""
        if count <= self.exact_up_to:
            return None
        return orders(count, permutations=self.permutations, rng=np.random.default_rng([self.seed, 5]))


@dataclass(frozen=True)
class _Played:
    """Change and standard error (T, Q) of each group, and edits that draws cannot be reweighted for."""

    parts: dict[Group, tuple[Floats, Floats]]
    rest: Group
    exact: bool


def _check(old: Workspace, new: Workspace, request: Request) -> None:
    for side, workspace in (("OLD", old), ("NEW", new)):
        try:
            check_request(workspace, request)
        except UsageError as error:
            raise UsageError(f"{side}: {error}") from None


def _own(exact: Engine, workspace: Workspace, dates: Sequence[dt.date]) -> tuple[Floats, Floats]:
    """Exact means and their Monte Carlo errors (T, Q) at some dates."""
    values = exact.under(workspace).values[0, [exact.dates.index(date) for date in dates]]
    return values[..., MEAN], values[..., MCSE]


def _play(answers: Answers, after: Engine | None, sampling: _Sampling) -> _Played:
    """Shapley values of the groups; groups are joined until every set that is asked for has an answer."""
    versions = answers.game.versions
    groups = grouped(versions)
    while True:
        rest = _union([g for g in groups if any(versions.edits[i].frame for i in g)])
        free = [group for group in groups if not rest.issuperset(group)]
        if not free:
            return _Played({}, tuple(sorted(rest)), exact=True)
        whole = _union(free)
        refused = answers.ask([frozenset(), whole])
        if refused and versions.holds(whole):
            return _Played({}, tuple(range(len(versions.edits))), exact=True)
        if not refused:
            settled = _settled(answers, free, after if not rest else None, sampling)
            if isinstance(settled, _Played):
                return replace(settled, rest=tuple(sorted(rest)))
            refused = settled
        if versions.holds(refused):  # files would be accepted: it is the numbers that fail
            versions.failed.add(refused)
        groups = joined(versions, groups, refused)


def _settled(
    answers: Answers, free: Sequence[Group], after: Engine | None, sampling: _Sampling
) -> _Played | Done:
    """The groups' values, or a set without an answer."""
    whole = _union(free)
    players = list(free)
    if len(free) >= PROBED:
        probes = [frozenset(group) for group in free]
        refused = answers.ask([*probes, *(whole - one for one in probes)])
        if refused:
            return refused
        players = [group for group in free if not _idle(answers, frozenset(group), whole)]
    still = np.zeros_like(answers.means(whole))
    parts = dict.fromkeys(free, (still, still))
    if not players:
        return _Played(parts, (), exact=True)
    drawn = sampling.orders(len(players))
    sets = coalitions(len(players)) if drawn is None else met(drawn)
    asked = {one: _union([players[i] for i in one]) for one in sets}
    if refused := answers.ask(list(asked.values())):
        return refused
    everyone = _union(players)
    # Of one edit all of the change is its own, and both ends are fitted.
    if after is not None and (len(players) == 1 or not answers.known[everyone].trusted):
        exact = after.under(after.workspace).values[0, :, :, MEAN]
        answers.known[everyone] = Answer(exact, fitted=True)
    answers.refit(list(asked.values()), most=MOST_FITS if after is not None else 0)
    values = {one: answers.means(done).ravel() for one, done in asked.items()}
    found = from_values(values, orders=drawn)
    for i, group in enumerate(players):
        parts[group] = found.parts[i].reshape(still.shape), found.se[i].reshape(still.shape)
    return _Played(parts, (), exact=found.exact)


def _idle(answers: Answers, group: Done, whole: Done) -> bool:
    """Whether a group does nothing, neither first nor last: then it is taken to do nothing in between."""
    pairs = ((group, frozenset[int]()), (whole, whole - group))
    return all(
        np.allclose(answers.means(with_it), answers.means(without), rtol=0, atol=ROUNDING)
        for with_it, without in pairs
    )


def _union(groups: Sequence[Group]) -> Done:
    return frozenset(i for group in groups for i in group)
