"""Circles among things that name one another: sources that report, scenarios that include."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def rings(links: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Chains that lead back to where they began, one for each set of members, in the order of the keys.

    What names itself makes no ring, and a name that is no key leads nowhere.

    >>> rings({"a": ["b"], "b": ["c", "a"], "c": ["c"]})
    [['a', 'b']]
    """
    found: dict[frozenset[str], list[str]] = {}
    for start in links:
        ring = _ring(start, links)
        if ring:
            found.setdefault(frozenset(ring), ring)
    return list(found.values())


def around(ring: Sequence[str]) -> str:
    """A ring in words: ``a -> b -> a``."""
    return " -> ".join([*ring, ring[0]])


def _ring(start: str, links: Mapping[str, Sequence[str]]) -> list[str] | None:
    pending = [[start]]
    seen = {start}
    while pending:
        chain = pending.pop()
        for name in links.get(chain[-1], ()):
            if name == start and len(chain) > 1:
                return chain
            if name not in seen:
                seen.add(name)
                pending.append([*chain, name])
    return None
