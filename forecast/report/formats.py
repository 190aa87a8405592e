"""Which kinds of file a report can be written as."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.errors import UsageError

FORMATS = ("md", "html", "json")
#: In the contract, and not built yet.
PLANNED = ("docx", "pdf")


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """The formats asked for, in order and once each; UsageError for one that cannot be written."""
    known = ", ".join(FORMATS)
    for name in formats:
        if name in PLANNED:
            raise UsageError(f"the report format '{name}' is not built yet; formats: {known}")
        if name not in FORMATS:
            raise UsageError(f"unknown report format '{name}'; formats: {known}")
    if not formats:
        raise UsageError(f"no report format was named; formats: {known}")
    return tuple(dict.fromkeys(formats))
