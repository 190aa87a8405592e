"""Problems as text for people, as annotations for a pull request, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

from forecast.errors import InputError, Problem
from forecast.visible import in_json


def as_text(problems: Sequence[Problem]) -> str:
    """Warnings first, then the errors and their count, as `InputError` words them."""
    warnings = sorted(problem for problem in problems if problem.warning)
    errors = [problem for problem in problems if not problem.warning]
    noted = [str(warning).replace("\n  ", "\n  warning: ", 1) for warning in warnings]
    return "\n".join([*noted, str(InputError(errors))] if errors else noted)


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands, one a line, that mark the line in a pull request."""
    return "\n".join(_command(problem) for problem in sorted(problems))


def as_json(problems: Sequence[Problem]) -> str:
    """A document with the counts and every problem."""
    errors = sum(not problem.warning for problem in problems)
    listed = [
        {
            "file": problem.file,
            "line": problem.line or None,
            "at": problem.at,
            "message": problem.message,
            "severity": "warning" if problem.warning else "error",
        }
        for problem in sorted(problems)
    ]
    document = {
        "schema": "problems/1",
        "valid": errors == 0,
        "errors": errors,
        "warnings": len(listed) - errors,
        "problems": listed,
    }
    return in_json(json.dumps(document, indent=2, ensure_ascii=False))


FORMATS: Final[dict[str, Callable[[Sequence[Problem]], str]]] = {
    "text": as_text,
    "github": as_github,
    "json": as_json,
}


def _command(problem: Problem) -> str:
    level = "warning" if problem.warning else "error"
    place = f"file={_escape(problem.file, ':,')}"
    if problem.line:
        place += f",line={problem.line}"
    if problem.at:
        place += f",title={_escape(problem.at, ':,')}"
    return f"::{level} {place}::{_escape(problem.message)}"


def _escape(text: str, more: str = "") -> str:
    """Percent-encode what the workflow command syntax reserves."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
