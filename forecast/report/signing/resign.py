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
#: How the facts of the title that say who signed begin.
_STATUS = "- **Status:**"


def resigned(markdown: str, *, before: Signature, after: Signature) -> str:
    """A published text signed anew.

    The facts of the title that ``before`` wrote become those of ``after``, and its section of dissents too,
    which otherwise goes behind the key judgments (to the end where the text has none). A text that has what
    ``after`` writes already stays as it is, and so do the facts of one whose template shows none.

    Raises UsageError where what ``before`` wrote was edited by hand: who signed is said with flags, and a
    dissent is in its reviewer's words.
    """
    lines = markdown.split("\n")
    if any(line.startswith(_STATUS) for line in lines):
        lines = _replaced(lines, _facts(before), _facts(after), "who signed it")
    old, new = _section(before), _section(after)
    if old:
        return "\n".join(_replaced(lines, old, new, "a dissent"))
    if new and _found(lines, new) is None:
        at = _place(lines)
        lines = [*lines[:at], *new, *lines[at:]]
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


def _replaced(lines: list[str], old: list[str], new: list[str], what: str) -> list[str]:
    there = bool(new) and _found(lines, new) is not None
    # What is there already may begin with what was there before.
    if there and len(new) > len(old):
        return lines
    at = _found(lines, old)
    if at is not None:
        return [*lines[:at], *new, *lines[at + len(old) :]]
    if there:
        return lines
    raise UsageError(
        f"{what} was edited in the text; put back what was generated, and change it with --status, --author, "
        "--reviewer, --marking or --dissent:\n" + "\n".join(f"  {line}" for line in old if line)
    )


def _found(lines: list[str], some: list[str]) -> int | None:
    """Where some lines stand one after the other; None where they do not."""
    return next((i for i in range(len(lines) - len(some) + 1) if lines[i : i + len(some)] == some), None)
