"""Succession: where a combination of developments goes when each follows what the others promote.

Source: Weimer-Jehle (2006), see `balance`, and the "global succession" of the ScenarioWizard 4.1 manual. How
ties are broken, and what is held, are choices of this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forecast.calendar import Floats
from forecast.consistency.balance import TOLERANCE, Combination, CrossImpacts, balance


@dataclass(frozen=True)
class Succession:
    """Where a combination leads: the ``path`` it passes, and the ``attractor``, one that stays or a cycle."""

    path: tuple[Combination, ...]
    attractor: tuple[Combination, ...]

    @property
    def settled(self) -> bool:
        """Whether it comes to rest; otherwise it goes round ``attractor`` for ever."""
        return len(self.attractor) == 1


def succession(
    matrix: CrossImpacts,
    start: Combination,
    *,
    held: frozenset[str] = frozenset(),
    rest: Combination | None = None,
) -> Succession:
    """Global succession: all descriptors move at once to the variant of the highest score, again and again.

    The ``held`` stay where they start (what a scenario imposes). Of variants that tie for the highest score a
    descriptor takes that of ``rest`` if it is one of them, else keeps its present one, else takes the first.
    Without ``rest`` every consistent combination therefore stays where it is; with it, a descriptor that
    nothing pushes any more goes back. What stays is consistent, but for the held. It ends for certain:
    combinations are finite in number and each has one successor.

    Raises
    ------
    ValueError
        ``held`` names no descriptor.
    """
    kept = {matrix.place(name)[0] for name in held}
    seen: dict[Combination, int] = {}
    now = start
    while now not in seen:
        seen[now] = len(seen)
        now = tuple(
            now[at] if at in kept else _best(scores, ((rest or now)[at], now[at]))
            for at, scores in enumerate(balance(matrix, now))
        )
    path = tuple(seen)
    return Succession(path=path[: seen[now]], attractor=path[seen[now] :])


def _best(scores: Floats, preferred: Sequence[int]) -> int:
    """The place of the highest score; of several that tie, the earliest of those ``preferred``."""
    ties = scores.max() - scores <= TOLERANCE
    return next((k for k in preferred if ties[k]), int(ties.argmax()))
