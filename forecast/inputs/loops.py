"""Loops in a web of signed influences: which members drive one another, and which loop does so most."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: (who pulls, who is pulled) -> strength in points; 0 is no influence.
Strengths = Mapping[tuple[str, str], float]

#: Steps of a search for loops, shortest first; the 31 influences of a full codebook take a few thousand.
MOST_STEPS = 200_000


@dataclass(frozen=True)
class Loop:
    """Members that drive one another in a circle, each the next, with the strength of each step."""

    members: tuple[str, ...]
    strengths: tuple[float, ...]

    @property
    def product(self) -> float:
        """The product of the strengths: above 0 the loop reinforces itself, below it counteracts itself."""
        return math.prod(self.strengths)

    @property
    def pull(self) -> float:
        """How soon the loop alone is unstable, as 1 / (the unit at which it is), half-lives being alike.

        With x' = theta (u S - 1) x the eigenvalues of a loop of n steps are theta (u mu - 1), mu the n-th
        roots of the product: the largest real part is |product|^(1/n), times cos(pi / n) where the product
        is negative.
        """
        n = len(self.members)
        size: float = abs(self.product) ** (1 / n)
        return size if self.product > 0 else size * math.cos(math.pi / n)

    def __str__(self) -> str:
        return " -> ".join([*self.members, self.members[0]])


def components(strengths: Strengths) -> list[tuple[str, ...]]:
    """The sets, of two or more, whose members all reach one another; alone, the rest cannot be unstable.

    >>> components({("a", "b"): 1, ("b", "a"): -2, ("b", "c"): 3})
    [('a', 'b')]
    """
    links = _links(strengths)
    reach = {name: _reached(name, links) for name in links}
    sets = [tuple(b for b in links if b in reach[a] and a in reach[b]) for a in links]
    return [members for members in dict.fromkeys(sets) if len(members) > 1]


def strongest_loop(strengths: Strengths, members: Sequence[str]) -> Loop:
    """The loop among ``members``, which all reach one another, that alone would be unstable first.

    Loops are enumerated from the shortest; of so dense a web that there are more than can be, the strongest
    of those looked at.
    """
    inside = {(a, b): s for (a, b), s in strengths.items() if a in members and b in members}
    found = (
        Loop(loop, tuple(inside[step] for step in zip(loop, [*loop[1:], loop[0]], strict=True)))
        for loop in _loops(_links(inside))
    )
    return max(found, key=lambda loop: loop.pull)


def _links(strengths: Strengths) -> dict[str, list[str]]:
    links: dict[str, list[str]] = {name: [] for pair in strengths for name in pair}
    for (a, b), strength in strengths.items():
        if strength and a != b:
            links[a].append(b)
    return links


def _reached(start: str, links: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        new = [name for name in links[pending.pop()] if name not in found]
        found.update(new)
        pending += new
    return found


def _loops(links: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Every simple loop once, from its first member in the order of ``links``; the shortest come first."""
    order = {name: i for i, name in enumerate(links)}
    paths: list[tuple[str, ...]] = [(name,) for name in links]
    steps = 0
    while paths:
        longer = []
        for path in paths:
            for name in links[path[-1]]:
                steps += 1
                if name == path[0]:
                    yield path
                elif order[name] > order[path[0]] and name not in path:
                    longer.append((*path, name))
            if steps > MOST_STEPS:
                return
        paths = longer
