"""Signing a text that is there: its status, names, marking and dissents replaced, all else as it stands."""

from __future__ import annotations

from forecast.errors import UsageError
from forecast.report.markdown import bullets
from forecast.report.marks import plain
from forecast.report.sections.front import signing
from forecast.report.signing import dissent
from forecast.report.signing.signature import Signature

#: The section that dissents stand after.
_AFTER = "## Key judgments"


def resigned(markdown: str, *, before: Signature, after: Signature) -> str:
    """A published text signed anew.

    The facts of the title that ``before`` wrote become those of ``after``, and its section of dissents too,
    which otherwise goes behind the key judgments (to the end where the text has none). A text that has what
    ``after`` writes already stays as it is.

    Raises UsageError where the text no longer has what ``before`` wrote: what was edited by hand is not
    guessed at.
    """
    lines = _replaced(markdown.split("\n"), _facts(before), _facts(after))
    if before.dissents == after.dissents:
        return "\n".join(lines)
    told = _section(after)
    if before.dissents:
        return "\n".join(_replaced(lines, _section(before), told))
    if _found(lines, told) is None:
        at = _place(lines)
        lines = [*lines[:at], *told, *lines[at:]]
    return "\n".join(lines)


def _facts(signed: Signature) -> list[str]:
    """The lines of the title that say who signed."""
    return plain("\n".join(bullets(signing(signed)))).split("\n")[:-1]


def _section(signed: Signature) -> list[str]:
    """The lines of the section of dissents, the empty one after it too."""
    return plain("\n".join(dissent.section(signed.dissents))).split("\n") if signed.dissents else []


def _place(lines: list[str]) -> int:
    """Where the section begins: at the heading after the key judgments, else at the end."""
    start = lines.index(_AFTER) + 1 if _AFTER in lines else len(lines)
    return next((i for i in range(start, len(lines)) if lines[i].startswith("## ")), len(lines))


def _replaced(lines: list[str], old: list[str], new: list[str]) -> list[str]:
    at = _found(lines, old)
    if at is not None:
        return [*lines[:at], *new, *lines[at + len(old) :]]
    if new and _found(lines, new) is not None:
        return lines
    raise UsageError(
        "the text does not say who signed it as it was generated, and so cannot be signed anew; put back\n"
        + "\n".join(f"  {line}" for line in old if line)
    )


def _found(lines: list[str], some: list[str]) -> int | None:
    """Where some lines stand one after the other; None where they do not."""
    return next((i for i in range(len(lines) - len(some) + 1) if lines[i : i + len(some)] == some), None)
