"""Kinds of numbers in a report: by a pattern of pointers, what each is, how it is come by, what it rests on.

``*`` stands for any part of a pointer, ``DOC`` for ``main``, ``panels/*`` and ``spotlight/*``. Words in
braces are filled in from what stands around the number (`pointers.around`) and from the fit; in ``basis``
they are ids, and a key that cannot be filled in, or has no basis, is left out. ``@`` marks a basis that
belongs to a fit: that of a panel other than the one reported on has one of its own; ``@main`` one that is
shown for the panel reported on alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DOC = (("main",), ("panels", "*"), ("spotlight", "*"))


@dataclass(frozen=True)
class Kind:
    """One kind: what its pointers begin with, its title, how it is computed, the keys of its bases."""

    pattern: tuple[str, ...]
    title: str
    how: str
    basis: tuple[str, ...]


def kind(pattern: str, title: str, how: str, *basis: str) -> Kind:
    """A kind from a pattern as text."""
    return Kind(tuple(pattern.split("/")), title, how, basis)


@dataclass(frozen=True)
class Kinds:
    """Kinds by their patterns, spelled out."""

    patterns: tuple[tuple[tuple[str, ...], Kind], ...]

    @classmethod
    def of(cls, kinds: Iterable[Kind]) -> Kinds:
        """Some kinds; where two cover as much of a pointer, the first has it."""
        spelled = ((pattern, one) for one in kinds for pattern in _spelled(one.pattern))
        return cls(tuple(sorted(spelled, key=lambda pair: -len(pair[0]))))

    def covering(self, parts: list[str]) -> tuple[Kind, list[str]] | None:
        """The kind whose pattern covers most of a pointer, and the parts that it covers, if any does."""
        for pattern, one in self.patterns:
            if len(pattern) <= len(parts) and all(
                p in ("*", c) for p, c in zip(pattern, parts, strict=False)
            ):
                return one, parts[: len(pattern)]
        return None


def _spelled(pattern: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [(*head, *pattern[1:]) for head in DOC] if pattern[0] == "DOC" else [pattern]
