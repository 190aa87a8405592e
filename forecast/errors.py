"""Errors a user can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one place, and how to mend it.

    ``file`` is relative to the workspace, with ``/``; ``at`` is a dotted path such as
    ``outcomes.alliance.p95``.
    """

    file: str
    line: int
    at: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}  {self.at}".rstrip() + f"\n  {self.message}"


class InputError(Exception):
    """Bad input: every problem found, in one go. The command line exits 2 on it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        files = len({p.file for p in self.problems})
        count = len(self.problems)
        summary = f"{count} problem{'s' * (count != 1)} in {files} file{'s' * (files != 1)}; nothing was run."
        super().__init__("\n".join([*map(str, self.problems), summary]))


class UsageError(Exception):
    """A request that cannot be met as asked (unknown panel, date past the horizon); exit 2."""
