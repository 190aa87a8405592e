"""Answers for sets of edits: the value that is divided among them.

The value of a set is the answer for the old version with these edits alone done, from the old one's exact
draws reweighted. Equal sets are answered once; a few sets that reweighting cannot answer for are fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from forecast.calendar import Floats
from forecast.difference.groups import Between, Group
from forecast.difference.hybrid import InvalidError
from forecast.errors import UsageError
from forecast.reweighting.engine import Engine, Point, engine
from forecast.reweighting.pareto import K_LIMIT
from forecast.simulation.quantities import STATS
from forecast.workers.pool import workers
from forecast.workers.task import spread

#: Positions of edits that are done.
Done = frozenset[int]
#: Sets a worker is given at a time, and the most for which other processes are not worth their start.
CHUNK, ALONE = 4, 24
MEAN, MCSE = STATS.index("mean"), STATS.index("mcse")


@dataclass(frozen=True)
class Answer:
    """The answer for a set of edits: ``means`` (T, Q), None if there is none; and what its weights are worth.

    ``fitted``: the set was fitted rather than reweighted.
    """

    means: Floats | None
    k_hat: float = -np.inf
    ess: float = np.inf
    fitted: bool = False

    @property
    def trusted(self) -> bool:
        """Whether it can be used as it is."""
        return self.k_hat <= K_LIMIT


@dataclass(frozen=True)
class Game:
    """What it takes to answer for any set of edits; the context of workers."""

    engine: Engine
    versions: Between

    def answer(self, done: Done) -> Answer:
        """The reweighted answer; none where files would be refused, or it cannot be computed."""
        if not self.versions.holds(done):
            return Answer(None)
        try:
            return _of(self.engine.under(self.versions.version(done)))
        # What a version between two may run into is not known beforehand: it is then not one to ask about.
        except (UsageError, InvalidError, ValueError, ArithmeticError, LookupError):
            return Answer(None)

    def fit(self, done: Done) -> Answer:
        """The answer of a fit of its own."""
        version = self.versions.version(done)
        own = engine(version, self.engine.request, remembers=False)
        return replace(_of(own.under(version)), fitted=True)


def _of(point: Point) -> Answer:
    means = point.values[0, :, :, MEAN]
    return Answer(means, point.k_hat, point.ess) if np.isfinite(means).all() else Answer(None)


@dataclass
class Answers:
    """Answers so far, by set of edits, and how further ones are come by."""

    game: Game
    jobs: int
    scheduler: str | None = None
    say: Callable[[str], None] = lambda _: None
    known: dict[Done, Answer] = field(default_factory=dict)

    def means(self, done: Done) -> Floats:
        """The means (T, Q) of a set that was answered for."""
        found = self.known[done].means
        assert found is not None, sorted(done)
        return found

    def ask(self, wanted: Sequence[Done]) -> Done | None:
        """Answer for sets; the first for which there is no answer, None where all have one."""
        new = [done for done in dict.fromkeys(wanted) if done not in self.known]
        many = len(new) > ALONE
        if many:
            self.say(f"{len(new)} versions between the two are answered for")
        chunks = [[tuple(sorted(new[i])) for i in part] for part in spread(len(new), size=CHUNK)]
        with workers(
            self.game, jobs=self.jobs if many else 1, scheduler=self.scheduler if many else None
        ) as pool:
            for index, found in pool.completed(answer, chunks):
                assert isinstance(found, list)
                self.known.update(zip(map(frozenset, chunks[index]), found, strict=True))
        return next((done for done in wanted if self.known[done].means is None), None)

    def refit(self, wanted: Sequence[Done], *, most: int) -> None:
        """Fit the sets whose weights cannot be trusted, unless there are more than ``most``."""
        rough = [done for done in wanted if not self.known[done].trusted]
        if not 0 < len(rough) <= most:
            return
        for count, done in enumerate(rough, 1):
            self.say(f"reweighting cannot be trusted for {len(rough)} versions between: fit {count}")
            self.known[done] = self.game.fit(done)


def answer(game: Game, chunk: Sequence[Group]) -> list[Answer]:
    """A worker's task: answers for some sets of edits."""
    return [game.answer(frozenset(done)) for done in chunk]
