"""Who stands behind a report: its status, authors, reviewers and marking, and who dissents.

    draft      work in progress; nobody need be named
    reviewed   someone other than its authors has read it: at least one author, and one reviewer who is not
    final      an author stands behind it; the report is frozen. Whether anyone reviewed it is said either way

A dissenter who is no author has read the report, and counts as a reviewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.report.signing.dissent import Dissent, dissent
from forecast.report.signing.words import one_line

STATUSES = ("draft", "reviewed", "final")
#: Most characters of a marking: it stands on every page, on one line.
MARKING = 100


@dataclass(frozen=True)
class Signature:
    """What is signed; UsageError where the status says more than the names bear out."""

    status: str = "draft"
    authors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    marking: str | None = None
    dissents: tuple[Dissent, ...] = ()

    def __post_init__(self) -> None:
        _check(self)

    @property
    def final(self) -> bool:
        """Whether the report is frozen."""
        return self.status == "final"

    @property
    def readers(self) -> tuple[str, ...]:
        """Everyone who has read it and is no author: reviewers, then dissenters."""
        dissenters = [one.reviewer for one in self.dissents if one.reviewer not in self.authors]
        return tuple(dict.fromkeys([*self.reviewers, *dissenters]))

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "status": self.status,
            "authors": list(self.authors),
            "reviewers": list(self.reviewers),
            "marking": self.marking,
            "dissents": [{"reviewer": one.reviewer, "text": one.text} for one in self.dissents],
        }


def signature(
    *,
    status: str = "draft",
    authors: Sequence[str] = (),
    reviewers: Sequence[str] = (),
    marking: str | None = None,
    dissents: Sequence[str] = (),
) -> Signature:
    """A signature as given on a command line; ``dissents`` as `dissent` takes them.

    Raises UsageError for an unknown status, a name or a marking that is not one line of printable text, a
    name given twice, and a status without the names that it needs.
    """
    return Signature(
        status=status,
        authors=tuple(one_line(name, "--author") for name in authors),
        reviewers=tuple(one_line(name, "--reviewer") for name in reviewers),
        marking=None if marking is None else one_line(marking, "--marking", most=MARKING),
        dissents=tuple(map(dissent, dissents)),
    )


def _check(found: Signature) -> None:
    if found.status not in STATUSES:
        near = did_you_mean(found.status, STATUSES)
        hint = f". Did you mean '{near}'?" if near else ""
        raise UsageError(f"--status takes one of {', '.join(STATUSES)} (found '{found.status}'){hint}")
    for what, names in (
        ("--author", found.authors),
        ("--reviewer", found.reviewers),
        ("--dissent", [one.reviewer for one in found.dissents]),
    ):
        if twice := _twice(names):
            raise UsageError(f"{what} names '{twice}' twice; once is enough")
    if both := [name for name in found.reviewers if name in found.authors]:
        raise UsageError(
            f"'{both[0]}' is an author and a reviewer of the same report; a review is by someone else: leave "
            "out one of the two"
        )
    if found.status != "draft" and not found.authors:
        raise UsageError(
            f"--status {found.status} says that someone stands behind the report; name them with "
            "--author NAME"
        )
    if found.status == "reviewed" and not found.readers:
        raise UsageError(
            "--status reviewed says that someone other than its authors has read the report; name them with "
            f"--reviewer NAME (found authors: {', '.join(found.authors)})"
        )


def _twice(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            return name
        seen.add(name.casefold())
    return None
